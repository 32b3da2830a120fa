"""Everything that is drawn between the axes, as dots, signs and scales.

Costs by the columns and rows it fills, hardly by the points behind them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

from l2l_tui.tui.widgets.chart import inks
from l2l_tui.tui.widgets.chart.canvas import CELL_HEIGHT, CELL_WIDTH, EMPTY, Canvas
from l2l_tui.tui.widgets.chart.scale import Scale
from l2l_tui.tui.widgets.chart.series import Series
from l2l_tui.tui.widgets.chart.trace import Trace, extent, stretch, trace
from l2l_tui.tui.widgets.chart.view import View

BREAK = "×"
"""Marks where a line breaks off because a value was not finite."""

_MARK_EVERY = 14

_NEAR_ZERO = 0.25
"""A linear axis starts at 0 when the lowest value is below this share of the highest."""


@dataclass(frozen=True, slots=True)
class Line:
    """A series with its name and its slot, which decides colour and sign."""

    name: str
    """What people call it; made safe for a terminal."""
    slot: int
    """Its place by order of appearance."""
    series: Series
    """Its points."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the lines are to be drawn."""

    log: bool = False
    """Whether the y axis is logarithmic."""
    smooth: float = 0.0
    """Weight of the moving average, 0 for none."""
    view: View | None = None
    """The stretch of steps in sight; None for all."""
    marked: bool = False
    """Whether lines carry their sign all along, for eyes or screens without colour."""


@dataclass(frozen=True, slots=True)
class Plot:
    """What is drawn between the axes."""

    canvas: Canvas
    """The lines."""
    x: Scale
    """Steps to columns of dots."""
    y: Scale
    """Values to rows of dots, the lowest first."""
    signs: Mapping[tuple[int, int], tuple[str, int]]
    """Sign and ink by row and column of cells."""
    left_out: int
    """How many values in sight have no place on the logarithmic axis."""


def whole(lines: Sequence[Line]) -> View | None:
    """Return the first and the last step of all lines; None without any point."""
    filled = [line.series.steps for line in lines if line.series]
    if not filled:
        return None
    return min(steps[0] for steps in filled), max(steps[-1] for steps in filled)


def vertical(lines: Sequence[Line], look: Look, rows: int) -> Scale | None:
    """Return the y axis that shows all of the view; None when there is nothing to show."""
    span = look.view or whole(lines)
    if span is None:
        return None
    x = Scale.fit(*span, 2)
    ends = [extent(line.series, x, log=look.log) for line in lines]
    ends += [extent(smooth(line, look), x, log=look.log) for line in lines if look.smooth]
    low = min((low for low, _ in ends), default=inf)
    high = max((high for _, high in ends), default=-inf)
    if low > high:
        return None
    if not look.log and 0 < low < high * _NEAR_ZERO:
        low = 0.0
    return Scale.fit(low, high, rows * CELL_HEIGHT, log=look.log)


def smooth(line: Line, look: Look) -> Series:
    """Return the series that the main line shows."""
    return line.series.smoothed(look.smooth)


def draw(lines: Sequence[Line], look: Look, y: Scale, width: int) -> Plot:
    """Draw all lines into `width` cells; later lines lie on top."""
    span = look.view or whole(lines) or (0.0, 1.0)
    x = Scale.fit(*span, width * CELL_WIDTH)
    canvas = Canvas(width, y.dots // CELL_HEIGHT)
    if look.smooth:
        for line in lines:
            canvas.draw(trace(line.series, x, y).spans, inks.faint(line.slot))
        canvas.settle()
    traces = [(line, trace(smooth(line, look), x, y)) for line in lines]
    for line, traced in traces:
        canvas.draw(traced.spans, inks.line(line.slot))
    left_out = sum(line.series.unloggable(*stretch(line.series, x)) for line in lines)
    signs = _signs(traces, canvas, marked=look.marked)
    return Plot(canvas, x, y, signs, left_out if look.log else 0)


def _signs(
    traces: Sequence[tuple[Line, Trace]], canvas: Canvas, *, marked: bool
) -> dict[tuple[int, int], tuple[str, int]]:
    """Return the signs: where lines break off, where they end, and along them if `marked`."""
    signs: dict[tuple[int, int], tuple[str, int]] = {}
    for line, traced in traces:
        for column, dot in traced.breaks:
            signs.setdefault(_cell(column, dot, canvas), (BREAK, inks.line(line.slot)))
    for line, traced in reversed(traces):
        sign = (inks.mark(line.slot), inks.line(line.slot))
        place = _free(traced, signs, canvas)
        if place is not None:
            signs[place] = sign
        if marked:
            last = traced.end[0] // CELL_WIDTH - _MARK_EVERY // 3 if traced.end else 0
            for column in range(line.slot * 5 % _MARK_EVERY, last, _MARK_EVERY):
                along = _along(traced, column, canvas)
                if along is not None:
                    signs.setdefault(along, sign)
    return signs


def _free(
    traced: Trace, taken: Mapping[tuple[int, int], object], canvas: Canvas
) -> tuple[int, int] | None:
    """Return the cell nearest to a line's end that carries no sign yet."""
    if traced.end is None:
        return None
    place: tuple[int, int] | None = _cell(*traced.end, canvas)
    column = traced.end[0] // CELL_WIDTH
    for back in range(column - 1, max(-1, column - 9), -1):
        if place is not None and place not in taken:
            return place
        place = _along(traced, back, canvas)
    return place if place not in taken else None


def _along(traced: Trace, column: int, canvas: Canvas) -> tuple[int, int] | None:
    """Return the cell in the middle of a line's stretch in a column of cells."""
    dots = column * CELL_WIDTH
    if traced.spans.tops[dots] == EMPTY:
        return None
    return _cell(dots, (traced.spans.tops[dots] + traced.spans.bottoms[dots]) // 2, canvas)


def _cell(column: int, dot: int, canvas: Canvas) -> tuple[int, int]:
    row = min(max(dot // CELL_HEIGHT, 0), max(0, canvas.height - 1))
    return row, min(max(column // CELL_WIDTH, 0), max(0, canvas.width - 1))
