"""One LSTM cell over many steps, forward and backward, written out into buffers made once.

Everything lies as (features, coordinates), so that gates are contiguous blocks.
tanh x = 2 sigmoid(2x) - 1 turns all four gates into one call; the twos are kept in the
weights: the cell works on ``half`` = hidden / 2 and ``twice`` = 2 cell. With gates i, f, o,
the candidate's sigmoid s and k = sigmoid(twice'):

    twice' = f twice + 4 i s - 2 i        half' = o (k - 1/2)
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from l2l_tui.lab.coordinatewise import GATES

_sigmoid_backward = torch.ops.aten.sigmoid_backward.grad_input


@dataclass(frozen=True, slots=True)
class CellStep:
    """The places of one step's values, cut out once: cutting costs as much as computing."""

    stacked: Tensor
    """(1, input, half) before the step: (columns, coordinates)."""
    inputs: Tensor
    """The rows of `stacked` that are the input."""
    before: Tensor
    """``twice`` before the step: (hidden, coordinates)."""
    gates: Tensor
    """All four gates: (4 hidden, coordinates)."""
    parts: tuple[Tensor, ...]
    """The same, one by one, in the order of `GATES`."""
    after: Tensor
    """``twice`` after the step."""
    squashed: Tensor
    """k."""
    outputs: Tensor
    """``half`` after the step: rows of the next step's `stacked`."""


class FusedCell:
    """An LSTM cell with every step's values kept for the backward pass.

    Args:
        inputs: Features that it reads beside its own hidden state.
        halved: Whether these are another cell's ``half``, and want gradients.
        fits: Steps, coordinates and dtype.
        hidden: Its units.
    """

    def __init__(
        self, inputs: int, *, halved: bool, fits: tuple[int, int, torch.dtype], hidden: int
    ) -> None:
        steps, coordinates, dtype = fits
        rows, columns = GATES * hidden, 1 + inputs + hidden
        like = torch.empty(0, dtype=dtype)
        self.steps = _steps(steps, inputs, hidden, coordinates, like)
        self._start = self.steps[0].stacked[1 + inputs :]
        self._scale = like.new_ones((rows, columns))
        self._scale[-hidden:] *= 2
        self._scale[:, 1 if halved else 1 + inputs :] *= 2
        # The gradients of i and s are kept as quarters, which saves a pass over both.
        self._quarters = like.new_ones((rows, 1))
        self._quarters[:hidden] = self._quarters[-hidden:] = 4
        self._weight, self._grad = like.new_empty((2, rows, columns)).unbind()
        wanted = columns - 1 if halved else hidden
        self._backward_weight = like.new_empty((wanted, rows))
        self._gate_grads = like.new_empty((rows, coordinates))
        self._part_grads = self._gate_grads.chunk(GATES)
        self._scratch, self._twice_grads = like.new_empty((2, hidden, coordinates)).unbind()
        self._stacked_grads = like.new_empty((wanted, coordinates))
        self.input_grads = self._stacked_grads[:-hidden]
        self.output_grads = self._stacked_grads[-hidden:]

    def load(self, weight: Tensor, hidden: Tensor, cell: Tensor) -> None:
        """Take weights as `lstm_cell` does, and the state (hidden, coordinates) before."""
        torch.mul(weight, self._scale, out=self._weight)
        wanted = self._weight[:, -len(self._backward_weight) :]
        torch.mul(wanted.t(), self._quarters.t(), out=self._backward_weight)
        torch.mul(hidden, 0.5, out=self._start)
        torch.mul(cell, 2.0, out=self.steps[0].before)

    def state(self) -> tuple[Tensor, Tensor]:
        """Return copies of hidden and cell state after the last step."""
        last = self.steps[-1]
        return last.outputs * 2, last.after / 2

    def forward(self, step: CellStep) -> None:
        """Go one step, whose inputs are in place."""
        inward, forget, outward, candidate = step.parts
        torch.mm(self._weight, step.stacked, out=step.gates).sigmoid_()
        torch.mul(forget, step.before, out=step.after)
        step.after.addcmul_(inward, candidate, value=4).sub_(inward, alpha=2)
        torch.sigmoid(step.after, out=step.squashed)
        torch.mul(outward, step.squashed, out=step.outputs).sub_(outward, alpha=0.5)

    def begin_backward(self) -> None:
        """Forget the gradients of an earlier unroll."""
        for buffer in (self._grad, self._twice_grads, self._stacked_grads):
            buffer.zero_()

    def backward(self, step: CellStep) -> None:
        """Go back one step: from `output_grads` of this step to those of the step before."""
        inward, forget, outward, candidate = step.parts
        d_inward, d_forget, d_outward, d_candidate = self._part_grads
        twice_grads, scratch = self._twice_grads, self._scratch
        torch.mul(self.output_grads, step.squashed, out=d_outward)
        d_outward.sub_(self.output_grads, alpha=0.5)
        torch.mul(self.output_grads, outward, out=scratch)
        twice_grads.add_(_sigmoid_backward(scratch, step.squashed, grad_input=scratch))
        torch.mul(twice_grads, step.before, out=d_forget)
        torch.mul(twice_grads, inward, out=d_candidate)
        torch.mul(twice_grads, candidate, out=d_inward).sub_(twice_grads, alpha=0.5)
        twice_grads.mul_(forget)
        _sigmoid_backward(self._gate_grads, step.gates, grad_input=self._gate_grads)
        self._grad.addmm_(self._gate_grads, step.stacked.t())
        torch.mm(self._backward_weight, self._gate_grads, out=self._stacked_grads)

    def weight_grads(self) -> Tensor:
        """Return the gradient in the weights that `load` took."""
        return self._grad * self._scale * self._quarters


def _steps(
    steps: int, inputs: int, hidden: int, coordinates: int, like: Tensor
) -> tuple[CellStep, ...]:
    """Make the buffers of all steps; a step writes its output into the next one's input."""
    stacked = like.new_ones((steps + 1, 1 + inputs + hidden, coordinates))
    twices = like.new_empty((steps + 1, hidden, coordinates))
    gates = like.new_empty((steps, GATES * hidden, coordinates))
    squashed = like.new_empty((steps, hidden, coordinates))
    return tuple(
        CellStep(
            stacked=stacked[step],
            inputs=stacked[step, 1 : 1 + inputs],
            before=twices[step],
            gates=gates[step],
            parts=tuple(gates[step].chunk(GATES)),
            after=twices[step + 1],
            squashed=squashed[step],
            outputs=stacked[step + 1, 1 + inputs :],
        )
        for step in range(steps)
    )
