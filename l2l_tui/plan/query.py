"""Which milestones a person looks for, and in what order: one filter for the app and for scripts.

A filter is some words, all of which must match: ``maml``, ``status:doing``, ``track:paper``,
``late``, ``blocked``, ``"batch norm"``; a hyphen in front turns a word round. Large and small
letters are alike, and so are the wide and narrow forms that input methods write. Pure; today is
always an argument.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from l2l_tui.errors import UnknownNameError
from l2l_tui.plan import schedule, tree, verdicts
from l2l_tui.plan.model import Milestone, Status

if TYPE_CHECKING:
    from l2l_tui.plan.model import Plan


class Order(StrEnum):
    """What milestones are sorted by."""

    PLAN = "plan"
    DUE = "due"
    LATE = "late"
    STATUS = "status"
    TRACK = "track"


STATES = ("open", "late", "blocked", "contradicted")
"""What a word of its own, or one after ``is:``, may ask."""

# Any other word before a colon is part of what is looked for.
_WORD = re.compile(r'(-?)(?:(status|track|is):)?(?:"([^"]*)"?|(\S+)|(?<=:))', re.IGNORECASE)
_STATUSES = (Status.DOING, Status.TODO, Status.DONE, Status.DROPPED)


@dataclass(frozen=True, slots=True)
class Entry:
    """A milestone as a filter sees it; made once for a plan and a day."""

    milestone: Milestone
    """The milestone."""
    place: int
    """Where it stands in the plan, tracks in the order of their tree."""
    text: str
    """All that words are looked for in, folded."""
    track: str
    """The ids and titles of its track and of those above, folded."""
    states: frozenset[str]
    """Which of `STATES` hold."""
    late_days: int
    """How many days late it is, or was; 0 without a date."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a filter."""

    kind: str
    """``text``, ``status``, ``track`` or ``is``."""
    word: str
    """What is looked for, folded."""
    turned: bool = False
    """Whether it must not match."""

    def matches(self, entry: Entry) -> bool:
        """Whether it does."""
        return self._found(entry) is not self.turned

    def _found(self, entry: Entry) -> bool:
        if self.kind == "status":
            return entry.milestone.status.startswith(self.word)
        if self.kind == "track":
            return self.word in entry.track
        if self.kind == "is":
            return not self.word or self.word in entry.states
        return self.word in entry.text


@dataclass(frozen=True, slots=True)
class Query:
    """A filter; without terms everything matches."""

    terms: tuple[Term, ...] = ()
    """All of them must match."""

    @classmethod
    def parse(cls, text: str) -> Query:
        """Return what was typed as a filter; there is nothing that cannot be read."""
        return cls(tuple(_term(match) for match in _WORD.finditer(_normal(text)) if match[0]))

    def __bool__(self) -> bool:
        return bool(self.terms)

    def matches(self, entry: Entry) -> bool:
        """Whether a milestone is looked for."""
        return all(term.matches(entry) for term in self.terms)

    def refuse_unknown(self) -> None:
        """Refuse a status or a state that there is not, for whoever cannot see what he types.

        Raises:
            UnknownNameError: With the nearest one.
        """
        for term in self.terms:
            if term.kind == "status" and not any(one.startswith(term.word) for one in Status):
                raise UnknownNameError("status", term.word, [one.value for one in Status])
            if term.kind == "is" and term.word not in STATES:
                raise UnknownNameError("state of a milestone", term.word, STATES)


class Index:
    """A plan on a day, made ready for being filtered and sorted again and again.

    Args:
        plan: The plan.
        today: The day.
    """

    def __init__(self, plan: Plan, today: date) -> None:
        self.plan, self.today = plan, today
        self._ordered: dict[Order, tuple[Entry, ...]] = {}

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """All milestones in the plan's order."""
        above = _tracks(self.plan)
        placed = [one for branch in tree.branches(self.plan) for one in branch.milestones]
        known = {one.id for one in placed}
        placed += [one for one in self.plan.milestones if one.id not in known]
        return tuple(
            _entry(self.plan, milestone, place, above.get(milestone.track, ""), self.today)
            for place, milestone in enumerate(placed)
        )

    def ordered(self, by: Order = Order.PLAN) -> tuple[Entry, ...]:
        """Return all milestones in an order; those done or dropped come last but in the plan's own.

        By ``due`` the next one comes first, by ``late`` the latest one, then what is due next; by
        ``status`` what is being done, then what is to do; by ``track`` the titles of tracks.
        Without a date it stands behind those with one. What is alike stays in the plan's order.
        """
        if by not in self._ordered:
            self._ordered[by] = self._sorted(by)
        return self._ordered[by]

    def select(self, query: Query, by: Order = Order.PLAN) -> tuple[Milestone, ...]:
        """Return the milestones that are looked for, in an order."""
        return tuple(entry.milestone for entry in self.ordered(by) if query.matches(entry))

    def _sorted(self, by: Order) -> tuple[Entry, ...]:
        titles = {track.id: _folded(track.title) for track in self.plan.tracks}

        def key(entry: Entry) -> tuple[object, ...]:
            one = entry.milestone
            closed, due = schedule.is_closed(one), one.due or date.max
            if by is Order.DUE:
                return closed, due
            if by is Order.LATE:
                return closed, -entry.late_days, due
            if by is Order.STATUS:
                return _STATUSES.index(one.status), due
            if by is Order.TRACK:
                return (titles.get(one.track, one.track),)
            return ()

        return tuple(sorted(self.entries, key=lambda entry: (*key(entry), entry.place)))


def order(name: str) -> Order:
    """Return the order of a name.

    Raises:
        UnknownNameError: There is none.
    """
    if name not in tuple(Order):
        raise UnknownNameError("order", name, [one.value for one in Order])
    return Order(name)


def _term(match: re.Match[str]) -> Term:
    minus, prefix, quoted, bare = match.groups()
    word = _folded(quoted if bare is None else bare) if (quoted or bare) else ""
    kind = prefix.casefold() if prefix else "text"
    if kind == "text" and quoted is None and word in STATES:
        kind = "is"
    return Term(kind, word, bool(minus) and bool(word))


def _entry(plan: Plan, milestone: Milestone, place: int, above: str, today: date) -> Entry:
    texts = (milestone.title, milestone.id, above, milestone.status.value, milestone.notes)
    return Entry(
        milestone=milestone,
        place=place,
        text=_folded("\n".join((*texts, *milestone.links))),
        track=_folded(above),
        states=frozenset(_states(plan, milestone, today)),
        late_days=schedule.late_days(milestone, today) or 0,
    )


def _states(plan: Plan, milestone: Milestone, today: date) -> list[str]:
    """Return what holds of a milestone; only what is open is late, for what is done is over."""
    is_open = not schedule.is_closed(milestone)
    holds = {
        "open": is_open,
        "late": is_open and bool(schedule.late_days(milestone, today)),
        "blocked": bool(schedule.blocked(plan, milestone)),
        "contradicted": bool(verdicts.contradicted(plan, milestone)),
    }
    return [state for state in STATES if holds[state]]


def _tracks(plan: Plan) -> dict[str, str]:
    """Return the ids and titles of each track and of those above it, one a line."""
    found: dict[str, str] = {}
    for branch in tree.branches(plan):
        track = branch.track
        own = f"{track.id}\n{track.title}"
        found[track.id] = f"{own}\n{found[track.parent]}" if track.parent in found else own
    return found


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _folded(text: str) -> str:
    return _normal(text).casefold()
