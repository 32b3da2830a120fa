"""From points to dots: the stretch of every column that a line passes through.

A column's stretch runs from the lowest to the highest of its points, and neighbouring
columns are joined, so a steep line has no holes. Lines break at gaps.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from math import inf, isfinite
from typing import TYPE_CHECKING

from l2l_tui.tui.widgets.chart.canvas import Spans

if TYPE_CHECKING:
    from l2l_tui.tui.widgets.chart.scale import Scale
    from l2l_tui.tui.widgets.chart.series import Series


@dataclass(frozen=True, slots=True)
class Trace:
    """A line as dots."""

    spans: Spans
    """What it covers."""
    end: tuple[int, int] | None
    """Column and dot of the last point drawn; None if none is."""
    breaks: tuple[tuple[int, int], ...]
    """Column and dot of the first gap of each run of gaps."""


def stretch(series: Series, x: Scale) -> tuple[int, int]:
    """Return the points within a view, as indices: first, and one past the last."""
    start = series.find(x.low)
    stop = bisect_left(series.steps, x.high, start)
    while stop < len(series) and series.steps[stop] == x.high:
        stop += 1
    return start, stop


def extent(series: Series, x: Scale, *, log: bool) -> tuple[float, float]:
    """Return the lowest and highest drawable value within a view and right beside it.

    Infinity and minus infinity if there is none.
    """
    start, stop = stretch(series, x)
    start, stop = max(0, start - 1), min(len(series), stop + 1)
    low, high = series.low(start, stop, positive=log), series.high(start, stop)
    return (inf, -inf) if log and high <= 0 else (low, high)


def trace(series: Series, x: Scale, y: Scale) -> Trace:
    """Return where a series passes; dot 0 is the top."""
    return _Tracer(series, x, y).run()


class _Tracer:
    """One pass over the columns; the fields are what a column needs of those before it."""

    def __init__(self, series: Series, x: Scale, y: Scale) -> None:
        self.series, self.x, self.y = series, x, y
        self.floor = 0.0 if y.log else -inf
        self.lowest = y.dots - 1
        self.spans = Spans(x.dots)
        self.breaks: list[tuple[int, int]] = []
        self.end: tuple[int, int] | None = None
        self.gapped = False

    def run(self) -> Trace:
        start, stop = stretch(self.series, self.x)
        before = self._outside(start - 1)
        for column, first, last in self._columns(start, stop):
            before = self._column(column, first, last, before)
        after = self._outside(stop)
        if before is not None and after is not None and start <= stop:
            self.spans.join(*before, *after)
        return Trace(self.spans, self.end, tuple(self.breaks))

    def _columns(self, start: int, stop: int) -> list[tuple[int, int, int]]:
        """Return the columns that have points, each with its points' indices."""
        steps, dots, low = self.series.steps, self.x.dots, self.x.low
        if stop - start <= dots:
            return self._few(start, stop)
        width = (self.x.high - low) / max(1, dots - 1)
        found, first = [], start
        for column in range(dots):
            edge = low + (column + 0.5) * width
            last = bisect_left(steps, edge, first, stop) if column < dots - 1 else stop
            if last > first:
                found.append((column, first, last))
                first = last
        return found

    def _few(self, start: int, stop: int) -> list[tuple[int, int, int]]:
        """Return the same for fewer points than columns."""
        found: list[tuple[int, int, int]] = []
        place = self.x.place
        for index in range(start, stop):
            column = place(self.series.steps[index])
            if found and found[-1][0] == column:
                found[-1] = (column, found[-1][1], index + 1)
            else:
                found.append((column, index, index + 1))
        return found

    def _column(
        self, column: int, first: int, last: int, before: tuple[int, int] | None
    ) -> tuple[int, int] | None:
        """Draw the points of one column; return where the line leaves it, if it does."""
        leaves = self._cover(column, first, last, before)
        gap = self.series.gap(first, last)
        if gap is not None and (gap > first or not self.gapped):
            self.breaks.append((column, self.end[1] if self.end else 0))
        self.gapped = not isfinite(self.series.values[last - 1])
        return leaves

    def _cover(
        self, column: int, first: int, last: int, before: tuple[int, int] | None
    ) -> tuple[int, int] | None:
        """Cover what the points span, joined to where the line was before."""
        values, drawable = self.series.values, self._drawable
        lowest = self.series.low(first, last, positive=self.y.log)
        if lowest == inf:
            return None
        top = self._dot(self.series.high(first, last))
        self.spans.cover(column, top, self._dot(lowest))
        if before is not None and drawable(values[first]):
            self.spans.join(*before, column, self._dot(values[first]))
        leave = values[last - 1]
        self.end = (column, self._dot(leave) if drawable(leave) else top)
        return self.end if drawable(leave) else None

    def _outside(self, index: int) -> tuple[int, int] | None:
        """Return the column and dot of a point beside the view."""
        if not 0 <= index < len(self.series):
            return None
        value = self.series.values[index]
        if not self._drawable(value):
            return None
        return self.x.place(self.series.steps[index]), self._dot(value)

    def _drawable(self, value: float) -> bool:
        return self.floor < value < inf

    def _dot(self, value: float) -> int:
        return self.lowest - self.y.place(value)
