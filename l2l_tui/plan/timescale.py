"""Days as cells of a terminal: how far apart they are, what is drawn in each, what stands above.

Nothing here is told by colour alone: each kind of cell has a sign of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from l2l_tui.language import tr
from l2l_tui.plan.daynames import month, month_and_year
from l2l_tui.plan.gantt import Point, Stretch, week_of
from l2l_tui.text import width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from l2l_tui.plan.gantt import Bar

_WEEK = 7
_LEAST_BETWEEN_LINES = 4
_LEAST_BETWEEN_MONTHS = 3


class Kind(StrEnum):
    """What a cell shows."""

    EMPTY = "empty"
    LINE = "line"
    WORKED = Stretch.WORKED.value
    AHEAD = Stretch.AHEAD.value
    OVERDUE = Stretch.OVERDUE.value
    TODAY = "today"
    DUE = Point.DUE.value
    MOVED = Point.MOVED.value
    FINISHED = Point.FINISHED.value
    FORECAST = Point.FORECAST.value
    BEFORE = "before"
    AFTER = "after"
    NAME = "name"


SIGNS = {
    Kind.EMPTY: " ",
    Kind.LINE: "┊",
    Kind.WORKED: "━",
    Kind.AHEAD: "╌",
    Kind.OVERDUE: "▒",
    Kind.TODAY: "│",
    Kind.DUE: "◆",
    Kind.MOVED: "◇",
    Kind.FINISHED: "●",
    Kind.FORECAST: "◌",
    Kind.BEFORE: "‹",
    Kind.AFTER: "›",
}
"""The sign of each kind of cell; each is one cell wide."""

LATE, BLOCKED = "!", "⊘"
"""What stands before a milestone that is or was late, and before one that waits for another."""

_Name = tuple[int, int, tuple[str, ...]]
"""The first cell of what is named, the one behind its last, and how it may be named."""

_OVER = (Point.MOVED, Point.FORECAST, Point.DUE, Point.FINISHED)
"""Points by what hides what, the topmost last."""

_UNDER = (Stretch.AHEAD, Stretch.WORKED, Stretch.OVERDUE)
"""Stretches by what hides what, the topmost last."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some cells of one kind, side by side."""

    kind: Kind
    """What they show."""
    text: str
    """Their letters."""


@dataclass(frozen=True, slots=True)
class Zoom:
    """How many cells so many days take."""

    cells: int
    """The cells."""
    days: int
    """The days."""


ZOOMS = (Zoom(2, 1), Zoom(1, 1), Zoom(4, 7), Zoom(2, 7), Zoom(1, 7), Zoom(1, 14), Zoom(1, 28))
"""From near to far."""

_NEAREST_AT_FIRST, _FARTHEST_AT_FIRST = 1, 4


def meanings() -> tuple[tuple[Kind, str], ...]:
    """Return what the signs mean that a milestone has, the most telling first."""
    return (
        (Kind.WORKED, tr("worked")),
        (Kind.OVERDUE, tr("overdue")),
        (Kind.AHEAD, tr("ahead")),
        (Kind.DUE, tr("due")),
        (Kind.MOVED, tr("was due")),
        (Kind.FINISHED, tr("done")),
        (Kind.FORECAST, tr("at this pace")),
    )


def zoom_in_words(zoom: Zoom) -> str:
    """Return what a cell stands for."""
    said: dict[Zoom, Callable[[], str]] = {
        ZOOMS[0]: lambda: tr("half a day a cell"),
        ZOOMS[1]: lambda: tr("a day a cell"),
        ZOOMS[2]: lambda: tr("a week in 4 cells"),
        ZOOMS[3]: lambda: tr("half a week a cell"),
        ZOOMS[4]: lambda: tr("a week a cell"),
        ZOOMS[5]: lambda: tr("2 weeks a cell"),
        ZOOMS[6]: lambda: tr("4 weeks a cell"),
    }
    return said[zoom]()


