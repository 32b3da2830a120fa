"""The legend: each series' sign, name and a value, as wide as the chart and no wider."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, isfinite

from l2l_tui.language import tr
from l2l_tui.text import fit, number, width
from l2l_tui.tui.widgets.chart import inks
from l2l_tui.tui.widgets.chart.plot import Line
from l2l_tui.tui.widgets.chart.series import Series

Run = tuple[str, int]
"""Text of one ink."""

_GAP = 3
_SHORTEST_NAME = 6


@dataclass(frozen=True, slots=True)
class Legend:
    """How the legend is set out: in one line, or else in columns of equal width."""

    rows: int
    """Lines that it takes."""
    columns: int
    """Items in a line."""
    names: tuple[int, ...]
    """Cells of each name."""
    value: int
    """Cells of a value."""


def arrange(lines: Sequence[Line], cells: int, most_rows: int) -> Legend:
    """Return a layout that depends on names and last values, so that it stands still.

    Names are cut before series are left out.
    """
    if not lines or most_rows < 1 or cells < 3:
        return Legend(0, 0, (), 0)
    names = tuple(width(line.name) for line in lines)
    value = max(5, *(width(reading(last(line))) for line in lines))
    if sum(_item(name, value) for name in names) <= cells + _GAP:
        return Legend(1, len(lines), names, value)
    longest = max(names)
    columns = max(1, min(len(lines), (cells + _GAP) // _item(longest, value)))
    rows = ceil(len(lines) / columns)
    if rows > most_rows:
        rows = most_rows
        fitting = (cells + _GAP) // _item(_SHORTEST_NAME, value)
        columns = max(1, min(ceil(len(lines) / rows), fitting))
    room = max(0, (cells + _GAP) // columns - _item(0, value))
    return Legend(rows, columns, (min(longest, room),) * len(lines), value)


def draw(
    lines: Sequence[Line], legend: Legend, cells: int, at: float | None = None
) -> list[list[Run]]:
    """Return the legend's lines, with last values or those at the step `at`."""
    shown = lines[: legend.rows * legend.columns]
    hidden = len(lines) - len(shown)
    items = [
        _draw_item(line, name, legend.value, at)
        for line, name in zip(shown, legend.names, strict=False)
    ]
    drawn = [
        [run for item in items[start : start + legend.columns] for run in item]
        for start in range(0, len(shown), max(1, legend.columns))
    ]
    if hidden and drawn:
        drawn[-1] = _with_count(drawn[-1], hidden, cells)
    return [crop(runs, cells) for runs in drawn]


def crop(runs: Sequence[Run], cells: int) -> list[Run]:
    """Return the runs as far as they fit."""
    kept: list[Run] = []
    for text, ink in runs:
        if cells <= 0:
            break
        used = width(text)
        kept.append((text if used <= cells else fit(text, cells), ink))
        cells -= used
    return kept


def last(line: Line) -> float | None:
    """Return a series' last value; None without any."""
    return line.series.values[-1] if line.series else None


def value_at(series: Series, step: float) -> float | None:
    """Return the value at a step; None before the series began and after it ended."""
    return series.at(step) if series and series.steps[0] <= step <= series.steps[-1] else None


def reading(value: float | None) -> str:
    """Return a value as the legend says it."""
    if value is None:
        return "–"
    return number(value) if isfinite(value) else tr("diverged")


def _item(name: int, value: int) -> int:
    """Return the cells that one item takes, the gap after it included."""
    return 2 + name + 1 + value + _GAP


def _draw_item(line: Line, name: int, value: int, at: float | None) -> list[Run]:
    shown = last(line) if at is None else value_at(line.series, at)
    ink = inks.line(line.slot)
    return [
        (f"{inks.mark(line.slot)} ", ink),
        (f"{fit(line.name, name)} ", inks.LABEL),
        (fit(reading(shown), value + _GAP), inks.STRONG),
    ]


def _with_count(runs: list[Run], hidden: int, cells: int) -> list[Run]:
    """Return a legend line that also says how many series it has no room for."""
    count = tr("+{n} more", n=hidden)
    used = sum(width(text) for text, _ in runs)
    if used + len(count) <= cells:
        return [*runs, (count, inks.HINT)]
    return [*runs[:-3], (count, inks.HINT)] if len(runs) > 3 else runs
