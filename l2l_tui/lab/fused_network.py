"""The LSTM of a learned optimizer over one truncation, in PyTorch without autograd."""

from __future__ import annotations

import torch
from torch import Tensor

from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM
from l2l_tui.lab.fused_cell import FusedCell
from l2l_tui.lab.optimizers import OptimizerState


class FusedNetwork:
    """Two cells and a head, with every step's values kept for the backward pass.

    Args:
        rule: The learned optimizer's.
        steps: Inner steps of a truncation.
        coordinates: Of all problems together.
        dtype: Of phi and features.
    """

    def __init__(
        self, rule: CoordinatewiseLSTM, steps: int, coordinates: int, dtype: torch.dtype
    ) -> None:
        self.rule = rule
        self.fits = (steps, coordinates, dtype)
        hidden, features = rule.hidden, rule.preprocessing.features
        self._first = FusedCell(features, halved=False, fits=self.fits, hidden=hidden)
        self._second = FusedCell(hidden, halved=True, fits=self.fits, hidden=hidden)
        self._scale = torch.full((1, 1 + hidden), 2 * rule.output_scale, dtype=dtype)
        self._scale[:, 0] /= 2

    def load(self, phi: Tensor, state: OptimizerState) -> None:
        """Take phi, and the hidden and cell states to start from."""
        parts = self.rule.unpack(phi)
        self._first.load(parts["cell1"], state["hidden1"], state["cell1"])
        self._second.load(parts["cell2"], state["hidden2"], state["cell2"])
        head = parts["head"] * self._scale
        self._bias, self._row, self._column = head[:, :1], head[:, 1:], head[:, 1:].t()

    def forward(self, step: int, features: Tensor) -> Tensor:
        """Return the updates (1, coordinates) from features (features, coordinates)."""
        first, second = self._first.steps[step], self._second.steps[step]
        first.inputs.copy_(features)
        self._first.forward(first)
        second.inputs.copy_(first.outputs)
        self._second.forward(second)
        return torch.addmm(self._bias, self._row, second.outputs)

    def backward(self, update_grads: Tensor) -> Tensor:
        """Return the gradient in phi (size,) from that in every update (steps, coordinates)."""
        first, second = self._first, self._second
        first.begin_backward()
        second.begin_backward()
        head = torch.zeros_like(self._scale)
        for index in range(len(update_grads) - 1, -1, -1):
            slope, step = update_grads[index : index + 1], second.steps[index]
            head[:, 1:].addmm_(slope, step.outputs.t())
            second.output_grads.addmm_(self._column, slope)
            second.backward(step)
            first.output_grads.add_(second.input_grads)
            first.backward(first.steps[index])
        head[:, 0] = update_grads.sum()
        cells = {"cell1": first.weight_grads(), "cell2": second.weight_grads()}
        return self.rule.pack({**cells, "head": head * self._scale})

    def states(self) -> dict[str, Tensor]:
        """Return copies of both cells' states after the last step."""
        hidden1, cell1 = self._first.state()
        hidden2, cell2 = self._second.state()
        return {"hidden1": hidden1, "cell1": cell1, "hidden2": hidden2, "cell2": cell2}
