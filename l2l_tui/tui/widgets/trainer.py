"""The trainer's half: the list of runs, the highlighted run's chart, its log's tail.

It is mounted after the first picture, since the chart costs time to load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.containers import Vertical
from textual.content import Content

from l2l_tui.language import tr
from l2l_tui.runs.model import State
from l2l_tui.tui.format.tone import words
from l2l_tui.tui.widgets.curves import Curves
from l2l_tui.tui.widgets.line import Drawn
from l2l_tui.tui.widgets.lines import LineList
from l2l_tui.tui.widgets.log import LogTail
from l2l_tui.tui.widgets.runs import RunList
from l2l_tui.tui.widgets.welcome import welcome

if TYPE_CHECKING:
    from collections.abc import Collection

    from textual.app import ComposeResult

    from l2l_tui.plan.model import Milestone
    from l2l_tui.runs.follow import RunUpdate
    from l2l_tui.runs.sweep.groups import Sweep
    from l2l_tui.tui.state import RunBook, Watched


class Trainer(Vertical):
    """Everything about runs on the main screen.

    Args:
        book: All runs; the app keeps it up to date.
    """

    def __init__(self, book: RunBook) -> None:
        super().__init__(id="trainer", classes="-no-runs")
        self.book = book
        self._milestone: Milestone | None = None
        self._awaited: str | None = None

    def compose(self) -> ComposeResult:
        """Make the parts; a welcome stands in their place while there is no run."""
        yield RunList(id="runs", empty="")
        yield Drawn(self._welcome, id="welcome")
        yield Curves(id="chart")
        yield LogTail(id="log")

    def on_mount(self) -> None:
        """Show what is known already."""
        self.runs.border_title = tr("Trainer")
        self.query_one("#log").border_title = tr("Log")

    @property
    def runs(self) -> RunList:
        """The list of runs."""
        return self.query_one(RunList)

    @property
    def chart(self) -> Curves:
        """The chart of the highlighted run."""
        return self.query_one(Curves)

    @property
    def watched(self) -> Watched | None:
        """The run under the cursor."""
        return self.book.get(self.runs.key)

    @property
    def sweep(self) -> Sweep | None:
        """The sweep under the cursor."""
        name = self.runs.sweep
        return None if name is None else self.book.sweep(name)

    @property
    def drawn(self) -> Watched | None:
        """The run whose curves are drawn: the one under the cursor, or of a sweep the one at work.

        Where none is at work it is the sweep's newest.
        """
        if (sweep := self.sweep) is None:
            return self.watched
        at_work = (run for run in sweep.runs if run.state is State.RUNNING)
        return self.book.get(next(at_work, sweep.runs[0]).id)

    def fold(self, sweep: str, marked: Collection[str]) -> None:
        """Show the runs of a sweep below its line, or take them away."""
        self.runs.fold(sweep)
        self.show(marked)

    def show(self, marked: Collection[str]) -> None:
        """Draw the list of runs anew; `marked` ones carry a sign."""
        self.runs.show(self.book, marked)
        empty = not len(self.book)
        self.set_class(empty, "-no-runs")
        self.query_one("#welcome").display = empty and self.book.loaded

    def take(self, updates: tuple[RunUpdate, ...], marked: Collection[str]) -> None:
        """Show what changed in the runs; the book has it already."""
        self.show(marked)
        if self._awaited is not None and self.runs.go_to(self._awaited):
            self._awaited = None
        chosen = self.drawn
        if chosen is None:
            return
        if not self.chart.draws(chosen):  # of a sweep, another run is at work now
            self.chart.show_run(chosen)
            self._show_log()
        for update in updates:
            if update.run.id == chosen.run.id:
                self.chart.take(chosen, update)
                self._show_log()

    def await_run(self, run: str) -> bool:
        """Put the cursor on a run, as soon as it is in the list; return whether it is."""
        if self.runs.go_to(run):
            return True
        self._awaited = run
        return False

    def invite(self, milestone: Milestone | None) -> None:
        """Let the welcome speak of another milestone's experiment."""
        self._milestone = milestone
        self.query_one("#welcome").refresh()

    def next_family(self) -> str | None:
        """Draw another family of the run's curves; None if there is no other."""
        return self.chart.next_family(self.drawn) if self.drawn is not None else None

    @on(LineList.Highlighted)
    def _highlight(self) -> None:
        self.chart.show_run(self.drawn)
        self._show_log()

    def _show_log(self) -> None:
        watched, log = self.drawn, self.query_one(LogTail)
        log.show_lines(tuple(watched.log) if watched is not None else ())
        name = tr("Log of {run}", run=watched.run.id) if watched is not None else tr("Log")
        log.border_title = words(name)

    def _welcome(self, width: int, height: int) -> Content:
        return welcome(self._milestone, width, height)
