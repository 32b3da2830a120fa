"""What comes in which week: meetings, what is due, what comes round.

A week is a calendar's, from Monday to Sunday; the meeting is one of its days. What is late
stands in front of all weeks, however old it is; what was due earlier in this week and is done
stands on its day still.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING

from l2l_tui.plan import meetings
from l2l_tui.plan.forecast import forecast
from l2l_tui.plan.model import Status
from l2l_tui.plan.recurring import Mark, next_open, occurrences
from l2l_tui.plan.schedule import is_closed, meeting_days, skipped_days

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from l2l_tui.plan.forecast import Expected
    from l2l_tui.plan.model import Milestone, Plan
    from l2l_tui.plan.recurring import Occurrence

WEEKS = 2
"""This week and the next."""


class Kind(StrEnum):
    """What comes on a day, in the order in which a day has it."""

    MEETING = "meeting"
    DUE = "due"
    RECURRING = "recurring"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on one day."""

    kind: Kind
    """What it is."""
    on: date
    """The day."""
    milestone: Milestone | None = None
    """What is due."""
    expected: Expected | None = None
    """When that is done at the pace so far; None where nobody can tell."""
    occurrence: Occurrence | None = None
    """What comes round: of a meeting too, if that is one that does."""
    problems: int = 0
    """How many problems are open on the day of a meeting."""
    skipped: bool = False
    """Whether it is the plan's own meeting, and that is not held."""

    @property
    def key(self) -> str:
        """A name for it that no other entry has."""
        if self.milestone is not None:
            return f"{self.kind}:{self.milestone.id}"
        if self.occurrence is not None:
            return f"{self.kind}:{self.on}:{self.occurrence.item.id}"
        return f"{self.kind}:{self.on}"


@dataclass(frozen=True, slots=True)
class Day:
    """One day with something on it."""

    date: date
    """The day."""
    entries: tuple[Entry, ...]
    """What comes on it; only today may have nothing."""


@dataclass(frozen=True, slots=True)
class Week:
    """One week of a calendar."""

    monday: date
    """Its first day."""
    days: tuple[Day, ...]
    """Those of its days with something on them, and today."""

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is late, and what comes in some weeks."""

    late: tuple[Entry, ...]
    """The open milestones behind their due dates, the latest first."""
    weeks: tuple[Week, ...]
    """The weeks, one after another."""


def agenda(plan: Plan, today: date, weeks: int = WEEKS, *, first: date | None = None) -> Agenda:
    """Return what is late, and what comes in so many weeks.

    Args:
        plan: The plan.
        today: Today.
        weeks: How many weeks.
        first: A day of the first week; today unless given.
    """
    expected = forecast(plan, today).expected
    start = monday_of(first or today)
    mondays = [start + timedelta(weeks=number) for number in range(weeks) if _has(start, number)]
    found = tuple(_week(plan, today, monday, expected) for monday in mondays)
    return Agenda(late(plan, today, expected), found)


def late(plan: Plan, today: date, expected: Mapping[str, Expected]) -> tuple[Entry, ...]:
    """Return the open milestones that were due before today, the latest first."""
    found = [
        Entry(Kind.DUE, one.due, one, expected.get(one.id))
        for one in plan.milestones
        if one.due is not None and one.due < today and not is_closed(one)
    ]
    return tuple(sorted(found, key=lambda entry: entry.on))


def coming(plan: Plan, today: date, until: date) -> tuple[Entry, ...]:
    """Return what is to be done from today to a day, both included, by day.

    Open milestones that are due, and of each recurring item the next open day; what is held
    on the day of a meeting is the meeting's.
    """
    found = [
        Entry(Kind.DUE, one.due, one)
        for one in plan.milestones
        if one.due is not None and today <= one.due <= until and not is_closed(one)
    ]
    for item in plan.recurring:
        day = None if item.meeting else next_open(item, today)
        if day is not None and day <= until:
            found += [
                Entry(Kind.RECURRING, day, occurrence=one)
                for one in occurrences(plan, day, day)
                if one.item is item
            ]
    return tuple(sorted(found, key=lambda entry: (entry.on, list(Kind).index(entry.kind))))


def monday_of(day: date) -> date:
    """Return the Monday of a day's week; a calendar begins with one."""
    return day - timedelta(days=day.weekday())


def weeks_end(today: date, weeks: int = WEEKS) -> date:
    """Return the Sunday on which so many weeks end, this one being the first."""
    last = monday_of(today).toordinal() + 7 * weeks - 1
    return date.fromordinal(min(last, date.max.toordinal()))


def _has(start: date, number: int) -> bool:
    """Whether a week is in the calendar to its last day."""
    return start.toordinal() + 7 * number + 6 <= date.max.toordinal()


def _week(plan: Plan, today: date, monday: date, expected: Mapping[str, Expected]) -> Week:
    sunday = monday + timedelta(days=6)
    entries = sorted(
        _entries(plan, today, monday, sunday, expected),
        key=lambda entry: (entry.on, list(Kind).index(entry.kind)),
    )
    days = {day: tuple(found) for day, found in groupby(entries, key=lambda entry: entry.on)}
    if monday <= today <= sunday:
        days.setdefault(today, ())
    return Week(monday, tuple(Day(day, days[day]) for day in sorted(days)))


def _entries(
    plan: Plan, today: date, start: date, end: date, expected: Mapping[str, Expected]
) -> Iterator[Entry]:
    round_ = occurrences(plan, start, end)
    held = {one.on: one for one in round_ if one.item.meeting and one.mark is not Mark.SKIPPED}
    for day in meeting_days(plan, start, end):
        problems = len(meetings.open_problems(plan, day))
        yield Entry(Kind.MEETING, day, occurrence=held.get(day), problems=problems)
    for day in skipped_days(plan, start, end):
        yield Entry(Kind.MEETING, day, skipped=True)
    for one in plan.milestones:
        if one.due is None or not start <= one.due <= end or one.status is Status.DROPPED:
            continue
        if one.due >= today or is_closed(one):  # else it is late, and stands in front
            yield Entry(Kind.DUE, one.due, one, expected.get(one.id))
    for occurrence in round_:
        if occurrence is not held.get(occurrence.on):
            yield Entry(Kind.RECURRING, occurrence.on, occurrence=occurrence)
