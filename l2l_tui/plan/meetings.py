"""Meetings as a person prepares them: problems carry over until they are solved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from l2l_tui.plan.model import Meeting
from l2l_tui.plan.schedule import is_skipped, next_meeting, previous_meeting

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from l2l_tui.plan.model import Plan, Problem, Section


@dataclass(frozen=True)
class MeetingView:
    """What stands on the table at one meeting."""

    date: date
    """The day of the meeting."""
    last_problems: tuple[Problem, ...]
    """Raised before, and open at the meeting before this one or solved since then."""
    problems: tuple[Problem, ...]
    """First written down for this meeting."""
    sections: Mapping[Section, str]
    """What is written for it, by section; empty ones are left out."""
    skipped: bool = False
    """Whether the plan's own meeting of that day is not held; what was written for it stays."""


def view(plan: Plan, day: date) -> MeetingView:
    """Return what stands on the table at the meeting of a day, whether written down or not."""
    previous = previous_meeting(plan, day)
    raised = tuple(_by_age(plan))
    return MeetingView(
        date=day,
        last_problems=tuple(
            problem
            for problem in raised
            if problem.raised < day
            and (problem.solved is None or previous is None or problem.solved >= previous)
        ),
        problems=tuple(problem for problem in raised if problem.raised == day),
        sections=next((item.sections for item in plan.meetings if item.date == day), {}),
        skipped=is_skipped(plan, day),
    )


def open_problems(plan: Plan, day: date) -> tuple[Problem, ...]:
    """Return the problems open on a day, oldest first; they are numbered so everywhere.

    Those written down for a coming meeting are open on that meeting's day, not before.
    """
    return tuple(
        problem
        for problem in _by_age(plan)
        if problem.raised <= day and (problem.solved is None or problem.solved > day)
    )


def solved_problems(plan: Plan) -> tuple[Problem, ...]:
    """Return the problems that were solved, the last one first; they are numbered so."""
    solved = [problem for problem in _by_age(plan) if problem.solved is not None]
    return tuple(sorted(solved, key=lambda problem: str(problem.solved), reverse=True))


def held(plan: Plan, today: date) -> tuple[Meeting, ...]:
    """Return every meeting that is written down, and the next one, the latest first."""
    written = {meeting.date: meeting for meeting in plan.meetings}
    coming = next_meeting(plan, today)
    written.setdefault(coming, Meeting(coming))
    return tuple(written[day] for day in sorted(written, reverse=True))


def turned(plan: Plan, day: date, step: int) -> date | None:
    """Return the meeting before (-1) or after (1) a day's; None where there is none.

    One that is skipped is left out, unless something is written for it: that can be read.
    """
    if step < 0:
        before = [one.date for one in plan.meetings if one.date < day]
        return max(filter(None, [*before, previous_meeting(plan, day)]), default=None)
    if day == day.max:
        return None
    coming = next_meeting(plan, day + timedelta(days=1))
    return min([coming, *(one.date for one in plan.meetings if one.date > day)])


def stored_at(plan: Plan, problem: Problem) -> date:
    """Return the day of the meeting under which a problem stands."""
    return next((each.date for each in plan.meetings if problem in each.problems), problem.raised)


def age_weeks(problem: Problem, day: date) -> int:
    """Return how many whole weeks a problem is old on a day."""
    return max(0, (day - problem.raised).days // 7)


def _by_age(plan: Plan) -> Iterable[Problem]:
    problems = [problem for meeting in plan.meetings for problem in meeting.problems]
    return sorted(problems, key=lambda problem: problem.raised)
