"""Runs side by side: one curve of each, their figures, and what differs in their settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from l2l_tui.language import tr, trn
from l2l_tui.tui.commands import BACK, Command, bindings
from l2l_tui.tui.format import comparison
from l2l_tui.tui.format.tone import words
from l2l_tui.tui.screens.base import StudyScreen
from l2l_tui.tui.state import chart_of, family
from l2l_tui.tui.widgets.chart import Chart
from l2l_tui.tui.widgets.footer import KeyLine
from l2l_tui.tui.widgets.line import Drawn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from l2l_tui.runs.follow import RunUpdate
    from l2l_tui.runs.model import Run
    from l2l_tui.tui.state import Watched

COMPARE = (
    Command("f", "quantity(1)", "Next curve", "Next curve", "Another measured quantity."),
    Command("F", "quantity(-1)", "", "Previous curve", "The measured quantity before."),
    BACK,
)


class CompareScreen(StudyScreen[None]):
    """Overlays runs, and follows those that go on.

    Args:
        runs: The ids of the runs, in the order of their columns.
    """

    commands = COMPARE
    BINDINGS: ClassVar[list[BindingType]] = bindings(COMPARE)
    AUTO_FOCUS = "#overlay"

    def __init__(self, runs: Sequence[str]) -> None:
        super().__init__()
        self._runs = tuple(runs)
        self._quantity: str | None = None
        self._drawn: dict[str, int] = {}
        self._curve_names: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """Make the chart, the tables and the footer."""
        yield Drawn(self._head, id="header")
        with Vertical(id="compare"):
            yield Chart(id="overlay")
            with VerticalScroll(id="tables") as tables:
                tables.border_title = tr("Figures")
                yield Static(id="table")
        yield KeyLine(id="footer")

    def on_mount(self) -> None:
        """Show the first quantity."""
        self.query_one(KeyLine).commands = self.footer_commands()
        self.action_quantity(0)

    def on_resize(self) -> None:
        """Set the tables out for the new width."""
        self._show_tables()

    @property
    def watched(self) -> list[Watched]:
        """The runs, as far as they are still there."""
        found = [self.study.book.get(run) for run in self._runs]
        return [watched for watched in found if watched is not None]

    def take(self, updates: tuple[RunUpdate, ...]) -> None:
        """Show what changed in the compared runs."""
        ours = [update for update in updates if update.run.id in self._runs]
        if not ours:
            return
        self.study.open_runs([watched.run.id for watched in self.watched])
        if self._quantity is None or self._quantity not in comparison.quantities(self.watched):
            self.action_quantity(0)
            return
        for update in ours:
            self._draw(update.run, anew=update.fresh)
        self._show_tables()

    def action_quantity(self, by: int) -> None:
        """Overlay another quantity."""
        names = comparison.quantities(self.watched)
        if names:
            shown = self._quantity if self._quantity in names else self.watched[0].main_name()
            place = names.index(shown) if shown in names else 0
            chosen = names[(place + by) % len(names)]
            if chosen != self._quantity:
                self._quantity = chosen
                self._overlay(chosen)
        self._show_tables()

    def action_back(self) -> None:
        """Go back to the main screen."""
        self.dismiss()

    def _overlay(self, name: str) -> None:
        """Draw another quantity, on its own kind of axis."""
        chart = self.query_one("#overlay", Chart)
        declared = chart_of(self.watched[0].run.request.experiment, family(name))
        title = f"{tr(declared.title)}: {name}" if declared is not None else name
        chart.clear()
        chart.crosshair = None
        log = declared is not None and declared.log
        chart.show(
            title=title, x_label=tr(declared.x) if declared else tr("step"), y_label="", log=log
        )
        self._drawn.clear()
        for watched in self.watched:
            self._draw(watched.run)

    def _draw(self, run: Run, *, anew: bool = False) -> None:
        """Draw what came in for a run since the last time; all of it if it began anew."""
        chart, watched = self.query_one("#overlay", Chart), self.study.book.get(run.id)
        curve = watched.curves.get(self._quantity or "") if watched is not None else None
        name, drawn = self._curve_name(run), self._drawn.get(run.id, 0)
        if curve is None:
            chart.forget(name)
        elif anew:
            chart.replace(name, curve.steps, curve.values)
        elif len(curve.steps) > drawn:
            chart.extend(name, curve.steps[drawn:], curve.values[drawn:])
        self._drawn[run.id] = len(curve.steps) if curve is not None else 0

    def _curve_name(self, run: Run) -> str:
        """Return what a run's curve is called: no two are called the same."""
        if run.id not in self._curve_names:
            name = comparison.short(run)
            self._curve_names[run.id] = run.id if name in self._curve_names.values() else name
        return self._curve_names[run.id]

    def _show_tables(self) -> None:
        width = max(20, self.size.width - 6)
        table = comparison.tables(self.watched, self._quantity, width)
        self.query_one("#table", Static).update(table)

    def _head(self, width: int, _height: int) -> Content:
        count = len(self._runs)
        if count == 1:
            text = tr("One run; v marks more to compare")
        else:
            text = trn("Comparing {n} run", "Comparing {n} runs", count)
        return words(f" {text}", "bold").truncate(width)
