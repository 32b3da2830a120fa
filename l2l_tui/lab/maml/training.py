"""Meta-training: initial params by Adam, those of several meta-seeds side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from l2l_tui.lab.optimizers import Adam, half_cosine
from l2l_tui.lab.ranks import ALONE, Ranks

Gradient = Callable[[Tensor], tuple[Tensor, Tensor]]
"""From what is learned (seeds, size), losses (seeds, tasks) and gradients (seeds, size)."""


@dataclass(frozen=True)
class Schedule:
    """How long and how boldly."""

    outer_steps: int
    """Steps of Adam."""
    outer_lr: float
    """Adam's rate at first."""
    cosine: bool = True
    """Whether it falls to 0 as half a cosine; else it stays."""

    def outer_lr_at(self, outer_step: int) -> float:
        """Return Adam's rate at an outer step, counted from 0."""
        if not self.cosine:
            return self.outer_lr
        return self.outer_lr * half_cosine(outer_step, self.outer_steps)


class Training:
    """What is learned, one a meta-seed; none knows of another.

    Args:
        initial: Where it starts: (seeds, size).
        schedule: How long and how boldly.
        gradient: Draws a batch, from `generators`, and gives its gradient.
        generators: Each meta-seed's own.
        ranks: Who shares each batch: `gradient` gives that of a rank's own tasks.

    Attributes:
        learned: Where it stands: (seeds, size).
        outer_step: Steps done.
    """

    def __init__(
        self,
        initial: Tensor,
        schedule: Schedule,
        gradient: Gradient,
        generators: Sequence[torch.Generator],
        ranks: Ranks = ALONE,
    ) -> None:
        self._schedule, self._gradient, self._generators = schedule, gradient, generators
        self._ranks = ranks
        self._moments = Adam(schedule.outer_lr).init(initial)
        self.learned = initial
        self.outer_step = 0

    @property
    def is_over(self) -> bool:
        """Whether all steps are made."""
        return self.outer_step >= self._schedule.outer_steps

    def step(self) -> Tensor:
        """Make one step; return the losses that it began with: (seeds, tasks).

        Where ranks share the tasks, each of the losses is a mean over ranks.
        """
        losses, grads = self._ranks.mean(*self._gradient(self.learned))
        adam = Adam(self._schedule.outer_lr_at(self.outer_step))
        updates, self._moments = adam.update(grads, self._moments, self.learned)
        self.learned = self.learned + updates
        self.outer_step += 1
        return losses

    def state(self) -> dict[str, Any]:
        """Return everything that the rest of the training depends on, as copies."""
        return {
            "outer_step": self.outer_step,
            "learned": self.learned.clone(),
            "moments": {name: value.clone() for name, value in self._moments.items()},
            "generators": torch.stack([source.get_state() for source in self._generators]),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave; the training goes on to the same bits."""
        self.outer_step, self.learned = state["outer_step"], state["learned"].clone()
        self._moments = {name: value.clone() for name, value in state["moments"].items()}
        for source, kept in zip(self._generators, state["generators"], strict=True):
            source.set_state(kept.clone())
