"""Circles among things that name each other: milestones that need, tracks with parents."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence


def cycles(names: Mapping[str, Sequence[str]]) -> list[list[int]]:
    """Return each circle once, as indices in the order of naming, the smallest first.

    Args:
        names: What each thing names, by its own name; names of nothing are passed over.
    """
    ids = list(names)
    index_of = {id_: index for index, id_ in enumerate(ids)}
    done: set[int] = set()
    found: list[list[int]] = []

    def named(at: int) -> Iterable[int]:
        return (index_of[id_] for id_ in names[ids[at]] if id_ in index_of)

    for root, id_ in enumerate(ids):
        if root not in done and names[id_]:
            _walk(root, named, done, found)
    return [_from_smallest(cycle) for cycle in found]


def _walk(
    root: int, named: Callable[[int], Iterable[int]], done: set[int], found: list[list[int]]
) -> None:
    """Search depth first without recursion: a chain may be as long as the plan."""
    path, on_path, pending = [root], {root}, [iter(named(root))]
    while path:
        following = next(pending[-1], None)
        if following is None:
            done.add(path[-1])
            on_path.discard(path.pop())
            pending.pop()
        elif following in on_path:
            found.append(path[path.index(following) :])
        elif following not in done:
            path.append(following)
            on_path.add(following)
            pending.append(iter(named(following)))


def _from_smallest(cycle: list[int]) -> list[int]:
    start = cycle.index(min(cycle))
    return cycle[start:] + cycle[:start]
