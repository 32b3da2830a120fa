"""The lines of the agenda's screen: a week's heading, and a line for all that comes on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from l2l_tui.language import tr, trn
from l2l_tui.plan import schedule
from l2l_tui.plan.agenda import Kind, monday_of
from l2l_tui.plan.daynames import named_day, named_day_near
from l2l_tui.plan.recurring import Mark
from l2l_tui.plan.rhythm import in_words
from l2l_tui.text import width
from l2l_tui.tui.format.agenda import ROUND
from l2l_tui.tui.format.schedule import SIGNS, is_late, lead, when
from l2l_tui.tui.format.tone import ACCENT, BAD, FAINT, GOOD, MUTED, WARN, cell, spread, words

if TYPE_CHECKING:
    from datetime import date

    from l2l_tui.plan.agenda import Entry, Week
    from l2l_tui.plan.model import Milestone, Plan
    from l2l_tui.plan.recurring import Occurrence

MEETING = "◈"
"""Stands before a meeting."""

MARKS = {Mark.OPEN: ("○", MUTED), Mark.DONE: ("✓", GOOD), Mark.SKIPPED: ("✗", FAINT)}
"""Sign and colour of what became of a day."""

_DAY, _LEAST_TITLE, _WIDEST = 12, 20, 120
_YEAR = 365


def late_heading(count: int, _cells: int) -> Content:
    """Return the heading of what is late."""
    return words(trn("{n} late", "{n} late", count), f"bold {BAD}")


def week_heading(week: Week, today: date, cells: int) -> Content:
    """Return a week's heading: which it is, and its days."""
    days = tr(
        "{first} to {last}", first=named_day_near(week.monday, today), last=named_day(week.sunday)
    )
    weeks = (week.monday - monday_of(today)).days // 7
    left = Content.assemble(words(_week_in_words(weeks), "bold"), words(f"  {days}", MUTED))
    return left.truncate(cells, ellipsis=True)


def nothing(day: date, today: date, cells: int) -> Content:
    """Return the line of a day on which nothing comes."""
    line = Content.assemble(_day(day, today), words(tr("nothing today"), FAINT))
    return line.truncate(cells, ellipsis=True)


def line(plan: Plan, entry: Entry, today: date, first: bool, cells: int) -> Content:
    """Return one thing's line.

    Args:
        plan: The plan.
        entry: The thing.
        today: Today.
        first: Whether it is the first of its day, and names it.
        cells: The width.
    """
    day = _day(entry.on, today) if first else Content(" " * _DAY)
    room = max(0, min(cells, _WIDEST) - _DAY)
    if entry.milestone is not None:
        return day + _due(plan, entry, entry.milestone, today, room)
    if entry.kind is Kind.MEETING:
        return day + (
            _skipped(plan, entry, room) if entry.skipped else _meeting(entry, today, room)
        )
    assert entry.occurrence is not None
    return day + _round(plan, entry.occurrence, today, room)


def _week_in_words(weeks: int) -> str:
    if weeks == 0:
        return tr("This week")
    if weeks == 1:
        return tr("Next week")
    if weeks == -1:
        return tr("Last week")
    if weeks > 0:
        return trn("In {n} week", "In {n} weeks", weeks)
    return trn("{n} week ago", "{n} weeks ago", -weeks)


def _day(day: date, today: date) -> Content:
    here = day == today
    near = abs((day - today).days) < _YEAR // 2
    said = ("▸" if here else " ") + (named_day(day) if near else day.isoformat())
    return cell(said, _DAY, f"bold {ACCENT}" if here else FAINT if day < today else MUTED)


def _meeting(entry: Entry, today: date, cells: int) -> Content:
    over = entry.on < today
    title = entry.occurrence.item.title if entry.occurrence is not None else tr("Meeting")
    left = Content.assemble(lead((MEETING, MUTED if over else ACCENT)), words(title, "bold"))
    if not entry.problems:
        return spread(left, words(tr("no open problems"), MUTED), cells)
    said = trn("{n} open problem", "{n} open problems", entry.problems)
    return spread(left, words(said, MUTED if over else WARN), cells)


def _skipped(plan: Plan, entry: Entry, cells: int) -> Content:
    """Return the line of a meeting that is not held: which one is instead."""
    sign = MARKS[Mark.SKIPPED]
    left = Content.assemble(sign, " ", words(tr("Meeting"), MUTED))
    following = schedule.next_meeting(plan, entry.on)
    said = tr("skipped; the next is {day}", day=named_day_near(following, entry.on))
    return spread(left, words(said, MUTED), cells)


def _due(plan: Plan, entry: Entry, one: Milestone, today: date, cells: int) -> Content:
    title = words(one.title or one.id, MUTED if schedule.is_closed(one) else "")
    left = Content.assemble(lead(SIGNS[one.status], late=is_late(one, today)), title)
    mark = when(one, today)
    said = words(mark.text, mark.style)
    extra = _beside(plan, entry, one)
    if extra.plain and cells - said.cell_length - extra.cell_length - 6 >= _LEAST_TITLE:
        said = Content.assemble(extra, words(" · ", FAINT), said)
    return spread(left, said, cells)


def _beside(plan: Plan, entry: Entry, one: Milestone) -> Content:
    """Return what stands in a milestone's way, or when the pace has it done, if that is later."""
    if blockers := schedule.blocked(plan, one):
        title = blockers[0].title or blockers[0].id
        said = tr("waits for {title}", title=title)
        return cell(said, min(30, width(said)), WARN)
    if entry.expected is not None and entry.expected.late_days:
        day = f"{entry.expected.on:%m-%d}"
        return words(tr("at this pace done on {day}", day=day), WARN)
    return Content("")


def _round(plan: Plan, occurrence: Occurrence, today: date, cells: int) -> Content:
    item = occurrence.item
    still = occurrence.mark is Mark.OPEN
    left = Content.assemble(lead(MARKS[occurrence.mark]), words(item.title, "" if still else MUTED))
    left = Content.assemble(left, words(f" {ROUND} {in_words(item)}", FAINT))
    track = next((one.title for one in plan.tracks if one.id == item.track), "")
    return spread(left, _mark(occurrence, track, today), cells)


def _mark(occurrence: Occurrence, track: str, today: date) -> Content:
    if occurrence.mark is Mark.DONE:
        return words(tr("done"), GOOD)
    if occurrence.mark is Mark.SKIPPED:
        return words(tr("skipped"), MUTED)
    if occurrence.on < today:
        return words(tr("not done"), MUTED)
    return words(track, FAINT)
