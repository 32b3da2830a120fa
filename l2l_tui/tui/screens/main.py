"""The main screen: the schedule and the trainer side by side, the next meeting below.

On a narrow terminal the halves are two tabs; the half that has the focus is in sight. The
trainer's half is mounted after the first picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Horizontal, Vertical
from textual.content import Content

from l2l_tui.language import tr
from l2l_tui.plan.query import Order
from l2l_tui.tui.acts.calendar import CalendarActs
from l2l_tui.tui.acts.export import ExportActs
from l2l_tui.tui.acts.links import LinkActs
from l2l_tui.tui.acts.plan import PlanActs
from l2l_tui.tui.acts.runs import RunActs
from l2l_tui.tui.acts.schedule import ScheduleActs
from l2l_tui.tui.commands import EVERYWHERE, FILTER, MAIN, bindings
from l2l_tui.tui.format import agenda, head
from l2l_tui.tui.messages import RunLaunched
from l2l_tui.tui.widgets.arrangement import MILESTONE, Arrangement
from l2l_tui.tui.widgets.footer import KeyLine
from l2l_tui.tui.widgets.line import Drawn
from l2l_tui.tui.widgets.lines import LineList
from l2l_tui.tui.widgets.running import RunningStrip
from l2l_tui.tui.widgets.schedule import Schedule

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from l2l_tui.plan.model import Milestone, Plan
    from l2l_tui.runs.follow import RunUpdate
    from l2l_tui.runs.sweep.groups import Sweep
    from l2l_tui.tui.commands import Command
    from l2l_tui.tui.state import Watched
    from l2l_tui.tui.widgets.trainer import Trainer

PANES = ("schedule", "runs", "chart")
"""What the focus goes round, in order."""

AGENDA_LINES = 8
"""As many lines of the agenda as there may be."""

NEEDS_RUN = {"pause", "stop", "resume", "compare", "include_run", "family"}
NEEDS_PLACE = {"queue('first')", "queue('up')", "queue('down')"}
"""The commands that do something to runs, and those to a run that waits in the queue; the footer
leaves them out while there is none."""

ONE_RUN = {"pause", "resume"}
"""The commands that are for a run and not for a sweep."""

NARROW = 110
"""Below this width the halves become tabs."""

LOW, HIGH = 20, 36
"""Below the first height only what matters most is shown; from the second one on, all."""


class MainScreen(RunActs, CalendarActs, PlanActs, ScheduleActs, LinkActs, ExportActs):
    """Everything at a glance."""

    commands = MAIN
    BINDINGS: ClassVar[list[BindingType]] = bindings(MAIN)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-wide")]  # noqa: RUF012 (as in Textual)
    VERTICAL_BREAKPOINTS = [(0, "-low"), (LOW, "-tall"), (HIGH, "-high")]  # noqa: RUF012 (as above)
    AUTO_FOCUS = "#schedule"

    def __init__(self) -> None:
        super().__init__()
        self.trainer: Trainer | None = None
        """The trainer's half, once it is there."""

    def compose(self) -> ComposeResult:
        """Make the parts; what they show comes from the app's plan and runs."""
        yield Drawn(self._header, id="header")
        yield RunningStrip(id="strip")
        with Horizontal(id="halves"):
            with Vertical(id="left"):
                yield Schedule(id="schedule", empty="")
                yield Drawn(self._detail, id="detail")
                yield Drawn(self._agenda, id="agenda")
            yield Vertical(id="right")
        yield KeyLine(self.footer_commands(), id="footer")

    def on_mount(self) -> None:
        """Show the plan at once; the runs follow when the worker has read them."""
        self.take_plan(self.study.plan)

    async def open_trainer(self) -> None:
        """Mount the trainer's half."""
        from l2l_tui.tui.widgets.trainer import Trainer

        trainer = Trainer(self.study.book)
        await self.query_one("#right").mount(trainer)
        self.trainer = trainer
        trainer.invite(self.milestone)

    async def speak(self) -> None:
        """Show everything anew, in the language that is in use now."""
        from l2l_tui.tui.widgets.filter import FilterLine

        here = self._pane()
        await self.query_one("#right").remove_children()
        self.trainer = None
        await self.open_trainer()
        for line in self.query(FilterLine):
            line.speak()
        self.take_plan(self.study.plan)
        self.take(())
        if here in PANES[1:]:
            self.action_pane(here)
        self.refresh(layout=True)
        for widget in self.query("*"):
            widget.refresh()

    @property
    def chosen(self) -> tuple[Milestone, ...]:
        """The milestones that are marked, or else the one under the cursor."""
        marked, one = self.schedule.arrangement.marked, self.milestone
        if marked:
            return tuple(each for each in self.study.plan.milestones if each.id in marked)
        return (one,) if one is not None else ()

    @property
    def track(self) -> str | None:
        """The id of the track at the cursor."""
        return self.schedule.track

    @property
    def milestone(self) -> Milestone | None:
        """The milestone under the cursor."""
        plan, chosen = self.study.plan, self.schedule.milestone
        return next((one for one in plan.milestones if one.id == chosen), None)

    def go_to(self, milestone: str) -> None:
        """Put the cursor on a milestone, if it is shown."""
        self.schedule.go_to(MILESTONE + milestone)

    @property
    def watched(self) -> Watched | None:
        """The run under the cursor."""
        return self.trainer.watched if self.trainer is not None else None

    @property
    def sweep(self) -> Sweep | None:
        """The sweep under the cursor."""
        return self.trainer.sweep if self.trainer is not None else None

    def fold_sweep(self, sweep: str) -> None:
        """Show the runs of a sweep below its line, or take them away."""
        if self.trainer is not None:
            self.trainer.fold(sweep, self.marked)

    def take_plan(self, plan: Plan) -> None:
        """Show another reading of the plan."""
        self._show_faults(plan)
        self._show_age()
        self.schedule.show(plan, self.study.today)
        below = self.query_one("#agenda")
        below.styles.height = len(agenda.lines(plan, self.study.today, 80, AGENDA_LINES)) + 2
        below.border_title = Content(agenda.title(plan, self.study.today))
        below.display = bool(plan.milestones or plan.meetings) or not plan.faults
        below.refresh()
        self.query_one("#header").refresh()
        self.query_one("#detail").refresh()
        self.count_found()

    def _show_faults(self, plan: Plan) -> None:
        """Show above the schedule what is wrong with the file, or no longer."""
        wrong = self.study.gone or bool(plan.faults)
        if not wrong and not self.query("#faults"):
            return
        from l2l_tui.tui.widgets.faults import Faults

        if not self.query("#faults"):
            self.query_one("#left").mount(Faults(id="faults"), before=0)
        panel = self.query_one("#faults", Faults)
        if self.study.gone:
            panel.show_gone(plan.path)
        else:
            panel.show(plan.faults)

    def _show_age(self) -> None:
        """Say whether the schedule is an earlier reading, or why there is none."""
        study = self.study
        self.query_one("#left").set_class(study.earlier, "-earlier")
        title, empty = tr("Schedule"), tr("No milestone yet; a adds one.")
        if study.gone:
            title = tr("Schedule as it was last read")
        elif study.earlier:
            title = tr("Schedule as it was before the faults")
        elif study.plan.faults:
            title = tr("Schedule as far as it can be read") if study.plan.milestones else title
            empty = tr("Nothing can be shown until the faults are mended.")
        self.schedule.call(title, empty)

    def take(self, updates: tuple[RunUpdate, ...]) -> None:
        """Show what changed in the runs; the app has merged it already."""
        if self.trainer is not None:
            self.trainer.take(updates, self.marked)
            drawn = self.trainer.drawn
            if drawn is not None and not drawn.opened:
                self.study.open_near(drawn.run.id)
        self.show_keys()
        alive = self.study.book.alive()
        self._show_strip()
        self.schedule.show_live(
            {one.run.request.milestone: one.far() for one in alive if one.run.request.milestone}
        )

    def _show_strip(self) -> None:
        """Show what is running, or what to press for the first run."""
        book, chosen = self.study.book, self.milestone
        name = chosen.experiments[0] if chosen is not None and chosen.experiments else ""
        first = name and book.loaded and not len(book)
        hint = tr("R runs {experiment}", experiment=name) if first else ""
        self.query_one(RunningStrip).show(book.alive(), hint)

    def show_runs(self) -> None:
        """Draw the list of runs anew."""
        if self.trainer is not None:
            self.trainer.show(self.marked)

    def on_run_launched(self, event: RunLaunched) -> None:
        """Move to a run that was launched here, once it is in the list."""
        self.study.wake()
        if self.trainer is not None:
            self.trainer.await_run(event.run)
        if self.has_class("-narrow"):
            self.action_pane("runs")

    @on(LineList.Highlighted, "#runs")
    def _highlight_run(self) -> None:
        if self.trainer is not None and (drawn := self.trainer.drawn) is not None:
            self.study.open_near(drawn.run.id)
        self.show_keys()

    @on(LineList.Highlighted, "#schedule")
    def _highlight_milestone(self) -> None:
        self._show_strip()
        self.query_one("#detail").refresh()
        if self.trainer is not None:
            self.trainer.invite(self.milestone)

    @on(LineList.Selected, "#runs")
    def _select_run(self) -> None:
        self.open_run()

    @on(RunningStrip.Chosen)
    def _choose_half(self, event: RunningStrip.Chosen) -> None:
        self.action_pane(event.pane)

    def action_open(self) -> None:
        """Open what is under the cursor: a milestone or a run."""
        if self._pane() in {"runs", "chart"}:
            self.open_run()
        else:
            self.schedule.action_select()

    def action_fold(self) -> None:
        """Fold what is at the cursor, or unfold it: a sweep, or a track."""
        if self._pane() in {"runs", "chart"}:
            self.fold_runs()
        else:
            self.fold_track()

    def action_mark(self) -> None:
        """Mark what is at the cursor, or take its mark off: a run, or a milestone."""
        if self._pane() in {"runs", "chart"}:
            self.mark_run()
        else:
            self.mark_milestone()

    def action_mark_all(self) -> None:
        """Mark everything that is shown where the focus is; nothing, if everything is marked."""
        if self._pane() in {"runs", "chart"}:
            self.mark_runs()
        else:
            self.mark_milestones()

    def action_pane(self, pane: str) -> None:
        """Put the focus on a pane; the half that it stands in comes into sight."""
        self.show_half(pane)
        for widget in self.query(f"#{pane}"):
            self.set_focus(widget)  # at once: the next key may be here already

    def action_other_pane(self) -> None:
        """Go round the panes."""
        here = self._pane()
        if here not in PANES:
            self.action_pane("schedule")
            return
        place = PANES.index(here)
        panes = PANES if len(self.study.book) else PANES[:2]
        self.action_pane(panes[(place + 1) % len(panes)])

    def action_family(self) -> None:
        """Draw another family of the highlighted run's curves."""
        if self.trainer is not None and self.trainer.next_family() is None:
            self.notify(tr("There is no other family of curves."), title=tr("Chart"))

    def action_choose_language(self) -> None:
        """Ask for the language of the app."""
        from l2l_tui.language import NAMES, current
        from l2l_tui.tui.screens.choices import ChoiceScreen

        def speak(chosen: str | None) -> None:
            if chosen is not None:
                self.study.speak(chosen)

        title = tr("Which language?")
        self.app.push_screen(ChoiceScreen(title, list(NAMES.items()), current()), speak)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Keep the half with the focus in sight, and its keys in the footer."""
        if event.widget.id in PANES:
            self.show_half(event.widget.id)
        else:
            self.show_keys()

    def footer_commands(self) -> tuple[Command, ...]:
        """Return the commands, those of the half with the focus first."""
        if self.is_attached and self.focused is not None and self.focused.id == "looked-for":
            return (*FILTER, *EVERYWHERE)
        half = self._half()
        first = (*self._ways_out(half), *_FIRST[half])
        by_action = {command.action: command for command in MAIN}
        chosen = [by_action[action] for action in dict.fromkeys(first)]
        found = (*chosen, *(one for one in MAIN if one not in chosen), *EVERYWHERE)
        runs = self.is_attached and len(self.study.book) > 0
        idle = set() if runs else NEEDS_RUN | ({"mark", "mark_all"} if half == "runs" else set())
        if self.watched is None or self.watched.run.place is None:
            idle |= NEEDS_PLACE
        if self.sweep is not None:
            idle |= ONE_RUN
        return tuple(one for one in found if one.action not in idle)

    def _ways_out(self, half: str) -> tuple[str, ...]:
        """Return what leads back to the whole schedule in the plan's order, where it is not so."""
        if half == "runs":
            return ()
        arrangement = self._arrangement()
        clear = ("clear",) if arrangement.filter.strip() else ()
        return (*clear, "sort") if arrangement.order is not Order.PLAN else clear

    def _half(self) -> str:
        if self.has_class("-trainer"):
            return "runs"
        return "marked" if self._arrangement().marked else "schedule"

    def _arrangement(self) -> Arrangement:
        there = self.query(Schedule)  # none yet while the parts are made
        return there.first().arrangement if there else Arrangement()

    def _pane(self) -> str:
        return (self.focused.id or "") if self.focused is not None else ""

    def show_half(self, pane: str) -> None:
        """Bring the half of a pane into sight, and its keys into the footer."""
        trainer = pane != "schedule"
        self.set_class(trainer, "-trainer")
        self.query_one(RunningStrip).half = "runs" if trainer else "schedule"
        self.show_keys()

    def show_keys(self) -> None:
        """Show in the footer what can be done where the focus is."""
        self.query_one(KeyLine).commands = self.footer_commands()

    def _header(self, width: int, _height: int) -> Content:
        return head.header(self.study.plan, self.study.today, width)

    def _detail(self, width: int, height: int) -> Content:
        from l2l_tui.tui.format import detail

        chosen, arranged = self.milestone, self.schedule.arranged
        if chosen is None or arranged is None:
            return Content("")
        return detail.lines(arranged.view, chosen, width, height)

    def _agenda(self, width: int, height: int) -> Content:
        shown = agenda.lines(self.study.plan, self.study.today, width, height)
        return Content("\n").join(shown)


_FIRST = {
    "schedule": (
        *("launch", "quick_run", "open", "done", "filter", "add_milestone", "meeting", "export"),
        *("mark", "cycle_status", "sort"),
    ),
    "runs": (
        *("launch", "queue('first')", "queue('up')", "pause", "stop", "open", "mark", "compare"),
        *("include_run", "family", "export"),
    ),
    "marked": ("cycle_status", "done", "move_due", "move_track", "mark", "mark_all", "clear"),
}
