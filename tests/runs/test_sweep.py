"""Sweeps: the grid, which run of a point counts, and that none is started twice."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l2l_tui import experiments
from l2l_tui.errors import L2LError, RequestError, UnknownNameError
from l2l_tui.runs import catalogue, control, files, launch
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import Order, Request, Run, RunResult, State
from l2l_tui.runs.queue import orders, store
from l2l_tui.runs.state import now
from l2l_tui.runs.sweep import groups, making
from l2l_tui.runs.sweep.grid import MOST, Grid, lay
from l2l_tui.workspace import Workspace
from tests.runs.conftest import MakeStatus

NAME = "logistic-regression"
Over = dict[str, list[object]]
pytestmark = pytest.mark.usefixtures("nobody")


def grid(over: Over | None = None, seeds: int = 2, **changes: object) -> Grid:
    """Return a grid over scikit-learn's C, unless told otherwise."""
    asked: Over = {"c": ["0.1", "1"]} if over is None else over
    return lay(experiments.get(NAME), "quick", changes, asked, seeds)


def waiting(workspace: Workspace) -> list[tuple[str, int]]:
    """Return the points that wait in the queue, in order."""
    runs = [RunDirectory(workspace.runs / one.run) for one in store.read(workspace.runs)]
    requests = [files.read_request(one) for one in runs]
    return [(one.point, one.seed) for one in requests]


def end(directory: RunDirectory, state: State = State.FINISHED) -> None:
    """Let a run be over."""
    files.write_result(directory, RunResult(state, now(), now(), 1.0))
    store_without(directory)


def store_without(directory: RunDirectory) -> None:
    """Take a run out of the queue, as its owner does."""
    with store.changing(directory.path.parent) as held:
        held.drop([directory.id])


def age(directory: RunDirectory) -> None:
    """Let a run be one that was asked for an hour ago."""
    request = files.read_request(directory)
    values = {name: getattr(request, name) for name in Request.__slots__}
    values["created"] = request.created - timedelta(hours=1)
    files.write_request(directory, Request(**values))


def test_a_grid_is_every_combination_with_every_seed() -> None:
    """All settings with the first seed come before any with the second."""
    made = grid({"c": ["0.1", "1"], "splits": ["2", "3"]})
    assert [(dict(one.swept), one.seed) for one in made.points] == [
        ({"c": c, "splits": splits}, seed)
        for seed in range(2)
        for c in (0.1, 1.0)
        for splits in (2, 3)
    ]
    assert len(made.settings) == 4


@given(
    st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=4),
    st.lists(st.integers(1, 100), min_size=1, max_size=4),
    st.integers(1, 4),
)
def test_each_point_is_there_once(c: list[float], splits: list[int], seeds: int) -> None:
    """However often a value was typed."""
    made = grid({"c": list(map(repr, c)), "splits": list(map(str, splits))}, seeds)
    keys = {(one.swept["c"], one.swept["splits"], one.seed) for one in made.points}
    assert len(keys) == len(made.points) == len(set(c)) * len(set(splits)) * seeds


def test_more_values_and_seeds_belong_to_the_same_sweep() -> None:
    """Other fields, fixed settings or presets do not."""
    name = grid().name
    assert name.startswith("logistic-regression-over-c-")
    assert grid({"c": ["7"]}, seeds=9).name == name
    assert grid(splits="3").name == name  # the preset's own value
    others = [grid({"splits": ["2"]}), grid(splits="7"), grid({"c": ["1"], "splits": ["3"]})]
    others.append(lay(experiments.get(NAME), "paper", {}, {"c": ["1"]}, 1))
    assert len({name, *(one.name for one in others)}) == 5


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"c": ["0.1", "0"]}, "c = '0' is not float in 1e-06 to 1e"),
        ({"splits": ["2", "two"]}, "splits = 'two' is not int in 1 to 100"),
        ({"cc": ["1"]}, "no setting is called 'cc'"),
        ({"test_share": ["0.2"], "cc": ["1"]}, "no setting is called 'cc'"),
        ({"iterations": [str(n) for n in range(1, MOST + 2)]}, "these would be"),
    ],
)
def test_a_bad_value_is_refused_by_name_value_and_range(over: Over, said: str) -> None:
    """Before there is a grid that could be made."""
    with pytest.raises(L2LError, match=said.replace("(", r"\(")):
        grid(over, seeds=1)


