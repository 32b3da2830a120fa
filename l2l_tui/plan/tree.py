"""Nested tracks as a tree, in the order in which a person reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from l2l_tui.plan.model import Milestone, Track

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from l2l_tui.plan.model import Plan


@dataclass(frozen=True, slots=True)
class Branch:
    """One track in the tree."""

    track: Track
    """The track."""
    depth: int
    """How many tracks stand above it."""
    milestones: tuple[Milestone, ...]
    """Its own milestones, in the file's order; not those of the tracks below it."""


def branches(plan: Plan) -> tuple[Branch, ...]:
    """Return all tracks depth first, each in front of those below it, else in the file's order.

    In a plan with faults, a track whose parent nobody knows stands at the top, and so does the
    first track of a circle.
    """
    milestones: dict[str, list[Milestone]] = {track.id: [] for track in plan.tracks}
    for milestone in plan.milestones:
        milestones.setdefault(milestone.track, []).append(milestone)
    return tuple(Branch(track, depth, tuple(milestones[track.id])) for track, depth in _walk(plan))


def _walk(plan: Plan) -> Iterator[tuple[Track, int]]:
    ids = {track.id for track in plan.tracks}
    below: dict[str, list[Track]] = {}
    for track in plan.tracks:
        below.setdefault(track.parent if track.parent in ids else "", []).append(track)
    seen: set[str] = set()
    yield from _below("", below, seen)
    for track in plan.tracks:
        if track.id not in seen:
            yield from _from(track, below, seen)


def _below(
    parent: str, below: Mapping[str, list[Track]], seen: set[str]
) -> Iterator[tuple[Track, int]]:
    for track in below.get(parent, ()):
        yield from _from(track, below, seen)


def _from(
    root: Track, below: Mapping[str, list[Track]], seen: set[str]
) -> Iterator[tuple[Track, int]]:
    waiting = [(root, 0)]
    while waiting:
        track, depth = waiting.pop()
        if track.id not in seen:
            seen.add(track.id)
            yield track, depth
            waiting += [(child, depth + 1) for child in reversed(below.get(track.id, []))]
