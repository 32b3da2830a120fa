"""The fast engine: an LSTM's forward and backward pass written out, without autograd.

With second derivatives dropped, an update u_t reaches the meta-loss only through the
iterates after it, so dL/du_t = sum over s > t of w_s grad f(theta_s): a suffix sum of
gradients that the forward pass computes anyway. What is left is backpropagation through
the LSTM alone.
"""

from __future__ import annotations

import torch
from torch import Tensor

from l2l_tui.lab.engines import Unrolled
from l2l_tui.lab.fused_cell import FusedCell
from l2l_tui.lab.learned_optimizer import Architecture
from l2l_tui.lab.optimizees import Optimizee
from l2l_tui.lab.optimizers import OptimizerState


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
            losses.append(loss)
            slopes.append(grads.reshape(-1))
        scaled = torch.stack(slopes) * (step_weights / loss.numel()).unsqueeze(1)
        phi_grads = network.backward(scaled.flip(0).cumsum(0).flip(0))
        return Unrolled(
            params, {**network.states(), **seen}, torch.stack(losses).mean(1), phi_grads
        )

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
        self._first = FusedCell(features, halved=False, fits=self.fits, hidden=hidden)
        self._second = FusedCell(hidden, halved=True, fits=self.fits, hidden=hidden)
        self._scale = torch.full((1, 1 + hidden), 2 * architecture.output_scale, dtype=dtype)
        self._scale[:, 0] /= 2

    def load(self, phi: Tensor, state: OptimizerState) -> None:
        """Take phi, and the hidden and cell states to start from."""
        parts = self.architecture.unpack(phi)
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
        return self.architecture.pack({**cells, "head": head * self._scale})

    def states(self) -> dict[str, Tensor]:
        """Return copies of both cells' states after the last step."""
        hidden1, cell1 = self._first.state()
        hidden2, cell2 = self._second.state()
        return {"hidden1": hidden1, "cell1": cell1, "hidden2": hidden2, "cell2": cell2}
