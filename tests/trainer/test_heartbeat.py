"""The one writer of ``status.toml``, the orders, and what is written at the end."""

from __future__ import annotations

import math
import os
import shutil
import signal
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

import l2l_tui
from l2l_tui import experiments
from l2l_tui.errors import RequestError
from l2l_tui.runs import control, files, process
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import Order, Request, RunStatus, State
from l2l_tui.runs.state import now
from l2l_tui.trainer import ending, environment
from l2l_tui.trainer.heartbeat import Heartbeat, Said
from l2l_tui.trainer.orders import Orders
from l2l_tui.trainer.stopwatch import Stopwatch
from tests.trainer.children import wait_until


@pytest.fixture
def directory(tmp_path: Path) -> RunDirectory:
    """Return an empty run directory."""
    return RunDirectory(tmp_path)


@pytest.fixture
def beat(directory: RunDirectory) -> Heartbeat:
    """Return a heartbeat that has not begun."""
    return Heartbeat(directory, Said(step=5, steps=9), now(), Stopwatch(2.0))


def read(directory: RunDirectory) -> RunStatus:
    """Return the status."""
    status = files.read_status(directory)
    assert status is not None
    return status


def test_the_first_beat_says_what_the_checkpoint_says(
    directory: RunDirectory, beat: Heartbeat
) -> None:
    """A new trainer claims the steps that are kept and itself as their keeper."""
    beat.start()
    beat.end()
    status = read(directory)
    assert (status.state, status.step, status.steps) == (State.RUNNING, 5, 9)
    assert status.elapsed_s == 2.0
    assert (status.host, status.pid, status.pid_started) == (
        process.host(),
        os.getpid(),
        process.started(os.getpid()),
    )


def test_it_beats_during_a_long_step_and_claims_no_progress(
    directory: RunDirectory, beat: Heartbeat
) -> None:
    """While the loop says nothing the heartbeat moves on, the step does not."""
    beat.start()
    first = read(directory)
    wait_until(lambda: read(directory).heartbeat > first.heartbeat, within_s=3)
    second = read(directory)
    beat.end()
    assert second.step == first.step
    assert (second.heartbeat - first.heartbeat).total_seconds() < 1.5


def test_progress_is_written_soon_and_states_at_once(
    directory: RunDirectory, beat: Heartbeat
) -> None:
    """Steps wait for the next beat; pausing and stopping do not. A note stays until the next."""
    beat.start()
    beat.progress(6, 9, "outer step 6")
    wait_until(lambda: read(directory).step == 6, within_s=3)
    beat.progress(7, 9, "")
    beat.say(State.PAUSED)
    paused = read(directory)
    assert (paused.state, paused.step, paused.note) == (State.PAUSED, 7, "outer step 6")
    beat.end(State.STOPPED)
    assert read(directory).state is State.STOPPED


def test_a_heartbeat_that_cannot_be_written_ends_no_run(
    directory: RunDirectory, beat: Heartbeat, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is said once, and beating goes on when there is room again."""
    shutil.rmtree(directory.path)
    beat.start()
    beat.say(State.PAUSED)
    assert capsys.readouterr().err.count("cannot write") == 1
    directory.path.mkdir()
    beat.say(State.RUNNING)
    beat.end()
    assert read(directory).state is State.RUNNING


def test_pauses_are_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stopwatch adds up what was worked, over resumes, and leaves pauses out."""
    clock = iter([10.0, 13.0, 20.0, 21.0])
    monkeypatch.setattr("l2l_tui.trainer.stopwatch.time.monotonic", lambda: next(clock))
    stopwatch = Stopwatch(5.0)
    assert stopwatch.elapsed_s == 5.0
    stopwatch.go()
    stopwatch.halt()
    assert stopwatch.elapsed_s == 8.0
    stopwatch.go()
    assert stopwatch.elapsed_s == 9.0


def test_the_last_order_counts(directory: RunDirectory) -> None:
    """Without an order the work goes on; each new order replaces the one before."""
    orders = Orders(directory, None, now())
    assert orders.latest() is Order.GO
    for order in (Order.PAUSE, Order.GO, Order.STOP):
        control.write_order(directory, order)
        assert orders.latest() is order


def test_a_stop_that_was_obeyed_is_no_order_any_more(
    directory: RunDirectory, beat: Heartbeat
) -> None:
    """A new trainer passes over the stop that ended the last one, and obeys the next."""
    control.write_order(directory, Order.STOP)
    an_hour_ago = (now() - timedelta(hours=1)).timestamp()
    os.utime(directory.control, (an_hour_ago, an_hour_ago))
    beat.start()
    beat.end(State.STOPPED)
    orders = Orders(directory, read(directory), now())
    assert orders.latest() is Order.GO
    in_an_hour = (now() + timedelta(hours=1)).timestamp()
    os.utime(directory.control, (in_an_hour, in_an_hour))
    assert orders.latest() is Order.STOP


def test_a_signal_is_an_order_to_stop(directory: RunDirectory) -> None:
    """SIGTERM means stop, whatever the control file says; a hangup means nothing."""
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    try:
        orders = Orders(directory, None, now())
        orders.listen()
        os.kill(os.getpid(), signal.SIGHUP)
        assert orders.latest() is Order.GO
        os.kill(os.getpid(), signal.SIGTERM)
        control.write_order(directory, Order.GO)
        assert orders.latest() is Order.STOP
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def test_figures_are_means_over_seeds_even_of_divergence() -> None:
    """Infinities of both signs make a mean that is not a number, not an exception."""
    assert ending.means(({"a": 1.0, "b": math.inf}, {"a": 3.0, "b": 1.0})) == {
        "a": 2.0,
        "b": math.inf,
    }
    assert math.isnan(ending.means(({"a": math.inf}, {"a": -math.inf}))["a"])


def test_a_failure_keeps_its_traceback() -> None:
    """The error's class, words and place are in the result."""
    with pytest.raises(RequestError) as caught:
        experiments.get("no-such-experiment")
    result = ending.failed(caught.value, now(), 1.0, {})
    assert result.error is not None
    assert result.error.type == "UnknownNameError"
    assert "no-such-experiment" in result.error.message
    assert "experiments/__init__.py" in result.error.traceback


def test_the_environment_names_what_can_move_a_figure() -> None:
    """Versions, threads and seed are there."""
    facts = environment.describe(Request("run", "e", "quick", 7, {}, now(), threads=2))
    assert facts["l2l-tui"] == l2l_tui.__version__
    assert (facts["threads"], facts["seed"]) == (2, 7)
    assert {"python", "platform", "torch", "numpy", "scikit-learn"} <= set(facts)


def test_the_commit_is_named_where_there_is_one(tmp_path: Path) -> None:
    """A checkout gives its commit, with a plus once its files differ; elsewhere there is none."""
    assert environment.git_commit(tmp_path) is None
    (tmp_path / "l2l_tui").mkdir()
    code = tmp_path / "l2l_tui" / "code.py"
    code.write_text("one\n")
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    for words in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "one"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    commit = environment.git_commit(tmp_path)
    assert commit is not None
    assert len(commit) == 40
    code.write_text("two\n")
    assert environment.git_commit(tmp_path) == commit + "+"
