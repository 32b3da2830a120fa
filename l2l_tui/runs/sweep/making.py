"""What a grid calls for and is not there yet is made, and handed to the queue or to a cluster.

Whoever does so holds a lock meanwhile, so two commands never start a point twice. One that dies in
between leaves runs that nobody has in hand; the next one takes them up.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from l2l_tui.errors import L2LError, RequestError
from l2l_tui.files import explained
from l2l_tui.language import tr, trn
from l2l_tui.runs import catalogue, control, files, launch, purpose
from l2l_tui.runs.cluster import submit, ticket
from l2l_tui.runs.cluster.submit import UncertainError
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import Order, State
from l2l_tui.runs.model import point as words
from l2l_tui.runs.queue import orders, store
from l2l_tui.runs.sweep import groups

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from l2l_tui.runs.model import Run
    from l2l_tui.runs.sweep.grid import Grid, Point
    from l2l_tui.workspace import Workspace

LOCK = ".sweep.lock"
"""Held in ``runs`` while runs of a sweep are made."""
_PATIENCE_S = 120.0


def carry_on(
    workspace: Workspace,
    grid: Grid,
    *,
    on_cluster: bool = False,
    at_once: int = 0,
    nodes: int = 1,
    milestone: str | None = None,
    plan: str | None = None,
) -> list[RunDirectory]:
    """See to it that every point of a grid has finished, is under way or waits for its turn.

    What finished counts, what is under way is left alone, what was stopped or interrupted goes on,
    what failed or never was is asked for anew. What was handed to a cluster goes on there, and
    whatever goes on does so with as many ranks as it had.

    Args:
        workspace: Where the runs are.
        grid: What is asked for.
        on_cluster: Whether new runs go to the cluster, as one job array, and not to the queue;
            what goes on there with other nodes and ranks is an array of its own.
        at_once: How many runs of each array may run at once; 0 for as many as have room.
        nodes: Nodes of the cluster that the ranks of each new run are spread over.
        milestone: The milestone that new runs serve; by default the usual one.
        plan: The name of that milestone's plan.

    Returns:
        The run that counts of each point, in the grid's order.

    Raises:
        RequestError: The milestone is unknown, or the cluster does not take the jobs; nothing new
            is left behind then.
        UncertainError: The cluster has new jobs or may have them; their runs stay.
        L2LError: The runs cannot be made, or another command makes runs of a sweep for long.
    """
    if on_cluster:
        submit.check(workspace)
    purpose.choose(workspace, grid.experiment, milestone, plan)
    with _alone(workspace.runs):
        there = _there(workspace, grid)
        counting, made, again = [], [], []
        try:
            for point in grid.points:
                run = there.get((words(point.swept), point.seed))
                if run is None or run.state is State.FAILED:
                    directory = _made(workspace, grid, point, milestone, plan)
                    made.append(directory)
                else:
                    directory = RunDirectory(workspace.runs / run.id)
                    if run.state.resumable or _is_in_nobodys_hand(workspace, directory, run):
                        again.append(directory)
                counting.append(directory)
        except BaseException:
            _discard(made)
            raise
        _revive(again)
        due = {*made, *again}
        jobs = {one for one in due if on_cluster or one.cluster.exists()}
        jobs_in_order, turns = (
            [one for one in counting if one in some] for some in (jobs, due - jobs)
        )
        try:
            _submit(workspace, jobs_in_order, at_once, (nodes, grid.ranks // nodes))
            if turns:
                orders.submit(workspace, turns, revive=True)
        except L2LError:
            # What was offered to the cluster and neither refused nor surely taken keeps its ticket.
            _discard(one for one in made if not one.cluster.exists())
            raise
    return counting


def _there(workspace: Workspace, grid: Grid) -> dict[tuple[str, int], Run]:
    sweep = groups.group(catalogue.listing(workspace).runs).get(grid.name)
    return {groups.key_of(run): run for run in (sweep.points if sweep is not None else ())}


def _made(
    workspace: Workspace, grid: Grid, point: Point, milestone: str | None, plan: str | None
) -> RunDirectory:
    return launch.prepare(
        workspace,
        grid.experiment,
        preset=grid.preset,
        seed=point.seed,
        changes=point.changes,
        milestone=milestone,
        plan=plan,
        sweep=grid.name,
        swept=tuple(grid.over),
        ranks=grid.ranks,
    )


def _is_in_nobodys_hand(workspace: Workspace, directory: RunDirectory, run: Run) -> bool:
    """Whether a run was made and never handed over: its maker died in between."""
    return (
        run.state is State.QUEUED
        and run.status is None
        and not directory.cluster.exists()
        and run.id not in store.places(workspace.runs)
    )


def _revive(directories: Iterable[RunDirectory]) -> None:
    """Take back the orders that ended runs, before there is a trainer to see them."""
    for directory in directories:
        control.write_order(directory, Order.GO)


def _submit(
    workspace: Workspace, jobs: Sequence[RunDirectory], at_once: int, asked: tuple[int, int]
) -> None:
    """Hand runs to the cluster: all whose jobs have the same shape as one array.

    New ones, of the shape asked for, come last: where they are refused, nothing new is there.

    Raises:
        L2LError: One array was not taken, or may not have been; the message says what was before.
    """
    arrays: dict[tuple[int, int], list[RunDirectory]] = {}
    for one in jobs:
        arrays.setdefault(_shape(one, asked), []).append(one)
    before = 0
    for shape in sorted(arrays, key=lambda shape: shape == asked):
        runs, (nodes, tasks) = arrays[shape], shape
        try:
            submit.submit(workspace, runs, at_once=at_once, nodes=nodes, tasks_per_node=tasks)
        except L2LError as error:
            if not before:
                raise
            said = trn(
                "{reason}; {n} run was handed over before that and goes on",
                "{reason}; {n} runs were handed over before that and go on",
                before,
                reason=error,
            )
            kinds = (UncertainError, RequestError, L2LError)
            raise next(kind for kind in kinds if isinstance(error, kind))(said) from error
        before += len(runs)


def _shape(directory: RunDirectory, asked: tuple[int, int]) -> tuple[int, int]:
    """Return over how many nodes a run's job is spread, and how many ranks are on each.

    One that had a job keeps its shape; one that never had has its ranks on the nodes asked for.
    """
    held, ranks = ticket.read(directory), files.read_request(directory).ranks
    nodes = asked[0] if held is None else held.nodes
    return (nodes, ranks // nodes) if ranks % nodes == 0 else (1, ranks)


def _discard(directories: Iterable[RunDirectory]) -> None:
    for directory in directories:
        launch.discard(directory)


@contextmanager
def _alone(runs: Path) -> Iterator[None]:
    """Keep other commands from making runs of a sweep in this workspace.

    Raises:
        L2LError: One does so for long, or the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(runs / LOCK, timeout=_PATIENCE_S)
    with explained(runs / LOCK):
        runs.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire()
        except Timeout as error:
            said = tr("another command is making the runs of a sweep; try again in a moment")
            raise L2LError(said) from error
    try:
        yield
    finally:
        lock.release()
