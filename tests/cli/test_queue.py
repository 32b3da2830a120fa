"""The queue on the command line: what waits, and in which order."""

from __future__ import annotations

import pytest

from l2l_tui import experiments
from l2l_tui.runs import launch
from l2l_tui.runs.queue import orders, owner, store
from l2l_tui.workspace import Workspace
from tests.cli.conftest import Cli


@pytest.fixture(autouse=True)
def kicked(monkeypatch: pytest.MonkeyPatch) -> list[Workspace]:
    """Start no owner; return for which workspaces one would have been looked for."""
    asked: list[Workspace] = []
    monkeypatch.setattr(owner, "kick", asked.append)
    return asked


@pytest.fixture
def waiting(workspace: Workspace) -> list[str]:
    """Return the ids of three runs that wait."""
    experiment = experiments.get("l2l-quadratic")
    made = [launch.prepare(workspace, experiment, seed=seed) for seed in range(3)]
    orders.submit(workspace, made)
    return [directory.id for directory in made]


def test_the_queue_is_listed_in_its_order(
    cli: Cli, waiting: list[str], kicked: list[Workspace]
) -> None:
    """For a program and for a person; and somebody sees to it that it goes on."""
    kicked.clear()
    document = cli("queue", "--json").document
    assert [(one["run"], one["place"], one["state"]) for one in document["runs"]] == [
        (run, place, "queued") for place, run in enumerate(waiting, 1)
    ]
    assert document["limit"] is None
    assert document["cores"] >= 1
    assert {one["threads"] for one in document["runs"]} == {1}
    text = cli("queue").out
    assert all(run in text for run in waiting)
    assert len(kicked) == 2


def test_an_empty_queue_is_no_fault(cli: Cli) -> None:
    """Nothing waits, and the limit is told."""
    (done,) = [cli("queue")]
    assert (done.code, "nothing waits" in done.out) == (0, True)
    assert cli("queue", "--json").document["runs"] == []


@pytest.mark.parametrize(
    ("verb", "which", "then"),
    [("first", 2, [2, 0, 1]), ("last", 0, [1, 2, 0]), ("up", 2, [0, 2, 1]), ("down", 0, [1, 0, 2])],
)
def test_the_order_can_be_changed(
    cli: Cli, workspace: Workspace, waiting: list[str], verb: str, which: int, then: list[int]
) -> None:
    """The last characters of a run's id will do."""
    done = cli("queue", verb, waiting[which][-4:], "--json")
    assert done.document == {"run": waiting[which], "place": 1 + then.index(which)}
    assert [one.run for one in store.read(workspace.runs)] == [waiting[at] for at in then]


def test_a_run_can_be_started_out_of_turn(
    cli: Cli, workspace: Workspace, waiting: list[str]
) -> None:
    """`queue now`, and `run --now` for a new one."""
    assert cli("queue", "now", waiting[1]).code == 0
    new = cli("run", "l2l-quadratic", "--now", "--detach", "--json").document["run"]
    assert {one.run for one in store.read(workspace.runs) if one.now} == {waiting[1], new}


def test_stop_takes_a_run_out(cli: Cli, workspace: Workspace, waiting: list[str]) -> None:
    """It is stopped, and can be resumed."""
    assert cli("stop", waiting[0], "--json").document == {"run": waiting[0], "state": "stopped"}
    assert [one.run for one in store.read(workspace.runs)] == waiting[1:]
    assert cli("runs", "--state", "stopped", "--json").document[0]["run"] == waiting[0]


@pytest.mark.parametrize("verb", ["first", "now"])
def test_what_does_not_wait_is_refused(cli: Cli, workspace: Workspace, verb: str) -> None:
    """With a message that says so, and exit code 2."""
    made = launch.prepare(workspace, experiments.get("l2l-quadratic"))
    done = cli("queue", verb, made.id)
    assert (done.code, done.out) == (2, "")
    assert "does not wait in the queue" in done.err


def test_a_wrong_limit_is_refused(cli: Cli, workspace: Workspace) -> None:
    """The message names file and key."""
    workspace.settings.write_text("[queue]\nlimit = -1\n")
    done = cli("queue")
    assert (done.code, done.out) == (2, "")
    assert "settings.toml: queue.limit: found -1" in done.err
