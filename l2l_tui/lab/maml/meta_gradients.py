"""What the initial params learn from a batch of tasks: MAML, FOMAML, ANIL, Reptile.

All learn initial params from which few inner steps lead far; they differ in the gradient that
the outer optimizer is given:

- MAML: that of the query loss after the inner steps, through all of them (arXiv:1703.03400,
  algorithm 1).
- FOMAML: the same with the inner gradients taken for constants (section 5.2, "first-order
  approximation"): the gradient of the query loss at the adapted params.
- ANIL: MAML with inner steps of the head alone (arXiv:1909.09157).
- Reptile: from where the inner steps lead back to where they started (arXiv:1803.02999).

Several initial params, one a meta-seed, learn side by side, each from tasks of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import torch
from torch import Tensor

from l2l_tui.lab.maml.inner_loop import InnerLoop
from l2l_tui.lab.maml.tasks import Tasks

NAMES = ("maml", "fomaml", "anil", "reptile")
"""The algorithms that there are."""


class MetaLearner(Protocol):
    """What turns a batch of tasks into a gradient of the initial params."""

    @property
    def inner(self) -> InnerLoop:
        """How params adapt, in training and in judging."""
        ...

    def meta_gradient(self, initial: Tensor, tasks: Tasks) -> tuple[Tensor, Tensor]:
        """Return each task's query loss after adapting, and the mean task's gradient.

        Args:
            initial: (seeds, size).
            tasks: As many of each meta-seed, those of the first one first.

        Returns:
            Losses (seeds, tasks) and gradients (seeds, size), both without a graph.
        """
        ...


@dataclass(frozen=True)
class MAML:
    """The gradient of the query loss after `inner_steps`."""

    inner: InnerLoop
    """One inner step; ANIL where only the head adapts."""
    inner_steps: int
    """How many in training."""
    second_order: bool = True
    """Whether gradients through gradients are kept; FOMAML drops them."""

    def meta_gradient(self, initial: Tensor, tasks: Tasks) -> tuple[Tensor, Tensor]:
        """Return losses (seeds, tasks) and gradients (seeds, size)."""
        learned = initial.detach().requires_grad_()
        params = self.inner.adapted(
            spread(learned, len(tasks)),
            tasks.support,
            self.inner_steps,
            second_order=self.second_order,
        )
        outputs = self.inner.outputs(params, tasks.support, tasks.query.x)
        losses = self.inner.loss(outputs, tasks.query.y).view(len(initial), -1)
        (grads,) = torch.autograd.grad(losses.mean(1).sum(), learned)
        return losses.detach(), grads


@dataclass(frozen=True)
class Reptile:
    """(initial - adapted) / inner_lr, which is the sum of the inner steps' gradients.

    (arXiv:1803.02999, sections 2 and 5.1.) There is no query set in its training: each inner
    step sees other examples of support and query together, as many as the support set has, in
    their order and from the beginning again after the last. The loss that it returns is that
    on the query set, of which it has then seen what the steps came to.
    """

    inner: InnerLoop
    """One inner step."""
    inner_steps: int
    """How many in training; with one it would learn nothing but the mean of all tasks."""

    def meta_gradient(self, initial: Tensor, tasks: Tasks) -> tuple[Tensor, Tensor]:
        """Return losses (seeds, tasks) and gradients (seeds, size)."""
        start = spread(initial.detach(), len(tasks))
        params, union = start, tasks.union()
        batch, examples = tasks.support.x.shape[1], union.x.shape[1]
        for step in range(self.inner_steps):
            places = torch.arange(step * batch, (step + 1) * batch) % examples
            fresh = params.detach().requires_grad_()
            params = self.inner.adapted(fresh, union.at(places), 1).detach()
        with torch.no_grad():
            outputs = self.inner.outputs(params, tasks.support, tasks.query.x)
            losses = self.inner.loss(outputs, tasks.query.y)
        travelled = (start - params) / self.inner.inner_lr
        seeds, size = initial.shape
        return losses.view(seeds, -1), travelled.view(seeds, -1, size).mean(1)


def named(name: str, inner: InnerLoop, inner_steps: int) -> MetaLearner:
    """Return one of `NAMES`.

    Args:
        name: Which.
        inner: How params adapt; ``anil`` makes it adapt the head only.
        inner_steps: How many steps in training.

    Raises:
        KeyError: There is none of that name.
    """
    made: dict[str, MetaLearner] = {
        "maml": MAML(inner, inner_steps),
        "fomaml": MAML(inner, inner_steps, second_order=False),
        "anil": MAML(replace(inner, head_only=True), inner_steps),
        "reptile": Reptile(inner, inner_steps),
    }
    return made[name]


def spread(initial: Tensor, tasks: int) -> Tensor:
    """Return initial params (seeds, size), each for its share of the tasks: (tasks, size)."""
    return initial.repeat_interleave(tasks // len(initial), 0)
