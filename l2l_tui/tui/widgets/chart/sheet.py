"""A whole chart as lines of text: title, axes, plot, legend.

`prepare` does the work that depends on the data; `write` adds what changes from one
moment to the next (the crosshair), so that moving it costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from l2l_tui.language import tr, trn
from l2l_tui.text import fit, number, width
from l2l_tui.tui.widgets.chart import inks, legend
from l2l_tui.tui.widgets.chart.canvas import CELL_HEIGHT, CELL_WIDTH, runs
from l2l_tui.tui.widgets.chart.legend import Legend, Run
from l2l_tui.tui.widgets.chart.plot import BREAK, Line, Look, Plot, draw, smooth, vertical, whole
from l2l_tui.tui.widgets.chart.scale import Scale, Tick

_NARROWEST_WITH_LABELS = 20
_ROWS_PER_TICK = 3
_CELLS_PER_TICK = 12


@dataclass(frozen=True, slots=True)
class Captions:
    """The words on a chart; made safe for a terminal."""

    title: str = ""
    """What is drawn."""
    x: str = ""
    """The quantity along the axis."""
    y: str = ""
    """The quantity up the axis."""


@dataclass(frozen=True, slots=True)
class Rows:
    """How a chart's lines are shared out, from top to bottom."""

    title: int
    """0 or 1."""
    plot: int
    """At least 1 unless there is no room at all."""
    axis: int
    """2 with a line and labels, 1 with labels only, 0 without."""
    legend: int
    """As many as wanted and affordable."""

    @classmethod
    def share(cls, height: int, legend_rows: int) -> Rows:
        """Share out `height` lines; the plot gets what the others leave."""
        title = int(height >= 5)
        axis = 2 if height >= 9 else int(height >= 6)
        below = min(legend_rows, most_legend_rows(height))
        return cls(title, max(0, height - title - axis - below), axis, below)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A chart, drawn but for its crosshair."""

    lines: tuple[Line, ...]
    """The series."""
    look: Look
    """How they are drawn."""
    captions: Captions
    """The words."""
    cells: tuple[int, int]
    """Width and height."""
    rows: Rows
    """How the height is shared out."""
    legend: Legend
    """How the legend is set out."""
    gutter: int
    """Cells left of the plot, the axis included."""
    plot: Plot | None
    """What is drawn; None when there is nothing to draw, which `message` explains."""
    y_ticks: tuple[tuple[int, Tick], ...] = ()
    """Rows of the plot that have a tick."""
    x_ticks: tuple[tuple[int, Tick], ...] = ()
    """Columns of the plot that have a tick."""
    message: str = ""
    """Why there is nothing to see."""

    def step_at(self, column: int) -> float | None:
        """Return the step at a column of cells of the whole chart; None outside the plot."""
        place = column - self.gutter
        if self.plot is None or not 0 <= place < self.plot.canvas.width:
            return None
        return self.plot.x.value(place * CELL_WIDTH + 0.5)

    def column_of(self, step: float) -> int | None:
        """Return the plot's column of cells at a step; None when it is out of sight."""
        if self.plot is None:
            return None
        dots = self.plot.x.place(step)
        return dots // CELL_WIDTH if 0 <= dots < self.plot.x.dots else None


