"""The queue is asked once for all jobs, and its silence says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from l2l_tui.runs import catalogue, files
from l2l_tui.runs.cluster import commands, queue, ticket
from l2l_tui.runs.cluster.queue import Queue, Standing
from l2l_tui.runs.cluster.ticket import Ticket
from l2l_tui.runs.follow import Follower
from l2l_tui.runs.model import State
from l2l_tui.runs.state import now
from l2l_tui.workspace import Workspace
from tests.runs.conftest import MakeRun
from tests.trainer.children import wait_until


@pytest.fixture
def squeue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the script that stands for ``squeue``; it notes each call in ``calls``."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    script = folder / "squeue"
    answers(script, "7|RUNNING|one\n8_0|PENDING|many\n8_1|COMPLETED|many\n9|PENDING|odd|name\n")
    return script


def answers(script: Path, said: str, code: int = 0) -> None:
    """Let the script say this."""
    calls = script.parent.parent / "calls"
    script.write_text(f"#!/bin/sh\necho \"$@\" >> {calls}\nprintf '%b' '{said}'\nexit {code}\n")
    script.chmod(0o755)


def calls(script: Path) -> int:
    """Return how often it was called."""
    return len((script.parent.parent / "calls").read_text().splitlines())


def test_one_call_tells_of_all_jobs(squeue: Path) -> None:
    """Jobs are known by their ids, and by name and place where nobody noted an id."""
    one = Queue()
    found = {
        Ticket("one", now(), job="7"): Standing.AT_WORK,
        Ticket("many", now(), job="8_0", index=0): Standing.WAITING,
        Ticket("many", now(), job="8_1", index=1): Standing.GONE,
        Ticket("many", now(), index=0): Standing.WAITING,
        Ticket("many", now()): Standing.GONE,
        Ticket("odd|name", now()): Standing.WAITING,
        Ticket("none", now(), job="6"): Standing.GONE,
    }
    assert {held: one.standing(held) for held in found} == found
    assert one.job(Ticket("many", now(), index=0)) == "8_0"
    assert one.job(Ticket("none", now())) == ""
    assert calls(squeue) == 1


def test_an_answer_counts_for_a_while(squeue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After that, or after a change of ours, the cluster is asked again."""
    one, held = Queue(), Ticket("one", now(), job="7")
    assert one.standing(held) is Standing.AT_WORK
    assert one.seen(held) is not None
    answers(squeue, "")
    assert one.standing(held) is Standing.AT_WORK
    one.forget()
    assert one.standing(held) is Standing.GONE
    assert calls(squeue) == 2
    monkeypatch.setattr(queue, "KEPT_S", 0.0)
    one.forget()
    assert [one.standing(held) for _ in range(3)] == [Standing.GONE] * 3
    assert calls(squeue) == 5


def test_another_users_jobs_are_asked_for_too(squeue: Path) -> None:
    """A run that somebody else submitted is not gone because it is not ours."""
    one = Queue()
    one.standing(Ticket("one", now(), job="7", user=1000))
    one.standing(Ticket("two", now(), job="7", user=1001))
    assert "--user=1000,1001" in (squeue.parent.parent / "calls").read_text()


def test_a_silent_cluster_is_left_alone_and_nothing_is_gone(
    squeue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that refuses, and one that hangs, say nothing of a job."""
    one, held = Queue(), Ticket("one", now(), job="7")
    answers(squeue, "", code=1)
    assert one.standing(held) is Standing.UNKNOWN
    assert one.standing(held) is Standing.UNKNOWN
    assert calls(squeue) == 1
    squeue.write_text("#!/bin/sh\nexec sleep 60\n")
    monkeypatch.setattr(commands.ask, "__kwdefaults__", {"patience_s": 0.1})
    one.forget()
    assert one.standing(held) is Standing.UNKNOWN


def test_where_there_is_no_slurm_nobody_can_be_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A workspace that was copied to a laptop still tells what is known."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Queue().standing(Ticket("one", now(), job="7")) is Standing.NOWHERE


def test_the_follower_does_not_wait_for_the_cluster(
    squeue: Path, make_run: MakeRun, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not known yet comes with a later look."""
    monkeypatch.setattr(queue, "QUEUE", Queue())
    monkeypatch.setattr("l2l_tui.runs.state.QUEUE", queue.QUEUE)
    answers(squeue, "")
    directory = make_run("run")
    ticket.write(directory, Ticket("run", files.read_request(directory).created, job="7"))
    follower = Follower(workspace)
    (first,) = follower.poll()
    assert first.run.state is State.QUEUED
    assert first.run.job == "7"

    states: list[State] = []

    def is_gone() -> bool:
        states.extend(update.run.state for update in follower.poll())
        return State.INTERRUPTED in states

    wait_until(is_gone)
    assert catalogue.load(directory).state is State.INTERRUPTED


def test_a_broken_ticket_is_none(make_run: MakeRun) -> None:
    """A run whose ticket cannot be read is judged without it."""
    directory = make_run("run")
    assert ticket.read(directory) is None
    held = Ticket("run", now(), job="7_3", index=3, delay_s=2.5)
    ticket.write(directory, held)
    assert ticket.read(directory) == held
    directory.cluster.write_text("job = 7\n")
    assert ticket.read(directory) is None
    ticket.restore(directory, None)
    assert not directory.cluster.exists()
