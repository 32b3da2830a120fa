"""Kill -9 and resume, for every experiment of the catalogue in a real trainer."""

from __future__ import annotations

import os
import random
import signal
from typing import Any

import pytest

from l2l_tui import experiments
from l2l_tui.runs import launch, process, steer
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import State
from l2l_tui.workspace import Workspace
from tests.trainer.children import assert_same_end, read_everything, wait_for, wait_until
from tests.trainer.test_kills import after

_FEW = {
    "meta_seeds": 2,
    "validation_problems": 2,
    "tuning_problems": 2,
    "held_out_problems": 2,
    "inner_lr_count": 3,
}
_EPISODES = {
    "filters": 8,
    "steps": 60,
    "meta_seeds": 2,
    "validate_every": 20,
    "validation_episodes": 5,
    "test_episodes": 5,
}
LASTING: dict[str, dict[str, Any]] = {
    "continual-permuted": {"meta_seeds": 1, "iterations": 60, "strength_count": 2},
    "continual-split": {"meta_seeds": 2, "iterations": 50, "strength_count": 2},
    "hochreiter": {"outer_steps": 60},
    "l2l-art": {**_FEW, "outer_steps": 5},
    "l2l-cifar": {**_FEW, "outer_steps": 10, "validate_every": 5},
    "l2l-coordinatewise": {**_FEW, "outer_steps": 200, "validate_every": 20},
    "l2l-generalize": {**_FEW, "outer_steps": 10, "validate_every": 5},
    "l2l-mlp": {**_FEW, "outer_steps": 60, "validate_every": 20},
    "l2l-preprocessing": {**_FEW, "outer_steps": 200, "validate_every": 50},
    "l2l-quadratic": {**_FEW, "outer_steps": 600, "validate_every": 50},
    "l2l-second-order": {**_FEW, "outer_steps": 150, "validate_every": 20},
    "l2l-sharing": {**_FEW, "outer_steps": 60, "validate_every": 10},
    "l2l-step-weights": {**_FEW, "outer_steps": 500, "validate_every": 50},
    "logistic-regression": {"splits": 2, "c": 10.0},
    "matching-networks": {**_EPISODES, "full_context": True},
    "maml-episodes": {
        "meta_seeds": 2,
        "outer_steps": 30,
        "episodes": 4,
        "validation_episodes": 20,
        "test_episodes": 60,
    },
    "maml-sinusoid": {"outer_steps": 800, "tuning_tasks": 20, "held_out_tasks": 50},
    "no-free-lunch": {**_FEW, "outer_steps": 150},
    "survey": {**_EPISODES},
    "oml": {"meta_seeds": 2, "steps": 30, "pretraining_steps": 60, "rate_count": 3},
    "residual": {"meta_seeds": 2, "steps": 30},
    "resnest": {"meta_seeds": 2, "steps": 40},
    "transformer": {"meta_seeds": 2, "steps": 60},
    "vit": {"meta_seeds": 2, "steps": 30},
}
"""Changes of the quick preset that leave some seconds of work: checkpoints come once a second."""


def test_every_experiment_is_killed_here() -> None:
    """Whoever adds an experiment says here how to make it last some seconds."""
    assert set(LASTING) == set(experiments.names())


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(LASTING))
def test_a_killed_run_ends_as_one_left_alone(name: str, workspace: Workspace) -> None:
    """Killed some time after its first checkpoint and resumed, all it leaves is the same."""
    undisturbed, killed = (
        launch.prepare(workspace, experiments.get(name), changes=LASTING[name]) for _ in range(2)
    )
    launch.start(undisturbed)
    wait_for(undisturbed, within_s=240)
    assert kill(killed, after(random.Random(name).uniform(0.0, 0.2))) is State.INTERRUPTED
    steer.resume(killed)
    wait_for(killed, within_s=240)
    assert_same_end(killed, undisturbed)


def kill(directory: RunDirectory, moment: Any) -> State:
    """Kill a run so long after its first checkpoint; return what that left."""
    pid = launch.start(directory)
    wait_until(directory.checkpoint.exists, within_s=240)
    wait_until(lambda: moment(directory))
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: process.started(pid) is None)
    return read_everything(directory).state
