"""The list of runs and sweeps, newest first. It shows what it is given."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from l2l_tui.tui.format import runs, sweeps
from l2l_tui.tui.state import Watched
from l2l_tui.tui.widgets.lines import LineList, Row
from l2l_tui.tui.widgets.sparkline import sparkline

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from textual.content import Content

    from l2l_tui.runs.sweep.groups import Sweep
    from l2l_tui.tui.state import RunBook

SWEEP = "sweep:"
"""What the key of a sweep's line begins with."""


class RunList(LineList):
    """All runs with their progress, verdict and sparkline; a sweep's stand below its line."""

    opened: frozenset[str] = frozenset()
    """The names of the sweeps whose runs are shown."""

    @property
    def sweep(self) -> str | None:
        """The name of the sweep whose line is under the cursor."""
        return self.key.removeprefix(SWEEP) if self.key and self.key.startswith(SWEEP) else None

    def show(self, book: RunBook, marked: Collection[str] = ()) -> None:
        """Show the runs as they stand; `marked` ones carry a sign."""
        self.set_rows(list(self._rows_of(book, marked)))

    def fold(self, sweep: str) -> None:
        """Show a sweep's runs, or its line alone; takes effect when the list is shown next."""
        self.opened ^= {sweep}
        if sweep not in self.opened:
            self.go_to(SWEEP + sweep)

    def _rows_of(self, book: RunBook, marked: Collection[str]) -> Iterator[Row]:
        for one in book.lines():
            if isinstance(one, Watched):
                yield Row(one.run.id, partial(draw, one, one.run.id in marked))
            else:
                yield from self._sweep(one, book, marked)

    def _sweep(self, sweep: Sweep, book: RunBook, marked: Collection[str]) -> Iterator[Row]:
        opened = sweep.name in self.opened
        yield Row(SWEEP + sweep.name, partial(sweeps.line, sweep, opened=opened))
        for run in sweep.runs if opened else ():
            watched = book.get(run.id)
            if watched is not None:
                yield Row(run.id, partial(draw, watched, run.id in marked))


def draw(watched: Watched, marked: bool, cells: int) -> Content:
    """Return one run's line."""
    spark = spark_of(watched, max(8, min(16, cells // 6)))
    return runs.line(watched.run, spark, cells, marked=marked)


def spark_of(watched: Watched, cells: int) -> str:
    """Return the sparkline of a run's most telling series, in exactly `cells` cells."""
    values = watched.main()
    return sparkline(values, cells, log=watched.log_scale()).ljust(cells) if values else " " * cells
