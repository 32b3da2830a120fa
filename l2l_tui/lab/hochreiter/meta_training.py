"""Meta-training: the learners' weights by backpropagation through whole sequences, with Adam."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from l2l_tui.lab.hochreiter.functions import Examples
from l2l_tui.lab.hochreiter.network import Network
from l2l_tui.lab.optimizers import Adam, half_cosine
from l2l_tui.lab.ranks import ALONE, Ranks


@dataclass(frozen=True)
class Schedule:
    """How long and how boldly the learners are trained."""

    outer_steps: int
    """Steps of Adam on phi."""
    outer_lr: float = 0.01
    """Adam's rate at first; it falls to 0 as half a cosine."""
    clip: float = 1.0
    """The largest norm of a network's meta-gradient."""

    def outer_lr_at(self, outer_step: int) -> float:
        """Return Adam's rate at an outer step, counted from 0."""
        return self.outer_lr * half_cosine(outer_step, self.outer_steps)


class MetaTraining:
    """Networks trained side by side, one a meta-seed; none knows of another.

    Args:
        network: The architecture.
        phi: Where they start: (networks, size).
        schedule: How long and how boldly.
        draw: Gives training sequences (networks, sequences, examples), from `generators`.
        generators: Each network's own.
        ranks: Who shares each batch: `draw` gives a rank's own sequences.

    Attributes:
        phi: Where training stands: (networks, size).
        outer_step: Steps done.
    """

    def __init__(
        self,
        network: Network,
        phi: Tensor,
        schedule: Schedule,
        draw: Callable[[list[torch.Generator]], Examples],
        generators: list[torch.Generator],
        ranks: Ranks = ALONE,
    ) -> None:
        self._network, self._schedule, self._ranks = network, schedule, ranks
        self._draw, self._generators = draw, generators
        self._moments = Adam(schedule.outer_lr).init(phi)
        self.phi = phi
        self.outer_step = 0

    def step(self) -> Tensor:
        """Make one step; return the errors that it began with: (networks, sequences).

        Where ranks share the sequences, each of the errors is a mean over ranks.
        """
        phi = self.phi.clone().requires_grad_()
        errors = self._network.squared_errors(phi, self._draw(self._generators)).mean(-1)
        # A sum over networks: each one's gradient is of its own mean alone.
        (mine,) = torch.autograd.grad(errors.mean(-1).sum(), phi)
        grads, errors = self._ranks.mean(mine, errors.detach())
        norms = grads.norm(dim=-1, keepdim=True)
        clipped = grads * (self._schedule.clip / norms.clamp(min=self._schedule.clip))
        adam = Adam(self._schedule.outer_lr_at(self.outer_step))
        updates, self._moments = adam.update(clipped, self._moments, self.phi)
        self.phi = self.phi + updates
        self.outer_step += 1
        return errors

    def state(self) -> dict[str, Any]:
        """Return everything that the rest of the training depends on, as copies."""
        return {
            "outer_step": self.outer_step,
            "phi": self.phi.clone(),
            "moments": {name: value.clone() for name, value in self._moments.items()},
            "generators": torch.stack([source.get_state() for source in self._generators]),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave; the training goes on to the same bits."""
        self.outer_step, self.phi = state["outer_step"], state["phi"].clone()
        self._moments = {name: value.clone() for name, value in state["moments"].items()}
        for source, saved in zip(self._generators, state["generators"], strict=True):
            source.set_state(saved.clone())
