"""The fast engine: an LSTM's forward and backward pass written out, without autograd.

With second derivatives dropped, an update u_t reaches the meta-loss only through the
iterates after it, so dL/du_t = sum over s > t of w_s grad f(theta_s): a suffix sum of
gradients that the forward pass computes anyway. What is left is backpropagation through
the LSTM alone, which a `Network` does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import torch
from torch import Tensor

from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM
from l2l_tui.lab.engines import AutogradEngine, Engine, Unrolled
from l2l_tui.lab.fast_network import fastest_network
from l2l_tui.lab.grouped import Grouped, joined, of_group
from l2l_tui.lab.optimizees import Optimizee
from l2l_tui.lab.optimizers import OptimizerState
from l2l_tui.lab.rules import UpdateRule


class Network(Protocol):
    """The LSTM over one truncation, every step's values kept for the way back."""

    def load(self, phi: Tensor, state: OptimizerState) -> None:
        """Take phi (size,), and the hidden and cell states to start from."""
        ...

    def forward(self, step: int, features: Tensor) -> Tensor:
        """Return all coordinates' updates, in any shape, from features (features, coordinates)."""
        ...

    def backward(self, update_grads: Tensor) -> Tensor:
        """Return the gradient in phi (size,) from that in every update (steps, coordinates)."""
        ...

    def states(self) -> dict[str, Tensor]:
        """Return copies of hidden and cell states (hidden, coordinates) after the last step."""
        ...


MakeNetwork = Callable[[CoordinatewiseLSTM, int, int, torch.dtype], Network]
"""Makes one for a rule, a number of inner steps and of coordinates, and a dtype."""


class FirstOrderEngine:
    """Truncated backpropagation through time with second derivatives dropped.

    Args:
        rule: The learned optimizer's.
        network: Makes what goes through the LSTM.
    """

    def __init__(
        self, rule: CoordinatewiseLSTM | Grouped, network: MakeNetwork = fastest_network
    ) -> None:
        self.rule = rule
        self._network = network
        self._fits: tuple[object, ...] = ()
        self._tape: _Tape | _Tapes

    @torch.no_grad()
    def unroll(
        self,
        phi: Tensor,
        optimizee: Optimizee,
        params: Tensor,
        state: OptimizerState,
        step_weights: Tensor,
        first_step: int = 0,
    ) -> Unrolled:
        """Run and differentiate; see `Engine`."""
        steps = len(step_weights)
        tape = self._fitting(params, steps)
        tape.load(phi, state)
        loss, grads = optimizee.loss_and_grads(params, first_step)
        losses, slopes = [], []
        for step in range(steps):
            params = params + tape.forward(step, grads)
            loss, grads = optimizee.loss_and_grads(params, first_step + step + 1)
            losses.append(loss)
            slopes.append(grads)
        weights = (step_weights / loss.numel()).view(-1, *[1] * params.dim())
        update_grads = (torch.stack(slopes) * weights).flip(0).cumsum(0).flip(0)
        phi_grads = tape.backward(update_grads)
        return Unrolled(params, tape.state(), torch.stack(losses).mean(1), phi_grads)

    def _fitting(self, params: Tensor, steps: int) -> _Tape | _Tapes:
        """Return a tape whose buffers fit, the last one if it does."""
        wanted = (steps, params.shape, params.dtype)
        if self._fits != wanted:
            self._tape, self._fits = self._make(params, steps), wanted
        return self._tape

    def _make(self, params: Tensor, steps: int) -> _Tape | _Tapes:
        rule = self.rule
        if isinstance(rule, CoordinatewiseLSTM):
            return _Tape(rule, self._network(rule, steps, params.numel(), params.dtype))
        parts = zip(rule.groups, rule.split(params), strict=True)
        return _Tapes(
            rule,
            [
                _Tape(group.rule, self._network(group.rule, steps, part.numel(), part.dtype))
                for group, part in parts
            ],
        )


class _Tape:
    """One rule over one truncation: what it sees, and the network that keeps the steps."""

    def __init__(self, rule: CoordinatewiseLSTM, network: Network) -> None:
        self._rule, self._network = rule, network
        self._seen: OptimizerState = {}

    def load(self, phi: Tensor, state: OptimizerState) -> None:
        self._network.load(phi, state)
        self._seen = state

    def forward(self, step: int, grads: Tensor) -> Tensor:
        """Return the updates, of the shape of the gradients."""
        features, self._seen = self._rule.see(grads, self._seen)
        return self._network.forward(step, features).view(grads.shape)

    def backward(self, update_grads: Tensor) -> Tensor:
        return self._network.backward(update_grads.reshape(len(update_grads), -1))

    def state(self) -> OptimizerState:
        return {**self._network.states(), **self._seen}


class _Tapes:
    """Several rules side by side, each over its coordinates."""

    def __init__(self, rule: Grouped, tapes: list[_Tape]) -> None:
        self._rule, self._tapes = rule, tapes

    def load(self, phi: Tensor, state: OptimizerState) -> None:
        parts = zip(self._tapes, self._rule.split_phi(phi), self._rule.groups, strict=True)
        for tape, phi_, group in parts:
            tape.load(phi_, of_group(state, group.name))

    def forward(self, step: int, grads: Tensor) -> Tensor:
        parts = zip(self._tapes, self._rule.split(grads), strict=True)
        return torch.cat([tape.forward(step, grads_.contiguous()) for tape, grads_ in parts], -1)

    def backward(self, update_grads: Tensor) -> Tensor:
        parts = zip(self._tapes, self._rule.split(update_grads), strict=True)
        return torch.cat([tape.backward(slopes) for tape, slopes in parts])

    def state(self) -> OptimizerState:
        parts = zip(self._rule.groups, self._tapes, strict=True)
        return joined({group.name: tape.state() for group, tape in parts})


def engine_for(rule: UpdateRule, *, second_order: bool = False) -> Engine:
    """Return the fastest engine that can differentiate a rule."""
    if isinstance(rule, CoordinatewiseLSTM | Grouped) and not second_order:
        return FirstOrderEngine(rule)
    return AutogradEngine(rule, second_order=second_order)
