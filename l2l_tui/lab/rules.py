"""Update rules: what a learned optimizer is apart from the numbers that it learns.

A rule says how gradients become updates given phi; with phi fixed it is an ordinary
optimizer (`Trained`), evaluated on the same path as Adam. All that is learned is phi, a
flat vector with named parts.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from l2l_tui.lab.optimizers import OptimizerState


class UpdateRule(ABC):
    """A learned optimizer without its phi."""

    @property
    @abstractmethod
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """The parts of phi, by name, in their order within the flat vector."""

    @abstractmethod
    def draw(self, generator: torch.Generator, dtype: torch.dtype = torch.float32) -> Tensor:
        """Draw an initial phi: (size,)."""

    @abstractmethod
    def init(self, params: Tensor) -> OptimizerState:
        """Return the memory before the first step; params are (problems, coordinates)."""

    @abstractmethod
    def update(
        self, phi: Tensor, grads: Tensor, state: OptimizerState, params: Tensor
    ) -> tuple[Tensor, OptimizerState]:
        """Return the updates, of the shape of `params`; differentiable in phi and `grads`."""

    @abstractmethod
    def described(self) -> Mapping[str, object]:
        """Return what kind of rule it is and its constants, as JSON holds them."""

    @property
    def size(self) -> int:
        """How many numbers phi has."""
        return sum(math.prod(shape) for shape in self.shapes.values())

    def unpack(self, phi: Tensor) -> dict[str, Tensor]:
        """Return views of the flat phi (size,) by name."""
        parts = torch.split(phi, [math.prod(shape) for shape in self.shapes.values()])
        return {
            name: part.view(shape)
            for part, (name, shape) in zip(parts, self.shapes.items(), strict=True)
        }

    def pack(self, parts: Mapping[str, Tensor]) -> Tensor:
        """Return the flat phi (size,) of named parts."""
        return torch.cat([parts[name].reshape(-1) for name in self.shapes])


@dataclass(frozen=True)
class Trained:
    """A rule with its phi fixed: an `Optimizer` like any other."""

    rule: UpdateRule
    """Everything but phi."""
    phi: Tensor
    """(size,)."""

    def init(self, params: Tensor) -> OptimizerState:
        """Return the memory before the first step."""
        return self.rule.init(params)

    def update(
        self, grads: Tensor, state: OptimizerState, params: Tensor
    ) -> tuple[Tensor, OptimizerState]:
        """Return the updates, and the memory after them."""
        return self.rule.update(self.phi, grads, state, params)
