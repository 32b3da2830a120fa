"""The commands about runs: launch, steer, mark, compare, look at."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from l2l_tui.tui.messages import RunLaunched
from l2l_tui.tui.screens.base import StudyScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from l2l_tui.plan.model import Milestone
    from l2l_tui.runs.directory import RunDirectory
    from l2l_tui.runs.model import State
    from l2l_tui.tui.screens.launch import Wish
    from l2l_tui.tui.state import Watched


class RunActs(StudyScreen[None]):
    """The runs' half of the main screen's commands."""

    def __init__(self) -> None:
        super().__init__()
        self.marked: set[str] = set()
        """The ids of the runs marked for comparison."""

    @property
    def milestone(self) -> Milestone | None:
        """The milestone under the cursor."""
        raise NotImplementedError

    @property
    def watched(self) -> Watched | None:
        """The run under the cursor."""
        raise NotImplementedError

    def show_runs(self) -> None:
        """Draw the list of runs anew."""
        raise NotImplementedError

    def action_launch(self) -> None:
        """Open the form for a new run."""
        from l2l_tui.tui.screens.launch import LaunchScreen

        chosen = self.milestone
        names = chosen.experiments if chosen is not None else ()
        self.app.push_screen(LaunchScreen(names[0] if names else None, chosen), self._launch)

    def action_quick_run(self) -> None:
        """Run the highlighted milestone's experiment with its quick preset."""
        from l2l_tui.tui.screens.launch import Wish

        chosen = self.milestone
        if chosen is None or not chosen.experiments:
            self.notify("No experiment belongs to this milestone; r lists all.", title="Quick run")
            return
        name = chosen.experiments[0]
        self._launch(Wish(name, "quick", self.study.next_seed(name), {}, chosen.id))

    def _launch(self, wish: Wish | None) -> None:
        if wish is not None:
            self.study.do(partial(self._start, wish))

    def _start(self, wish: Wish) -> str:
        """Make a run directory and start its trainer; called in a worker."""
        from l2l_tui import experiments
        from l2l_tui.runs import launch

        plan = self.study.plan
        directory = launch.prepare(
            self.study.workspace,
            experiments.get(wish.experiment),
            preset=wish.preset,
            seed=wish.seed,
            changes=wish.changes,
            milestone=wish.milestone,
            plan=plan.name if plan is not None and wish.milestone else None,
        )
        launch.start(directory)
        self.post_message(RunLaunched(directory.id))
        return f"Started {wish.experiment}, {wish.preset}, seed {wish.seed}."

    def action_pause(self) -> None:
        """Pause the highlighted run, or let it go on."""
        from l2l_tui.runs.model import State

        watched = self._need_run()
        if watched is None:
            return
        if watched.run.state is State.PAUSED or watched.run.state.resumable:
            self._steer("resume", watched)
        elif watched.run.state.alive:
            self._steer("pause", watched)
        else:
            self.notify(f"It is {watched.run.state} and cannot be paused.", title=watched.run.id)

    def action_resume(self) -> None:
        """Continue the highlighted run."""
        if watched := self._need_run():
            self._steer("resume", watched)

    def action_stop(self) -> None:
        """Stop the highlighted run, after asking."""
        from l2l_tui.tui.screens.confirm import ConfirmScreen

        watched = self._need_run()
        if watched is None:
            return
        if not watched.run.state.alive:
            self.notify(f"It is {watched.run.state} already.", title=watched.run.id)
            return
        question = f"Stop {watched.run.id}? It keeps its checkpoint and can be resumed."
        stop = partial(self._steer, "stop", watched)
        self.app.push_screen(ConfirmScreen(question, "Stop"), lambda yes: stop() if yes else None)

    def _steer(self, verb: str, watched: Watched) -> None:
        self.study.do(partial(self._order, verb, watched.run.id))

    def _order(self, verb: str, run: str) -> str:
        """Steer a run; called in a worker."""
        from l2l_tui.runs import steer
        from l2l_tui.runs.directory import RunDirectory

        verbs: Mapping[str, Callable[[RunDirectory], State]] = {
            "stop": steer.stop,
            "pause": steer.pause,
            "resume": steer.resume,
        }
        state = verbs[verb](RunDirectory(self.study.workspace.runs / run))
        return f"{run} is {state} now."

    def action_mark(self) -> None:
        """Mark the highlighted run for comparison, or take the mark off."""
        if watched := self._need_run():
            self.marked ^= {watched.run.id}
            self.show_runs()

    def action_compare(self) -> None:
        """Compare the marked runs, or all of the highlighted run's experiment."""
        from l2l_tui.tui.screens.compare import CompareScreen

        chosen = [watched for watched in self.study.book if watched.run.id in self.marked]
        if not chosen:
            watched = self._need_run()
            if watched is None:
                return
            name = watched.run.request.experiment
            chosen = [one for one in self.study.book if one.run.request.experiment == name][:8]
        self.study.open_runs([one.run.id for one in chosen])
        self.app.push_screen(CompareScreen([one.run.id for one in chosen]))
        if len(chosen) == 1:
            self.notify(_one_run(len(self.study.book)), title="Compare", timeout=8)

    def open_run(self) -> None:
        """Show everything about the highlighted run."""
        from l2l_tui.tui.screens.run import RunScreen

        if watched := self._need_run():
            self.app.push_screen(RunScreen(watched.run.id))

    def _need_run(self) -> Watched | None:
        if self.watched is None:
            self.notify("There is no run yet; r runs an experiment.", title="Runs")
        return self.watched


def _one_run(count: int) -> str:
    """Say how to compare several runs where one was compared with nothing."""
    more = "" if count > 1 else "There is only this run yet; r runs an experiment. "
    return f"{more}To compare several: v marks a run, then c compares the marked ones."
