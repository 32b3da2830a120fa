"""The schedule over the weeks as an SVG that is as wide as its place.

Positions are in percent and letters in pixels, so a phone shows the same letters as a desk.
What is late is hatched and said in words; nothing is told by colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from html import escape
from typing import TYPE_CHECKING

from l2l_tui.plan import gantt, schedule
from l2l_tui.plan.gantt import Stretch
from l2l_tui.plan.model import Status
from l2l_tui.report.prose import clean
from l2l_tui.report.summary import TrackReport
from l2l_tui.report.words import Phrase, Words
from l2l_tui.text import fit, width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from l2l_tui.report.summary import Row, Summary

_ROW, _TRACK, _HEAD, _FOOT = 44, 28, 26, 8
_SHEET = 820
_WEEK = 7
_LABELS, _LINES = 6, 60
_TITLE_CELLS, _WIDE_CELLS, _TRACK_CELLS = 36, 80, 48
_AHEAD = 12 * _WEEK
_HATCH = (
    '<defs><pattern id="late" width="6" height="6" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><path class="hatch" d="M0 0V6"/></pattern></defs>'
)
_SIGNS = {Status.TODO: "○", Status.DOING: "◐", Status.DONE: "✓", Status.DROPPED: "✗"}


@dataclass(frozen=True, slots=True)
class _Span:
    """The days that are drawn, as ordinals."""

    first: int
    last: int

    def at(self, day: date) -> float:
        """Return where a day lies, in percent; both ends keep a margin for marks."""
        return 2 + 96 * (day.toordinal() - self.first) / (self.last - self.first)


def draw(summary: Summary, words: Words) -> str:
    """Return the dated milestones over the weeks; empty where none has a date.

    A long schedule is several drawings, none higher than a printed page.
    """
    groups = [
        (track, [row for row in track.rows if row.milestone.due is not None])
        for track in summary.tracks
    ]
    groups = [
        (track, rows)
        for at, (track, rows) in enumerate(groups)
        if rows or _heads(track, groups[at + 1 :])
    ]
    rows = [row for _, rows in groups for row in rows]
    if not rows:
        return ""
    span = _span(rows, summary)
    return "\n".join(
        _drawing(sheet, summary, span, words, first=number == 0)
        for number, sheet in enumerate(_sheets(groups))
    )


def _sheets(groups: list[tuple[TrackReport, list[Row]]]) -> list[list[TrackReport | Row]]:
    """Cut the lines into sheets; a track that goes on is named again, and none ends a sheet."""
    sheets: list[list[TrackReport | Row]] = [[]]
    height = 0
    for track, rows in groups:
        for order, row in enumerate(rows or [None]):
            heads = _TRACK if order == 0 else 0
            if height and height + heads + _ROW > _SHEET:
                # Names without a line of their own go with what they head.
                waiting = _names_at_end(sheets[-1])
                sheets.append(waiting)
                height = _TRACK * len(waiting)
                heads = _TRACK
            if heads:
                sheets[-1].append(track)
            if row is not None:
                sheets[-1].append(row)
            height += heads + (_ROW if row is not None else 0)
    return sheets


def _names_at_end(sheet: list[TrackReport | Row]) -> list[TrackReport | Row]:
    at = len(sheet)
    while at and isinstance(sheet[at - 1], TrackReport):
        at -= 1
    waiting = sheet[at:]
    del sheet[at:]
    return waiting


def _drawing(
    sheet: list[TrackReport | Row], summary: Summary, span: _Span, words: Words, *, first: bool
) -> str:
    top, parts = _HEAD, []
    for line in sheet:
        if isinstance(line, TrackReport):
            title = f"{'› ' * line.depth}{_text(line.title, _TRACK_CELLS - 2 * line.depth)}"
            parts.append(f'<text class="track" x="2%" y="{top + 18}">{title}</text>')
            top += _TRACK
        else:
            parts += _row(line, summary.until, span, top, words)
            top += _ROW
    label = escape(words.say(Phrase.TIMELINE))
    return "\n".join(
        [
            f'<svg class="timeline" width="100%" height="{top + _FOOT}" role="img"'
            f' aria-label="{label}">',
            *([_HATCH] if first else []),
            *_weeks(span, summary.meeting, top),
            *_today(summary.until, span, top, words),
            *parts,
            "</svg>",
        ]
    )


def _heads(track: TrackReport, behind: list[tuple[TrackReport, list[Row]]]) -> bool:
    """Whether a track without dates has some in the tracks below it."""
    for other, rows in behind:
        if other.depth <= track.depth:
            return False
        if rows:
            return True
    return False


def _span(rows: list[Row], summary: Summary) -> _Span:
    days = [summary.until.toordinal(), summary.following.toordinal()]
    for row in rows:
        milestone = row.milestone
        begun, finished = gantt.begun(milestone), schedule.finished_on(milestone)
        dues = [milestone.due, *(change.was for change in milestone.history)]
        days += [day.toordinal() for day in (begun, finished, *dues) if day is not None]
    # A forecast of years would leave no room for the weeks that there are.
    last = max(days)
    ahead = [row.expected.on.toordinal() for row in rows if row.expected is not None]
    last = max([last, *(day for day in ahead if day <= last + _AHEAD)])
    return _Span(min(days) - 1, last + 1)


def _weeks(span: _Span, meeting: date, bottom: int) -> Iterator[str]:
    """Yield a line for each week, on the meeting's day; fewer where there are too many."""
    weeks = (span.last - span.first) // _WEEK + 1
    stride = _WEEK * max(1, -(-weeks // _LINES))
    first = span.first + (meeting.toordinal() - span.first) % stride
    days = [date.fromordinal(day) for day in range(first, span.last + 1, stride)]
    named = max(1, -(-len(days) // _LABELS))
    form = "%Y-%m" if weeks > _LINES else "%m-%d"
    for order, day in enumerate(days):
        at = span.at(day)
        yield f'<line class="week" x1="{at:.2f}%" x2="{at:.2f}%" y1="{_HEAD}" y2="{bottom}"/>'
        if order % named == 0:
            anchor = "start" if at < 6 else "end" if at > 94 else "middle"
            said = day.strftime(form)
            yield f'<text class="day" x="{at:.2f}%" y="14" text-anchor="{anchor}">{said}</text>'


def _today(day: date, span: _Span, bottom: int, words: Words) -> Iterator[str]:
    at = span.at(day)
    anchor = "end" if at > 70 else "start"
    shift = -5 if anchor == "end" else 5
    said = words.say(Phrase.TIMELINE_TODAY, day=f"{day:%m-%d}")
    yield f'<line class="today" x1="{at:.2f}%" x2="{at:.2f}%" y1="18" y2="{bottom}"/>'
    yield (
        f'<text class="today" x="{at:.2f}%" dx="{shift}" y="{_HEAD + 5}"'
        f' text-anchor="{anchor}">{escape(said)}</text>'
    )


def _row(row: Row, today: date, span: _Span, top: int, words: Words) -> Iterator[str]:
    milestone = row.milestone
    yield f"<g><title>{_text(milestone.title)}</title>"
    yield from _titles(row, top + 14, words)
    yield from _bars(row, today, span, top + 20)
    for was in gantt.was_due(milestone):
        yield _diamond(span.at(was), top + 26, 4, "was")
    if milestone.due is not None:
        yield _diamond(span.at(milestone.due), top + 26, 6, "due")
    if row.expected is not None and row.expected.on.toordinal() <= span.last:
        place = f'x="{span.at(row.expected.on):.2f}%" y="{top + 26}" overflow="visible"'
        yield f'<svg {place}><path class="expected" d="M-4 -6L6 0L-4 6z"/></svg>'
    yield "</g>"


def _titles(row: Row, y: int, words: Words) -> Iterator[str]:
    """Yield the title: a short one for narrow pages where it is long."""
    late = row.days_left is not None and row.days_left < 0
    line = f"{'!' if late else _SIGNS[row.milestone.status]} {row.milestone.title}"
    said = f'<tspan class="{"late" if late else "faint"}" dx="8">{_said(row, words)}</tspan>'
    wide, narrow = _text(line, _WIDE_CELLS), _text(line, _TITLE_CELLS)
    if wide == narrow:
        yield f'<text x="2%" y="{y}">{wide}{said}</text>'
        return
    yield f'<text class="wide" x="2%" y="{y}">{wide}{said}</text>'
    yield f'<text class="narrow" x="2%" y="{y}">{narrow}{said}</text>'


def _said(row: Row, words: Words) -> str:
    milestone = row.milestone
    if row.days_left is None:
        if row.late_days and milestone.status is Status.DONE:
            return escape(words.say(Phrase.WAS_LATE, days=words.days(row.late_days)))
        return escape(words.named(milestone.status.value))
    if row.days_left < 0:
        return escape(words.say(Phrase.LATE, days=words.days(-row.days_left)).replace("**", ""))
    return f"{milestone.due:%m-%d}"


def _bars(row: Row, today: date, span: _Span, y: int) -> Iterator[str]:
    finished = schedule.finished_on(row.milestone)
    for stretch in gantt.stretches(row.milestone, today):
        start, end = span.at(stretch.first), span.at(stretch.last)
        if stretch.kind is Stretch.AHEAD:
            line = f'x1="{start:.2f}%" x2="{end:.2f}%" y1="{y + 6}" y2="{y + 6}"'
            yield f'<line class="ahead" {line}/>'
        else:
            yield _bar(stretch.kind.value, start, end, y)
    if finished is not None:
        yield f'<circle class="done" cx="{span.at(finished):.2f}%" cy="{y + 6}" r="4"/>'


def _bar(kind: str, start: float, end: float, y: int) -> str:
    place = f'x="{start:.2f}%" y="{y}" width="{end - start:.2f}%" height="12"'
    return f'<rect class="{kind}" {place} rx="2"/>'


def _diamond(at: float, y: int, size: int, kind: str) -> str:
    path = f"M0 -{size}L{size} 0L0 {size}L-{size} 0z"
    return f'<svg x="{at:.2f}%" y="{y}" overflow="visible"><path class="{kind}" d="{path}"/></svg>'


def _text(text: str, cells: int | None = None) -> str:
    line = " ".join(clean(text).split())
    if cells is not None and width(line) > cells:
        line = fit(line, cells).rstrip()
    return escape(line)
