"""What the tests of real trainers share: waiting, killing, looking."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Collection

from l2l_tui.runs import catalogue, files, metrics, process
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import Run, State
from l2l_tui.trainer import checkpoint

OVER = {State.FINISHED, State.FAILED, State.STOPPED, State.INTERRUPTED}


def wait_until(
    condition: Callable[[], bool], *, within_s: float = 60.0, every_s: float = 0.01
) -> None:
    """Return once the condition holds.

    Raises:
        TimeoutError: It did not come to hold in time.
    """
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {within_s} s")
        time.sleep(every_s)


def wait_for(
    directory: RunDirectory, states: Collection[State] = frozenset(OVER), *, within_s: float = 60.0
) -> Run:
    """Return the run once it stands in one of the states."""
    wait_until(lambda: catalogue.load(directory).state in states, within_s=within_s)
    return catalogue.load(directory)


def wait_for_step(directory: RunDirectory, step: int) -> None:
    """Return once the trainer says that so many steps are done."""
    wait_until(lambda: (status := files.read_status(directory)) is not None and status.step >= step)


def trainer_of(directory: RunDirectory) -> int | None:
    """Return the process id of the trainer that has the run in hand."""
    status = files.read_status(directory)
    if status is None or process.started(status.pid) != status.pid_started:
        return None
    return status.pid


def kill_trainer(directory: RunDirectory) -> None:
    """End the run's trainer the hard way, if there is one."""
    pid = trainer_of(directory)
    if pid is not None:
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: process.started(pid) is None)


def read_everything(directory: RunDirectory) -> Run:
    """Read every file of the run with the readers that the app uses; none may refuse."""
    run = catalogue.load(directory)
    metrics.read(directory)
    checkpoint.peek(directory.checkpoint)
    checkpoint.load(directory.checkpoint)
    return run


def assert_same_end(directory: RunDirectory, undisturbed: RunDirectory) -> None:
    """Assert that a run ended as the undisturbed one did, to the last bit."""
    run, expected = wait_for(directory), wait_for(undisturbed)
    assert run.result is not None
    assert expected.result is not None
    assert (run.state, expected.state) == (State.FINISHED, State.FINISHED)
    # As text: NaN equals itself there, and a float's text is all its bits.
    assert repr(run.result.figures) == repr(expected.result.figures)
    assert repr(run.result.seeds) == repr(expected.result.seeds)
    assert repr(run.result.claims) == repr(expected.result.claims)
    assert directory.metrics.read_bytes() == undisturbed.metrics.read_bytes()
    assert directory.weights.exists() == undisturbed.weights.exists()  # some train none to keep
    if undisturbed.weights.exists():
        assert directory.weights.read_bytes() == undisturbed.weights.read_bytes()
    seen, expected_seen = catalogue.pictures(directory), catalogue.pictures(undisturbed)
    assert [path.name for path in seen] == [path.name for path in expected_seen]
    assert [path.read_bytes() for path in seen] == [path.read_bytes() for path in expected_seen]
