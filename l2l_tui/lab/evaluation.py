"""Evaluation: one path for every optimizer, hand-designed or learned."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from l2l_tui.lab.optimizees import Optimizee, shared
from l2l_tui.lab.optimizers import Optimizer
from l2l_tui.lab.ranks import ALONE, Ranks


class Rollout:
    """An optimizer at work on problems; it can be left after any inner step.

    Args:
        optimizer: What trains.
        optimizee: The problems.
        params: Where they start: (..., problems, coordinates).
        steps: Updates to make.
        ranks: Who shares the problems.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        optimizee: Optimizee,
        params: Tensor,
        steps: int,
        ranks: Ranks = ALONE,
    ) -> None:
        self._optimizer, self._steps, self._ranks = optimizer, steps, ranks
        self._problems = params.shape[-2]
        self._optimizee, self._params = shared(optimizee, params, ranks)
        self._memory = optimizer.init(self._params)
        self._losses: list[Tensor] = []

    @property
    def done(self) -> bool:
        """Whether all updates are made."""
        return len(self._losses) > self._steps

    @torch.no_grad()
    def advance(self, inner_steps: int) -> None:
        """Make so many updates, or those that are left; at the end take the last loss."""
        begin = len(self._losses)
        for inner_step in range(begin, min(begin + inner_steps, self._steps)):
            loss, grads = self._optimizee.loss_and_grads(self._params, inner_step)
            self._losses.append(loss)
            updates, self._memory = self._optimizer.update(grads, self._memory, self._params)
            self._params = self._params + updates
        if len(self._losses) == self._steps:
            self._losses.append(self._optimizee.loss(self._params, self._steps))

    def trace(self) -> Tensor:
        """Return every problem's loss along the way.

        Returns:
            (steps + 1, ..., problems) once `done`: entry t is the loss after t updates, so
            entry 0 is the loss at the start. Divergence shows as infinity, never as NaN.
        """
        mine = torch.stack(self._losses).nan_to_num(nan=torch.inf)
        return self._ranks.whole(mine, self._problems, -1)

    def params(self) -> Tensor:
        """Return where all problems stand: (..., problems, coordinates)."""
        return self._ranks.whole(self._params, self._problems, -2).clone()

    def state(self) -> dict[str, Any]:
        """Return everything that the rest depends on, as copies."""
        losses = torch.stack(self._losses) if self._losses else self._params.new_empty(0)
        mine = {
            "params": self._params.clone(),
            "memory": {name: value.clone() for name, value in self._memory.items()},
            "losses": losses,
        }
        return {"ranks": self._ranks.collected(mine)}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave."""
        mine = state["ranks"][self._ranks.rank]
        self._params = mine["params"].clone()
        self._memory = {name: value.clone() for name, value in mine["memory"].items()}
        self._losses = list(mine["losses"].clone().unbind())


def losses(optimizer: Optimizer, optimizee: Optimizee, params: Tensor, steps: int) -> Tensor:
    """Return every problem's loss along the way, as `Rollout.trace` does, all at once."""
    rollout = Rollout(optimizer, optimizee, params, steps)
    rollout.advance(steps)
    return rollout.trace()


@dataclass(frozen=True)
class Measures:
    """What counts of a trace; each a mean over problems but for the median."""

    final: float
    """The loss after the horizon's last update."""
    summed: float
    """The losses after updates 1 to horizon, summed."""
    median_final: float
    """The median of the loss after the horizon's last update."""
    doubled: float
    """The loss after twice the horizon."""

    @classmethod
    def of(cls, trace: Tensor, horizon: int) -> Measures:
        """Measure a trace (2 horizon + 1, problems)."""
        return cls(
            final=float(final_loss(trace, horizon)),
            summed=float(summed_loss(trace, horizon)),
            median_final=median_final_loss(trace, horizon),
            doubled=float(final_loss(trace, 2 * horizon)),
        )


def final_loss(trace: Tensor, horizon: int) -> Tensor:
    """Return the mean over problems of the loss after `horizon` updates: (...)."""
    return trace[horizon].mean(-1)


def median_final_loss(trace: Tensor, horizon: int) -> float:
    """Return the median over problems of the loss after `horizon` updates.

    Of an even number of problems it is the mean of the middle two (torch gives the lower);
    infinite where more than half of them diverged.

    Args:
        trace: (steps + 1, problems).
        horizon: Which entry counts.
    """
    return float(statistics.median(trace[horizon].tolist()))


def summed_loss(trace: Tensor, horizon: int) -> Tensor:
    """Return the mean over problems of the losses after updates 1 to `horizon`, summed: (...).

    The loss at the start is left out, as in equation 3 of arXiv:1606.04474.
    """
    return trace[1 : horizon + 1].sum(0).mean(-1)


def ratio_to_best(loss: float, rivals: list[float]) -> float:
    """Return a loss over the lowest of others; NaN if none is finite, for 0 would be praise."""
    best = min(rivals)
    return loss / best if math.isfinite(best) else math.nan
