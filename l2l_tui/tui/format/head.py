"""The header line: what this is, which plan, which week, and when the next meeting is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from l2l_tui.language import tr, trn
from l2l_tui.plan import schedule
from l2l_tui.plan.daynames import named_day
from l2l_tui.tui.format.tone import ACCENT, MUTED, WARN, spread, words

if TYPE_CHECKING:
    from datetime import date

    from l2l_tui.plan.model import Plan


def distance(day: date, today: date) -> str:
    """Return how far off a day is, in words."""
    left = (day - today).days
    if left == 0:
        return tr("today")
    if left < 0:
        return trn("{n} day ago", "{n} days ago", -left)
    return tr("tomorrow") if left == 1 else trn("in {n} day", "in {n} days", left)


def header(plan: Plan | None, today: date, cells: int) -> Content:
    """Return the header line in exactly `cells` cells."""
    name = Content.styled(" l2l-tui ", f"bold {ACCENT}")
    if plan is None:
        return name.truncate(cells, pad=True)
    left = Content.assemble(name, " ", words(plan.title or plan.name, "bold"))
    return spread(left, meeting(plan, today, cells), cells)


def meeting(plan: Plan, today: date, cells: int) -> Content:
    """Return week and next meeting, as long as the line's width allows."""
    if plan.first_meeting is None:
        return Content("")
    day = schedule.next_meeting(plan, today)
    near = WARN if (day - today).days <= 1 else MUTED
    week, left = tr("week {n}", n=schedule.week(plan, today)), distance(day, today)
    if cells >= 90:
        said = tr("next meeting {day}, {distance}", day=named_day(day), distance=left)
    elif cells >= 50:
        said = tr("meeting {day}, {distance}", day=f"{day:%m-%d}", distance=left)
    else:
        return Content.styled(f"{week} ", MUTED)
    return Content.assemble((f"{week} · ", MUTED), (f"{said} ", near))
