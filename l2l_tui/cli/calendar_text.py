"""The schedule over time, as a person and as a script reads it on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from l2l_tui.cli.output import Cell, is_terminal, paint, table
from l2l_tui.language import tr, trn
from l2l_tui.plan import agenda as calendar
from l2l_tui.plan import gantt, recurring, schedule, timescale
from l2l_tui.plan.agenda import Kind as Entered
from l2l_tui.plan.daynames import named_day, named_day_near
from l2l_tui.plan.model import Status
from l2l_tui.plan.recurring import Mark
from l2l_tui.plan.rhythm import in_words
from l2l_tui.plan.timescale import BLOCKED, LATE, SIGNS, Kind, Scale, Sheet
from l2l_tui.states import status_word
from l2l_tui.text import fit, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from l2l_tui.plan.agenda import Entry
    from l2l_tui.plan.gantt import Bar, Lane
    from l2l_tui.plan.model import Milestone, Plan, Recurring
    from l2l_tui.plan.timescale import Piece

_STYLES = {
    Kind.LINE: "faint",
    Kind.AHEAD: "faint",
    Kind.OVERDUE: "bad",
    Kind.TODAY: "strong",
    Kind.DUE: "strong",
    Kind.FINISHED: "good",
    Kind.FORECAST: "middle",
}
_STATUS = {Status.TODO: "○", Status.DOING: "◐", Status.DONE: "✓", Status.DROPPED: "✗"}
_WIDTH, _TITLE_SHARE, _MOST_TITLE, _SIGNS = 100, 36, 48, 4
_DAYS_AHEAD = 800


@dataclass(frozen=True)
class Drawn:
    """The schedule over some weeks, in some columns."""

    plan: Plan
    """The plan."""
    lanes: tuple[Lane, ...]
    """Its milestones over time."""
    sheet: Sheet
    """The cells of the bars."""
    title_cells: int
    """How many cells the titles have."""

    @classmethod
    def of(
        cls, plan: Plan, today: date, *, weeks: int | None, start: date | None, width: int | None
    ) -> Drawn:
        """Return a plan's drawing.

        Args:
            plan: The plan.
            today: Today.
            weeks: How many weeks; None for as many as the schedule takes.
            start: A day of the first week; None for today or the schedule's first.
            width: How many columns; None for the terminal's.
        """
        lanes, meeting = gantt.lanes(plan, today), schedule.week_day(plan, today)
        columns = width or _columns()
        title = min(columns * _TITLE_SHARE // 100, _MOST_TITLE)
        room = columns - title - 1
        if weeks is not None:
            first = gantt.week_of(start or today, meeting)
            zoom = timescale.zoom_for(weeks, room)
            cells = -(-weeks * 7 * zoom.cells // zoom.days)
            scale = Scale(first, min(room, max(1, cells)), zoom)
        else:
            first, last = gantt.extent(lanes, today)
            begin = start or first
            scale = timescale.covering((begin, max(begin, last)), today, meeting, room)
            if start is not None:
                scale = Scale(gantt.week_of(start, meeting), room, scale.zoom)
        return cls(plan, lanes, Sheet(scale, today, meeting), title)

    def lines(self) -> Iterator[str]:
        """Yield the lines: the axis, the tracks with their milestones, what the signs mean."""
        scale, blank = self.sheet.scale, " " * (self.title_cells + 1)
        yield paint(plain(self.plan.title), "strong")
        said = tr("{first} to {last}", first=scale.first, last=scale.last)
        yield f"{said}, {timescale.zoom_in_words(scale.zoom)}"
        yield ""
        yield blank + _cells(self.sheet.upper())
        yield blank + _cells(self.sheet.lower())
        for lane in self.lanes:
            yield self._heading(lane)
            yield from (self._line(bar, lane.depth) for bar in lane.bars)
        yield ""
        yield from _legend()

    def document(self) -> dict[str, object]:
        """Return the drawing's facts for a script."""
        scale = self.sheet.scale
        return {
            "first": scale.first,
            "last": scale.last,
            "today": self.sheet.today,
            "weeks": list(scale.weeks(self.sheet.meeting)),
            "milestones": [_bar_document(bar) for lane in self.lanes for bar in lane.bars],
        }

    def _heading(self, lane: Lane) -> str:
        title = "  " * lane.depth + plain(lane.track.title or lane.track.id)
        return f"{paint(fit(title, self.title_cells), 'strong')} {_cells(self.sheet.row())}"

    def _line(self, bar: Bar, depth: int) -> str:
        indent = min(2 * depth, self.title_cells // 2)
        milestone = bar.milestone
        late = LATE if bar.late or bar.was_late else " "
        signs = f"{_STATUS[milestone.status]}{late}{BLOCKED if bar.blocked else ' '} "
        room = self.title_cells - indent - _SIGNS
        title = fit(plain(milestone.title or milestone.id), room)
        style = "bad" if bar.late else "faint" if schedule.is_closed(milestone) else ""
        return f"{' ' * indent}{paint(signs + title, style)} {_cells(self.sheet.row(bar))}"


def agenda(plan: Plan, today: date, weeks: int) -> Iterator[str]:
    """Yield what is late, then each week with its days."""
    found = calendar.agenda(plan, today, weeks)
    yield paint(plain(plan.title), "strong")
    if found.late:
        yield ""
        yield paint(trn("{n} late", "{n} late", len(found.late)), "bad")
        yield from _table(plan, found.late, today)
    for week in found.weeks:
        yield ""
        first, last = named_day_near(week.monday, today), named_day(week.sunday)
        title = tr("Week of {first} to {last}", first=first, last=last)
        yield paint(title, "strong")
        entries = [entry for day in week.days for entry in day.entries]
        yield from _table(plan, entries, today) if entries else [f"  {tr('nothing')}"]


def agenda_document(plan: Plan, today: date, weeks: int) -> dict[str, object]:
    """Return what is late and what comes, for a script."""
    found = calendar.agenda(plan, today, weeks)
    return {
        "today": today,
        "late": [_entry_document(entry, today) for entry in found.late],
        "weeks": [
            {
                "first": week.monday,
                "last": week.sunday,
                "entries": [
                    _entry_document(entry, today) for day in week.days for entry in day.entries
                ],
            }
            for week in found.weeks
        ],
    }


def item(plan: Plan, one: Recurring, today: date) -> Iterator[str]:
    """Yield a recurring item and its next days."""
    track = next((each.title for each in plan.tracks if each.id == one.track), "")
    where = tr("meeting") if one.meeting else plain(track)
    rows = [(one.id, in_words(one), where, plain(one.title))]
    yield from table(rows)
    for day in _near(one, today):
        mark = recurring.mark_of(one, day)
        style = {Mark.DONE: "good", Mark.SKIPPED: "faint"}.get(mark, "")
        yield paint(f"  {named_day_near(day, today)} {_marked(mark)}", style)


def item_document(one: Recurring, today: date) -> dict[str, object]:
    """Return a recurring item for a script."""
    return {
        "id": one.id,
        "title": one.title,
        "track": one.track or None,
        "meeting": one.meeting,
        "first": one.first,
        "every": one.every.value if one.every is not None else None,
        "every_days": one.every_days,
        "until": one.until,
        "done": list(one.done),
        "skipped": list(one.skipped),
        "next": recurring.next_open(one, today),
    }


def _near(one: Recurring, today: date) -> list[date]:
    """Return the days to look at: the marked ones of late, and the next three."""
    start = max(one.first.toordinal(), today.toordinal() - 35)
    marked = [day for day in (*one.done, *one.skipped) if day.toordinal() >= start]
    end = _ahead(today, _DAYS_AHEAD)
    ahead = list(islice(recurring.days(one, today, end), 3))
    return sorted({*marked, *ahead})


def _ahead(today: date, days: int) -> date:
    """Return a day so far ahead, or the calendar's last."""
    try:
        return today + timedelta(days=days)
    except OverflowError:
        return today.max


def _table(plan: Plan, entries: Iterable[Entry], today: date) -> list[str]:
    return table([_row(plan, entry, today) for entry in entries])


def _row(plan: Plan, entry: Entry, today: date) -> tuple[str | Cell, ...]:
    here = entry.on == today
    day = Cell(
        f"{'> ' if here else '  '}{named_day_near(entry.on, today)}", "strong" if here else ""
    )
    if entry.milestone is not None:
        return (day, _standing(entry.milestone), entry.milestone.id, *_due(entry, today))
    if entry.skipped:
        following = named_day_near(schedule.next_meeting(plan, entry.on), entry.on)
        said = tr("the next is {day}", day=following)
        return (day, Cell(tr("skipped"), "faint"), "", said, tr("Meeting"))
    if entry.kind is Entered.MEETING:
        said = trn("{n} open problem", "{n} open problems", entry.problems)
        name = entry.occurrence.item.id if entry.occurrence is not None else ""
        title = entry.occurrence.item.title if entry.occurrence is not None else tr("Meeting")
        return (day, tr("meeting"), name, said, title)
    assert entry.occurrence is not None
    one, mark = entry.occurrence.item, entry.occurrence.mark
    style = {Mark.DONE: "good", Mark.SKIPPED: "faint"}.get(mark, "")
    return (day, Cell(_marked(mark), style), one.id, in_words(one), one.title)


def _standing(one: Milestone) -> Cell:
    style = {Status.DONE: "good", Status.DROPPED: "faint"}.get(one.status, "")
    return Cell(status_word(one.status), style)


def _due(entry: Entry, today: date) -> tuple[str | Cell, str]:
    one = entry.milestone
    assert one is not None
    title = one.title or one.id
    if one.due is not None and one.due < today and not schedule.is_closed(one):
        late = (today - one.due).days
        return Cell(trn("{n} day late", "{n} days late", late), "bad"), title
    return tr("due"), title


def _marked(mark: Mark) -> str:
    if mark is Mark.DONE:
        return tr("done")
    return tr("skipped") if mark is Mark.SKIPPED else tr("open")


def _entry_document(entry: Entry, today: date) -> dict[str, object]:
    found: dict[str, object] = {"on": entry.on, "kind": entry.kind.value}
    if entry.milestone is not None:
        one = entry.milestone
        found |= {"milestone": one.id, "title": one.title, "status": one.status.value}
        found["late_days"] = schedule.late_days(one, today)
        found["expected"] = entry.expected.on if entry.expected is not None else None
    if entry.occurrence is not None:
        found |= {"item": entry.occurrence.item.id, "title": entry.occurrence.item.title}
        found["mark"] = entry.occurrence.mark.value
    if entry.kind is Entered.MEETING:
        found |= {"problems": entry.problems, "skipped": entry.skipped}
    return found


def _bar_document(bar: Bar) -> dict[str, object]:
    one = bar.milestone
    return {
        "id": one.id,
        "title": one.title,
        "track": one.track,
        "status": one.status.value,
        "due": one.due,
        "late": bar.late,
        "blocked": bar.blocked,
        "spans": [
            {"kind": span.kind.value, "first": span.first, "last": span.last} for span in bar.spans
        ],
        "marks": [{"kind": mark.kind.value, "on": mark.on} for mark in bar.marks],
    }


def _legend() -> list[str]:
    meant = [(SIGNS[kind], said) for kind, said in timescale.meanings()]
    meant += [(LATE, tr("late")), (BLOCKED, tr("blocked"))]
    return ["  ".join(f"{sign} {said}" for sign, said in meant)]


def _cells(pieces: Iterable[Piece]) -> str:
    return "".join(paint(piece.text, _STYLES.get(piece.kind, "")) for piece in pieces)


def _columns() -> int:
    if not is_terminal():
        return _WIDTH
    from shutil import get_terminal_size

    return max(40, get_terminal_size().columns)
