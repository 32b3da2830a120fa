"""The coordinatewise LSTM optimizer (arXiv:1606.04474, section 2.1).

A two-layer LSTM reads features of one coordinate's gradient and gives that coordinate's
update; all coordinates share phi and each has its own state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from l2l_tui.lab import preprocessing
from l2l_tui.lab.optimizers import OptimizerState
from l2l_tui.lab.preprocessing import Preprocessing, RNNprop
from l2l_tui.lab.rules import UpdateRule

GATES = 4
"""Blocks of rows in a cell's weights, in this order: input, forget, output, candidate."""


@dataclass(frozen=True)
class CoordinatewiseLSTM(UpdateRule):
    """The paper's rule."""

    preprocessing: Preprocessing = field(default_factory=RNNprop)
    """What it sees of a gradient."""
    hidden: int = 20
    """Units in each of the two layers."""
    output_scale: float = 0.1
    """The update is this times the LSTM's output."""

    @property
    def shapes(self) -> Mapping[str, tuple[int, int]]:
        """The parts of phi, by name, in their order within the flat vector.

        ``cell1`` (4 hidden, 1 + features + hidden) and ``cell2`` (4 hidden, 1 + 2 hidden)
        multiply (1, input, own hidden state); ``head`` (1, 1 + hidden) multiplies (1, h2).
        So the first column is the bias. Rows are blocks in the order of `GATES`.
        """
        rows = GATES * self.hidden
        return {
            "cell1": (rows, 1 + self.preprocessing.features + self.hidden),
            "cell2": (rows, 1 + 2 * self.hidden),
            "head": (1, 1 + self.hidden),
        }

    def described(self) -> Mapping[str, object]:
        """Return what kind of rule it is and its constants, as JSON holds them."""
        return {
            "kind": "coordinatewise-lstm",
            "preprocessing": preprocessing.name_of(self.preprocessing),
            "hidden": self.hidden,
            "output_scale": self.output_scale,
        }

    def draw(self, generator: torch.Generator, dtype: torch.dtype = torch.float32) -> Tensor:
        """Draw an initial phi: uniform in ±1/sqrt(hidden), the forget gates' bias raised by 1."""
        bound = self.hidden**-0.5
        phi = torch.rand(self.size, generator=generator, dtype=dtype).mul_(2).sub_(1).mul_(bound)
        parts = self.unpack(phi)
        parts["cell1"][self.hidden : 2 * self.hidden, 0] += 1
        parts["cell2"][self.hidden : 2 * self.hidden, 0] += 1
        return phi

    def init(self, params: Tensor) -> OptimizerState:
        """Return the state before the first step.

        Hidden and cell states are zeros (hidden, coordinates), and the preprocessing's own
        memory stands under ``seen.NAME``.
        """
        flat = params.reshape(-1)
        zeros = flat.new_zeros((self.hidden, flat.numel()))
        seen = self.preprocessing.init(flat)
        names = ("hidden1", "cell1", "hidden2", "cell2")
        return {**dict.fromkeys(names, zeros), **_prefixed(seen)}

    def see(self, grads: Tensor, state: OptimizerState) -> tuple[Tensor, OptimizerState]:
        """Return features (features, coordinates) and the preprocessing's memory after it."""
        seen = {name[5:]: value for name, value in state.items() if name.startswith("seen.")}
        features, seen_after = self.preprocessing(grads.reshape(-1), seen)
        return features, _prefixed(seen_after)

    def update(
        self, phi: Tensor, grads: Tensor, state: OptimizerState, params: Tensor
    ) -> tuple[Tensor, OptimizerState]:
        """Return the updates, of the shape of `params`; differentiable in phi and `grads`."""
        parts = self.unpack(phi)
        features, seen = self.see(grads, state)
        hidden1, cell1 = lstm_cell(parts["cell1"], features, state["hidden1"], state["cell1"])
        hidden2, cell2 = lstm_cell(parts["cell2"], hidden1, state["hidden2"], state["cell2"])
        head = parts["head"]
        output = torch.addmm(head[:, :1], head[:, 1:], hidden2)
        updates = (self.output_scale * output).view(params.shape)
        after = {"hidden1": hidden1, "cell1": cell1, "hidden2": hidden2, "cell2": cell2}
        return updates, {**after, **seen}


def lstm_cell(
    weight: Tensor, inputs: Tensor, hidden: Tensor, cell: Tensor
) -> tuple[Tensor, Tensor]:
    """Return hidden and cell state (hidden, coordinates) after one step of an LSTM cell.

    Args:
        weight: (4 hidden, 1 + inputs + hidden), rows in the order of `GATES`, biases first.
        inputs: (inputs, coordinates).
        hidden: The hidden state before: (hidden, coordinates).
        cell: The cell state before: (hidden, coordinates).
    """
    stacked = torch.cat((inputs, hidden))
    gates = torch.addmm(weight[:, :1], weight[:, 1:], stacked)
    inward, forget, outward, candidate = gates.chunk(GATES)
    after = forget.sigmoid() * cell + inward.sigmoid() * candidate.tanh()
    return outward.sigmoid() * after.tanh(), after


def _prefixed(seen: OptimizerState) -> OptimizerState:
    return {f"seen.{name}": value for name, value in seen.items()}
