"""The one writer of ``status.toml``."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from l2l_tui.runs import files, process
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import RunStatus, State
from l2l_tui.runs.state import now
from l2l_tui.trainer.heartbeat import Heartbeat, Said
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
