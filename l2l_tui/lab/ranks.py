"""Who shares a batch: several processes, each with a part of its problems, tasks or episodes.

A procedure is handed its `Ranks`. All of them draw whole batches from the same generators, so
that as many ranks as one likes see the same problems; each takes its own `share`, and what must
be the same everywhere is brought together again: the meta-gradient by `mean`, evaluations by
`whole`. What is not shared out every rank does in full. `ALONE` is who shares with nobody; it
gives back what it is given. How ranks reach each other is not the lab's business.

This module loads no torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor


class Ranks:
    """One rank among those that share a batch; this class is the one that is alone.

    Whoever has company overrides `mean`, `whole` and `collected`, which all ranks call at the
    same places in the same order.

    Attributes:
        rank: Which one this is, counted from 0.
        size: How many there are.
    """

    rank = 0
    size = 1

    def share(self, count: int) -> slice:
        """Return this rank's part of so many; where there are too few for all, everything.

        Parts differ by one at most; of a multiple of `size` all are equal.
        """
        return share(self.rank, self.size, count)

    def mean(self, *parts: Tensor) -> tuple[Tensor, ...]:
        """Return the means over ranks of tensors that every rank has in the same shapes."""
        return parts

    def whole(self, part: Tensor, count: int, dim: int) -> Tensor:
        """Return a tensor with so many entries along an axis, of which each rank has its share."""
        del count, dim
        return part

    def collected(self, mine: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Return the state of every rank, in their order; any but the first gets its own alone."""
        return [mine]


ALONE = Ranks()
"""A rank that shares with nobody."""


def share(rank: int, size: int, count: int) -> slice:
    """Return the part of so many that one of `size` ranks takes; see `Ranks.share`."""
    if count < size:
        return slice(0, count)
    return slice(rank * count // size, (rank + 1) * count // size)
