"""Engines: one truncation of backpropagation through time, behind one interface.

An engine runs an optimizer with parameters phi for a few inner steps and returns the
gradient in phi of the meta-loss sum_t w_t f(theta_t) (arXiv:1606.04474, equation 3),
where t counts updates, so theta_0 has no weight. Engines differ in speed, never in what
they compute. This module holds the clear one; `fused_engine` the fast one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from l2l_tui.lab.learned_optimizer import Architecture, LearnedOptimizer
from l2l_tui.lab.optimizees import Optimizee
from l2l_tui.lab.optimizers import OptimizerState


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
    ) -> Unrolled:
        """Run as many inner steps as there are step weights.

        Args:
            phi: (size,).
            optimizee: The problems.
            params: Where they stand: (problems, coordinates).
            state: The optimizer's memory there.
            step_weights: w_t of the loss after each update: (unroll_length,).
        """
        ...


@dataclass(frozen=True)
class AutogradEngine:
    """The clear engine: autograd through the whole truncation, on any device."""

    architecture: Architecture
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
    ) -> Unrolled:
        """Run and differentiate; see `Engine`."""
        phi = phi.detach().requires_grad_()
        optimizer = LearnedOptimizer(self.architecture, phi)
        losses = []
        for _ in step_weights:
            grads = self._grads(optimizee, params)
            updates, state = optimizer.update(grads, state, params)
            params = params + updates
            losses.append(optimizee.loss(params).mean())
        trace = torch.stack(losses)
        (phi_grads,) = torch.autograd.grad((step_weights * trace).sum(), phi)
        rest = {name: value.detach() for name, value in state.items()}
        return Unrolled(params.detach(), rest, trace.detach(), phi_grads)

    def _grads(self, optimizee: Optimizee, params: Tensor) -> Tensor:
        if not self.second_order:
            return optimizee.loss_and_grads(params.detach())[1]
        if not params.requires_grad:
            params = params.clone().requires_grad_()
        total = optimizee.loss(params).sum()
        return torch.autograd.grad(total, params, create_graph=True)[0]
