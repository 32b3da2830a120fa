"""The next meeting at a glance: problems with their ages, and what is due until then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from l2l_tui.plan import meetings, schedule
from l2l_tui.tui.format.head import distance, stamp
from l2l_tui.tui.format.schedule import CLOSED, SIGNS, when
from l2l_tui.tui.format.tone import BAD, FAINT, GOOD, MUTED, WARN, cell, spread, words

if TYPE_CHECKING:
    from datetime import date

    from l2l_tui.plan.model import Milestone, Plan, Problem


def title(plan: Plan, today: date) -> str:
    """Return the heading of the agenda."""
    if plan.first_meeting is None:
        return "Next meeting"
    day = schedule.next_meeting(plan, today)
    return f"Next meeting {stamp(day)}, {distance(day, today)}"


def age(problem: Problem, day: date) -> str:
    """Return how long a problem has been open, in words."""
    weeks = meetings.age_weeks(problem, day)
    if weeks <= 0:
        return "new"
    return "1 week" if weeks == 1 else f"{weeks} weeks"


def due_until(plan: Plan, day: date) -> tuple[Milestone, ...]:
    """Return the open milestones due up to a day, the earliest first."""
    due = [
        (milestone.due, milestone)
        for milestone in plan.milestones
        if milestone.due is not None and milestone.due <= day and milestone.status not in CLOSED
    ]
    return tuple(milestone for _, milestone in sorted(due, key=lambda pair: pair[0]))


def lines(plan: Plan, today: date, cells: int, rows: int) -> list[Content]:
    """Return the agenda in at most `rows` lines of `cells` cells."""
    if plan.first_meeting is None:
        return [words("The plan has no first meeting yet.", MUTED)]
    day = schedule.next_meeting(plan, today)
    problems = meetings.open_problems(plan, day)
    due = due_until(plan, day)
    found = [_summary(problems, due, day, today, cells)]
    count = 1 + len(problems) + len(due)
    room = rows - 1 if count > rows else rows
    found += [_problem(problem, day, cells) for problem in problems[: max(0, room - 1)]]
    found += [_due(milestone, today, cells) for milestone in due[: max(0, room - len(found))]]
    if len(found) < count:
        found.append(words(f"  … and {count - len(found)} more", FAINT))
    return found[: max(0, rows)]


def _summary(
    problems: tuple[Problem, ...],
    due: tuple[Milestone, ...],
    day: date,
    today: date,
    cells: int,
) -> Content:
    """Return the counts: carried over, new, due until then."""
    carried = sum(meetings.age_weeks(problem, day) > 0 for problem in problems)
    fresh = len(problems) - carried
    parts = [
        words(f"{carried} carried over", WARN) if carried else words("none carried over", MUTED),
        words(f"{fresh} new" if fresh else "none new", MUTED),
    ]
    if not problems:
        parts = [words("No open problems", MUTED)]
    if due:
        late = sum(milestone.due is not None and milestone.due < today for milestone in due)
        parts.append(words(f"{len(due)} due by then", MUTED))
        if late:
            parts.append(words(f"{late} late", BAD))
    else:
        parts.append(words("nothing due by then", MUTED))
    return Content(" · ").join(parts).truncate(cells, ellipsis=True)


def _problem(problem: Problem, day: date, cells: int) -> Content:
    """Return one problem's line."""
    how_old = age(problem, day)
    text = Content.assemble(("• ", WARN), words(problem.text))
    if problem.solved is not None:
        return spread(text, cell("solved", 6, GOOD), cells)
    return spread(text, words(how_old, MUTED), cells)


def _due(milestone: Milestone, today: date, cells: int) -> Content:
    """Return the line of a milestone that is due by the meeting."""
    mark = when(milestone, today)
    left = Content.assemble(SIGNS[milestone.status], " ", words(milestone.title or milestone.id))
    return spread(left, words(mark.text, mark.style), cells)
