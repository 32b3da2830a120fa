"""The trainer as a real child process."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from l2l_tui.errors import RequestError
from l2l_tui.runs import catalogue, files, launch, metrics, process, steer
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import State
from tests.trainer.children import (
    assert_same_end,
    kill_trainer,
    read_everything,
    trainer_of,
    wait_for,
    wait_for_step,
    wait_until,
)

Prepare = Callable[..., RunDirectory]


def test_a_run_ends_with_its_result(prepare: Prepare) -> None:
    """A run leaves figures, verdicts, environment, weights, measurements and a log."""
    directory = prepare(steps=20)
    launch.start(directory)

    run = wait_for(directory)

    assert run.state is State.FINISHED
    assert run.result is not None
    assert run.status is not None
    assert (run.status.step, run.status.steps) == (20, 20)
    assert run.result.figures["best"] == run.result.seeds[0]["best"] * 0.75
    assert run.result.claims[0].verdict == "holds"
    assert run.result.environment["torch_threads"] == 1
    assert run.result.environment["seed"] == 0
    assert directory.weights.exists()
    assert [path.name for path in catalogue.pictures(directory)] == ["walk.png"]
    series = metrics.read(directory)
    assert series["loss/walk"].steps == list(range(1, 21))
    assert math.isnan(series["loss/best"].values[2])
    assert "step 10\n" in directory.log.read_text()


def test_an_exception_is_the_result(prepare: Prepare) -> None:
    """A procedure that raises leaves a failed result with its traceback."""
    directory = prepare(steps=20, fails_at=5)
    launch.start(directory)

    run = wait_for(directory)

    assert run.state is State.FAILED
    assert run.result is not None
    assert run.result.error is not None
    assert run.result.error.type == "RequestError"
    assert run.result.error.message == "stumbled over [/]"
    assert "tiny_walk.py" in run.result.error.traceback
    assert len(metrics.read(directory)["loss/walk"].steps) == 4


def test_a_stopped_run_goes_on_to_the_same_end(prepare: Prepare) -> None:
    """Stop keeps the state; resume ends with the figures of an undisturbed run."""
    undisturbed, directory = prepare(steps=60), prepare(steps=60, wait_s=0.02)
    launch.start(undisturbed)
    launch.start(directory)
    wait_for_step(directory, 5)

    assert steer.stop(directory) is State.STOPPED
    stopped_at = catalogue.load(directory).status
    assert stopped_at is not None
    assert stopped_at.step < 60
    assert steer.resume(directory) in {State.RUNNING, State.FINISHED}

    assert_same_end(directory, undisturbed)


def test_a_paused_run_stands_still_until_resumed(prepare: Prepare) -> None:
    """Pause halts steps and work time, the process stays, and resume lets it go on."""
    directory = prepare(steps=60, wait_s=0.02)
    pid = launch.start(directory)
    wait_for_step(directory, 3)

    assert steer.pause(directory) is State.PAUSED
    before = catalogue.load(directory).status
    assert before is not None
    wait_until(lambda: (now := files.read_status(directory)) is not None and now != before)
    after = catalogue.load(directory).status
    assert after is not None
    assert (after.step, after.elapsed_s) == (before.step, before.elapsed_s)

    assert steer.resume(directory) is State.RUNNING
    assert trainer_of(directory) == pid
    assert wait_for(directory).state is State.FINISHED


def test_a_paused_run_can_be_stopped(prepare: Prepare) -> None:
    """Stop ends a run that waits."""
    directory = prepare(steps=500, wait_s=0.02)
    launch.start(directory)
    wait_for_step(directory, 3)
    steer.pause(directory)

    assert steer.stop(directory) is State.STOPPED
    wait_until(lambda: trainer_of(directory) is None)


def test_a_queued_run_can_be_stopped_and_resumed(prepare: Prepare) -> None:
    """A stop before the first sign of life is obeyed; the resumed run does not see it again."""
    directory = prepare(steps=20)
    launch.start(directory)

    assert steer.stop(directory) is State.STOPPED
    steer.resume(directory)
    assert wait_for(directory).state is State.FINISHED


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_a_run_cleanly(prepare: Prepare, number: signal.Signals) -> None:
    """SIGTERM and SIGINT checkpoint and stop, as the order to stop does."""
    directory = prepare(steps=500, wait_s=0.02)
    pid = launch.start(directory)
    wait_for_step(directory, 3)

    os.kill(pid, number)

    assert wait_for(directory).state is State.STOPPED
    assert directory.checkpoint.exists()


def test_a_run_outlives_whoever_launched_it(prepare: Prepare) -> None:
    """The launcher's death, and a hangup of its whole group, leave the trainer at work."""
    directory = prepare(steps=60, wait_s=0.01)
    script = (
        "import os, signal, sys; from pathlib import Path;"
        "from l2l_tui.runs import launch; from l2l_tui.runs.directory import RunDirectory;"
        "launch.start(RunDirectory(Path(sys.argv[1]))); os.killpg(0, signal.SIGHUP)"
    )
    launcher = subprocess.run(
        [sys.executable, "-c", script, str(directory.path)],
        start_new_session=True,
        capture_output=True,
        check=False,
    )

    assert launcher.returncode == -signal.SIGHUP
    # A trainer that held the launcher's pipes would have kept us until its own end.
    assert catalogue.load(directory).state.alive
    assert wait_for(directory).state is State.FINISHED


