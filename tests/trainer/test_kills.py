"""SIGKILL at any moment loses nothing that a resume does not bring back, to the last bit."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from l2l_tui import experiments
from l2l_tui.runs import launch, process, steer
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import State
from l2l_tui.workspace import Workspace
from tests.trainer.children import assert_same_end, read_everything, wait_for, wait_until

SMALL = {
    "outer_steps": 1000,
    "problems": 8,
    "dimension": 4,
    "horizon": 20,
    "unroll_length": 5,
    "hidden": 4,
    "validate_every": 25,
    "validation_problems": 8,
    "tuning_problems": 8,
    "held_out_problems": 8,
    "inner_lr_count": 3,
}
Moment = Callable[[RunDirectory], bool]
Prepare = Callable[[], RunDirectory]


@pytest.mark.slow
def test_fifty_kills_at_random_moments_change_no_bit(workspace: Workspace) -> None:
    """Fifty runs, each killed once and resumed, end as an undisturbed one; all stays readable."""

    def prepare() -> RunDirectory:
        return launch.prepare(workspace, experiments.get("l2l-quadratic"), changes=SMALL)

    undisturbed, lasts_s = run_undisturbed(prepare)
    left = check_all(prepare, undisturbed, spread(lasts_s, 50, random.Random(7)))

    assert sum(left.values()) == 50
    assert left[State.INTERRUPTED] >= 35


def test_three_kills_change_no_bit(prepare: Callable[..., RunDirectory]) -> None:
    """The same in short: at start-up, while a checkpoint is written, and at the very end."""

    def prepare_walk() -> RunDirectory:
        return prepare(steps=100, wait_s=0.015)

    undisturbed, _ = run_undisturbed(prepare_walk)
    left = check_all(
        prepare_walk, undisturbed, [after(0.5), writes("checkpoint"), writes("weights")]
    )

    assert sum(left.values()) == 3


def run_undisturbed(prepare: Prepare) -> tuple[RunDirectory, float]:
    """Return a run left alone and how long it took from its launch to its result."""
    directory = prepare()
    began = time.monotonic()
    launch.start(directory)
    wait_for(directory)
    return directory, time.monotonic() - began


def check_all(prepare: Prepare, undisturbed: RunDirectory, moments: list[Moment]) -> Counter[State]:
    """Check a kill at each of the moments, two at a time; return what the kills left."""
    with ThreadPoolExecutor(2) as pair:
        return Counter(pair.map(lambda moment: check(prepare(), undisturbed, moment), moments))


def check(directory: RunDirectory, undisturbed: RunDirectory, moment: Moment) -> State:
    """Kill a run at the moment, read it, resume it, compare it; return what the kill left."""
    pid = launch.start(directory)
    wait_until(lambda: moment(directory) or process.started(pid) is None, every_s=0.0005)
    if process.started(pid) is not None:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: process.started(pid) is None)

    left = read_everything(directory).state
    if left is not State.FINISHED:
        steer.resume(directory)
    assert_same_end(directory, undisturbed)
    return left


def spread(lasts_s: float, count: int, chance: random.Random) -> list[Moment]:
    """Return moments all over a run's life, from its first instant to just past its end.

    Most are moments in time; some lie inside the writing of a checkpoint or of the weights,
    which are too short for chance to meet often.
    """
    aimed = [writes("checkpoint")] * (count // 5) + [writes("weights")] * (count // 10)
    rest = count - len(aimed)
    timed = [after(1.05 * lasts_s * (index + chance.random()) / rest) for index in range(rest)]
    return [*aimed, *timed]


def after(delay_s: float) -> Moment:
    """Return the moment so long after the first question."""
    asked: list[float] = []

    def reached(_directory: RunDirectory) -> bool:
        asked.append(time.monotonic())
        return asked[-1] - asked[0] >= delay_s

    return reached


def writes(name: str) -> Moment:
    """Return the moment at which a file's new version is written but does not stand yet."""

    def reached(directory: RunDirectory) -> bool:
        return any(is_new(path) for path in directory.path.iterdir())

    def is_new(path: Path) -> bool:
        return path.name.startswith(f".{name}") and path.suffix == ".tmp"

    return reached
