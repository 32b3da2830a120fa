"""The timeline's lines: a milestone's title beside its cells, the head above, the words below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from l2l_tui.language import tr, trn
from l2l_tui.plan import schedule
from l2l_tui.plan.daynames import named_day_near
from l2l_tui.plan.gantt import begun, was_due
from l2l_tui.plan.model import Status
from l2l_tui.plan.timescale import SIGNS, Kind, meanings
from l2l_tui.text import width
from l2l_tui.tui.format.head import distance
from l2l_tui.tui.format.schedule import BLOCKED, LATE
from l2l_tui.tui.format.schedule import SIGNS as STATUS_SIGNS
from l2l_tui.tui.format.tone import ACCENT, BAD, FAINT, GOOD, MUTED, STRONG, WARN, cell, words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from l2l_tui.plan.gantt import Bar, Lane
    from l2l_tui.plan.model import Plan
    from l2l_tui.plan.timescale import Piece, Sheet

_TONES = {
    Kind.LINE: "$foreground 18%",
    Kind.WORKED: ACCENT,
    Kind.AHEAD: MUTED,
    Kind.OVERDUE: BAD,
    Kind.TODAY: f"bold {ACCENT}",
    Kind.DUE: "bold",
    Kind.MOVED: MUTED,
    Kind.FINISHED: GOOD,
    Kind.FORECAST: WARN,
    Kind.BEFORE: FAINT,
    Kind.AFTER: FAINT,
    Kind.NAME: MUTED,
}
_INDENT = 2
_SIGNS_CELLS = 4
_GAP = 1


def title_cells(cells: int) -> int:
    """Return how much of a line is the title's; the bars have the rest."""
    return min(max(cells * 36 // 100, 12), 52)


def bar_cells(cells: int) -> int:
    """Return how many cells the bars have in a line."""
    return max(1, cells - title_cells(cells) - _GAP)


def heading(lane: Lane, sheet: Sheet, cells: int) -> Content:
    """Return a track's line: its title and how much of it is done, then the weeks' lines."""
    wanted = [bar for bar in lane.bars if bar.milestone.status is not Status.DROPPED]
    done = sum(bar.milestone.status is Status.DONE for bar in wanted)
    count = f" {done}/{len(wanted)}" if wanted else ""
    indent, room = lane.depth * _INDENT, title_cells(cells)
    title = cell(lane.track.title or lane.track.id, max(0, room - indent - len(count)), STRONG)
    return Content.assemble(
        " " * min(indent, room), title, (count, FAINT), " " * _GAP, _cells(sheet.row())
    )


def line(bar: Bar, depth: int, sheet: Sheet, cells: int) -> Content:
    """Return one milestone's line: signs and title, then its cells."""
    milestone = bar.milestone
    sign, tone = STATUS_SIGNS[milestone.status]
    closed = schedule.is_closed(milestone)
    indent = min(depth * _INDENT, title_cells(cells) // 2)
    title = cell(
        milestone.title or milestone.id,
        max(0, title_cells(cells) - indent - _SIGNS_CELLS),
        MUTED if closed or bar.blocked else "",
    )
    return Content.assemble(
        " " * indent,
        (sign, tone),
        LATE if bar.late else (LATE[0], MUTED) if bar.was_late else " ",
        BLOCKED if bar.blocked else " ",
        " ",
        title,
        " " * _GAP,
        _cells(sheet.row(bar)),
    )


def axis(sheet: Sheet, cells: int, gutter: int) -> Content:
    """Return the two lines above the bars."""
    left = " " * (gutter + title_cells(cells) + _GAP)
    return Content.assemble(left, _cells(sheet.upper()), "\n", left, _cells(sheet.lower()))


def legend(cells: int) -> Content:
    """Return what the signs mean, as many as have room."""
    parts = [
        Content.assemble((SIGNS[kind], _TONES[kind]), " ", (said, MUTED))
        for kind, said in meanings()
    ]
    parts.append(Content.assemble(LATE, " ", (tr("late"), MUTED)))
    parts.append(Content.assemble(BLOCKED, " ", (tr("blocked"), MUTED)))
    shown = Content(" ")
    for part in parts:
        if shown.cell_length + part.cell_length + 2 > cells:
            break
        shown = Content.assemble(shown, part, "  ")
    return shown


def about(plan: Plan, bar: Bar, today: date, cells: int) -> Content:
    """Return what is known of one milestone over time, in a line."""
    parts = [part for part in _about(plan, bar, today) if part.plain]
    return Content.assemble(" ", Content(" · ").join(parts)).truncate(cells, ellipsis=True)


def moving(moved: int, bar: Bar | None, was: date | None, today: date, cells: int) -> Content:
    """Return what is moved and not saved yet, in a line.

    Args:
        moved: How many milestones are.
        bar: The one under the cursor as it is moved, if it is.
        was: The day that it was due, if on any.
        today: Today.
        cells: The width.
    """
    parts = []
    if bar is not None and bar.milestone.due is not None:
        due = bar.milestone.due
        step = _step((due - was).days) if was is not None else ""
        old = named_day_near(was, today) if was is not None else tr("none")
        parts.append(
            Content.assemble(
                words(tr("due {old} → {new}", old=old, new=named_day_near(due, today)), "bold"),
                words(f" {step}" if step else "", MUTED),
            )
        )
    parts.append(words(tr("⏎ saves, esc drops"), WARN))
    parts.append(words(trn("{n} due date moved", "{n} due dates moved", moved), MUTED))
    return Content.assemble(" ", Content(" · ").join(parts)).truncate(cells, ellipsis=True)


def _step(days: int) -> str:
    count = trn("{n} day", "{n} days", abs(days))
    if days == 0:
        return ""
    return tr("{days} later", days=count) if days > 0 else tr("{days} earlier", days=count)


def _about(plan: Plan, bar: Bar, today: date) -> Iterable[Content]:
    milestone = bar.milestone
    yield _due(bar, today)
    if blockers := schedule.blocked(plan, milestone):
        title = blockers[0].title or blockers[0].id
        waits = tr("waits for {title}", title=title)
        yield cell(waits, min(40, width(waits)), WARN)
    if bar.expected is not None:
        on = named_day_near(bar.expected.on, today)
        said = tr("at this pace done on {day}", day=on)
        yield words(said, WARN if bar.expected.late_days else MUTED)
    if (day := schedule.finished_on(milestone)) is not None:
        yield words(tr("done on {day}", day=named_day_near(day, today)), GOOD)
    elif (day := begun(milestone)) is not None and milestone.status is Status.DOING:
        yield words(tr("begun on {day}", day=named_day_near(day, today)), MUTED)
    if moved := was_due(milestone):
        yield words(tr("first due on {day}", day=named_day_near(moved[0], today)), MUTED)


def _due(bar: Bar, today: date) -> Content:
    due, milestone = bar.milestone.due, bar.milestone
    if milestone.status is Status.DROPPED:
        return words(tr("dropped"), MUTED)
    if due is None:
        return words(tr("no due date"), MUTED)
    day = named_day_near(due, today)
    late = schedule.late_days(milestone, today) or 0
    if bar.was_late:
        said = trn(
            "was due on {day}, {n} day late", "was due on {day}, {n} days late", late, day=day
        )
        return words(said, MUTED)
    if bar.late:
        said = trn("due on {day}, {n} day late", "due on {day}, {n} days late", late, day=day)
        return words(said, f"bold {BAD}")
    if milestone.status is Status.DONE:
        return words(tr("was due on {day}", day=day), MUTED)
    return words(tr("due on {day}, {distance}", day=day, distance=distance(due, today)))


def _cells(pieces: Iterable[Piece]) -> Content:
    return Content.assemble(*[(piece.text, _TONES.get(piece.kind, "")) for piece in pieces])