@dataclass(frozen=True)
class Scale:
    """Which days stand in which cells."""

    first: date
    """The first cell's first day."""
    columns: int
    """How many cells there are."""
    zoom: Zoom
    """How far apart days are."""

    def cell(self, day: date) -> int:
        """Return the cell of a day; it may lie outside."""
        return (day.toordinal() - self.first.toordinal()) * self.zoom.cells // self.zoom.days

    def day(self, cell: int) -> date:
        """Return the first day that begins in a cell, as far as the calendar goes."""
        return _shifted(self.first, -(-cell * self.zoom.days // self.zoom.cells))

    @property
    def last(self) -> date:
        """The last day in sight."""
        return _shifted(self.day(self.columns), -1)

    def weeks(self, meeting: date) -> Iterator[date]:
        """Yield the days in sight on which weeks begin, counted from a meeting's weekday."""
        day = week_of(self.first, meeting)
        while day <= self.last:
            if day >= self.first:
                yield day
            if (following := _shifted(day, _WEEK)) == day:
                return
            day = following

    def months(self) -> Iterator[date]:
        """Yield the first day of each month that is in sight, be it a part of it."""
        day = self.first.replace(day=1)
        while day <= self.last:
            yield day
            if (following := _month_after(day)) is None:
                return
            day = following


def around(today: date, meeting: date, columns: int, zoom: Zoom) -> Scale:
    """Return the scale with today at a quarter, from a whole week on."""
    days = columns * zoom.days // zoom.cells
    return Scale(week_of(_shifted(today, -(days // 4)), meeting), columns, zoom)


def covering(days: tuple[date, date], today: date, meeting: date, columns: int) -> Scale:
    """Return the scale that shows all from one day to another, as near as they allow.

    What is too far away for a week a cell stays outside; today is in sight then.
    """
    first, last = week_of(days[0], meeting), days[1]
    for zoom in ZOOMS[_NEAREST_AT_FIRST : _FARTHEST_AT_FIRST + 1]:
        scale = Scale(first, columns, zoom)
        if scale.cell(last) < columns:
            return scale
    return around(today, meeting, columns, ZOOMS[_FARTHEST_AT_FIRST])


def zoom_for(weeks: int, columns: int) -> Zoom:
    """Return the nearest zoom at which so many weeks have room, or the farthest."""
    fits = (zoom for zoom in ZOOMS if weeks * _WEEK * zoom.cells <= columns * zoom.days)
    return next(fits, ZOOMS[-1])


def shifted(scale: Scale, weeks: int) -> Scale:
    """Return the scale so many weeks later, or earlier where they are negative."""
    return Scale(_shifted(scale.first, weeks * _WEEK), scale.columns, scale.zoom)


def zoomed(scale: Scale, by: int, keep: date, meeting: date) -> Scale:
    """Return the scale nearer (1) or farther (-1); a day stays about where it is."""
    at = ZOOMS.index(scale.zoom) - by
    zoom = ZOOMS[min(max(at, 0), len(ZOOMS) - 1)]
    place = min(max(scale.cell(keep), 0), scale.columns - 1)
    first = _shifted(keep, -(place * zoom.days // zoom.cells))
    return Scale(week_of(first, meeting), scale.columns, zoom)


@dataclass(frozen=True)
class Sheet:
    """What every row of a picture shares: the scale, today, and the lines of the weeks."""

    scale: Scale
    """Which days stand where."""
    today: date
    """Today."""
    meeting: date
    """A day of meeting; weeks are counted from its weekday."""

    @cached_property
    def by_weeks(self) -> bool:
        """Whether weeks have lines; else months do, and else years."""
        return self._cells_of(_WEEK) >= _LEAST_BETWEEN_LINES

    @cached_property
    def by_months(self) -> bool:
        """Whether months have room for a name each."""
        return self._cells_of(30) >= _LEAST_BETWEEN_MONTHS

    @cached_property
    def lines(self) -> frozenset[int]:
        """The cells with a line."""
        if self.by_weeks:
            days = list(self.scale.weeks(self.meeting))
        else:
            days = [day for day in self.scale.months() if self.by_months or day.month == 1]
        cells = {self.scale.cell(day) for day in days if day >= self.scale.first}
        return frozenset(cell for cell in cells if cell > 0)

    def row(self, bar: Bar | None = None) -> tuple[Piece, ...]:
        """Return the cells of a milestone, or of a line without one: exactly the scale's."""
        kinds = [Kind.EMPTY] * self.scale.columns
        self._put(kinds, Kind.LINE, self.lines)
        if bar is not None:
            for span in sorted(bar.spans, key=lambda span: _UNDER.index(span.kind)):
                start, stop = self.scale.cell(span.first), self.scale.cell(span.last)
                inside = range(max(start, 0), min(stop + 1, self.scale.columns))
                self._put(kinds, Kind(span.kind.value), inside)
        self._put(kinds, Kind.TODAY, [self.scale.cell(self.today)])
        if bar is not None:
            self._put_marks(kinds, bar)
        return tuple(
            Piece(kind, "".join(SIGNS[one] for one in group))
            for kind, group in groupby(kinds, _painted)
        )

    def upper(self) -> tuple[Piece, ...]:
        """Return the line of months, or of years, with today's label."""
        label = self._today_label()
        names = self._months() if self.by_weeks or self.by_months else self._years()
        return _named(names, self.scale.columns, label)

    def lower(self) -> tuple[Piece, ...]:
        """Return the line of the weeks' days, or of months where these are too close."""
        if self.by_weeks:
            return _named(self._week_days(), self.scale.columns)
        names = self._below_months() if self.by_months else self._half_years()
        return _named(names, self.scale.columns)

    def _cells_of(self, days: int) -> int:
        return days * self.scale.zoom.cells // self.scale.zoom.days

    @staticmethod
    def _put(kinds: list[Kind], kind: Kind, cells: Iterable[int]) -> None:
        for cell in cells:
            if 0 <= cell < len(kinds):
                kinds[cell] = kind

    def _put_marks(self, kinds: list[Kind], bar: Bar) -> None:
        for mark in sorted(bar.marks, key=lambda mark: _OVER.index(mark.kind)):
            self._put(kinds, Kind(mark.kind.value), [self.scale.cell(mark.on)])
        cells = [self.scale.cell(day) for day in bar.days]
        if cells and max(cells) < 0:
            self._put(kinds, Kind.BEFORE, [0])
        elif cells and min(cells) >= self.scale.columns:
            self._put(kinds, Kind.AFTER, [self.scale.columns - 1])

    def _today_label(self) -> tuple[int, str] | None:
        cell = self.scale.cell(self.today)
        if not 0 <= cell < self.scale.columns:
            return None
        label = tr("today")
        if cell + 2 + width(label) <= self.scale.columns:
            return cell, f"▾ {label}"
        if cell > width(label):
            return cell - 1 - width(label), f"{label} ▾"
        return cell, "▾"

    def _months(self) -> Iterator[_Name]:
        for order, day in enumerate(self.scale.months()):
            following = _month_after(day)
            stop = self.scale.columns if following is None else self.scale.cell(following)
            names: tuple[str, ...] = (month(day),)
            if order == 0 or day.month == 1:
                names = (month_and_year(day), *names)
            yield max(0, self.scale.cell(day)), stop, names

    def _years(self) -> Iterator[_Name]:
        first, last = self.scale.first.year, self.scale.last.year
        for year in range(first, last + 1):
            start = max(0, self.scale.cell(date(year, 1, 1)))
            stop = self.scale.cell(date(year, 12, 31)) + 1
            yield start, stop, (str(year),)

    def _week_days(self) -> Iterator[_Name]:
        step = self._cells_of(_WEEK)
        for day in self.scale.weeks(self.meeting):
            start = self.scale.cell(day)
            yield start, start + step, (f"{day:%m-%d}", f"{day.day}")

    def _below_months(self) -> Iterator[_Name]:
        """Yield every other week's day, or the years where these are too close."""
        step = self._cells_of(_WEEK * 2)
        if step < _LEAST_BETWEEN_MONTHS:
            yield from self._years()
            return
        for order, day in enumerate(self.scale.weeks(self.meeting)):
            if order % 2 == 0:
                start = self.scale.cell(day)
                yield start, start + step, (f"{day.day}",)

    def _half_years(self) -> Iterator[_Name]:
        for day in self.scale.months():
            if day.month in (1, 7) and day >= self.scale.first:
                start = self.scale.cell(day)
                yield start, start + self._cells_of(180), (month(day),)


def _named(
    names: Iterable[_Name], columns: int, label: tuple[int, str] | None = None
) -> tuple[Piece, ...]:
    """Return names in a line, each within its own cells; a label goes before all."""
    used = 0
    placed = [] if label is None else [(label[0], Piece(Kind.TODAY, label[1]))]
    for begin, behind, choices in names:
        for text in choices:
            spot = _spot(text, begin, min(behind, columns), used, label)
            if spot is not None:
                placed.append((spot, Piece(Kind.NAME, text)))
                used = spot + width(text) + 1
                break
    return tuple(_spaced(sorted(placed, key=lambda one: one[0]), columns))


def _spot(
    text: str, begin: int, behind: int, used: int, label: tuple[int, str] | None
) -> int | None:
    """Return where a name stands: where its cells begin, or else behind the label."""
    places = [begin]
    if label is not None:
        places.append(label[0] + width(label[1]) + 1)
    for place in places:
        stop = place + width(text)
        clear = label is None or stop < label[0] or place > label[0] + width(label[1])
        if clear and max(used, begin) <= place and stop <= behind:
            return place
    return None


def _spaced(placed: Iterable[tuple[int, Piece]], columns: int) -> Iterator[Piece]:
    used = 0
    for start, piece in placed:
        if start > used:
            yield Piece(Kind.EMPTY, " " * (start - used))
        yield piece
        used = start + width(piece.text)
    if used < columns:
        yield Piece(Kind.EMPTY, " " * (columns - used))


def _painted(kind: Kind) -> Kind:
    """Return what a cell is painted as; blanks go with the lines, so that pieces are few."""
    return Kind.LINE if kind is Kind.EMPTY else kind


def _shifted(day: date, days: int) -> date:
    ordinal = day.toordinal() + days
    return date.fromordinal(min(max(ordinal, 1), date.max.toordinal()))


def _month_after(day: date) -> date | None:
    if day.month < 12:
        return day.replace(month=day.month + 1, day=1)
    return None if day.year == date.max.year else date(day.year + 1, 1, 1)
