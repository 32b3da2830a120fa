"""A sweep on a cluster: its runs are job arrays, and what is refused leaves nothing."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from l2l_tui.errors import RequestError
from l2l_tui.runs import catalogue, files
from l2l_tui.runs.cluster import submit, ticket
from l2l_tui.runs.cluster.submit import UncertainError
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import State
from l2l_tui.runs.state import now
from l2l_tui.runs.sweep import making
from l2l_tui.workspace import Workspace
from tests.runs.conftest import MakeStatus
from tests.runs.test_sweep import grid, ranks_of, shared, waiting

pytestmark = pytest.mark.usefixtures("nobody")


@dataclass
class Array:
    """A job array that a cluster took."""

    runs: list[str]
    at_once: int
    nodes: int
    tasks: int


@pytest.fixture
def arrays(monkeypatch: pytest.MonkeyPatch) -> list[Array]:
    """Stand in for a cluster; return the arrays that it took."""
    taken: list[Array] = []

    def take(
        _: Workspace,
        directories: list[RunDirectory],
        *,
        at_once: int = 0,
        nodes: int = 1,
        tasks_per_node: int = 1,
    ) -> list[str]:
        for one in directories:
            ticket.write(one, ticket.Ticket("made", now(), job="1", nodes=nodes))
        taken.append(Array([one.id for one in directories], at_once, nodes, tasks_per_node))
        return [str(n) for n, _ in enumerate(directories)]

    monkeypatch.setattr(submit, "check", lambda _workspace: None)
    monkeypatch.setattr(submit, "submit", take)
    return taken


def test_on_a_cluster_all_new_runs_are_one_array(workspace: Workspace, arrays: list[Array]) -> None:
    """With its limit, and nothing waits here."""
    made = making.carry_on(workspace, grid(), on_cluster=True, at_once=3)
    assert arrays == [Array([one.id for one in made], 3, 1, 1)]
    assert waiting(workspace) == []


def test_on_a_cluster_jobs_of_one_shape_are_one_array(
    workspace: Workspace, arrays: list[Array], make_status: MakeStatus
) -> None:
    """What goes on does so with its ranks on as many nodes; what is new comes last."""
    (one,) = making.carry_on(workspace, shared(1), on_cluster=True)
    two = making.carry_on(workspace, shared(4, [4, 8]), on_cluster=True, nodes=2)[1]
    arrays.clear()
    for stopped in (one, two):
        files.write_status(stopped, make_status(state=State.STOPPED))
    wanted = shared(6, [12], seeds=2), shared(4, [4, 8, 12], seeds=2)
    new = making.carry_on(workspace, wanted[0], on_cluster=True, nodes=3)
    assert arrays == [Array([each.id for each in new], 0, 3, 2)]
    arrays.clear()
    all_ = making.carry_on(workspace, wanted[1], on_cluster=True, at_once=2, nodes=4)
    assert arrays == [
        Array([one.id], 2, 1, 1),
        Array([two.id], 2, 2, 2),
        Array([each.id for each in all_ if each not in {one, two, *new}], 2, 4, 1),
    ]
    assert ranks_of(all_) == [1, 4, 6, 4, 4, 6]


def test_what_a_cluster_took_before_it_refused_is_kept(
    workspace: Workspace,
    arrays: list[Array],
    make_status: MakeStatus,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """New runs that were refused are gone; what goes on was handed over already."""
    (one,) = making.carry_on(workspace, shared(1), on_cluster=True)
    files.write_status(one, make_status(state=State.STOPPED))
    arrays.clear()
    take = submit.submit

    def refuse_many(workspace: Workspace, runs: list[RunDirectory], **shape: int) -> list[str]:
        if shape["tasks_per_node"] > 1:
            raise RequestError("too many tasks")
        return take(workspace, runs, **shape)

    monkeypatch.setattr(submit, "submit", refuse_many)
    said = "too many tasks; 1 run was handed over before that and goes on"
    with pytest.raises(RequestError, match=said):
        making.carry_on(workspace, shared(2, [4, 8]), on_cluster=True)
    assert [array.runs for array in arrays] == [[one.id]]
    assert catalogue.directories(workspace) == [one]


@pytest.mark.parametrize("silent_at", [1, 2])
def test_where_a_cluster_does_not_answer_only_what_it_was_offered_is_kept(
    workspace: Workspace,
    arrays: list[Array],
    make_status: MakeStatus,
    monkeypatch: pytest.MonkeyPatch,
    silent_at: int,
) -> None:
    """A new run whose turn to be handed over never came would wait for nothing."""
    (one,) = making.carry_on(workspace, shared(1), on_cluster=True)
    files.write_status(one, make_status(state=State.STOPPED))
    arrays.clear()
    take = submit.submit

    def fall_silent(workspace: Workspace, runs: list[RunDirectory], **shape: int) -> list[str]:
        jobs = take(workspace, runs, **shape)
        if len(arrays) == silent_at:
            raise UncertainError("no answer")
        return jobs

    monkeypatch.setattr(submit, "submit", fall_silent)
    before = "; 1 run was handed over before" if silent_at > 1 else "$"
    with pytest.raises(UncertainError, match=f"no answer{before}"):
        making.carry_on(workspace, shared(2, [4, 8]), on_cluster=True)
    assert len(arrays) == silent_at
    left = {directory.id for directory in catalogue.directories(workspace)}
    assert left == {run for array in arrays for run in array.runs}


def test_what_a_cluster_had_goes_on_there(
    workspace: Workspace, arrays: list[Array], make_status: MakeStatus
) -> None:
    """What is new waits here."""
    (one,) = making.carry_on(workspace, grid(seeds=1, over={"c": ["1"]}), on_cluster=True)
    files.write_status(one, make_status(state=State.STOPPED))
    making.carry_on(workspace, grid(seeds=1))
    assert [array.runs for array in arrays] == [[one.id], [one.id]]
    assert waiting(workspace) == [("c=0.1", 0)]


def test_a_cluster_that_refuses_leaves_nothing(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, arrays: list[Array]
) -> None:
    """No directories of runs that never were."""

    def refuse(*_: object, **__: object) -> None:
        raise RequestError("Slurm does not take it")

    monkeypatch.setattr(submit, "submit", refuse)
    with pytest.raises(RequestError, match="does not take it"):
        making.carry_on(workspace, grid(), on_cluster=True)
    assert catalogue.directories(workspace) == []
    assert arrays == []
