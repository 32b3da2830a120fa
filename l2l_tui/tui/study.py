"""The app: it owns the plan and the runs, starts the workers, and hands out their messages.

It paints the plan first; whatever costs time (runs, evidence, screens) comes after that.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events, work

from l2l_tui import language
from l2l_tui.language import tr, trn
from l2l_tui.text import plain_lines
from l2l_tui.tui import look
from l2l_tui.tui.commands import EVERYWHERE, bindings
from l2l_tui.tui.follow import Feed, Stamp
from l2l_tui.tui.jobs import JobApp
from l2l_tui.tui.messages import EvidenceCollected, PlanGone, PlanLoaded, RunsUpdated
from l2l_tui.tui.screens.base import StudyModal, StudyScreen
from l2l_tui.tui.screens.main import MainScreen
from l2l_tui.tui.state import RunBook

if TYPE_CHECKING:
    from textual.app import App
    from textual.binding import BindingType
    from textual.command import Provider
    from textual.screen import Screen

    from l2l_tui.plan.model import Plan
    from l2l_tui.runs.model import Run
    from l2l_tui.workspace import Workspace


_WHILE_SAVING_S = 0.02


def _now() -> datetime:
    return datetime.now().astimezone()


def _palette() -> type[Provider]:
    from l2l_tui.tui.palette import CommandsProvider

    return CommandsProvider


class StudyApp(JobApp):
    """A study planner with a lab inside.

    Args:
        workspace: Where plans and runs are.
        plan: The plan as it was read.
        stamp: The plan file's stamp at that time.
        others: The workspace's other plans, if nobody said which one is meant.
        clock: Tells the time; tests give their own.
        debug: Whether the tracebacks of own faults are kept, in `traces`.
        spoken: The language that was asked for; else the plan's own is followed.
    """

    TITLE = "l2l-tui"
    CSS_PATH = "app.tcss"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_palette}
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        command for command in EVERYWHERE if command.action != "command_palette"
    )

    def __init__(
        self,
        workspace: Workspace,
        plan: Plan,
        *,
        stamp: Stamp | None = None,
        others: Sequence[Path] = (),
        clock: Callable[[], datetime] = _now,
        debug: bool = False,
        spoken: str | None = None,
    ) -> None:
        super().__init__(plan, debug=debug)
        self._spoken = spoken
        self.workspace = workspace
        self.book = RunBook()
        self._others = tuple(others)
        self.main = MainScreen()
        """The main screen, whatever stands above it."""
        self._clock = clock
        self._shown_day = self.today
        seen = (stamp, plan.digest) if stamp is not None else None
        self._feed = Feed(workspace, plan.path, self.post_message, seen=seen)
        look.put_on(self)

    @property
    def today(self) -> date:
        """The day."""
        return self._clock().date()

    def get_default_screen(self) -> Screen[None]:
        """Return the main screen."""
        return self.main

    async def on_ready(self) -> None:
        """Begin to watch the disk, now that the first picture is on the screen."""
        gc.enable()
        await self.main.open_trainer()
        self.watch_disk()
        self.lay_desk()
        look.watch(self)
        self.set_interval(20, self._look_at_the_day)
        if self._others:
            self._choose_plan()

    def _look_at_the_day(self) -> None:
        """Count the days anew after midnight."""
        if self.today != self._shown_day:
            self._shown_day = self.today
            self._hand_out_plan()

    def _choose_plan(self) -> None:
        from l2l_tui.tui.screens.chooser import ChooserScreen

        self.push_screen(ChooserScreen([self.plan.path, *self._others]), self.open_plan)

    def open_plan(self, path: Path | None) -> None:
        """Show another plan of the workspace."""
        if path is None or path == self.plan.path:
            return
        self._feed.turn_to(path)

    async def on_event(self, event: events.Event) -> None:
        """Make what is pasted harmless for a terminal, unless it goes where any text may stand."""
        if isinstance(event, events.Paste):
            from l2l_tui.tui.widgets.editors import Editor

            if isinstance(self.focused, Editor):
                # Many terminals paste a carriage return for each line break.
                event.text = event.text.replace("\r\n", "\n").replace("\r", "\n")
            else:
                event.text = plain_lines(event.text)
        await super().on_event(event)

    def on_unmount(self) -> None:
        """Let the worker end."""
        self._feed.stop()

    @work(thread=True, exclusive=True, group="feed")
    def watch_disk(self) -> None:
        """Run the worker that watches runs and plan."""
        self._feed.run()

    def wake(self) -> None:
        """Look at the disk at once."""
        self._feed.wake()

    def open_runs(self, runs: list[str]) -> None:
        """Have the measurements of runs read that were over before the app began."""
        self._feed.ask(run for run in runs if self.book.ask(run))

    def open_near(self, run: str) -> None:
        """Have the measurements of a run and of its neighbours in the list read."""
        self._feed.ask(self.book.closed_near(run, 12))

    def complete(self, runs: Iterable[Run]) -> None:
        """Have everything but the measurements of runs read that came in brief."""
        if brief := [run.id for run in runs if not run.whole]:
            self._feed.complete(brief)

    def on_plan_loaded(self, event: PlanLoaded) -> None:
        """Show another reading of the plan, unless what is shown is ahead of it."""
        self.read = event.plan
        if not self.saving:
            self.show_plan(event.plan)
            self.lay_desk()

    def show_plan(self, plan: Plan) -> None:
        """Show another reading of the plan on every screen."""
        mended = bool(self.plan.faults) and not plan.faults
        back = self.gone and not plan.faults
        same = plan.digest == self.plan.digest and plan.path == self.plan.path and not self.gone
        self.gone = False
        self.plan = self.shown(plan)
        if same:
            return
        self._hand_out_plan()
        self._follow_language()
        if mended:
            self.notify(tr("The plan is whole again."))
        elif back:
            self.notify(tr("{name} is back.", name=plan.path.name))

    def speak(self, chosen: str) -> None:
        """Speak another language at once, and keep it in the plan if that can be saved to."""
        from l2l_tui.plan import edits

        given = self._spoken is not None or language.VARIABLE in os.environ
        if given or self.refusal is not None:
            self._spoken = chosen
            self._follow_language()
        name = language.NAMES[chosen]
        before = self.plan.interface or None
        if chosen != before:
            edit = edits.SetPlan("interface", chosen, before)
            self.edit(tr("The app speaks {language} from now on.", language=name), edit)

    def _follow_language(self) -> None:
        """Show everything in the language that the person or the plan names now."""
        now = language.choose(self._spoken, self.plan.interface)
        if now != language.current():
            language.use(now)
            self.run_worker(self.main.speak(), group="language", exclusive=True)

    def on_plan_gone(self, event: PlanGone) -> None:
        """Mark what is shown as the last reading of a file that is no more."""
        if event.path == self.plan.path:
            self.gone = True
            self._hand_out_plan()

    def _hand_out_plan(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, StudyScreen):
                screen.take_plan(self.plan)

    def on_runs_updated(self, event: RunsUpdated) -> None:
        """Merge what changed in the runs, then show it."""
        self.book.take(event.updates, answers=event.answers)
        for screen in self.screen_stack:
            if isinstance(screen, StudyScreen):
                screen.take(event.updates)

    def on_evidence_collected(self, event: EvidenceCollected) -> None:
        """Say that runs became evidence."""
        self.notify(
            trn(
                "{n} run is evidence in the plan now.",
                "{n} runs are evidence in the plan now.",
                len(event.runs),
            )
        )

    def next_seed(self, experiment: str) -> int:
        """Return the smallest seed that no run of an experiment has used."""
        used = {
            watched.run.request.seed
            for watched in self.book
            if watched.run.request.experiment == experiment
        }
        return next(seed for seed in range(len(used) + 1) if seed not in used)

    def action_show_help(self) -> None:
        """Show all keys and signs."""
        from l2l_tui.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_command_palette(self) -> None:
        """Show the palette of commands."""
        from textual.command import CommandPalette

        if not CommandPalette.is_open(cast("App[object]", self)):
            from l2l_tui.tui.palette import Palette

            said = tr("Search for commands…")
            self.push_screen(Palette(placeholder=said, id="--command-palette"))

    def search_themes(self) -> None:
        """Show the palette of themes."""
        from textual.theme import ThemeProvider

        from l2l_tui.tui.palette import Palette

        said = tr("Search for themes…")
        self.push_screen(Palette(providers=[ThemeProvider], placeholder=said))

    async def action_quit(self) -> None:
        """Leave, as q does; for where q is a letter."""
        self.action_leave()

    def action_leave(self) -> None:
        """Leave, after asking if something would be lost; the runs go on without the app."""
        from l2l_tui.tui.screens.confirm import LeaveScreen

        if isinstance(self.screen, LeaveScreen):
            return
        if self.saving:  # what is on its way gets there, or comes back as not saved
            self.set_timer(_WHILE_SAVING_S, self.action_leave)
            return
        screens = (one for one in self.screen_stack if isinstance(one, StudyScreen | StudyModal))
        if any(screen.unsaved for screen in screens):
            self.push_screen(LeaveScreen(), self._leave_if)
        else:
            self._leave_if(True)

    def _leave_if(self, yes: bool | None) -> None:
        if yes:
            self.exit(message=_farewell(len(self.book.alive())))


def _farewell(alive: int) -> str | None:
    if not alive:
        return None
    return trn(
        "{n} run goes on without the app; `l2l-tui runs` lists it.",
        "{n} runs go on without the app; `l2l-tui runs` lists them.",
        alive,
    )