def test_what_cannot_be_swept_is_refused() -> None:
    """A field that is fixed as well, or no seeds."""
    with pytest.raises(RequestError, match="fixed by --set and swept"):
        grid(c="1")
    with pytest.raises(RequestError, match="at least 1"):
        grid(seeds=0)


def test_values_that_do_not_go_together_are_refused() -> None:
    """Each by itself is fine."""
    over: Over = {"inner_lr_low": ["0.001", "0.1"], "inner_lr_high": ["0.01", "1"]}
    with pytest.raises(RequestError, match=r"inner_lr_low = 0.1 is not below inner_lr_high = 0.01"):
        lay(experiments.get("l2l-quadratic"), "quick", {}, over, 1)


def test_all_runs_wait_in_the_queues_order(workspace: Workspace) -> None:
    """Seed by seed, named after their sweep, to be revived when they are killed."""
    made = grid()
    directories = making.carry_on(workspace, made)
    assert waiting(workspace) == [("c=0.1", 0), ("c=1.0", 0), ("c=0.1", 1), ("c=1.0", 1)]
    assert [one.run for one in store.read(workspace.runs)] == [one.id for one in directories]
    assert all(one.revive for one in store.read(workspace.runs))
    request = files.read_request(directories[1])
    assert (request.sweep, dict(request.swept)) == (made.name, {"c": 1.0})
    assert request.settings["c"] == 1.0


def test_again_it_makes_only_what_is_missing_or_failed(
    workspace: Workspace, make_status: MakeStatus, alive: dict[str, object]
) -> None:
    """What finished or waits is left alone, what was stopped or interrupted goes on."""
    first = making.carry_on(workspace, grid(seeds=3))
    finished, failed, stopped, interrupted, waits, running = first
    end(finished)
    end(failed, State.FAILED)
    files.write_status(stopped, make_status(state=State.STOPPED))
    control.write_order(stopped, Order.STOP)
    files.write_status(interrupted, make_status())
    for one in (stopped, interrupted, running):
        store_without(one)
        age(one)
    files.write_status(running, make_status(**alive))

    second = making.carry_on(workspace, grid(seeds=3))

    assert [a.id == b.id for a, b in zip(first, second, strict=True)] == [
        True,
        False,
        True,
        True,
        True,
        True,
    ]
    assert [one.run for one in store.read(workspace.runs)] == [
        waits.id,
        second[1].id,
        stopped.id,
        interrupted.id,
    ]
    given = control.read_order(stopped)
    assert given is not None
    assert given.order is Order.GO
    (sweep,) = groups.group(catalogue.listing(workspace).runs).values()
    assert len(sweep.runs) == 7
    assert {run.id for run in sweep.points} == {one.id for one in second}


def test_a_point_that_finished_counts_though_another_try_failed(workspace: Workspace) -> None:
    """In whichever order they were asked for."""
    (a,) = making.carry_on(workspace, grid({"c": ["1"]}, seeds=1))
    end(a, State.FAILED)
    (b,) = making.carry_on(workspace, grid({"c": ["1"]}, seeds=1))
    end(b)
    assert making.carry_on(workspace, grid({"c": ["1"]}, seeds=1)) == [b]
    assert len(catalogue.directories(workspace)) == 2


