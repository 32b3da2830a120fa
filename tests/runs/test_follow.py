"""What changed in all runs since the last look."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from l2l_tui.lab.measurement import Measurement
from l2l_tui.runs import files, follow, metrics
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.follow import Follower, RunUpdate
from l2l_tui.runs.model import State
from l2l_tui.runs.state import now
from l2l_tui.workspace import Workspace
from tests.runs.conftest import MakeRun, MakeStatus

Facts = dict[str, object]
FIRST, SECOND, THIRD = (Measurement("loss", step, 1 / step) for step in (1, 2, 3))


@pytest.fixture
def follower(workspace: Workspace) -> Follower:
    """Return a follower that has seen an empty workspace."""
    made = Follower(workspace)
    assert made.poll() == ()
    return made


@pytest.fixture
def running(make_run: MakeRun, make_status: MakeStatus, alive: Facts) -> RunDirectory:
    """Return a run whose trainer lives."""
    return make_run("run", status=make_status(**alive))


def measure(directory: RunDirectory, *measurements: Measurement, more: bytes = b"") -> None:
    """Append measurements, and perhaps the beginning of another."""
    with directory.metrics.open("ab") as file:
        file.write(b"".join(map(metrics.encode, measurements)) + more)


def log(directory: RunDirectory, text: str) -> None:
    """Append to the log."""
    with directory.log.open("a") as file:
        file.write(text)


def the_one(updates: tuple[RunUpdate, ...]) -> RunUpdate:
    """Return the only update."""
    (update,) = updates
    return update


def age(path: Path) -> None:
    """Make a file or folder look as if nobody had touched it for a minute."""
    then = time.time() - 60
    os.utime(path, (then, then))


def test_a_new_run_appears_with_all_that_it_has(follower: Follower, running: RunDirectory) -> None:
    """The first update of a living run is fresh and carries measurements and log."""
    measure(running, FIRST)
    log(running, "begins\n")

    update = the_one(follower.poll())

    assert (update.run.id, update.run.state) == ("run", State.RUNNING)
    assert update.measurements == (FIRST,)
    assert update.log == "begins\n"
    assert update.fresh
    assert follower.poll() == ()


def test_later_updates_carry_only_what_is_new(follower: Follower, running: RunDirectory) -> None:
    """Measurements and lines come once each, whole."""
    measure(running, FIRST)
    follower.poll()
    line = metrics.encode(THIRD)
    measure(running, SECOND, more=line[:9])
    log(running, "two\nthr")

    update = the_one(follower.poll())
    assert (update.measurements, update.log, update.fresh) == ((SECOND,), "two\n", False)

    measure(running, more=line[9:])
    log(running, "ee\n")
    update = the_one(follower.poll())
    assert (update.measurements, update.log, update.fresh) == ((THIRD,), "three\n", False)


def test_a_torn_line_that_is_cut_and_written_anew_comes_once(
    follower: Follower, running: RunDirectory
) -> None:
    """A resumed trainer cuts what its predecessor tore; the reader never sees the torn piece."""
    measure(running, FIRST, more=metrics.encode(SECOND)[:12])
    follower.poll()
    os.truncate(running.metrics, len(metrics.encode(FIRST)))
    assert follower.poll() == ()
    measure(running, SECOND)
    update = the_one(follower.poll())
    assert (update.measurements, update.fresh) == ((SECOND,), False)


def test_a_heartbeat_is_an_update(
    follower: Follower, running: RunDirectory, make_status: MakeStatus, alive: Facts
) -> None:
    """A new status comes, without measurements."""
    follower.poll()
    files.write_status(running, make_status(step=4, **alive))
    update = the_one(follower.poll())
    assert update.run.status is not None
    assert update.run.status.step == 4
    assert (update.measurements, update.log, update.fresh) == ((), "", False)


def test_a_trainer_that_dies_is_noticed_though_no_file_changes(
    follower: Follower, make_run: MakeRun, make_status: MakeStatus
) -> None:
    """The process table counts, not the last word of the status."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    began = follow.state.process.started(child.pid)
    make_run("run", status=make_status(pid=child.pid, pid_started=began))
    assert the_one(follower.poll()).run.state is State.RUNNING
    child.communicate(b"\n")
    assert the_one(follower.poll()).run.state is State.INTERRUPTED


