"""What one redraw of our chart costs, beside textual-plotext's on the same data.

Run as ``python -m tests.benchmarks.bench_chart``. Both widgets are mounted in one headless
app with 100 x 25 cells each, hold the same 4 series of 10,000 points, and are asked in
turns for all of their 25 lines with nothing cached, as after a resize or a new point. CPU time of
this process, medians, garbage collection on. Exits with 1 when ours costs more than
25 ms or plotext's is not at least 10 times as slow.
"""

from __future__ import annotations

import asyncio
import math
import random
import sys
from collections.abc import Callable
from functools import partial
from statistics import median
from time import process_time

from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.widget import Widget
from textual_plotext import PlotextPlot

from l2l_tui.tui.widgets.chart import Chart

COLUMNS, ROWS = 100, 25
SERIES, POINTS = 4, 10_000
MOST_MS, LEAST_RATIO = 25.0, 10.0
ROUNDS = 15
AREA = Region(0, 0, COLUMNS, ROWS)


class Both(App[None]):
    """An app that shows both charts, one above the other."""

    CSS = f"Chart, PlotextPlot {{ width: {COLUMNS}; height: {ROWS}; }}"

    def compose(self) -> ComposeResult:
        """Show them."""
        yield Chart(title="loss", x_label="step")
        yield PlotextPlot()


def curves() -> dict[str, list[float]]:
    """Return noisy training curves, the same each time."""
    noise = random.Random(0)
    return {
        f"series {number}": [
            0.1 + math.exp(-(number + 1) * step / 2000) * (1 + 0.3 * noise.gauss(0, 1))
            for step in range(POINTS)
        ]
        for number in range(SERIES)
    }


def cpu_ms(work: Callable[[], object]) -> float:
    """Return the CPU time of a call in ms."""
    start = process_time()
    work()
    return (process_time() - start) * 1000


def paint(widget: Widget) -> None:
    """Have a widget make all of its lines, and see that it did."""
    strips = widget.render_lines(AREA)
    if len(strips) != ROWS or any(strip.cell_length != COLUMNS for strip in strips):
        raise RuntimeError(f"{widget!r} did not paint {COLUMNS} x {ROWS} cells")


def redraw_chart(chart: Chart) -> None:
    """Draw our chart anew."""
    chart.redraw()
    paint(chart)


def redraw_plotext(plot: PlotextPlot) -> None:
    """Draw plotext's anew, as its own documentation has it."""
    plot.refresh()
    paint(plot)


def append_and_redraw(chart: Chart, step: int) -> None:
    """Give each series one more point, and draw."""
    for name in chart.names:
        chart.extend(name, [step], [0.1])
    paint(chart)


def build(chart: Chart, data: dict[str, list[float]]) -> None:
    """Append every point on its own."""
    for name, values in data.items():
        for step, value in enumerate(values):
            chart.extend(name, [step], [value])


def smoothed_redraw(chart: Chart, weight: float) -> tuple[float, float]:
    """Return the cost of the first redraw with smoothing, and the median of later ones."""
    chart.smooth = weight
    first = cpu_ms(lambda: redraw_chart(chart))
    later = median(cpu_ms(lambda: redraw_chart(chart)) for _ in range(ROUNDS))
    chart.smooth = 0.0
    return first, later


async def measure() -> dict[str, float]:
    """Return every figure, in ms of CPU."""
    data = curves()
    app = Both()
    async with app.run_test(size=(COLUMNS, 2 * ROWS)) as pilot:
        chart, plot = app.query_one(Chart), app.query_one(PlotextPlot)
        figures = {"build": cpu_ms(lambda: build(chart, data))}
        for values in data.values():
            plot.plt.plot(range(POINTS), values)
        await pilot.pause()
        theirs, ours = [], []
        for _ in range(ROUNDS):
            theirs.append(cpu_ms(lambda: redraw_plotext(plot)))
            ours.append(cpu_ms(lambda: redraw_chart(chart)))
        figures |= {"ours": median(ours), "theirs": median(theirs)}
        chart.log_y = True
        figures["log"] = median(cpu_ms(lambda: redraw_chart(chart)) for _ in range(ROUNDS))
        chart.log_y = False
        figures["smooth first"], figures["smooth"] = smoothed_redraw(chart, 0.6)
        figures["append"] = median(
            cpu_ms(partial(append_and_redraw, chart, step))
            for step in range(POINTS, POINTS + ROUNDS)
        )
    return figures


def main() -> int:
    """Print the figures; return 1 if ours are not good enough."""
    figures = asyncio.run(measure())
    ratio = figures["theirs"] / figures["ours"]
    print(f"{SERIES} series of {POINTS:,} points, {COLUMNS} x {ROWS} cells, ms of CPU (median)")
    print(
        f"  redraw, our chart                     {figures['ours']:9.2f}  (at most {MOST_MS:.0f})"
    )
    print(f"  redraw, textual-plotext               {figures['theirs']:9.2f}")
    print(f"  ratio                                 {ratio:9.1f}  (at least {LEAST_RATIO:.0f})")
    print(f"  redraw, logarithmic axis              {figures['log']:9.2f}")
    print(f"  redraw, smoothing 0.6                 {figures['smooth']:9.2f}")
    print(f"  first redraw with smoothing           {figures['smooth first']:9.2f}")
    print(f"  one point more on each, and a redraw  {figures['append']:9.2f}")
    print(f"  build: {SERIES * POINTS:,} appends of one point  {figures['build']:11.1f}")
    return 0 if figures["ours"] <= MOST_MS and ratio >= LEAST_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
