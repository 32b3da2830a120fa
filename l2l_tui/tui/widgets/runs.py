"""The list of runs, newest first. It shows what it is given."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from l2l_tui.tui.format import runs
from l2l_tui.tui.widgets.lines import LineList, Row
from l2l_tui.tui.widgets.sparkline import sparkline

if TYPE_CHECKING:
    from collections.abc import Collection

    from textual.content import Content

    from l2l_tui.tui.state import RunBook, Watched


class RunList(LineList):
    """All runs with their progress, verdict and sparkline."""

    def show(self, book: RunBook, marked: Collection[str] = ()) -> None:
        """Show the runs as they stand; `marked` ones carry a sign."""
        self.set_rows(
            [
                Row(watched.run.id, partial(draw, watched, watched.run.id in marked))
                for watched in book
            ]
        )


def draw(watched: Watched, marked: bool, cells: int) -> Content:
    """Return one run's line."""
    spark = spark_of(watched, max(8, min(16, cells // 6)))
    return runs.line(watched.run, spark, cells, marked=marked)


def spark_of(watched: Watched, cells: int) -> str:
    """Return the sparkline of a run's most telling series, in exactly `cells` cells."""
    values = watched.main()
    return sparkline(values, cells, log=watched.log_scale()).ljust(cells) if values else " " * cells
