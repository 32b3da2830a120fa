"""Where a run stands is derived from what is on disk and from its process."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta

import pytest

from l2l_tui.runs import control, process
from l2l_tui.runs.model import Order, State
from l2l_tui.runs.state import derive, now
from tests.runs.conftest import MakeRun, MakeStatus

Facts = dict[str, object]


@pytest.mark.parametrize("ended", [State.FINISHED, State.FAILED])
def test_a_result_decides(
    make_run: MakeRun, make_status: MakeStatus, alive: Facts, ended: State
) -> None:
    """What the result says holds even while the process lives."""
    assert derive(make_run("run", status=make_status(**alive), ended=ended)) is ended


@pytest.mark.parametrize("state", [State.RUNNING, State.PAUSED])
def test_a_living_process_is_believed(
    make_run: MakeRun, make_status: MakeStatus, alive: Facts, state: State
) -> None:
    """While its process lives the status holds, however old the heartbeat is."""
    old = now() - timedelta(hours=3)
    status = make_status(state=state, heartbeat=old, **alive)
    assert derive(make_run("run", status=status)) is state


def test_a_dead_process_means_interrupted(make_run: MakeRun, make_status: MakeStatus) -> None:
    """A status that says running does not make a dead process run."""
    assert derive(make_run("run", status=make_status())) is State.INTERRUPTED


def test_a_stopped_run_stays_stopped(make_run: MakeRun, make_status: MakeStatus) -> None:
    """The trainer's last word counts once it is gone."""
    assert derive(make_run("run", status=make_status(state=State.STOPPED))) is State.STOPPED


def test_a_reused_process_id_is_noticed(
    make_run: MakeRun, make_status: MakeStatus, alive: Facts
) -> None:
    """A process of the same number that began at another time is not the trainer."""
    status = make_status(**{**alive, "pid_started": 1.0})
    assert derive(make_run("run", status=status)) is State.INTERRUPTED


@pytest.mark.parametrize(
    ("silent_s", "state", "stands"),
    [
        (5, State.RUNNING, State.RUNNING),
        (5, State.PAUSED, State.PAUSED),
        (61, State.RUNNING, State.INTERRUPTED),
        (5, State.STOPPED, State.STOPPED),
    ],
)
def test_on_another_host_the_heartbeat_decides(
    make_run: MakeRun, make_status: MakeStatus, silent_s: int, state: State, stands: State
) -> None:
    """A trainer elsewhere lives as long as its heartbeat is younger than a minute."""
    beat = now() - timedelta(seconds=silent_s)
    status = make_status(host="elsewhere", state=state, heartbeat=beat)
    assert derive(make_run("run", status=status)) is stands


@pytest.mark.parametrize(("age_s", "stands"), [(5, State.QUEUED), (31, State.INTERRUPTED)])
def test_a_run_without_a_sign_of_life_is_queued_for_a_while(
    make_run: MakeRun, age_s: float, stands: State
) -> None:
    """A trainer gets half a minute to show up."""
    assert derive(make_run("run", age_s=age_s)) is stands


def test_a_corrupt_status_makes_no_run_unreadable(make_run: MakeRun) -> None:
    """Without a readable heartbeat the run counts as interrupted."""
    directory = make_run("run")
    directory.status.write_bytes(b"\x00\xffstate")
    assert derive(directory) is State.INTERRUPTED


def test_a_resumed_run_is_queued_until_its_trainer_speaks(
    make_run: MakeRun, make_status: MakeStatus
) -> None:
    """After the order to resume the old heartbeat does not count; an old order does not either."""
    ago = now() - timedelta(seconds=10)
    directory = make_run("run", status=make_status(state=State.STOPPED, heartbeat=ago))
    control.write_order(directory, Order.GO)
    assert derive(directory) is State.QUEUED

    long_ago = (now() - timedelta(seconds=31)).timestamp()
    os.utime(directory.control, (long_ago, long_ago))
    assert derive(directory) is State.STOPPED


def test_an_unknown_order_is_none(make_run: MakeRun) -> None:
    """A control file that holds no order of ours is passed over."""
    directory = make_run("run")
    assert control.read_order(directory) is None
    directory.control.write_bytes(b"\xffdance")
    assert control.read_order(directory) is None
    directory.control.write_text(" stop \n")
    given = control.read_order(directory)
    assert given is not None
    assert given.order is Order.STOP


def test_a_zombie_does_not_run() -> None:
    """A dead process that nobody has taken note of counts as dead."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    began = process.started(child.pid)
    assert began is not None
    assert child.stdin is not None
    child.stdin.close()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)

    assert process.started(child.pid) is None
    child.wait()


def test_no_process_has_a_number_below_one() -> None:
    """Numbers that mean groups of processes are no process."""
    assert process.started(0) is None
    assert process.started(-1) is None


def test_ps_knows_processes_too(dead_pid: int) -> None:
    """Where there is no /proc, ps says when a process began."""
    if not any(os.access(f"{folder}/ps", os.X_OK) for folder in ("/bin", "/usr/bin")):
        pytest.skip("there is no ps here")
    began = process._started_ps(os.getpid())
    assert began is not None
    assert began == process._started_ps(os.getpid())
    assert abs(began - now().timestamp()) < 24 * 3600
    assert process._started_ps(dead_pid) is None
