"""Hand-designed optimizers as the pure pair `init` and `update`.

Each step equals `torch.optim`'s to rounding. A learning rate may be a tensor that
broadcasts against the parameters, so that a whole grid of rates is tried at once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

OptimizerState = Mapping[str, Tensor]
"""An optimizer's memory by name; tensors are never changed in place."""

Rate = float | Tensor
"""A learning rate, or a tensor of them that broadcasts against the parameters."""


def half_cosine(step: int, steps: int) -> float:
    """Return what a rate is multiplied with at a step: 1 at first, 0 after the last.

    Loshchilov and Hutter, arXiv:1608.03983, equation 5, without restarts.
    """
    return 0.5 * (1 + math.cos(math.pi * step / steps))


class Optimizer(Protocol):
    """What turns gradients into updates, with a memory that it hands out."""

    def init(self, params: Tensor) -> OptimizerState:
        """Return the memory before the first step."""
        ...

    def update(
        self, grads: Tensor, state: OptimizerState, params: Tensor
    ) -> tuple[Tensor, OptimizerState]:
        """Return what is to be added to `params`, and the memory after it."""
        ...


@dataclass(frozen=True)
class SGD:
    """Gradient descent: u = -lr g."""

    lr: Rate
    """The learning rate."""

    def init(self, params: Tensor) -> OptimizerState:
        """Return no memory."""
        del params
        return {}

    def update(
        self, grads: Tensor, state: OptimizerState, params: Tensor
    ) -> tuple[Tensor, OptimizerState]:
        """Return -lr g."""
        del params
        return -self.lr * grads, state


@dataclass(frozen=True)
class Momentum:
    """The heavy ball: v' = mu v + g, u = -lr v' (Polyak 1964)."""

    lr: Rate
    """The learning rate."""
    momentum: float = 0.9
    """mu."""

    def init(self, params: Tensor) -> OptimizerState:
        """Return v = 0."""
        return {"velocity": torch.zeros_like(params)}

    def update(
        self, grads: Tensor, state: OptimizerState, params: Tensor
    ) -> tuple[Tensor, OptimizerState]:
        """Return -lr v'."""
        del params
        velocity = self.momentum * state["velocity"] + grads
        return -self.lr * velocity, {"velocity": velocity}


@dataclass(frozen=True)
class NAG:
    """Nesterov's accelerated gradient as torch writes it: v' = mu v + g, u = -lr (g + mu v')."""

    lr: Rate
    """The learning rate."""
    momentum: float = 0.9
    """mu."""

    def init(self, params: Tensor) -> OptimizerState:
        """Return v = 0."""
        return {"velocity": torch.zeros_like(params)}

    def update(
        self, grads: Tensor, state: OptimizerState, params: Tensor
    ) -> tuple[Tensor, OptimizerState]:
        """Return -lr (g + mu v')."""
        del params
        velocity = self.momentum * state["velocity"] + grads
        return -self.lr * (grads + self.momentum * velocity), {"velocity": velocity}


@dataclass(frozen=True)
class RMSprop:
    """v' = a v + (1 - a) g^2, u = -lr g / (sqrt(v') + eps) (Tieleman and Hinton 2012)."""

    lr: Rate
    """The learning rate."""
    decay: float = 0.99
    """a."""
    eps: float = 1e-8
    """Keeps the quotient finite."""

    def init(self, params: Tensor) -> OptimizerState:
        """Return v = 0."""
        return {"square": torch.zeros_like(params)}

    def update(
        self, grads: Tensor, state: OptimizerState, params: Tensor
    ) -> tuple[Tensor, OptimizerState]:
        """Return -lr g / (sqrt(v') + eps)."""
        del params
        square = self.decay * state["square"] + (1 - self.decay) * grads.square()
        return -self.lr * grads / (square.sqrt() + self.eps), {"square": square}


@dataclass(frozen=True)
class Adam:
    """Adam (Kingma and Ba, arXiv:1412.6980, algorithm 1)."""

    lr: Rate
    """The learning rate."""
    beta1: float = 0.9
    """Decay of the first moment."""
    beta2: float = 0.999
    """Decay of the second moment."""
    eps: float = 1e-8
    """Keeps the quotient finite."""

    def init(self, params: Tensor) -> OptimizerState:
        """Return zero moments and a step count of 0."""
        zeros = torch.zeros_like(params)
        return {"first": zeros, "second": zeros, "count": zeros.new_zeros(())}

    def update(
        self, grads: Tensor, state: OptimizerState, params: Tensor
    ) -> tuple[Tensor, OptimizerState]:
        """Return -lr m^ / (sqrt(v^) + eps), with both moments' bias corrected."""
        del params
        count = state["count"] + 1
        first = self.beta1 * state["first"] + (1 - self.beta1) * grads
        second = self.beta2 * state["second"] + (1 - self.beta2) * grads.square()
        scale = (second / (1 - self.beta2**count)).sqrt() + self.eps
        updates = -self.lr * (first / (1 - self.beta1**count)) / scale
        return updates, {"first": first, "second": second, "count": count}
