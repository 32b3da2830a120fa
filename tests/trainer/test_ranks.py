"""A run of several ranks: real processes, which really come together, and really die."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from l2l_tui import experiments
from l2l_tui.errors import RequestError
from l2l_tui.runs import catalogue, launch, process, steer
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import State
from l2l_tui.trainer.place import Place, told
from l2l_tui.workspace import Workspace
from tests.trainer.children import (
    assert_same_end,
    kill_trainer,
    trainer_of,
    wait_for,
    wait_for_step,
    wait_until,
)

SETTINGS: dict[str, Any] = {
    "meta_seeds": 1,
    "problems": 6,
    "outer_steps": 40,
    "validate_every": 20,
    "validation_problems": 5,
    "tuning_problems": 4,
    "held_out_problems": 7,
    "inner_lr_count": 2,
    "horizon": 20,
    "unroll_length": 10,
    "second_order": True,
}
LASTING = {**SETTINGS, "outer_steps": 400, "validate_every": 200}
PATIENCE_S = 300.0

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="finds ranks by their environment in /proc"
)


@pytest.fixture
def make(workspace: Workspace) -> Iterator[Callable[..., RunDirectory]]:
    """Return what makes a run of several ranks; none of them outlives the test."""
    made: list[RunDirectory] = []

    def one(ranks: int, **changes: object) -> RunDirectory:
        experiment = experiments.get("l2l-quadratic")
        settings = {**SETTINGS, **changes}
        made.append(launch.prepare(workspace, experiment, changes=settings, ranks=ranks))
        return made[-1]

    yield one
    for directory in made:
        for pid in processes(directory):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        kill_trainer(directory)


def processes(directory: RunDirectory, rank: int | None = None) -> list[int]:
    """Return a run's processes, or those that are one of its ranks."""
    found = []
    for folder in Path("/proc").iterdir():
        with suppress(OSError):
            ours = str(directory.path).encode() in (folder / "cmdline").read_bytes().split(b"\0")
            variables = (folder / "environ").read_bytes().split(b"\0") if ours else []
            if ours and (rank is None or f"RANK={rank}".encode() in variables):
                found.append(int(folder.name))
    return [pid for pid in found if process.started(pid) is not None]


@pytest.mark.slow
def test_ranks_give_what_one_gives_and_the_same_again(make: Callable[..., RunDirectory]) -> None:
    """Three ranks train one rank's phi to rounding; two runs of three end the same to the bit."""
    alone, *together = made = [make(1), make(3), make(3)]
    for directory in made:
        launch.start(directory)
    for directory in made:
        assert wait_for(directory, within_s=PATIENCE_S).state is State.FINISHED
    assert_same_end(*together)
    expected = load_file(alone.weights)
    for name, part in load_file(together[0].weights).items():
        torch.testing.assert_close(part, expected[name], rtol=1e-3, atol=1e-5)
    result = catalogue.load(together[0]).result
    assert result is not None
    assert result.environment["ranks"] == 3


@needs_proc
@pytest.mark.slow
@pytest.mark.parametrize("victim", [0, 1])
def test_a_killed_rank_ends_all_and_the_run_is_resumed(
    make: Callable[..., RunDirectory], victim: int
) -> None:
    """Killed, one of two ranks interrupts the run and takes the other along; nothing is lost."""
    undisturbed, directory = make(2, **LASTING), make(2, **LASTING)
    launch.start(directory)
    wait_until(directory.checkpoint.exists, within_s=PATIENCE_S)
    (pid,) = processes(directory, victim)
    os.kill(pid, signal.SIGKILL)
    assert wait_for(directory, within_s=PATIENCE_S).state is State.INTERRUPTED
    wait_until(lambda: not processes(directory), within_s=PATIENCE_S)
    said = directory.log.read_text()
    assert f"rank {victim} (process {pid}) was ended by SIGKILL; this run can be resumed" in said
    assert "Traceback" not in said
    steer.resume(directory)
    launch.start(undisturbed)
    wait_for(directory, within_s=PATIENCE_S)
    wait_for(undisturbed, within_s=PATIENCE_S)
    assert "goes on from step" in directory.log.read_text()
    assert_same_end(directory, undisturbed)