def most_legend_rows(height: int) -> int:
    """Return how many lines of a chart its legend may take."""
    return max(1, height // 6) if height >= 4 else 0


def prepare(lines: Sequence[Line], look: Look, captions: Captions, cells: tuple[int, int]) -> Sheet:
    """Draw everything that does not move with the crosshair."""
    columns, height = cells
    lines = tuple(lines)
    key = legend.arrange(lines, columns, most_legend_rows(height))
    rows = Rows.share(height, key.rows)
    y = vertical(lines, look, rows.plot) if rows.plot and columns > 0 else None
    if y is None:
        why = _why_empty(lines, look)
        return Sheet(lines, look, captions, cells, rows, key, 0, None, message=why)
    y_ticks = _place_rows(y, rows.plot)
    gutter = _gutter(y_ticks, columns)
    plot = draw(lines, look, y, columns - gutter)
    name = width(_x_name(captions, columns))
    x_ticks = _place_columns(plot.x, columns - gutter, gutter, columns - name - 2 * bool(name))
    return Sheet(lines, look, captions, cells, rows, key, gutter, plot, y_ticks, x_ticks)


def write(
    sheet: Sheet, crosshair: float | None = None, *, focused: bool = False
) -> list[list[Run]]:
    """Return the chart's lines as runs of one ink; each line is as wide as the chart or less."""
    if sheet.plot is None:
        return _write_message(sheet, focused=focused)
    lines: list[list[Run]] = []
    if sheet.rows.title:
        lines.append(_title(sheet, crosshair, focused=focused))
    lines += _plot_rows(sheet, sheet.plot, crosshair)
    if sheet.rows.axis == 2:
        lines.append(_axis_line(sheet))
    if sheet.rows.axis:
        lines.append(_axis_labels(sheet))
    if sheet.rows.legend:
        lines += legend.draw(sheet.lines, sheet.legend, sheet.cells[0], crosshair)
    return lines


def _why_empty(lines: Sequence[Line], look: Look) -> str:
    if whole(lines) is None:
        return tr("Nothing measured yet")
    if look.view is not None:
        return tr("Nothing to draw in this stretch: 0 shows all of it")
    if look.log and any(line.series.unloggable(0, len(line.series)) for line in lines):
        return tr("No value above 0, so none has a logarithm: l makes the axis linear")
    return f"{BREAK} {tr('Diverged: no value is finite')}"


def _place_rows(y: Scale, rows: int) -> tuple[tuple[int, Tick], ...]:
    """Return the rows of cells at which the y axis has ticks, one tick a row."""
    placed: dict[int, Tick] = {}
    for tick in y.ticks(max(1, rows // _ROWS_PER_TICK)):
        row = rows - 1 - y.place(tick.value) // CELL_HEIGHT
        placed.setdefault(min(max(row, 0), rows - 1), tick)
    return tuple(placed.items())


def _place_columns(x: Scale, columns: int, gutter: int, end: int) -> tuple[tuple[int, Tick], ...]:
    """Return the columns of the plot at which the x axis has ticks that can be labelled."""
    placed: dict[int, Tick] = {}
    for tick in x.ticks(max(1, columns // _CELLS_PER_TICK)):
        column = x.place(tick.value) // CELL_WIDTH
        placed.setdefault(min(max(column, 0), columns - 1), tick)
    return tuple(_place_labels(tuple(placed.items()), gutter, end).items())


def _gutter(ticks: Sequence[tuple[int, Tick]], columns: int) -> int:
    """Return the cells that the y axis needs; 0 where the chart is too narrow for one."""
    if columns < _NARROWEST_WITH_LABELS:
        return 0
    widest = max((width(tick.label) for _, tick in ticks), default=0)
    return min(widest, columns // 3) + 1


def _title(sheet: Sheet, crosshair: float | None, *, focused: bool) -> list[Run]:
    """Return the title on the left, and on the right the crosshair's step or the state."""
    columns = sheet.cells[0]
    said = _state(sheet) if crosshair is None else _step(sheet, crosshair)
    right = fit(said, min(width(said), columns - 1))
    room = columns - 1 - width(right) - 1
    title, y_label = sheet.captions.title, sheet.captions.y
    left: list[Run] = [("▌" if focused else " ", inks.FOCUS)]
    if title:
        left.append((fit(title, min(width(title), room)), inks.TITLE))
        room -= width(left[-1][0])
    if y_label and room >= 6:
        text = f" · {y_label}" if title else y_label
        left.append((fit(text, min(width(text), room)), inks.HINT))
    used = sum(width(text) for text, _ in left)
    pad = " " * max(0, columns - used - width(right))
    ink = inks.HINT if crosshair is None else inks.STRONG
    return legend.crop([*left, (pad, inks.PLAIN), (right, ink)], columns)


def _state(sheet: Sheet) -> str:
    """Return in words what differs from a plain chart of everything."""
    look, plot = sheet.look, sheet.plot
    parts = []
    if plot is not None and plot.left_out:
        parts.append(trn("{n} ≤ 0 left out", "{n} ≤ 0 left out", plot.left_out))
    if look.view is not None:
        low, high = whole(sheet.lines) or look.view
        shown = look.view[1] - look.view[0]
        times = number((high - low) / shown) if shown > 0 else ""
        parts.append(tr("zoom {times}×", times=times) if times else tr("zoom"))
    if look.log:
        parts.append(tr("log y"))
    if look.smooth:
        parts.append(tr("smooth {weight}", weight=number(look.smooth)))
    return " · ".join(parts)


def _step(sheet: Sheet, crosshair: float) -> str:
    name = sheet.captions.x or tr("step")
    shown = f"{crosshair:.0f}" if crosshair == round(crosshair) else number(crosshair)
    return f"{name} {shown}"


def _plot_rows(sheet: Sheet, plot: Plot, crosshair: float | None) -> list[list[Run]]:
    at = None if crosshair is None else sheet.column_of(crosshair)
    signs = dict(plot.signs)
    if crosshair is not None and at is not None:
        signs |= _crossings(sheet, plot, crosshair, at)
    by_row: dict[int, list[tuple[int, str, int]]] = {}
    for (row, column), (sign, ink) in signs.items():
        by_row.setdefault(row, []).append((column, sign, ink))
    ticks = dict(sheet.y_ticks)
    drawn = []
    for row in range(sheet.rows.plot):
        cells, colours = plot.canvas.row(row)
        if row in ticks:
            _grid(sheet, cells, colours)
        if at is not None and cells[at] in " ·":
            cells[at], colours[at] = "│", inks.CROSS
        for column, sign, ink in by_row.get(row, ()):
            cells[column], colours[column] = sign, ink
        text = "".join(cells)
        body = [(text[start:stop], ink) for start, stop, ink in runs(colours)]
        drawn.append(_scale_left(sheet, ticks.get(row)) + body)
    return drawn


def _grid(sheet: Sheet, cells: list[str], colours: bytearray) -> None:
    """Put a faint dot where the ticks of both axes meet, unless a line is there."""
    for column, _ in sheet.x_ticks:
        if cells[column] == " ":
            cells[column], colours[column] = "·", inks.GRID


def _crossings(
    sheet: Sheet, plot: Plot, crosshair: float, at: int
) -> dict[tuple[int, int], tuple[str, int]]:
    """Return each series' sign where the crosshair meets its value."""
    signs = {}
    floor = 0.0 if sheet.look.log else -inf
    for line in sheet.lines:
        value = legend.value_at(smooth(line, sheet.look), crosshair)
        if value is None or not floor < value < inf:
            continue
        row = (plot.y.dots - 1 - plot.y.place(value)) // CELL_HEIGHT
        if 0 <= row < plot.canvas.height:
            signs[row, at] = (inks.mark(line.slot), inks.line(line.slot))
    return signs


def _scale_left(sheet: Sheet, tick: Tick | None) -> list[Run]:
    """Return the y axis' label and line left of one row of the plot."""
    if not sheet.gutter:
        return []
    room = sheet.gutter - 1
    if tick is None:
        return [(" " * room, inks.PLAIN), ("│", inks.AXIS)]
    text = fit(tick.label, room) if width(tick.label) > room else tick.label
    return [(" " * (room - width(text)) + text, inks.LABEL), ("┤", inks.AXIS)]


def _place_labels(ticks: Sequence[tuple[int, Tick]], gutter: int, end: int) -> dict[int, Tick]:
    """Return the ticks whose labels fit side by side, centred, before the column `end`."""
    placed, free = {}, 0
    for column, tick in ticks:
        start = _label_start(column + gutter, tick)
        if free <= start and start + len(tick.label) <= end:
            placed[column] = tick
            free = start + len(tick.label) + 2
    return placed


def _label_start(column: int, tick: Tick) -> int:
    return max(0, column - (len(tick.label) - 1) // 2)


def _axis_line(sheet: Sheet) -> list[Run]:
    """Return the x axis' line."""
    cells = ["─"] * (sheet.cells[0] - sheet.gutter)
    for column, _ in sheet.x_ticks:
        cells[column] = "┬"
    corner = " " * (sheet.gutter - 1) + "└" if sheet.gutter else ""
    return [(corner + "".join(cells), inks.AXIS)]


def _axis_labels(sheet: Sheet) -> list[Run]:
    """Return the x axis' labels, each below its tick, and the axis' title at the end."""
    text = ""
    for column, tick in sheet.x_ticks:
        text = text.ljust(_label_start(column + sheet.gutter, tick)) + tick.label
    name = _x_name(sheet.captions, sheet.cells[0])
    pad = sheet.cells[0] - len(text) - width(name)
    return [(text, inks.LABEL), (" " * pad + name, inks.HINT)]


def _x_name(captions: Captions, columns: int) -> str:
    """Return the x axis' title, cut to a third of the width."""
    return fit(captions.x, min(width(captions.x), columns // 3))


def _write_message(sheet: Sheet, *, focused: bool) -> list[list[Run]]:
    """Return the words of a chart that has nothing to draw, in its middle."""
    columns, height = sheet.cells
    lines: list[list[Run]] = [[] for _ in range(height)]
    if not height or columns < 1:
        return lines
    text = fit(sheet.message, min(width(sheet.message), columns))
    lines[height // 2] = [(" " * ((columns - width(text)) // 2) + text, inks.HINT)]
    if sheet.rows.title:
        lines[0] = _title(sheet, None, focused=focused)
    return lines
