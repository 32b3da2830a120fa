"""What a learned optimizer sees of a gradient.

A preprocessing turns each coordinate's gradient into a few features; it may keep a
memory. Everything is differentiable, for the case that second derivatives are kept.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from l2l_tui.errors import UnknownNameError
from l2l_tui.lab.optimizers import OptimizerState


class Preprocessing(Protocol):
    """Features of a gradient."""

    @property
    def features(self) -> int:
        """How many features a coordinate has."""
        ...

    def init(self, grads: Tensor) -> OptimizerState:
        """Return the memory before the first gradient; `grads` gives shape and dtype."""
        ...

    def __call__(self, grads: Tensor, state: OptimizerState) -> tuple[Tensor, OptimizerState]:
        """Return features (features, coordinates) of gradients (coordinates,)."""
        ...


@dataclass(frozen=True)
class Raw:
    """The gradient itself, scaled."""

    scale: float = 0.1
    """What the gradient is multiplied with."""
    features: int = 1
    """One: the gradient."""

    def init(self, grads: Tensor) -> OptimizerState:
        """Return no memory."""
        del grads
        return {}

    def __call__(self, grads: Tensor, state: OptimizerState) -> tuple[Tensor, OptimizerState]:
        """Return scale * g."""
        return (self.scale * grads).unsqueeze(0), state


@dataclass(frozen=True)
class LogSign:
    """Logarithm and sign of the gradient (arXiv:1606.04474, appendix A)."""

    p: float = 10.0
    """Gradients below e^-p count as small."""
    features: int = 2
    """(log|g| / p, sign g), or (-1, e^p g) where |g| < e^-p."""

    def init(self, grads: Tensor) -> OptimizerState:
        """Return no memory."""
        del grads
        return {}

    def __call__(self, grads: Tensor, state: OptimizerState) -> tuple[Tensor, OptimizerState]:
        """Return both features; both are continuous at |g| = e^-p."""
        threshold = math.exp(-self.p)
        logarithm = grads.abs().clamp_min(threshold).log() / self.p
        sign = (grads / threshold).clamp(-1.0, 1.0)
        return torch.stack((logarithm, sign)), state


@dataclass(frozen=True)
class RNNprop:
    """Adam's and RMSprop's directions (Lv, Jiang, Li, arXiv:1703.03633, section 4.1)."""

    decay: float = 0.95
    """Of both running averages."""
    eps: float = 1e-8
    """Keeps the quotients finite."""
    features: int = 2
    """(m^ / sqrt(v^), g / sqrt(v^)), with m^ and v^ as in Adam."""

    def init(self, grads: Tensor) -> OptimizerState:
        """Return zero averages."""
        zeros = torch.zeros_like(grads)
        return {"first": zeros, "second": zeros, "correction": zeros.new_zeros(())}

    def __call__(self, grads: Tensor, state: OptimizerState) -> tuple[Tensor, OptimizerState]:
        """Return both directions."""
        first = state["first"].lerp(grads, 1 - self.decay)
        second = state["second"].lerp(grads.square(), 1 - self.decay)
        correction = self.decay * state["correction"] + (1 - self.decay)  # 1 - decay^t
        scale = (second / correction + self.eps**2).rsqrt()
        features = torch.stack((first / correction * scale, grads * scale))
        return features, {"first": first, "second": second, "correction": correction}


@dataclass(frozen=True)
class Combined:
    """RNNprop's directions beside the scaled gradient, which alone knows the loss's scale."""

    raw: Raw = Raw()
    """The gradient."""
    directions: RNNprop = RNNprop()
    """The directions."""
    features: int = 3
    """Those of both."""

    def init(self, grads: Tensor) -> OptimizerState:
        """Return the memory of the directions."""
        return self.directions.init(grads)

    def __call__(self, grads: Tensor, state: OptimizerState) -> tuple[Tensor, OptimizerState]:
        """Return (scale * g, m^ / sqrt(v^), g / sqrt(v^))."""
        scaled, _ = self.raw(grads, {})
        directions, state = self.directions(grads, state)
        return torch.cat((scaled, directions)), state


def name_of(preprocessing: Preprocessing) -> str:
    """Return the name under which `named` gives a preprocessing.

    Raises:
        ValueError: Its constants are not the usual ones, so that no name stands for it.
    """
    for name in NAMES:
        if named(name) == preprocessing:
            return name
    raise ValueError(f"{preprocessing} has no name")


NAMES = ("raw", "log-sign", "rnnprop", "combined", "combined-100")
"""What `named` knows."""


def named(name: str) -> Preprocessing:
    """Return the preprocessing of this name with its usual constants.

    Raises:
        UnknownNameError: There is none.
    """
    known: dict[str, Preprocessing] = {
        "raw": Raw(),
        "log-sign": LogSign(),
        "rnnprop": RNNprop(),
        "combined": Combined(),
        "combined-100": Combined(Raw(100.0)),  # where gradients are about 0.01
    }
    if name not in known:
        raise UnknownNameError("preprocessing", name, known)
    return known[name]
