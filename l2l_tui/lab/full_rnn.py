"""A fully connected LSTM optimizer: what the coordinatewise one is an alternative to.

Section 2.1 of arXiv:1606.04474 rules it out for networks: it would need a huge hidden state
and an enormous number of parameters. Here it is, for problems that are small enough. One LSTM
reads the features of all d gradients of a problem and gives all d updates. It knows
coordinates by their place, so it is made for one d, and their order means something to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from l2l_tui.lab import preprocessing, two_layers
from l2l_tui.lab.optimizers import OptimizerState
from l2l_tui.lab.preprocessing import Preprocessing, Raw
from l2l_tui.lab.rules import UpdateRule


@dataclass(frozen=True)
class FullLSTM(UpdateRule):
    """One two-layer LSTM a problem."""

    coordinates: int
    """How many a problem has."""
    preprocessing: Preprocessing = field(default_factory=Raw)
    """What it sees of each gradient."""
    hidden: int = 20
    """Units in each of the two layers."""
    output_scale: float = 0.1
    """The updates are this times the LSTM's outputs."""

    @property
    def shapes(self) -> Mapping[str, tuple[int, int]]:
        """The parts of phi: both cells, and ``head`` (coordinates, 1 + hidden)."""
        inputs = self.preprocessing.features * self.coordinates
        layers = two_layers.shapes(inputs, self.hidden)
        return {**layers, "head": (self.coordinates, 1 + self.hidden)}

    def described(self) -> Mapping[str, object]:
        """Return what kind of rule it is and its constants, as JSON holds them."""
        return {
            "kind": "full-lstm",
            "coordinates": self.coordinates,
            "preprocessing": preprocessing.name_of(self.preprocessing),
            "hidden": self.hidden,
            "output_scale": self.output_scale,
        }

    def draw(self, generator: torch.Generator, dtype: torch.dtype = torch.float32) -> Tensor:
        """Draw an initial phi as `CoordinatewiseLSTM` does."""
        return two_layers.draw(self, self.hidden, generator, dtype)

    def init(self, params: Tensor) -> OptimizerState:
        """Return zero states (hidden, problems) and the preprocessing's memory."""
        return two_layers.init(self.preprocessing, self.hidden, len(params), params)

    def update(
        self, phi: Tensor, grads: Tensor, state: OptimizerState, params: Tensor
    ) -> tuple[Tensor, OptimizerState]:
        """Return the updates (problems, coordinates); differentiable in phi and `grads`."""
        parts = self.unpack(phi)
        features, seen = two_layers.see(self.preprocessing, grads, state)
        inputs = features.movedim(1, -1).reshape(-1, len(params))
        hidden, layers = two_layers.step(parts, inputs, state)
        updates = self.output_scale * two_layers.linear(parts["head"], hidden).T
        return updates, {**layers, **seen}
