"""The inner loop: gradient descent on each task's support set, all tasks at once.

    params_i' = params_i - inner_lr grad L_i(params_i)

(arXiv:1703.03400, equation before 1.) Every step is differentiable in the params before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

from l2l_tui.lab.maml.networks import Network
from l2l_tui.lab.maml.tasks import Examples

Loss = Callable[[Tensor, Tensor], Tensor]
"""From outputs (tasks, examples, outputs) and targets, each task's mean loss: (tasks,)."""


def squared_error(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return each task's mean squared error: (tasks,), of targets shaped as the outputs."""
    return (outputs - targets).square().mean((1, 2))


def cross_entropy(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return each task's mean cross-entropy: (tasks,), of classes (tasks, examples)."""
    losses = functional.cross_entropy(outputs.flatten(0, 1), targets.flatten(), reduction="none")
    return losses.view(targets.shape).mean(1)


@dataclass(frozen=True)
class InnerLoop:
    """How params adapt to a support set, and how adapted ones name queries."""

    network: Network
    """What the params are of."""
    loss: Loss
    """What descends."""
    inner_lr: float
    """The step size."""
    head_only: bool = False
    """Only the head adapts (ANIL, arXiv:1909.09157): the body stays as it was learned."""
    transductive: bool = True
    """Queries are normalised by their own batch statistics, which then depend on all queries;
    else by the support set's, and every query is judged alone."""

    def path(
        self, params: Tensor, support: Examples, inner_steps: int, *, second_order: bool = False
    ) -> Iterator[Tensor]:
        """Yield the params after 0, 1, ..., `inner_steps` steps: each (tasks, size).

        Args:
            params: Where to start, differentiable: (tasks, size).
            support: What to adapt to.
            inner_steps: How many steps.
            second_order: Whether what is yielded can be differentiated through the steps'
                gradients; else those are constants.
        """
        if not self.head_only:
            loss = partial(self._support_loss, support)
            yield from self._descent(params, loss, inner_steps, second_order=second_order)
            return
        body, head = self.network.halves(params)
        features = self.network.features(body, support.x)  # the body stays: once is enough
        loss = partial(self._head_loss, features, support.y)
        for adapted in self._descent(head, loss, inner_steps, second_order=second_order):
            yield torch.cat((body, adapted), -1)

    def adapted(
        self, params: Tensor, support: Examples, inner_steps: int, *, second_order: bool = False
    ) -> Tensor:
        """Return the last params of the `path`: (tasks, size)."""
        for adapted in self.path(params, support, inner_steps, second_order=second_order):
            params = adapted
        return params

    def outputs(self, params: Tensor, support: Examples, x: Tensor) -> Tensor:
        """Return adapted networks' outputs on queries x (tasks, queries, ...)."""
        return self.network.outputs(params, x, None if self.transductive else support.x)

    def _support_loss(self, support: Examples, params: Tensor) -> Tensor:
        return self.loss(self.network.outputs(params, support.x), support.y)

    def _head_loss(self, features: Tensor, y: Tensor, head: Tensor) -> Tensor:
        return self.loss(self.network.readout(head, features), y)

    def _descent(
        self,
        params: Tensor,
        loss: Callable[[Tensor], Tensor],
        inner_steps: int,
        *,
        second_order: bool,
    ) -> Iterator[Tensor]:
        """Yield params on their way down each task's own loss."""
        yield params
        for _ in range(inner_steps):
            # A sum over tasks: each one's gradient is of its own loss alone.
            total = loss(params).sum()
            (grads,) = torch.autograd.grad(total, params, create_graph=second_order)
            params = torch.sub(params, grads, alpha=self.inner_lr)
            yield params
