"""A memory of bounded size in which every example ever met has the same chance to be.

Reservoir sampling (Vitter 1985, algorithm R): the n-th example goes into a memory of size m with
probability m / n, in place of one that is there, each as likely.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from l2l_tui.lab.continual.streams import Examples, Stream


class Reservoir:
    """The memory of one stream.

    Args:
        capacity: How many examples it holds.
        features: How many numbers an example has.
    """

    def __init__(self, capacity: int, features: int) -> None:
        self.capacity, self.seen = capacity, 0
        self._kept = Examples(
            torch.zeros(capacity, features),
            torch.zeros(capacity, dtype=torch.int64),
            torch.zeros(capacity, dtype=torch.int64),
        )

    def __len__(self) -> int:
        """Return how many examples are in it."""
        return min(self.seen, self.capacity)

    def kept(self) -> Examples:
        """Return all that is in it."""
        filled = slice(len(self))
        return Examples(self._kept.x[filled], self._kept.y[filled], self._kept.experience[filled])

    def meet(self, stream: Stream, experience: int, draws: torch.Generator) -> None:
        """Let every training example of an experience come by once."""
        slots, positions = self._placed(len(stream.train.rows[experience]), draws)
        examples = stream.learned_from(experience, positions)
        kept = self._kept
        self._kept = Examples(
            kept.x.index_copy(0, slots, examples.x),
            kept.y.index_copy(0, slots, examples.y),
            kept.experience.index_copy(0, slots, examples.experience),
        )

    def _placed(self, count: int, draws: torch.Generator) -> tuple[Tensor, Tensor]:
        """Draw which of `count` more examples are kept: their slots and their positions.

        The n-th example draws one of n slots; those past the capacity do not exist, and of
        several examples in one slot the last stays. The first `capacity` of all get their own.
        """
        number = self.seen + torch.arange(count)
        chance = torch.rand(count, generator=draws, dtype=torch.float64)
        drawn = (chance * (number + 1)).long()
        slots = torch.where(number < self.capacity, number, drawn)
        last = torch.full((max(self.capacity, int(slots.max()) + 1),), -1)
        last.scatter_reduce_(0, slots, torch.arange(count), "amax")
        self.seen += count
        taken = (last[: self.capacity] >= 0).nonzero().squeeze(1)
        return taken, last[taken]

    def draw(self, count: int, draws: torch.Generator) -> Examples:
        """Return so many examples drawn from it, with replacement; it must not be empty."""
        chosen = torch.randint(len(self), (count,), generator=draws)
        kept = self._kept
        return Examples(kept.x[chosen], kept.y[chosen], kept.experience[chosen])

    def state(self) -> dict[str, Any]:
        """Return everything in it, as copies."""
        kept = self._kept
        return {
            "seen": self.seen,
            "x": kept.x.clone(),
            "y": kept.y.clone(),
            "experience": kept.experience.clone(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave."""
        self.seen = state["seen"]
        self._kept = Examples(*(state[name].clone() for name in ("x", "y", "experience")))
