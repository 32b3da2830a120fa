"""Ranks in one process: threads that wait for each other where ranks would."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import torch
from torch import Tensor

from l2l_tui.lab.ranks import Ranks, share

Found = TypeVar("Found")
_PATIENCE_S = 120.0


class Company:
    """What so many ranks tell each other.

    Args:
        size: How many.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._barrier = threading.Barrier(size)
        self._said: list[Any] = [None] * size

    def exchange(self, rank: int, mine: Any) -> list[Any]:
        """Return what all say, once all have said it."""
        self._said[rank] = mine
        self._barrier.wait(_PATIENCE_S)
        said = list(self._said)
        self._barrier.wait(_PATIENCE_S)
        return said

    def do(self, work: Callable[[Ranks], Found]) -> list[Found]:
        """Let every rank do the work; return what each made of it."""

        def one(rank: int) -> Found:
            try:
                return work(_Rank(self, rank))
            except BaseException:
                self._barrier.abort()  # nobody waits for who will not come
                raise

        with ThreadPoolExecutor(self.size) as pool:
            return list(pool.map(one, range(self.size)))


class _Rank(Ranks):
    def __init__(self, company: Company, rank: int) -> None:
        self._company, self.rank, self.size = company, rank, company.size

    def mean(self, *parts: Tensor) -> tuple[Tensor, ...]:
        said = self._company.exchange(self.rank, [part.detach().clone() for part in parts])
        return tuple(torch.stack(same).mean(0) for same in zip(*said, strict=True))

    def whole(self, part: Tensor, count: int, dim: int) -> Tensor:
        said = self._company.exchange(self.rank, part)
        for rank, one in enumerate(said):
            mine = share(rank, self.size, count)
            assert one.shape[dim] == mine.stop - mine.start
        return part if count < self.size else torch.cat(said, dim)

    def collected(self, mine: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        return list(self._company.exchange(self.rank, mine))
