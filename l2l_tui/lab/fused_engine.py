"""The fast engine: an LSTM's forward and backward pass written out, without autograd.

With second derivatives dropped, an update u_t reaches the meta-loss only through the
iterates after it, so dL/du_t = sum over s > t of w_s grad f(theta_s): a suffix sum of
gradients that the forward pass computes anyway. What is left is backpropagation through
the LSTM alone.

Everything lies as (features, coordinates), so that gates are contiguous blocks, and is
written into buffers made once. tanh x = 2 sigmoid(2x) - 1 turns all four gates into one
call; the twos are kept in the weights: a cell works on ``half`` = hidden / 2 and
``twice`` = 2 cell. With gates i, f, o, the candidate's sigmoid s and k = sigmoid(twice'):

    twice' = f twice + 4 i s - 2 i        half' = o (k - 1/2)
"""

from __future__ import annotations

import torch
from torch import Tensor

from l2l_tui.lab.engines import Unrolled
from l2l_tui.lab.learned_optimizer import GATES, Architecture
from l2l_tui.lab.optimizees import Optimizee
from l2l_tui.lab.optimizers import OptimizerState

_sigmoid_backward = torch.ops.aten.sigmoid_backward.grad_input


class FusedEngine:
    """Truncated backpropagation through time with second derivatives dropped.

    Args:
        architecture: The learned optimizer's.
    """

    def __init__(self, architecture: Architecture) -> None:
        self.architecture = architecture
        self._network: _Network | None = None

    @torch.no_grad()
    def unroll(
        self,
        phi: Tensor,
        optimizee: Optimizee,
        params: Tensor,
        state: OptimizerState,
        step_weights: Tensor,
    ) -> Unrolled:
        """Run and differentiate; see `Engine`."""
        steps = len(step_weights)
        network = self._fitting(params, steps)
        network.load(phi, state)
        loss, grads = optimizee.loss_and_grads(params)
        losses, slopes = [], []
        seen = state
        for step in range(steps):
            features, seen = self.architecture.see(grads, seen)
            params = params + network.forward(step, features).view(params.shape)
            loss, grads = optimizee.loss_and_grads(params)
            losses.append(loss.mean())
            slopes.append(grads.reshape(-1))
        scaled = torch.stack(slopes) * (step_weights / loss.numel()).unsqueeze(1)
        phi_grads = network.backward(scaled.flip(0).cumsum(0).flip(0))
        return Unrolled(params, {**network.states(), **seen}, torch.stack(losses), phi_grads)

    def _fitting(self, params: Tensor, steps: int) -> _Network:
        """Return a network whose buffers fit, the last one's if it does."""
        wanted = (steps, params.numel(), params.dtype)
        if self._network is None or self._network.fits != wanted:
            self._network = _Network(self.architecture, *wanted)
        return self._network


class _Network:
    """Two cells and a head, with every step's values kept for the backward pass."""

    def __init__(
        self, architecture: Architecture, steps: int, coordinates: int, dtype: torch.dtype
    ) -> None:
        self.architecture = architecture
        self.fits = (steps, coordinates, dtype)
        hidden, features = architecture.hidden, architecture.preprocessing.features
        self._first = _Cell(features, halved=False, fits=self.fits, hidden=hidden)
        self._second = _Cell(hidden, halved=True, fits=self.fits, hidden=hidden)
        self._head = torch.empty((1, 1 + hidden), dtype=dtype)

    def load(self, phi: Tensor, state: OptimizerState) -> None:
        """Take phi, and the hidden and cell states to start from."""
        parts = self.architecture.unpack(phi)
        self._first.load(parts["cell1"], state["hidden1"], state["cell1"])
        self._second.load(parts["cell2"], state["hidden2"], state["cell2"])
        torch.mul(parts["head"], self.architecture.output_scale, out=self._head)
        self._head[:, 1:] *= 2

    def forward(self, step: int, features: Tensor) -> Tensor:
        """Return the updates (1, coordinates) from features (features, coordinates)."""
        first, second, head = self._first, self._second, self._head
        first.inputs[step].copy_(features)
        first.forward(step)
        second.inputs[step].copy_(first.halves[step + 1])
        second.forward(step)
        return torch.addmm(head[:, :1], head[:, 1:], second.halves[step + 1])

    def backward(self, update_grads: Tensor) -> Tensor:
        """Return the gradient in phi (size,) from that in every update (steps, coordinates)."""
        first, second = self._first, self._second
        first.begin_backward()
        second.begin_backward()
        head = torch.zeros_like(self._head)
        column = self._head[:, 1:].t()
        for step in range(len(update_grads) - 1, -1, -1):
            slope = update_grads[step : step + 1]
            head[:, 1:].addmm_(slope, second.halves[step + 1].t())
            second.half_grads.addmm_(column, slope)
            second.backward(step)
            first.half_grads.add_(second.input_grads)
            first.backward(step)
        head[:, 0] = update_grads.sum()
        head[:, 1:] *= 2
        head *= self.architecture.output_scale
        cells = {"cell1": first.weight_grads(), "cell2": second.weight_grads()}
        return self.architecture.pack({**cells, "head": head})

    def states(self) -> dict[str, Tensor]:
        """Return copies of both cells' states after the last step."""
        hidden1, cell1 = self._first.state()
        hidden2, cell2 = self._second.state()
        return {"hidden1": hidden1, "cell1": cell1, "hidden2": hidden2, "cell2": cell2}


