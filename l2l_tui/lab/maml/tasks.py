"""Tasks: a few examples to adapt to, and others of the same task to be judged by."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Examples:
    """Examples of a batch of tasks."""

    x: Tensor
    """Inputs: (tasks, examples, ...)."""
    y: Tensor
    """Targets: (tasks, examples, ...), whatever the loss wants."""

    def __len__(self) -> int:
        """Return how many tasks there are."""
        return len(self.x)

    def at(self, which: Tensor | slice) -> Examples:
        """Return some of each task's examples, by their places."""
        return Examples(self.x[:, which], self.y[:, which])

    def of(self, which: Tensor | slice) -> Examples:
        """Return all examples of some of the tasks."""
        return Examples(self.x[which], self.y[which])


@dataclass(frozen=True)
class Tasks:
    """A batch of tasks; none has an example in both its parts."""

    support: Examples
    """What a task's params adapt to."""
    query: Examples
    """What adapted params are judged by."""

    def __len__(self) -> int:
        """Return how many tasks there are."""
        return len(self.support)

    def union(self) -> Examples:
        """Return support and query as one, the support's examples first."""
        return Examples(
            torch.cat((self.support.x, self.query.x), 1),
            torch.cat((self.support.y, self.query.y), 1),
        )


def joined(found: list[Tasks]) -> Tasks:
    """Return several batches as one, one after the other."""
    return Tasks(
        *(
            Examples(torch.cat([part.x for part in parts]), torch.cat([part.y for part in parts]))
            for parts in ([one.support for one in found], [one.query for one in found])
        )
    )
