"""Two hands on one text: what each changed of it is put together, line by line.

Lines that only one side changed, and changes that both made alike, merge by themselves. Where
both changed the same lines, or put others in at the same place, somebody must decide; until
then nothing of either side is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

Lines = tuple[str, ...]


class Side(StrEnum):
    """Whose lines count where both sides changed the same ones."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines of the merged text, or what there is to choose from for them."""

    mine: Lines
    """The lines as one side has them."""
    theirs: Lines
    """As the other side has them."""
    base: Lines = ()
    """As they were, where the sides differ."""

    @property
    def agreed(self) -> bool:
        """Whether there is nothing to decide."""
        return self.mine == self.theirs


@dataclass(frozen=True, slots=True)
class Merge:
    """Two texts put together."""

    parts: tuple[Part, ...]
    """In their order."""

    @property
    def conflicts(self) -> tuple[Part, ...]:
        """The parts that somebody must decide."""
        return tuple(part for part in self.parts if not part.agreed)

    @property
    def text(self) -> str | None:
        """The merged text; None where somebody must decide."""
        return None if self.conflicts else self.decided(Side.MINE)

    def decided(self, side: Side) -> str:
        """Return the merged text with one answer for whatever must be decided."""
        return "\n".join(line for part in self.parts for line in _chosen(part, side))


@dataclass(frozen=True, slots=True)
class _Change:
    """Lines of the base that one side replaced; of no lines, something was put in."""

    start: int
    end: int
    lines: Lines


def merge(base: str, mine: str, theirs: str) -> Merge:
    """Put together two texts that were made of one.

    Args:
        base: The text as it was.
        mine: What one side made of it.
        theirs: What the other side made of it.
    """
    lines = _lines(base)
    ours, others = _changes(lines, _lines(mine)), _changes(lines, _lines(theirs))
    return Merge(tuple(_parts(lines, ours, others)))


def _lines(text: str) -> Lines:
    return tuple(text.split("\n"))


def _changes(base: Lines, new: Lines) -> list[_Change]:
    matcher = SequenceMatcher(None, base, new, autojunk=False)
    return [
        _Change(start, end, new[first:last])
        for tag, start, end, first, last in matcher.get_opcodes()
        if tag != "equal"
    ]


def _parts(base: Lines, ours: Sequence[_Change], others: Sequence[_Change]) -> Iterator[Part]:
    place = 0
    for start, end, mine, theirs in _places(ours, others):
        if start > place:
            yield Part(base[place:start], base[place:start])
        changed = _applied(base, start, end, mine), _applied(base, start, end, theirs)
        if not theirs:
            yield Part(changed[0], changed[0])
        elif not mine:
            yield Part(changed[1], changed[1])
        else:
            yield Part(*changed, base[start:end])
        place = end
    if place < len(base):
        yield Part(base[place:], base[place:])


def _places(
    ours: Sequence[_Change], others: Sequence[_Change]
) -> Iterator[tuple[int, int, list[_Change], list[_Change]]]:
    """Yield the places that changed, those in one that touch the same lines."""
    pending = sorted(
        [(each, True) for each in ours] + [(each, False) for each in others],
        key=lambda entry: (entry[0].start, entry[0].end),
    )
    while pending:
        first, is_mine = pending.pop(0)
        start, end = first.start, first.end
        found: tuple[list[_Change], list[_Change]] = ([], [])
        found[0 if is_mine else 1].append(first)
        while pending and _touches(start, end, pending[0][0]):
            change, is_mine = pending.pop(0)
            end = max(end, change.end)
            found[0 if is_mine else 1].append(change)
        yield start, end, *found


def _touches(start: int, end: int, change: _Change) -> bool:
    """Whether a change that begins no earlier is of the same lines, or put in at one place."""
    return change.start < end or (start == end == change.start == change.end)


def _applied(base: Lines, start: int, end: int, changes: Sequence[_Change]) -> Lines:
    """Return lines of the base as one side has them."""
    lines: list[str] = []
    for change in changes:
        lines += [*base[start : change.start], *change.lines]
        start = change.end
    return (*lines, *base[start:end])


def _chosen(part: Part, side: Side) -> Lines:
    if part.agreed or side is Side.MINE:
        return part.mine
    if side is Side.THEIRS:
        return part.theirs
    return (*part.theirs, *part.mine)