class _Cell:
    """One LSTM cell over all steps; axes are (steps, features, coordinates).

    Args:
        inputs: Features that it reads beside its own hidden state.
        halved: Whether these come as half of a hidden state, and want gradients.
        fits: Steps, coordinates and dtype.
        hidden: Its units.
    """

    def __init__(
        self, inputs: int, *, halved: bool, fits: tuple[int, int, torch.dtype], hidden: int
    ) -> None:
        steps, coordinates, dtype = fits
        rows, columns = GATES * hidden, 1 + inputs + hidden
        like = torch.empty(0, dtype=dtype)
        self._hidden = hidden
        self._scale = _weight_scale(rows, columns, like, halved_from=1 if halved else 1 + inputs)
        self._weight = like.new_empty((rows, columns))
        self._grad = like.new_empty((rows, columns))
        # Row 0 is the bias's; a step writes its result into the next step's input.
        self._stacked = like.new_ones((steps + 1, columns, coordinates))
        self.inputs = self._stacked[:, 1 : 1 + inputs]
        self.halves = self._stacked[:, 1 + inputs :]
        self._twices = like.new_empty((steps + 1, hidden, coordinates))
        self._gates = like.new_empty((steps, rows, coordinates))
        self._squashed = like.new_empty((steps, hidden, coordinates))
        self._gate_grads = like.new_empty((rows, coordinates))
        self._scratch = like.new_empty((hidden, coordinates))
        self._twice_grads = like.new_empty((hidden, coordinates))
        wanted = columns - 1 if halved else hidden
        self._back = self._weight[:, columns - wanted :].t()
        self._stacked_grads = like.new_empty((wanted, coordinates))
        self.input_grads = self._stacked_grads[:-hidden]
        self.half_grads = self._stacked_grads[-hidden:]

    def load(self, weight: Tensor, hidden: Tensor, cell: Tensor) -> None:
        """Take weights, and the state (hidden, coordinates) to start from."""
        torch.mul(weight, self._scale, out=self._weight)
        torch.mul(hidden, 0.5, out=self.halves[0])
        torch.mul(cell, 2.0, out=self._twices[0])

    def state(self) -> tuple[Tensor, Tensor]:
        """Return copies of hidden and cell state after the last step."""
        return self.halves[-1] * 2, self._twices[-1] / 2

    def forward(self, step: int) -> None:
        """Go one step; the inputs of this step are in place."""
        gates, twice, squashed = self._gates[step], self._twices[step + 1], self._squashed[step]
        torch.mm(self._weight, self._stacked[step], out=gates).sigmoid_()
        inward, forget, outward, candidate = gates.chunk(GATES)
        torch.mul(forget, self._twices[step], out=twice)
        twice.addcmul_(inward, candidate, value=4).sub_(inward, alpha=2)
        torch.sigmoid(twice, out=squashed)
        torch.mul(outward, squashed, out=self.halves[step + 1]).sub_(outward, alpha=0.5)

    def begin_backward(self) -> None:
        """Forget the gradients of an earlier unroll."""
        for buffer in (self._grad, self._twice_grads, self._stacked_grads):
            buffer.zero_()

    def backward(self, step: int) -> None:
        """Go back one step: from `half_grads` of this step to those of the step before."""
        gates, squashed, scratch = self._gates[step], self._squashed[step], self._scratch
        twice_grads = self._twice_grads
        inward, forget, outward, candidate = gates.chunk(GATES)
        d_inward, d_forget, d_outward, d_candidate = self._gate_grads.chunk(GATES)
        torch.sub(squashed, 0.5, out=scratch)
        torch.mul(self.half_grads, scratch, out=d_outward)
        torch.mul(self.half_grads, outward, out=scratch)
        twice_grads.add_(_sigmoid_backward(scratch, squashed, grad_input=scratch))
        torch.mul(twice_grads, self._twices[step], out=d_forget)
        torch.mul(twice_grads, 4.0, out=scratch)
        torch.mul(scratch, inward, out=d_candidate)
        torch.mul(scratch, candidate, out=d_inward).sub_(twice_grads, alpha=2)
        twice_grads.mul_(forget)
        _sigmoid_backward(self._gate_grads, gates, grad_input=self._gate_grads)
        self._grad.addmm_(self._gate_grads, self._stacked[step].t())
        torch.mm(self._back, self._gate_grads, out=self._stacked_grads)

    def weight_grads(self) -> Tensor:
        """Return the gradient in the weights that `load` took."""
        return self._grad * self._scale


def _weight_scale(rows: int, columns: int, like: Tensor, *, halved_from: int) -> Tensor:
    """Return what turns an LSTM's weights into those of halves and sigmoids only."""
    scale = like.new_ones((rows, columns))
    scale[-(rows // GATES) :] *= 2
    scale[:, halved_from:] *= 2
    return scale
