"""The schedule over time: when each milestone was worked on, is due, was due, and is expected.

Pure facts in days; `plan.timescale` turns them into cells, `report.timeline` into a picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from l2l_tui.plan.forecast import forecast
from l2l_tui.plan.model import Status
from l2l_tui.plan.schedule import blocked, finished_on, is_closed, late_days
from l2l_tui.plan.tree import branches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from l2l_tui.plan.forecast import Expected
    from l2l_tui.plan.model import Milestone, Plan, Track


class Stretch(StrEnum):
    """What went on, or is to go on, from one day to another."""

    WORKED = "worked"
    AHEAD = "ahead"
    OVERDUE = "overdue"


class Point(StrEnum):
    """What a single day is to a milestone."""

    DUE = "due"
    MOVED = "moved"
    FINISHED = "finished"
    FORECAST = "forecast"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days."""

    kind: Stretch
    """What they are."""
    first: date
    """The first day."""
    last: date
    """The last day, which is one of them."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A day of its own."""

    kind: Point
    """What it is."""
    on: date
    """The day."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One milestone over time."""

    milestone: Milestone
    """The milestone."""
    spans: tuple[Span, ...]
    """What was worked, lies ahead, is overdue; each kind once at most."""
    marks: tuple[Mark, ...]
    """Its days, in the order of time."""
    late: bool
    """Whether it is open behind its due date."""
    was_late: bool
    """Whether it was done behind its due date."""
    blocked: bool
    """Whether something that it needs is still open."""
    expected: Expected | None
    """When it is done at the pace so far; None where nobody can tell."""

    @property
    def days(self) -> Iterator[date]:
        """Every day that is drawn."""
        for span in self.spans:
            yield from (span.first, span.last)
        yield from (mark.on for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Lane:
    """One track with its milestones over time."""

    track: Track
    """The track."""
    depth: int
    """How many tracks stand above it."""
    bars: tuple[Bar, ...]
    """Its own milestones, in the file's order."""


def lanes(plan: Plan, today: date) -> tuple[Lane, ...]:
    """Return all tracks in the order of the tree, each with its milestones over time."""
    expected = forecast(plan, today).expected

    def bar(milestone: Milestone) -> Bar:
        waits = bool(blocked(plan, milestone))
        return over_time(milestone, today, expected.get(milestone.id), waits=waits)

    return tuple(
        Lane(branch.track, branch.depth, tuple(map(bar, branch.milestones)))
        for branch in branches(plan)
    )


def over_time(
    milestone: Milestone, today: date, expected: Expected | None = None, *, waits: bool = False
) -> Bar:
    """Return one milestone over time.

    Args:
        milestone: The milestone.
        today: Today.
        expected: When it is done at the pace so far, if anybody can tell.
        waits: Whether something that it needs is still open.
    """
    closed, late = is_closed(milestone), bool(late_days(milestone, today))
    spans = tuple(stretches(milestone, today))
    marks = sorted(_marks(milestone, expected), key=lambda mark: mark.on)
    return Bar(
        milestone,
        spans,
        tuple(marks),
        late=late and not closed,
        was_late=late and closed,
        blocked=waits,
        expected=expected,
    )


def begun(milestone: Milestone) -> date | None:
    """Return the day on which work on a milestone began, if its history says so."""
    days = (change.on for change in milestone.history if change.status is Status.DOING)
    return next(days, None)


def was_due(milestone: Milestone) -> tuple[date, ...]:
    """Return the days on which it was due before its due date was moved, the earliest first."""
    moved = {change.was for change in milestone.history if change.was is not None}
    return tuple(sorted(moved - {milestone.due}))


def stretches(milestone: Milestone, today: date) -> Iterator[Span]:
    """Yield what was worked, what is overdue, what lies ahead; nothing of what was dropped.

    One without a due date is never overdue. Of one that is done on a day that nobody wrote
    down nothing is known behind its due date.
    """
    due, start, finished = milestone.due, begun(milestone), finished_on(milestone)
    if milestone.status is Status.DROPPED:
        return
    done = milestone.status is Status.DONE
    known = finished is not None or not done
    end = finished or today
    if start is not None and (due is not None or known) and start < (stop := _least(end, due)):
        yield Span(Stretch.WORKED, start, stop)
    if due is None:
        return
    if known and end > due:
        yield Span(Stretch.OVERDUE, due, end)
    if not done and due > today:
        yield Span(Stretch.AHEAD, min(due, max(today, start or today)), due)


def extent(found: tuple[Lane, ...], today: date) -> tuple[date, date]:
    """Return the first and the last day of all that is drawn; today is always among them."""
    days = [today, *(day for lane in found for bar in lane.bars for day in bar.days)]
    return min(days), max(days)


def week_of(day: date, meeting: date) -> date:
    """Return the day on which a day's week began, weeks counted from a meeting's weekday."""
    back = (day.toordinal() - meeting.toordinal()) % 7
    return day - timedelta(days=back) if day.toordinal() > back else day


def _least(end: date, due: date | None) -> date:
    return end if due is None else min(end, due)


def _marks(milestone: Milestone, expected: Expected | None) -> Iterator[Mark]:
    yield from (Mark(Point.MOVED, day) for day in was_due(milestone))
    if milestone.due is not None:
        yield Mark(Point.DUE, milestone.due)
    if (finished := finished_on(milestone)) is not None:
        yield Mark(Point.FINISHED, finished)
    if expected is not None:
        yield Mark(Point.FORECAST, expected.on)