def test_a_queued_run_that_never_starts_becomes_interrupted(
    follower: Follower, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time alone can change where a run stands."""
    make_run("run", age_s=0)
    assert the_one(follower.poll()).run.state is State.QUEUED
    later = now() + timedelta(seconds=31)
    monkeypatch.setattr(follow.state, "now", lambda: later)
    assert the_one(follower.poll()).run.state is State.INTERRUPTED


def test_a_finished_run_is_opened_on_demand(follower: Follower, make_run: MakeRun) -> None:
    """What was over at first sight costs no reading of its measurements until somebody looks."""
    directory = make_run("run", ended=State.FINISHED)
    measure(directory, FIRST, SECOND)
    log(directory, "finished\n")
    first = the_one(follower.poll())
    assert (first.measurements, first.log, first.fresh) == ((), "", True)

    opened = follower.open("run")
    assert opened is not None
    assert (opened.measurements, opened.log, opened.fresh) == ((FIRST, SECOND), "finished\n", True)
    assert follower.poll() == ()
    assert follower.open("gone") is None


def test_a_run_that_ends_comes_with_its_last_measurements(
    follower: Follower, running: RunDirectory
) -> None:
    """The update that says finished carries everything that was still missing."""
    follower.poll()
    measure(running, FIRST)
    end = files.RunResult(State.FINISHED, now(), now(), 1.0, {"loss": 1.0})
    files.write_result(running, end)
    update = the_one(follower.poll())
    assert (update.run.state, update.measurements) == (State.FINISHED, (FIRST,))


def test_a_revived_run_is_opened(
    follower: Follower, make_run: MakeRun, make_status: MakeStatus, alive: Facts
) -> None:
    """An interrupted run that was never looked at comes whole once a trainer takes it up."""
    directory = make_run("run", status=make_status())
    measure(directory, FIRST)
    assert the_one(follower.poll()).measurements == ()
    age(directory.path)
    assert follower.poll() == ()
    files.write_status(directory, make_status(**alive))
    update = the_one(follower.poll())
    assert (update.run.state, update.measurements, update.fresh) == (State.RUNNING, (FIRST,), True)


def test_a_quiet_run_that_is_over_costs_one_look(
    follower: Follower, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it is read again until its directory changes."""
    directory = make_run("run", ended=State.FINISHED)
    age(directory.path)
    follower.poll()
    monkeypatch.setattr(follow, "_stamp_of", lambda _path: pytest.fail("looked inside"))
    assert follower.poll() == ()


@pytest.mark.parametrize("name", ["metrics", "log"])
def test_a_cut_file_begins_the_run_anew(
    follower: Follower, running: RunDirectory, name: str
) -> None:
    """After a file lost whole lines the next update is fresh and carries everything."""
    measure(running, FIRST, SECOND)
    log(running, "one\ntwo\n")
    follower.poll()
    os.truncate(getattr(running, name), 0)

    update = the_one(follower.poll())
    assert update.fresh
    assert update.measurements == (() if name == "metrics" else (FIRST, SECOND))
    assert update.log == ("" if name == "log" else "one\ntwo\n")


def test_a_replaced_file_begins_the_run_anew(follower: Follower, running: RunDirectory) -> None:
    """Another file of the same name is read from its beginning, though it is longer."""
    measure(running, FIRST)
    follower.poll()
    other = running.path / "other"
    other.write_bytes(b"".join(map(metrics.encode, (THIRD, SECOND, FIRST))))
    other.replace(running.metrics)
    update = the_one(follower.poll())
    assert (update.measurements, update.fresh) == ((THIRD, SECOND, FIRST), True)


def test_a_vanished_run_is_gone(follower: Follower, running: RunDirectory) -> None:
    """It comes once more, as gone; when it comes back it is new."""
    follower.poll()
    shutil.move(running.path, running.path.parent.parent / "away")
    update = the_one(follower.poll())
    assert (update.run.id, update.gone) == ("run", True)
    assert follower.poll() == ()
    shutil.move(running.path.parent.parent / "away", running.path)
    assert the_one(follower.poll()).fresh


def test_a_broken_run_is_reported_until_it_is_mended(follower: Follower, make_run: MakeRun) -> None:
    """It gives no update, spoils no other, and appears once it can be read."""
    directory = make_run("broken")
    text = directory.request.read_text()
    directory.request.write_text("seed = ")
    make_run("good")
    assert the_one(follower.poll()).run.id == "good"
    assert "request.toml is not TOML" in follower.broken[0]
    directory.request.write_text(text)
    assert the_one(follower.poll()).run.id == "broken"
    assert follower.broken == ()


def test_a_file_that_may_not_be_read_spoils_no_other_run(
    follower: Follower, running: RunDirectory, make_run: MakeRun
) -> None:
    """A folder where the measurements should be is reported; the other runs still come."""
    make_run("other")
    running.metrics.mkdir()
    assert the_one(follower.poll()).run.id == "other"
    assert "metrics.jsonl" in follower.broken[0]
    running.metrics.rmdir()
    measure(running, FIRST)
    assert the_one(follower.poll()).measurements == (FIRST,)
    assert follower.broken == ()


def test_of_a_long_log_the_tail_comes(follower: Follower, running: RunDirectory) -> None:
    """A log of any length costs no more than its last lines."""
    log(running, "".join(f"line {number} 中文\n" for number in range(100_000)))
    lines = the_one(follower.poll()).log.splitlines()
    assert len(lines) == follow.LOG_LINES
    assert lines[-1] == "line 99999 中文"
    assert lines[0] == f"line {100_000 - follow.LOG_LINES} 中文"


def test_runs_come_in_the_order_of_their_names(follower: Follower, make_run: MakeRun) -> None:
    """The oldest run is first, for ids begin with the date."""
    for name in ("2026-b", "2026-a", "2026-c"):
        make_run(name)
    assert [update.run.id for update in follower.poll()] == ["2026-a", "2026-b", "2026-c"]


def test_polling_200_runs_is_cheap(follower: Follower, make_run: MakeRun) -> None:
    """Several looks a second at a full workspace leave the processor alone."""
    for number in range(200):
        directory = make_run(f"run-{number:03}", ended=State.FINISHED, figures={"ratio": 0.5})
        measure(directory, *[FIRST] * 1000)
        age(directory.path)
    before = time.process_time()
    assert len(follower.poll()) == 200
    first_s = time.process_time() - before
    before = time.process_time()
    for _ in range(10):
        assert follower.poll() == ()
    later_s = (time.process_time() - before) / 10
    assert first_s < 1.0
    assert later_s < 0.02


def test_following_loads_nothing_heavy(workspace: Workspace, make_run: MakeRun) -> None:
    """A follower, and everything that reads runs, works without torch, numpy or the plan."""
    measure(make_run("run", ended=State.FINISHED), FIRST)
    script = (
        "import sys; from pathlib import Path;"
        "from l2l_tui.runs import catalogue, compare, follow, launch, metrics, steer;"
        "from l2l_tui.workspace import Workspace;"
        "follower = follow.Follower(Workspace(Path(sys.argv[1])));"
        "assert len(follower.poll()) == 1 and follower.open('run').measurements;"
        "heavy = {'torch', 'numpy', 'filelock', 'tomlkit', 'l2l_tui.plan'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(workspace.root)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"
