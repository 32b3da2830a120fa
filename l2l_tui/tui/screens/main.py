"""The main screen: the schedule and the trainer side by side, the next meeting below.

On a narrow terminal the halves are two tabs; the half that has the focus is in sight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Horizontal, Vertical
from textual.content import Content

from l2l_tui.tui.acts.plan import PlanActs
from l2l_tui.tui.acts.runs import RunActs
from l2l_tui.tui.commands import EVERYWHERE, MAIN, bindings
from l2l_tui.tui.format import agenda, head
from l2l_tui.tui.format.tone import words
from l2l_tui.tui.messages import RunLaunched
from l2l_tui.tui.widgets.curves import Curves
from l2l_tui.tui.widgets.faults import Faults
from l2l_tui.tui.widgets.footer import KeyLine
from l2l_tui.tui.widgets.line import Drawn
from l2l_tui.tui.widgets.lines import LineList
from l2l_tui.tui.widgets.log import LogTail
from l2l_tui.tui.widgets.running import RunningStrip
from l2l_tui.tui.widgets.runs import RunList
from l2l_tui.tui.widgets.schedule import Schedule
from l2l_tui.tui.widgets.welcome import welcome

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from l2l_tui.plan.model import Milestone, Plan
    from l2l_tui.runs.follow import RunUpdate
    from l2l_tui.tui.commands import Command
    from l2l_tui.tui.state import Watched

PANES = ("schedule", "runs", "chart")
"""What the focus goes round, in order."""

AGENDA_LINES = 8
"""As many lines of the agenda as there may be."""

NARROW = 110
"""Below this width the halves become tabs."""


class MainScreen(RunActs, PlanActs):
    """Everything at a glance."""

    commands = MAIN
    BINDINGS: ClassVar[list[BindingType]] = bindings(MAIN)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-wide")]  # noqa: RUF012 (declared so in Textual)
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-tall")]  # noqa: RUF012 (declared so in Textual)
    AUTO_FOCUS = "#schedule"

    def __init__(self) -> None:
        super().__init__()
        self._awaited: str | None = None

    def compose(self) -> ComposeResult:
        """Make the parts; what they show comes from the app's plan and runs."""
        yield Drawn(self._header, id="header")
        yield RunningStrip(id="strip")
        with Horizontal(id="halves"):
            with Vertical(id="left"):
                yield Faults(id="faults")
                yield Schedule(id="schedule", empty="No milestone yet; a adds one.")
                yield Drawn(self._agenda, id="agenda")
            with Vertical(id="right"):
                yield RunList(id="runs", empty="")
                yield Drawn(self._welcome, id="welcome")
                yield Curves(id="chart")
                yield LogTail(id="log")
        yield KeyLine(id="footer")

    def on_mount(self) -> None:
        """Show the plan at once; the runs follow when the worker has read them."""
        self.schedule.border_title = "Schedule"
        self.runs.border_title = "Trainer"
        self.query_one("#log").border_title = "Log"
        self.take_plan(self.study.plan)
        self._settle()

    @property
    def schedule(self) -> Schedule:
        """The schedule."""
        return self.query_one(Schedule)

    @property
    def runs(self) -> RunList:
        """The list of runs."""
        return self.query_one(RunList)

    @property
    def chart(self) -> Curves:
        """The chart of the highlighted run."""
        return self.query_one(Curves)

    @property
    def milestone(self) -> Milestone | None:
        """The milestone under the cursor."""
        plan, chosen = self.study.plan, self.schedule.milestone
        return next((one for one in plan.milestones if one.id == chosen), None)

    @property
    def watched(self) -> Watched | None:
        """The run under the cursor."""
        return self.study.book.get(self.runs.key)

    def take_plan(self, plan: Plan) -> None:
        """Show another reading of the plan."""
        self.query_one(Faults).show(plan.faults)
        self.schedule.show(plan, self.study.today)
        agenda_widget = self.query_one("#agenda")
        needed = agenda.lines(plan, self.study.today, 80, AGENDA_LINES)
        agenda_widget.styles.height = len(needed) + 2
        agenda_widget.border_title = Content(agenda.title(plan, self.study.today))
        agenda_widget.refresh()
        self.query_one("#header").refresh()

    def take(self, updates: tuple[RunUpdate, ...]) -> None:
        """Show what changed in the runs; the app has merged it already."""
        first = not self.runs.rows
        self.show_runs()
        if self._awaited is not None and self.runs.go_to(self._awaited):
            self._awaited = None
        chosen = self.watched
        for update in updates:
            if chosen is not None and update.run.id == chosen.run.id:
                self.chart.take(chosen, update)
        if first or any(chosen and update.run.id == chosen.run.id for update in updates):
            self._show_log()

    def show_runs(self) -> None:
        """Draw the list of runs and the strip anew."""
        book = self.study.book
        self.runs.show(book, self.marked)
        self.query_one(RunningStrip).show(book.alive())
        self._settle()

    def on_run_launched(self, event: RunLaunched) -> None:
        """Move to a run that was launched here, once it is in the list."""
        self.study.wake()
        if self.runs.go_to(event.run):
            return
        self._awaited = event.run
        if self.has_class("-narrow"):
            self.action_pane("runs")

    @on(LineList.Highlighted, "#runs")
    def _highlight_run(self, event: LineList.Highlighted) -> None:
        self.chart.show_run(self.study.book.get(event.key))
        self._show_log()
        self.study.open_near(event.key)

    @on(LineList.Selected, "#schedule")
    def _select_milestone(self) -> None:
        self.open_milestone()

    @on(LineList.Selected, "#runs")
    def _select_run(self) -> None:
        self.open_run()

    @on(RunningStrip.Chosen)
    def _choose_half(self, event: RunningStrip.Chosen) -> None:
        self.action_pane(event.pane)

    def action_open(self) -> None:
        """Open what is under the cursor: a milestone or a run."""
        if self._pane() == "schedule":
            self.open_milestone()
        else:
            self.open_run()

    def action_pane(self, pane: str) -> None:
        """Put the focus on a pane; the half that it stands in comes into sight."""
        self._show_half(pane)
        self.query_one(f"#{pane}").focus()

    def action_other_pane(self, direction: int = 1) -> None:
        """Go round the panes."""
        panes = [pane for pane in PANES if pane != "chart" or len(self.study.book)]
        here = self._pane()
        place = panes.index(here) if here in panes else 0
        self.action_pane(panes[(place + direction) % len(panes)])

    def action_family(self) -> None:
        """Draw another family of the highlighted run's curves."""
        if self.watched is not None and self.chart.next_family(self.watched) is None:
            self.notify("This run measures one family only.", title="Chart")

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Keep the half with the focus in sight, and its keys in the footer."""
        if event.widget.id in PANES:
            self._show_half(event.widget.id)

    def footer_commands(self) -> tuple[Command, ...]:
        """Return the commands, those of the pane with the focus first."""
        here = self._pane()
        first = _FIRST["schedule" if here == "schedule" else "runs"]
        by_action = {command.action: command for command in MAIN}
        chosen = [by_action[action] for action in first]
        return (*chosen, *(one for one in MAIN if one not in chosen), *EVERYWHERE)

    def _pane(self) -> str:
        return (self.focused.id or "") if self.focused is not None else ""

    def _show_half(self, pane: str) -> None:
        trainer = pane != "schedule"
        self.set_class(trainer, "-trainer")
        self.query_one(RunningStrip).half = "runs" if trainer else "schedule"
        self.call_after_refresh(self._settle)

    def _settle(self) -> None:
        """Show the welcome instead of an empty trainer, and the keys that work here."""
        book = self.study.book
        empty = book.loaded and not len(book)
        self.set_class(not len(book), "-no-runs")
        self.query_one("#welcome").display = empty
        self.query_one(KeyLine).commands = self.footer_commands()

    def _show_log(self) -> None:
        watched = self.watched
        log = self.query_one(LogTail)
        log.show_lines(tuple(watched.log) if watched is not None else ())
        log.border_title = (
            Content.assemble("Log of ", words(watched.run.id)) if watched is not None else "Log"
        )

    def _header(self, width: int, _height: int) -> Content:
        return head.header(self.study.plan, self.study.today, width)

    def _agenda(self, width: int, height: int) -> Content:
        return Content("\n").join(agenda.lines(self.study.plan, self.study.today, width, height))

    def _welcome(self, width: int, height: int) -> Content:
        return welcome(self.milestone, width, height)

    @on(LineList.Highlighted, "#schedule")
    def _highlight_milestone(self) -> None:
        self.query_one("#welcome").refresh()


_FIRST = {
    "schedule": ("launch", "quick_run", "open", "done", "add_milestone", "meeting", "export"),
    "runs": ("launch", "pause", "stop", "open", "mark", "compare", "family", "export"),
}
