"""Random scaling of coordinates (Lv, Jiang, Li, arXiv:1703.03633, section 4.2).

Instead of f(theta) an optimizer is trained on f(c * theta) from theta_0 / c, with a factor c
for each coordinate. A gradient is then that of f times c, and the step that suits a
coordinate is that of f over c: what is learned must hold over a range of both. Problems in
practice have such a range, of which one kind of network shows little.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from l2l_tui.lab.optimizees import Optimizee, Sampler


@dataclass(frozen=True, eq=False)
class Scaled:
    """Problems f(c * theta)."""

    optimizee: Optimizee
    """f."""
    factors: Tensor
    """c: (problems, coordinates)."""

    def loss(self, params: Tensor, inner_step: int = 0) -> Tensor:
        """Return f(c * theta) of each problem: (..., problems)."""
        return self.optimizee.loss(params * self.factors, inner_step)

    def loss_and_grads(self, params: Tensor, inner_step: int = 0) -> tuple[Tensor, Tensor]:
        """Return the losses, and c times the gradients of f at c * theta."""
        losses, grads = self.optimizee.loss_and_grads(params * self.factors, inner_step)
        return losses, grads * self.factors

    def of(self, which: slice) -> Scaled:
        """Return some of the problems, by their places."""
        return Scaled(self.optimizee.of(which), self.factors[which])


@dataclass(frozen=True)
class RandomScaling:
    """Draws another sampler's problems, then the factors of their coordinates.

    Factors are exp(p), with p uniform between -spread and spread.
    """

    sampler: Sampler
    """Draws f and theta_0."""
    spread: float
    """The largest logarithm of a factor; 0 leaves the problems as they are."""

    def __call__(self, generator: torch.Generator) -> tuple[Scaled, Tensor]:
        """Draw the problems, then p."""
        optimizee, params = self.sampler(generator)
        drawn = torch.rand(params.shape, generator=generator, dtype=params.dtype)
        factors = ((2 * drawn - 1) * self.spread).exp()
        return Scaled(optimizee, factors), params / factors
