"""When milestones will be done at the pace so far, or that there is too little to go on.

The model is as simple as a person's own guess. Since the first meeting (or, without one, since
the first day in any history) so many milestones were finished: the days from then until today,
divided by their number, is the time that one takes. The milestones still open follow one after
another in that rhythm, from the day on which the last one was finished (but the next one is
never expected before today): those due first come first, those without a date last, each behind
all that it needs. Days without progress slow the pace, as they do in life; how large a
milestone is, nobody knows. Below `ENOUGH` finished milestones there is no forecast.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from l2l_tui.plan.schedule import finished_on, is_closed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from l2l_tui.plan.model import Milestone, Plan

ENOUGH = 3
"""How many finished milestones make a pace."""


@dataclass(frozen=True, slots=True)
class Expected:
    """When one milestone will be done."""

    on: date
    """The day."""
    late_days: int | None
    """How many days late that is, 0 when in time; None without a due date."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """When all open milestones will be done."""

    finished: int
    """How many milestones were finished on a known day."""
    days_each: float | None
    """The days that one takes; None where there is too little to go on."""
    expected: Mapping[str, Expected] = field(default_factory=dict)
    """By the id of each open milestone; empty where there is too little to go on."""

    @property
    def missing(self) -> int:
        """How many more milestones must be finished before there is a forecast."""
        return max(0, ENOUGH - self.finished)


def forecast(plan: Plan, today: date) -> Forecast:
    """Return when each open milestone will be done at the pace so far."""
    start = _start(plan)
    days = [finished_on(milestone) for milestone in plan.milestones]
    finished = sorted(day for day in days if day is not None and day <= today)
    if start is None or start > today or len(finished) < ENOUGH:
        return Forecast(len(finished), None)
    each = max(1, (today - start).days) / len(finished)
    behind = min((today - finished[-1]).days, each)
    expected = {
        milestone.id: _expected(milestone, today, number * each - behind)
        for number, milestone in enumerate(in_order(plan), 1)
    }
    return Forecast(len(finished), each, expected)


def in_order(plan: Plan) -> tuple[Milestone, ...]:
    """Return the open milestones by due date, each behind all the open ones that it needs."""
    open_ = [milestone for milestone in plan.milestones if not is_closed(milestone)]
    by_due = sorted(open_, key=lambda milestone: milestone.due or date.max)
    return tuple(_behind_needs(by_due))


def _behind_needs(milestones: Sequence[Milestone]) -> Iterator[Milestone]:
    """Yield each milestone after its needs; no recursion, for a chain may be long."""
    waiting = {milestone.id: milestone for milestone in milestones}
    for milestone in milestones:
        path = [milestone.id]
        while path:
            at = waiting.get(path[-1])
            needed = [] if at is None else [id_ for id_ in at.needs if id_ in waiting]
            ahead = next((id_ for id_ in needed if id_ not in path), None)
            if ahead is not None:
                path.append(ahead)
            elif (placed := waiting.pop(path.pop(), None)) is not None:
                yield placed


def _start(plan: Plan) -> date | None:
    if plan.first_meeting is not None:
        return plan.first_meeting
    changes = (change.on for milestone in plan.milestones for change in milestone.history)
    return min(changes, default=None)


def _expected(milestone: Milestone, today: date, days: float) -> Expected:
    # A day rounds up, for a milestone is done when all of it is; and calendars end in 9999.
    whole = min(max(0, -int(-days // 1)), (date.max - today).days)
    on = today + timedelta(days=whole)
    return Expected(on, None if milestone.due is None else max(0, (on - milestone.due).days))
