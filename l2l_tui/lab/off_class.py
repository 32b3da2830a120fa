"""Problems that are near the class of random quadratics, and yet are not of it.

A learned optimizer that was trained on f(theta) = ||W theta - y||^2 meets the same W and y
stretched, or another function of the residuals r = W theta - y. All have their true
gradients, and their minimum is 0 (where W has an inverse).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from l2l_tui.lab.optimizees import Differentiated, Quadratics, QuadraticSampler, Sampler


@dataclass(frozen=True)
class Stretched:
    """Draws quadratics whose every theta stands at so many times itself.

    Start and optimum lie so many times as far from 0 and from each other, as where coordinates
    are measured in another unit; losses are those of the class. SGD at factor^2 times its rate
    and Adam at factor times its rate make the same steps as on the class.
    """

    quadratics: QuadraticSampler
    """The class."""
    factor: float
    """How many times as wide it becomes."""

    def __call__(self, generator: torch.Generator) -> tuple[Quadratics, Tensor]:
        """Draw a problem of the class, and stretch it."""
        drawn, params = self.quadratics(generator)
        return Quadratics(drawn.w / self.factor, drawn.y), params * self.factor


@dataclass(frozen=True)
class OfResiduals(Differentiated):
    """f(theta) = sum over i of shape(r_i), r = W theta - y."""

    w: Tensor
    """W: (problems, rows, coordinates)."""
    y: Tensor
    """y: (problems, rows)."""
    shape: Callable[[Tensor], Tensor]
    """What each residual costs."""

    def loss(self, params: Tensor, inner_step: int = 0) -> Tensor:
        """Return each problem's loss, differentiably: (..., problems)."""
        del inner_step
        residuals = torch.einsum("prc,...pc->...pr", self.w, params) - self.y
        return self.shape(residuals).sum(-1)

    def of(self, which: slice) -> OfResiduals:
        """Return some of the problems, by their places."""
        return OfResiduals(self.w[which], self.y[which], self.shape)


@dataclass(frozen=True)
class Reshaped:
    """Draws problems of the class and gives their residuals another cost."""

    quadratics: QuadraticSampler
    """The class."""
    shape: Callable[[Tensor], Tensor]
    """What each residual costs."""
    level: bool = False
    """Whether W is the unit matrix instead."""

    def __call__(self, generator: torch.Generator) -> tuple[OfResiduals, Tensor]:
        """Draw W, y and theta_0 as the class does."""
        drawn, params = self.quadratics(generator)
        w = torch.eye(*drawn.w.shape[1:]).to(drawn.w).expand_as(drawn.w) if self.level else drawn.w
        return OfResiduals(w, drawn.y, self.shape), params


def rippled(residuals: Tensor) -> Tensor:
    """Return r^2 + 1 - cos(2 pi r): a bowl with a well about every whole number."""
    return residuals.square() + 1 - torch.cos(2 * math.pi * residuals)


def waves(residuals: Tensor) -> Tensor:
    """Return 1 - cos(3 r)."""
    return 1 - torch.cos(3 * residuals)


FAMILIES: Mapping[str, Callable[[QuadraticSampler], Sampler]] = {
    "wide": lambda quadratics: Stretched(quadratics, 10.0),
    "narrow": lambda quadratics: Stretched(quadratics, 0.1),
    "ripples": lambda quadratics: Reshaped(quadratics, rippled, level=True),
    "absolute": lambda quadratics: Reshaped(quadratics, torch.abs),
    "waves": lambda quadratics: Reshaped(quadratics, waves),
}
"""By name, what draws the problems, given what draws those of the class.

``wide`` and ``narrow`` are the class ten times and a tenth as wide; ``ripples`` is
Rastrigin's function with shallow wells, in which small steps are caught; ``absolute`` is
||W theta - y||_1, whose gradients do not shrink towards the optimum; ``waves`` are sums of
cosines, bounded and periodic, with many optima.
"""