@needs_proc
@pytest.mark.slow
def test_orders_reach_all_ranks(make: Callable[..., RunDirectory]) -> None:
    """A pause keeps both ranks, a stop ends both, and a signal to any of them is a stop."""
    undisturbed, directory = make(2, **LASTING), make(2, **LASTING)
    launch.start(directory)
    wait_until(directory.checkpoint.exists, within_s=PATIENCE_S)
    assert steer.pause(directory, wait_s=PATIENCE_S) is State.PAUSED
    assert len(processes(directory, 0)) == len(processes(directory, 1)) == 1
    assert steer.resume(directory, wait_s=PATIENCE_S) is State.RUNNING
    assert steer.stop(directory, wait_s=PATIENCE_S) is State.STOPPED
    wait_until(lambda: not processes(directory), within_s=PATIENCE_S)
    steer.resume(directory, wait_s=PATIENCE_S)
    status = catalogue.load(directory).status
    assert status is not None
    wait_for_step(directory, status.step + 1)
    (second,) = processes(directory, 1)
    os.kill(second, signal.SIGTERM)
    assert wait_for(directory, within_s=PATIENCE_S).state is State.STOPPED
    wait_until(lambda: not processes(directory), within_s=PATIENCE_S)
    steer.resume(directory)
    launch.start(undisturbed)
    for one in (directory, undisturbed):
        wait_for(one, within_s=PATIENCE_S)
    assert_same_end(directory, undisturbed)


@pytest.mark.slow
def test_a_second_start_finds_the_ranks_at_work(make: Callable[..., RunDirectory]) -> None:
    """Whoever starts a run once more while its ranks work changes nothing."""
    directory = make(2, **LASTING)
    launch.start(directory)
    wait_until(directory.checkpoint.exists, within_s=PATIENCE_S)
    first = trainer_of(directory)
    second = launch.start(directory)
    wait_until(lambda: process.started(second) is None, within_s=PATIENCE_S)
    assert "another trainer has this run in hand" in directory.log.read_text()
    assert trainer_of(directory) == first
    assert steer.stop(directory, wait_s=PATIENCE_S) is State.STOPPED


@pytest.mark.slow
@pytest.mark.usefixtures("tiny")
def test_a_rank_that_fails_leaves_its_traceback(
    workspace: Workspace, make: Callable[..., RunDirectory]
) -> None:
    """What one rank raises is in the log; the run is interrupted, for the fault may be its own."""
    del make
    experiment = experiments.get("tiny-outer")
    directory = launch.prepare(workspace, experiment, changes={"fails_on": 1}, ranks=2)
    launch.start(directory)
    assert wait_for(directory, within_s=PATIENCE_S).state is State.INTERRUPTED
    said = directory.log.read_text()
    assert "rank 1 failed\nTraceback" in said
    assert "RequestError: stumbled" in said
    assert re.search(r"another rank was lost: .*; this run can be resumed", said)


@pytest.mark.slow
@pytest.mark.usefixtures("tiny")
def test_what_the_first_rank_raises_is_the_result(workspace: Workspace) -> None:
    """A procedure that fails in the first rank, and so as a rule in all, has failed."""
    experiment = experiments.get("tiny-outer")
    directory = launch.prepare(workspace, experiment, changes={"fails_on": 0}, ranks=2)
    launch.start(directory)
    run = wait_for(directory, within_s=PATIENCE_S)
    assert run.state is State.FAILED
    assert run.result is not None
    assert run.result.error is not None
    assert run.result.error.message == "stumbled"


def test_torchrun_and_slurm_say_which_rank_this_is() -> None:
    """Either's variables count; with neither, or in a job of another size, ranks are started."""
    meeting = {"MASTER_ADDR": "localhost", "MASTER_PORT": "29500"}
    slurm = {"SLURM_PROCID": "3", "SLURM_STEP_NUM_TASKS": "4"}
    assert told({"RANK": "1", "WORLD_SIZE": "2", **meeting}, 2) == Place(1, 2)
    assert told({**slurm, **meeting}, 4) == Place(3, 4)
    assert told(slurm, 2) is None
    assert told({}, 2) is None


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"RANK": "1", "WORLD_SIZE": "3"}, "RANK = 1 and WORLD_SIZE = 3, but the run is of 2"),
        ({"RANK": "1"}, "RANK and WORLD_SIZE do not say which rank this is"),
        ({"RANK": "one", "WORLD_SIZE": "2"}, "RANK and WORLD_SIZE do not say"),
        ({"RANK": "1", "WORLD_SIZE": "2", "MASTER_ADDR": "here"}, "MASTER_PORT must say where"),
    ],
)
def test_a_rank_that_is_told_half_refuses(variables: dict[str, str], says: str) -> None:
    """What is missing or does not fit is named."""
    with pytest.raises(RequestError, match=says):
        told(variables, 2)