def test_runs_that_their_maker_left_in_nobodys_hand_are_taken_up(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was killed between making them and handing them over."""

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(orders, "submit", die)
        with pytest.raises(KeyboardInterrupt):
            making.carry_on(workspace, grid())
    left = {one.id for one in catalogue.directories(workspace)}
    assert len(left) == 4
    assert waiting(workspace) == []
    assert {one.id for one in making.carry_on(workspace, grid())} == left
    assert len(waiting(workspace)) == 4


def test_where_not_all_can_be_made_none_is(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fills up in the middle leaves nothing behind."""
    made: list[Request] = []
    write = files.write_request

    def fill_up(directory: RunDirectory, request: Request) -> None:
        made.append(request)
        if len(made) == 3:
            raise L2LError("no room")
        write(directory, request)

    monkeypatch.setattr(files, "write_request", fill_up)
    with pytest.raises(L2LError, match="no room"):
        making.carry_on(workspace, grid())
    assert catalogue.directories(workspace) == []
    assert waiting(workspace) == []


def test_two_commands_at_once_start_no_point_twice(workspace: Workspace) -> None:
    """The second waits for the first and finds everything there."""
    ready = threading.Barrier(4)
    found: list[list[str]] = []

    def ask() -> None:
        made = grid(seeds=5)
        ready.wait()
        found.append([one.id for one in making.carry_on(workspace, made)])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert all(one == found[0] for one in found)
    assert len(catalogue.directories(workspace)) == len(set(waiting(workspace))) == 10


def shared(ranks: int, problems: Sequence[int] = (4,), seeds: int = 1) -> Grid:
    """Return a grid over a batch that ranks share."""
    over = {"problems": problems}
    return lay(experiments.get("l2l-mlp"), "quick", {}, over, seeds, ranks=ranks)


def ranks_of(directories: Iterable[RunDirectory]) -> list[int]:
    """Return how many ranks each run has."""
    return [files.read_request(one).ranks for one in directories]


def test_ranks_are_no_part_of_what_a_run_is(workspace: Workspace, make_status: MakeStatus) -> None:
    """Gone on with two, a sweep of one rank makes what is missing with two, and nothing else."""
    assert shared(1).name == shared(2).name
    finished, stopped = making.carry_on(workspace, shared(1, [4, 6]))
    end(finished)
    files.write_status(stopped, make_status(state=State.STOPPED))
    store_without(stopped)
    again = making.carry_on(workspace, shared(2, [4, 6, 8]))
    assert again[:2] == [finished, stopped]
    assert ranks_of(again) == [1, 1, 2]
    assert [one.run for one in store.read(workspace.runs)] == [stopped.id, again[2].id]


def test_ranks_that_cannot_share_a_batch_are_refused(workspace: Workspace) -> None:
    """Of whichever point, before anything is made; and where there is no batch at all."""
    with pytest.raises(RequestError, match="problems = 5 is no multiple of 2 ranks"):
        shared(2, [4, 5])
    with pytest.raises(RequestError, match="has no outer loop whose batch 2 ranks could share"):
        lay(experiments.get(NAME), "quick", {}, {}, 1, ranks=2)
    with pytest.raises(RequestError, match="at least 1"):
        shared(0)
    assert catalogue.directories(workspace) == []


def test_a_list_has_a_sweep_as_one_line_where_its_newest_run_stood(workspace: Workspace) -> None:
    """The name's end is enough to find it."""
    making.carry_on(workspace, grid())
    launch.prepare(workspace, experiments.get(NAME))
    runs = catalogue.listing(workspace).runs
    alone, sweep = groups.lines(runs)
    assert isinstance(alone, Run)
    assert isinstance(sweep, groups.Sweep)
    assert (sweep.state, sweep.counts, sweep.seeds) == (State.QUEUED, {State.QUEUED: 4}, 2)
    sweeps = groups.group(runs)
    assert groups.find(sweeps, sweep.name[-6:]) is sweeps[sweep.name]
    with pytest.raises(UnknownNameError, match="no sweep is called 'nothing'"):
        groups.find(sweeps, "nothing")


@pytest.mark.parametrize(
    ("states", "whole"),
    [
        ([State.FINISHED, State.FINISHED], State.FINISHED),
        ([State.FINISHED, State.FAILED], State.FAILED),
        ([State.FAILED, State.QUEUED], State.QUEUED),
        ([State.INTERRUPTED, State.RUNNING], State.RUNNING),
        ([State.STOPPED, State.FINISHED], State.STOPPED),
    ],
)
def test_a_sweep_stands_where_its_points_do(states: list[State], whole: State) -> None:
    """Under way as long as any of them is; else as the worst of them ended."""
    runs = tuple(
        Run(Request(str(n), NAME, "quick", n, {}, now(), sweep="s"), state)
        for n, state in enumerate(states)
    )
    assert groups.Sweep("s", runs, runs).state is whole
