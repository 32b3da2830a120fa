"""The commands about runs: launch, steer, mark, compare, look at."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from l2l_tui.language import tr, trn
from l2l_tui.states import state_word
from l2l_tui.tui.acts.telling import TellingActs
from l2l_tui.tui.jobs import Caution
from l2l_tui.tui.messages import RunLaunched

if TYPE_CHECKING:
    from collections.abc import Callable

    from l2l_tui.plan.model import Milestone
    from l2l_tui.runs.directory import RunDirectory
    from l2l_tui.runs.model import State
    from l2l_tui.runs.sweep.groups import Sweep
    from l2l_tui.tui.screens.launch import Wish
    from l2l_tui.tui.state import Watched


AT_ONCE = 8
"""So many runs are compared where nobody marked any."""


class RunActs(TellingActs):
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

    @property
    def sweep(self) -> Sweep | None:
        """The sweep under the cursor."""
        raise NotImplementedError

    def fold_sweep(self, sweep: str) -> None:
        """Show the runs of a sweep below its line, or take them away."""
        raise NotImplementedError

    def show_runs(self) -> None:
        """Draw the list of runs anew."""
        raise NotImplementedError

    def action_launch(self) -> None:
        """Open the form for a new run."""
        from l2l_tui.tui.screens.launch import LaunchScreen

        chosen = self.milestone
        names = chosen.experiments if chosen is not None else ()
        self.app.push_screen(LaunchScreen(names[0] if names else None, chosen, self._start))

    def action_quick_run(self) -> None:
        """Run the highlighted milestone's experiment with its quick preset."""
        from l2l_tui.tui.screens.launch import Wish

        chosen = self.milestone
        if chosen is None or not chosen.experiments:
            said = tr("No experiment belongs to this milestone; r lists all.")
            self.notify(said, title=tr("Quick run"))
            return
        name = chosen.experiments[0]
        wish = Wish(name, "quick", self.study.next_seed(name), {}, chosen.id)
        self.study.do(partial(self._start, wish))

    def _start(self, wish: Wish) -> str:
        """Make a run directory and hand it to the queue or the cluster; called in a worker."""
        from l2l_tui import experiments
        from l2l_tui.runs import launch
        from l2l_tui.runs.cluster import submit
        from l2l_tui.runs.queue import orders

        plan, workspace = self.study.plan, self.study.workspace
        if wish.on_cluster:
            submit.check(workspace)
        directory = launch.prepare(
            workspace,
            experiments.get(wish.experiment),
            preset=wish.preset,
            seed=wish.seed,
            changes=wish.changes,
            milestone=wish.milestone,
            plan=plan.name if plan is not None and wish.milestone else None,
        )
        if wish.on_cluster:
            said = self._submit(directory)
        else:
            orders.submit(workspace, [directory])
            said = tr(
                "Asked for {experiment}, {preset}, seed {seed}.",
                experiment=wish.experiment,
                preset=wish.preset,
                seed=wish.seed,
            )
        self.post_message(RunLaunched(directory.id))
        return said

    def _submit(self, directory: RunDirectory) -> str:
        """Hand a run to the cluster, and say so; where that is uncertain, the list will tell."""
        from l2l_tui.runs.cluster import submit

        try:
            job = submit.submit_new(self.study.workspace, directory)
        except submit.UncertainError as error:
            return Caution(error)
        return tr("{run} is job {job} of the cluster", run=directory.id, job=job)

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
            said = tr("It is {state} and cannot be paused.", state=state_word(watched.run.state))
            self.notify(said, title=watched.run.id)

    def action_resume(self) -> None:
        """Continue the highlighted run."""
        if watched := self._need_run():
            self._steer("resume", watched)

    def action_stop(self) -> None:
        """Stop the highlighted run, after asking."""
        from l2l_tui.tui.screens.confirm import ConfirmScreen

        if self.sweep is not None:
            self._stop_sweep(self.sweep)
            return
        watched = self._need_run()
        if watched is None:
            return
        if not watched.run.state.alive:
            said = tr("It is {state} already.", state=state_word(watched.run.state))
            self.notify(said, title=watched.run.id)
            return
        question = tr("Stop {run}? It keeps its checkpoint and can be resumed.", run=watched.run.id)
        stop = partial(self._steer, "stop", watched)
        confirm = ConfirmScreen(question, tr("Stop"))
        self.app.push_screen(confirm, lambda yes: stop() if yes else None)

    def _stop_sweep(self, sweep: Sweep) -> None:
        """Stop all runs of a sweep that are under way, after asking."""
        from l2l_tui.tui.screens.confirm import ConfirmScreen

        alive = sum(run.state.alive for run in sweep.runs)
        if not alive:
            self.notify(tr("None of its runs is under way."), title=sweep.name)
            return
        question = trn(
            "Stop {n} run of {sweep}? The sweep can go on later.",
            "Stop {n} runs of {sweep}? The sweep can go on later.",
            alive,
            sweep=sweep.name,
        )

        def stop(yes: bool | None) -> None:
            if yes:
                self.study.do(partial(self._stop_all, sweep))

        self.app.push_screen(ConfirmScreen(question, tr("Stop")), stop)

    def _stop_all(self, sweep: Sweep) -> str:
        """Ask the runs of a sweep to end; called in a worker."""
        from l2l_tui.runs.sweep import ending

        ending.stop(self.study.workspace, sweep)
        return tr("The runs of {sweep} are told to stop.", sweep=sweep.name)

    def _steer(self, verb: str, watched: Watched) -> None:
        self.study.do(partial(self._order, verb, watched.run.id))

    def _order(self, verb: str, run: str) -> str:
        """Steer a run; called in a worker."""
        from l2l_tui.runs import steer
        from l2l_tui.runs.cluster.submit import UncertainError
        from l2l_tui.runs.directory import RunDirectory

        verbs: Mapping[str, Callable[[RunDirectory], State]] = {
            "stop": steer.stop,
            "pause": steer.pause,
            "resume": steer.resume,
        }
        try:
            state = verbs[verb](RunDirectory(self.study.workspace.runs / run))
        except UncertainError as error:
            return Caution(error)
        return tr("{run} is {state} now.", run=run, state=state_word(state))

    def action_queue(self, to: str) -> None:
        """Give the highlighted run another place in the queue."""
        watched = self._need_run()
        if watched is None:
            return
        if watched.run.place is None:
            said = tr(
                "It is {state}; only a run that waits in the queue has a place there.",
                state=state_word(watched.run.state),
            )
            self.notify(said, title=watched.run.id)
            return
        self.study.do(partial(self._give_place, watched.run.id, to))

    def _give_place(self, run: str, to: str) -> str:
        """Move a run in the queue; called in a worker."""
        from l2l_tui.runs.queue import orders

        orders.move(self.study.workspace, run, orders.Move(to))
        return ""

    def mark_run(self) -> None:
        """Mark the highlighted run for comparison, or take the mark off; all runs of a sweep."""
        if self.sweep is not None:
            runs = {run.id for run in self.sweep.points}
            self.marked = self.marked - runs if runs <= self.marked else self.marked | runs
            self.show_runs()
        elif watched := self._need_run():
            self.marked ^= {watched.run.id}
            self.show_runs()

    def mark_runs(self) -> None:
        """Mark all runs for comparison; none if they are marked already."""
        runs = {watched.run.id for watched in self.study.book}
        self.marked = set() if runs <= self.marked else runs
        self.show_runs()

    def action_compare(self) -> None:
        """Compare the marked runs, those of a sweep, or all of the highlighted run's experiment."""
        from l2l_tui.tui.screens.compare import CompareScreen

        chosen = [watched for watched in self.study.book if watched.run.id in self.marked]
        if not chosen and self.sweep is not None:
            points = {run.id for run in self.sweep.points}
            chosen = [one for one in self.study.book if one.run.id in points][-AT_ONCE:]
        elif not chosen:
            watched = self._need_run()
            if watched is None:
                return
            name = watched.run.request.experiment
            chosen = [one for one in self.study.book if one.run.request.experiment == name]
            chosen = chosen[:AT_ONCE]
        self.study.open_runs([one.run.id for one in chosen])
        self.app.push_screen(CompareScreen([one.run.id for one in chosen]))
        if len(chosen) == 1:
            self.notify(_one_run(len(self.study.book)), title=tr("Compare"), timeout=8)

    def open_run(self) -> None:
        """Show everything about the highlighted run; of a sweep, its runs."""
        from l2l_tui.tui.screens.run import RunScreen

        if self.sweep is not None:
            self.fold_sweep(self.sweep.name)
        elif watched := self._need_run():
            self.app.push_screen(RunScreen(watched.run.id))

    def fold_runs(self) -> None:
        """Show the runs of the sweep at the cursor, or take them away."""
        watched = self.watched
        name = watched.run.request.sweep if watched is not None else None
        if self.sweep is not None:
            name = self.sweep.name
        if name is None:
            self.notify(tr("There is no sweep at the cursor."), title=tr("Runs"))
        else:
            self.fold_sweep(name)

    def action_include_run(self) -> None:
        """Tell the highlighted run or sweep at the next meeting."""
        if self.sweep is not None:
            self.include(self.sweep.name)
        elif watched := self._need_run():
            self.include(watched.run.id)

    def _need_run(self) -> Watched | None:
        if self.sweep is not None:
            self.notify(tr("That is for one run; ⏎ shows the runs of this sweep."))
        elif self.watched is None:
            self.notify(tr("There is no run yet; r runs an experiment."), title=tr("Runs"))
        return self.watched


def _one_run(count: int) -> str:
    """Say how to compare several runs where one was compared with nothing."""
    if count > 1:
        return tr("To compare several: v marks a run, then c compares the marked ones.")
    return tr(
        "There is only this run yet; r runs an experiment. To compare several: v marks a run, "
        "then c compares the marked ones."
    )
