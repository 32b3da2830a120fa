"""A course: one strategy learns a stream in each member, experience by experience.

After each experience the network is judged by the held-back examples of all that it has met.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from l2l_tui.lab.continual.problem import Problem
from l2l_tui.lab.continual.strategies import Draws, Strategy
from l2l_tui.lab.optimizers import Adam
from l2l_tui.lab.randomness import generator


@dataclass(frozen=True)
class Schedule:
    """How each experience is learned."""

    iterations: int
    """Minibatches of each experience."""
    batch: int
    """Examples in one."""
    lr: float
    """Adam's rate."""
    every: int
    """Minibatches between two safe points."""

    @property
    def stretches(self) -> int:
        """Safe points while an experience is learned."""
        return -(-self.iterations // self.every)


Purpose = tuple[str | int, ...]
"""What a member's generators are for; members with the same learn from the same draws."""


class Course:
    """Learns one stretch at a time; the state is whole in between.

    Params at the start and minibatches depend on the seed and a member's purpose alone, so that
    strategies are compared on the same draws. Adam's memory goes on from one experience to the
    next.

    Args:
        problem: The network and the streams.
        strategy: How they are learned.
        schedule: For how long.
        seed: Decides every draw, with
        purposes: one for each member.
    """

    def __init__(
        self,
        problem: Problem,
        strategy: Strategy,
        schedule: Schedule,
        seed: int,
        purposes: Sequence[Purpose],
    ) -> None:
        self._problem, self._strategy, self._schedule = problem, strategy, schedule
        self._seed, self._purposes = seed, tuple(purposes)
        self._optimizer = Adam(schedule.lr)
        self._params = torch.stack([problem.network.draw(draws) for draws in self._draws("params")])
        self._memory = dict(self._optimizer.init(self._params))
        self.matrix = torch.full(
            (len(problem), problem.experiences, problem.experiences),
            torch.nan,
            dtype=torch.float64,
        )
        self.experience, self._stretch, self._judged = 0, 0, 0

    @staticmethod
    def steps(experiences: int, schedule: Schedule) -> int:
        """Return how often `advance` is called until `done`."""
        return experiences * schedule.stretches + experiences * (experiences + 1) // 2

    @property
    def done(self) -> bool:
        """Whether all is learned and judged."""
        return self.experience == self._problem.experiences

    @property
    def iterations(self) -> int:
        """Minibatches so far."""
        made = min(self._stretch * self._schedule.every, self._schedule.iterations)
        return self.experience * self._schedule.iterations + made

    def advance(self) -> Tensor | None:
        """Learn for a stretch, or judge one experience.

        Returns:
            Each member's mean loss over the stretch (members,), or None if it judged.
        """
        if self._stretch < self._schedule.stretches:
            return self._learn()
        now, judged = self.experience, self._judged
        self.matrix[:, now, judged] = self._problem.accuracies(self._params, judged, now)
        self._judged += 1
        if self._judged > now:
            self.experience, self._stretch, self._judged = now + 1, 0, 0
        return None

    def _learn(self) -> Tensor:
        schedule, newest = self._schedule, self.experience
        begin = self._stretch * schedule.every
        count = min(schedule.every, schedule.iterations - begin)
        chances = self._chances(count)
        draws = self._draws("memory", newest, self._stretch)
        oldest = self._strategy.oldest(newest)
        total = torch.zeros(len(self._problem))
        for step in range(count):
            examples = self._problem.draw(oldest, newest, chances[:, step])
            found, grads = self._strategy.losses_and_grads(self._params, examples, newest, draws)
            updates, self._memory = self._update(grads)
            self._params = self._params + updates
            total = total + found
        self._stretch += 1
        if self._stretch == schedule.stretches:
            self._strategy.end(self._params, newest, self._draws("end", newest))
        return total / count

    def _update(self, grads: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        updates, memory = self._optimizer.update(grads, self._memory, self._params)
        return updates, dict(memory)

    def _chances(self, count: int) -> Tensor:
        """Draw what decides the minibatches of a stretch: (members, count, 2, batch)."""
        size = (count, 2, self._schedule.batch)
        return torch.stack(
            [
                torch.rand(size, generator=draws, dtype=torch.float64)
                for draws in self._draws("batches", self.experience, self._stretch)
            ]
        )

    def _draws(self, *purpose: str | int) -> Draws:
        return [generator(self._seed, *own, *purpose) for own in self._purposes]

    def state(self) -> dict[str, Any]:
        """Return everything that the rest depends on, as copies."""
        return {
            "params": self._params.clone(),
            "memory": {name: value.clone() for name, value in self._memory.items()},
            "matrix": self.matrix.clone(),
            "position": [self.experience, self._stretch, self._judged],
            "strategy": self._strategy.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave."""
        self._params, self.matrix = state["params"].clone(), state["matrix"].clone()
        self._memory = {name: value.clone() for name, value in state["memory"].items()}
        self.experience, self._stretch, self._judged = state["position"]
        self._strategy.restore(state["strategy"])
