"""The header line: what this is, which plan, which week, and when the next meeting is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from l2l_tui.plan import schedule
from l2l_tui.tui.format.schedule import days
from l2l_tui.tui.format.tone import ACCENT, MUTED, WARN, spread, words

if TYPE_CHECKING:
    from datetime import date

    from l2l_tui.plan.model import Plan

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def distance(day: date, today: date) -> str:
    """Return how far off a day is, in words."""
    left = (day - today).days
    if left == 0:
        return "today"
    if left < 0:
        return f"{days(-left)} ago"
    return "tomorrow" if left == 1 else f"in {days(left)}"


def stamp(day: date) -> str:
    """Return a day as ``Wed 07-28``."""
    return f"{WEEKDAYS[day.weekday()]} {day:%m-%d}"


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
    week = f"week {schedule.week(plan, today)}"
    if cells >= 90:
        return Content.assemble(
            (f"{week} · ", MUTED), (f"next meeting {stamp(day)}, {distance(day, today)} ", near)
        )
    if cells >= 50:
        return Content.assemble(
            (f"{week} · ", MUTED), (f"meeting {day:%m-%d}, {distance(day, today)} ", near)
        )
    return Content.styled(f"{week} ", MUTED)
