"""Engines: one truncation of backpropagation through time, behind one interface.

An engine runs an optimizer with parameters phi for a few inner steps and returns the
gradient in phi of the meta-loss sum_t w_t f(theta_t) (arXiv:1606.04474, equation 3),
where t counts updates, so theta_0 has no weight. Engines differ in speed, never in what
they compute. This module holds the clear one; `first_order` the fast one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from l2l_tui.lab.optimizees import Optimizee
from l2l_tui.lab.optimizers import OptimizerState
from l2l_tui.lab.rules import UpdateRule


@dataclass(frozen=True)
class Unrolled:
    """What one truncation gives."""

    params: Tensor
    """Where the optimizees stand after it: (problems, coordinates)."""
    state: OptimizerState
    """The optimizer's memory after it, cut off from the past."""
    losses: Tensor
    """The mean loss over problems after each update: (unroll_length,)."""
    phi_grads: Tensor
    """The gradient in phi of sum_t w_t * losses_t: (size,)."""


class Engine(Protocol):
    """Unrolls a learned optimizer and differentiates the meta-loss."""

    def unroll(
        self,
        phi: Tensor,
        optimizee: Optimizee,
        params: Tensor,
        state: OptimizerState,
        step_weights: Tensor,
        first_step: int = 0,
    ) -> Unrolled:
        """Run as many inner steps as there are step weights.

        Args:
            phi: (size,).
            optimizee: The problems.
            params: Where they stand: (problems, coordinates).
            state: The optimizer's memory there.
            step_weights: w_t of the loss after each update: (unroll_length,).
            first_step: The inner steps made before: which minibatches come next.
        """
        ...


@dataclass(frozen=True)
class AutogradEngine:
    """The clear engine: autograd through the whole truncation, on any device."""

    rule: UpdateRule
    """The learned optimizer's."""
    second_order: bool = False
    """Whether gradients flow through the gradients too (the paper's dashed edges)."""

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
        phi = phi.detach().requires_grad_()
        losses = []
        for inner_step in range(first_step, first_step + len(step_weights)):
            grads = self._grads(optimizee, params, inner_step)
            updates, state = self.rule.update(phi, grads, state, params)
            params = params + updates
            losses.append(optimizee.loss(params, inner_step + 1).mean())
        trace = torch.stack(losses)
        (phi_grads,) = torch.autograd.grad((step_weights * trace).sum(), phi)
        rest = {name: value.detach() for name, value in state.items()}
        return Unrolled(params.detach(), rest, trace.detach(), phi_grads)

    def _grads(self, optimizee: Optimizee, params: Tensor, inner_step: int) -> Tensor:
        if not self.second_order:
            return optimizee.loss_and_grads(params.detach(), inner_step)[1]
        if not params.requires_grad:
            params = params.clone().requires_grad_()
        total = optimizee.loss(params, inner_step).sum()
        return torch.autograd.grad(total, params, create_graph=True)[0]