def test_a_second_trainer_is_refused(prepare: Prepare) -> None:
    """One directory, one trainer: another one leaves without touching the run."""
    directory = prepare(steps=2000, wait_s=0.02)
    pid = launch.start(directory)
    wait_for_step(directory, 1)

    second = subprocess.run(
        [sys.executable, "-P", "-m", "l2l_tui.trainer", str(directory.path)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert second.returncode == 2
    assert "another trainer" in second.stderr
    assert trainer_of(directory) == pid


def test_a_finished_run_is_left_alone(prepare: Prepare) -> None:
    """A trainer on a finished run changes nothing, and resume says why not."""
    directory = prepare(steps=2)
    launch.start(directory)
    wait_for(directory)
    before = directory.result.read_bytes()
    wait_until(lambda: trainer_of(directory) is None)

    pid = launch.start(directory)
    wait_until(lambda: process.started(pid) is None)

    assert directory.result.read_bytes() == before
    with pytest.raises(RequestError, match="has finished"):
        steer.resume(directory)


def test_a_killed_run_is_interrupted_and_can_be_resumed(prepare: Prepare) -> None:
    """After SIGKILL the run says so, stop and pause say what to do, and resume goes on."""
    directory = prepare(steps=200, wait_s=0.02)
    launch.start(directory)
    wait_until(directory.checkpoint.exists)
    kill_trainer(directory)
    work_before = read_everything(directory).elapsed_s

    assert catalogue.load(directory).state is State.INTERRUPTED
    with pytest.raises(RequestError, match="`resume`"):
        steer.stop(directory)
    with pytest.raises(RequestError, match="`resume`"):
        steer.pause(directory)
    assert steer.resume(directory) is State.RUNNING
    run = wait_for(directory)
    assert run.state is State.FINISHED
    assert run.elapsed_s > work_before
    assert "goes on from step" in directory.log.read_text()


def test_a_run_whose_experiment_is_gone_fails_and_says_so(prepare: Prepare) -> None:
    """A run of an experiment that no longer exists can be read; its trainer names the nearest."""
    directory = prepare()
    text = directory.request.read_text().replace("tiny-walk", "tiny-wolk")
    directory.request.write_text(text)
    launch.start(directory)

    run = wait_for(directory)

    assert run.state is State.FAILED
    assert run.result is not None
    assert run.result.error is not None
    assert "tiny-walk" in run.result.error.message


def test_a_full_disk_interrupts_a_run_and_loses_nothing(prepare: Prepare) -> None:
    """When a file cannot grow the log says so; with room again the run ends as if undisturbed."""
    undisturbed, directory = prepare(steps=3000), prepare(steps=3000)
    launch.start(undisturbed)
    script = (
        "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (50_001, 50_001));"
        "sys.argv = ['trainer', sys.argv[1]];"
        "runpy.run_module('l2l_tui.trainer', run_name='__main__')"
    )
    limited = subprocess.run(
        [sys.executable, "-P", "-c", script, str(directory.path)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert limited.returncode == 1
    assert "cannot write" in limited.stdout
    assert directory.metrics.read_bytes().endswith(b"\n")
    assert read_everything(directory).state is State.INTERRUPTED
    steer.resume(directory)
    assert_same_end(directory, undisturbed)


def test_a_broken_checkpoint_means_starting_over(prepare: Prepare) -> None:
    """A checkpoint that is cut short is reported, and the run still ends as if undisturbed."""
    undisturbed, directory = prepare(steps=60), prepare(steps=60, wait_s=0.02)
    launch.start(undisturbed)
    launch.start(directory)
    wait_for_step(directory, 5)
    steer.stop(directory)
    directory.checkpoint.write_bytes(directory.checkpoint.read_bytes()[:100])

    steer.resume(directory)

    assert_same_end(directory, undisturbed)
    assert "starting over" in directory.log.read_text()
