"""The queue with real owners and trainers: it goes on, and nothing runs twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from l2l_tui.runs import catalogue, process
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import State
from l2l_tui.runs.queue import orders, owner, store
from l2l_tui.workspace import Workspace
from tests.trainer.children import kill_trainer, trainer_of, wait_for, wait_for_step, wait_until

Prepare = Callable[..., RunDirectory]


@pytest.fixture(autouse=True)
def nobody_stays(workspace: Workspace) -> Iterator[None]:
    """Let no owner outlive the test."""
    yield
    with store.changing(workspace.runs) as held:
        held.entries = []
    wait_until(lambda: not owner.is_there(workspace))


def owner_of(workspace: Workspace) -> int | None:
    """Return the process id of the queue's owner, as the system tells."""
    found = subprocess.run(
        ["pgrep", "-f", f"{owner.__name__} {workspace.root}"], capture_output=True, text=True
    )
    return int(found.stdout.split()[0]) if found.stdout else None


def kill_owner(workspace: Workspace) -> None:
    """End the queue's owner the hard way."""
    wait_until(lambda: owner_of(workspace) is not None)
    pid = owner_of(workspace)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: process.started(pid) is None)


def began(directory: RunDirectory) -> int:
    """Return how many trainers began to work on a run."""
    return directory.log.read_text().count(" begins: ")


def test_the_queue_empties_itself_and_its_owner_goes(
    workspace: Workspace, prepare: Prepare
) -> None:
    """Three runs on a machine that is allowed one at a time."""
    workspace.settings.write_text("[queue]\nlimit = 1\n")
    runs = [prepare(steps=5) for _ in range(3)]
    orders.submit(workspace, runs)
    ended = [wait_for(one).result for one in runs]
    wait_until(lambda: not owner.is_there(workspace))
    assert not (workspace.runs / store.NAME).exists()
    times = [(one.started, one.ended) for one in ended if one is not None]
    assert len(times) == 3
    assert all(ended < started for (_, ended), (started, _) in pairwise(times))


def test_without_its_owner_the_last_trainer_hands_on(
    workspace: Workspace, prepare: Prepare
) -> None:
    """The owner is killed while the first run is at work; nobody else is there."""
    workspace.settings.write_text("[queue]\nlimit = 1\n")
    first, second = prepare(steps=60, wait_s=0.02), prepare(steps=5)
    orders.submit(workspace, [first, second])
    wait_for_step(first, 1)
    kill_owner(workspace)
    assert wait_for(second).state is State.FINISHED
    assert wait_for(first).state is State.FINISHED
    assert [began(first), began(second)] == [1, 1]


def test_after_a_power_cut_the_next_command_goes_on(workspace: Workspace, prepare: Prepare) -> None:
    """Everything is killed at once: what was at work is resumed, what waited runs."""
    workspace.settings.write_text("[queue]\nlimit = 1\n")
    first, second = prepare(steps=80, wait_s=0.03), prepare(steps=5)
    orders.submit(workspace, [first, second])
    wait_for_step(first, 40)
    kill_owner(workspace)
    kill_trainer(first)
    assert catalogue.load(first).state is State.QUEUED
    command = [sys.executable, "-m", "l2l_tui", "queue", "--workspace", str(workspace.root)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    assert [wait_for(one).state for one in (first, second)] == [State.FINISHED] * 2
    assert "goes on from step" in first.log.read_text()


def test_several_programs_start_no_run_twice(workspace: Workspace, prepare: Prepare) -> None:
    """Two of them hand over and look for an owner as fast as they can."""
    runs = [prepare(steps=3) for _ in range(4)]

    def hand_over(part: list[RunDirectory]) -> None:
        for directory in part:
            orders.submit(workspace, [directory])

    with ThreadPoolExecutor(4) as pool:
        work = [pool.submit(hand_over, part) for part in (runs[::2], runs[1::2])]
        work += [pool.submit(keep_kicking, workspace, runs) for _ in range(2)]
        for one in work:
            one.result()
    assert [wait_for(one).state for one in runs] == [State.FINISHED] * 4
    assert [began(one) for one in runs] == [1] * 4


def keep_kicking(workspace: Workspace, runs: list[RunDirectory]) -> None:
    """Look for an owner until all runs have a result."""
    while not all(one.result.exists() for one in runs):
        owner.kick(workspace)


def test_a_killed_trainer_of_a_sweep_is_followed_by_another(
    workspace: Workspace, prepare: Prepare
) -> None:
    """It goes on where the first one was."""
    directory = prepare(steps=80, wait_s=0.03)
    orders.submit(workspace, [directory], revive=True)
    wait_for_step(directory, 40)
    pid = trainer_of(directory)
    kill_trainer(directory)
    wait_until(lambda: trainer_of(directory) not in {None, pid})
    assert wait_for(directory, {State.FINISHED}).state is State.FINISHED
    assert began(directory) == 2
