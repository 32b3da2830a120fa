"""The next meeting at a glance: problems with their ages, what is due, what comes round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from l2l_tui.language import tr, trn
from l2l_tui.plan import agenda, meetings, schedule
from l2l_tui.plan.daynames import named_day
from l2l_tui.tui.format.head import distance
from l2l_tui.tui.format.schedule import SIGNS, is_late, lead, when
from l2l_tui.tui.format.tone import ACCENT, BAD, FAINT, GOOD, MUTED, WARN, spread, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from l2l_tui.plan.agenda import Entry
    from l2l_tui.plan.model import Milestone, Plan, Problem

ROUND = "↻"
"""Stands before what comes round."""


def title(plan: Plan, today: date) -> str:
    """Return the heading of the agenda."""
    if plan.first_meeting is None:
        return tr("Next meeting")
    day = schedule.next_meeting(plan, today)
    return tr("Next meeting {day}, {distance}", day=named_day(day), distance=distance(day, today))


def age(problem: Problem, day: date) -> str:
    """Return how long a problem has been open, in words."""
    weeks = meetings.age_weeks(problem, day)
    if weeks <= 0:
        return tr("new")
    return trn("{n} week", "{n} weeks", weeks)


def lines(plan: Plan, today: date, cells: int, rows: int) -> list[Content]:
    """Return the agenda in at most `rows` lines of `cells` cells.

    Problems and what comes until the end of the next week share the lines: neither takes more
    than half of them from the other.
    """
    if plan.first_meeting is None:
        return [words(tr("The plan has no first meeting yet."), MUTED)]
    day = schedule.next_meeting(plan, today)
    problems = meetings.open_problems(plan, day)
    entries = _coming(plan, today, day)
    found = [_summary(problems, entries, day, today, cells)]
    count = 1 + len(problems) + len(entries)
    room = max(0, (rows - 1 if count > rows else rows) - 1)
    for_problems = min(len(problems), max(room // 2, room - len(entries)))
    found += [_problem(problem, day, cells) for problem in problems[:for_problems]]
    found += [_entry(entry, today, cells) for entry in entries[: room - for_problems]]
    if len(found) < count:
        more = count - len(found)
        found.append(words(trn("  … and {n} more", "  … and {n} more", more), FAINT))
    return found[: max(0, rows)]


def _coming(plan: Plan, today: date, meeting: date) -> tuple[Entry, ...]:
    """Return what is late, then what comes until the meeting or the end of the next week."""
    until = max(meeting, agenda.weeks_end(today))
    coming = [
        entry
        for entry in agenda.coming(plan, today, until)
        if entry.milestone is not None or entry.on <= meeting
    ]
    return (*agenda.late(plan, today, {}), *coming)


def _summary(
    problems: Sequence[Problem], entries: Sequence[Entry], day: date, today: date, cells: int
) -> Content:
    """Return the counts: carried over, new, due until then."""
    carried = sum(meetings.age_weeks(problem, day) > 0 for problem in problems)
    parts = [words(tr("No open problems"), MUTED)]
    if problems:
        fresh = len(problems) - carried
        over = trn("{n} carried over", "{n} carried over", carried)
        parts = [
            words(over, WARN) if carried else words(tr("none carried over"), MUTED),
            words(trn("{n} new", "{n} new", fresh) if fresh else tr("none new"), MUTED),
        ]
    due = [entry for entry in entries if entry.milestone is not None and entry.on <= day]
    late = sum(entry.on < today for entry in due)
    if due:
        parts.append(words(trn("{n} due by then", "{n} due by then", len(due)), MUTED))
    else:
        parts.append(words(tr("nothing due by then"), MUTED))
    if late:
        parts.append(words(trn("{n} late", "{n} late", late), BAD))
    return Content(" · ").join(parts).truncate(cells, ellipsis=True)


def _problem(problem: Problem, day: date, cells: int) -> Content:
    """Return one problem's line."""
    text = Content.assemble(lead(("•", WARN)), words(_readable(problem.text)))
    if problem.solved is not None:
        return spread(text, words(tr("solved"), GOOD), cells)
    return spread(text, words(age(problem, day), MUTED), cells)


def _entry(entry: Entry, today: date, cells: int) -> Content:
    """Return the line of what is due or comes round."""
    if entry.milestone is not None:
        return _due(entry.milestone, today, cells)
    assert entry.occurrence is not None
    near = entry.on <= today
    text = Content.assemble(lead((ROUND, ACCENT)), words(entry.occurrence.item.title))
    said = f"{named_day(entry.on)}, {distance(entry.on, today)}"
    return spread(text, words(said, WARN if near else MUTED), cells)


def _due(milestone: Milestone, today: date, cells: int) -> Content:
    """Return the line of a milestone that is due."""
    mark = when(milestone, today)
    sign = lead(SIGNS[milestone.status], late=is_late(milestone, today))
    left = Content.assemble(sign, words(milestone.title or milestone.id))
    return spread(left, words(mark.text, mark.style), cells)


def _readable(text: str) -> str:
    """Return a problem's words with formulas as Unicode; most have none, and load nothing."""
    if "$" not in text:
        return text
    from l2l_tui.report.terminal_formulas import readable

    return readable(text)
