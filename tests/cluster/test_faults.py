"""What happens to runs when jobs, nodes or the cluster itself go away: nothing is lost."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable

import pytest

from l2l_tui.errors import L2LError
from l2l_tui.runs import catalogue, files, steer
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import State
from tests.cluster.conftest import Submit, at_step, job_of, patiently
from tests.cluster.slurm import LIMIT, NODES, PATIENCE_S, Cluster
from tests.trainer.children import (
    assert_same_end,
    trainer_of,
    wait_until,
)

Prepare = Callable[..., RunDirectory]


def comes_again(directory: RunDirectory, cluster: Cluster) -> None:
    """Return once the run's job has its next turn; until then it is never reported as over."""

    def is_back() -> bool:
        assert catalogue.load(directory).state in {State.QUEUED, State.RUNNING}
        return directory.log.read_text().count("goes on from step") == 1

    wait_until(is_back, within_s=PATIENCE_S, every_s=0.1)
    assert cluster.state(job_of(directory)) == "RUNNING"


@pytest.mark.parametrize(
    "disturb",
    [
        pytest.param(("scontrol", "requeue"), id="requeued"),
        pytest.param(("scancel", "--signal=USR2"), id="told before its time is up"),
        pytest.param(("scancel", "--signal=TERM"), id="asked to leave"),
    ],
)
def test_a_job_that_must_leave_goes_on_by_itself(
    prepare: Prepare,
    hand_over: Submit,
    cluster: Cluster,
    undisturbed: RunDirectory,
    disturb: tuple[str, ...],
) -> None:
    """It is queued in between, is the same job, and its figures are those of one left alone."""
    directory = prepare(steps=120, wait_s=0.03)
    (job,) = hand_over(directory)
    at_step(directory, 10)

    cluster.run(*disturb, job)

    run = patiently(directory, State.QUEUED)
    assert run.state is State.QUEUED
    comes_again(directory, cluster)
    patiently(directory)
    assert_same_end(directory, undisturbed)
    assert job_of(directory) == job
    assert "the cluster asks for its machine back" in directory.log.read_text()


def test_a_preempted_job_goes_on_by_itself(
    prepare: Prepare, hand_over: Submit, cluster: Cluster, undisturbed: RunDirectory
) -> None:
    """More urgent work takes its node; once that is done the run goes on where it was."""
    directory = prepare(steps=120, wait_s=0.03)
    (job,) = hand_over(directory)
    at_step(directory, 10)

    urgent = cluster.fill("urgent")
    run = patiently(directory, State.QUEUED)
    assert run.state is State.QUEUED
    assert cluster.state(job) == "PENDING"
    cluster.run("scancel", *urgent)

    comes_again(directory, cluster)
    patiently(directory)
    assert_same_end(directory, undisturbed)


def test_a_job_that_somebody_cancels_is_interrupted(
    prepare: Prepare, hand_over: Submit, cluster: Cluster, undisturbed: RunDirectory
) -> None:
    """It is no longer running, and resumed it ends as one left alone."""
    directory = prepare(steps=120, wait_s=0.03)
    (job,) = hand_over(directory)
    at_step(directory, 10)

    cluster.run("scancel", job)

    assert patiently(directory).state is State.INTERRUPTED
    assert steer.resume(directory) is State.QUEUED
    patiently(directory)
    assert_same_end(directory, undisturbed)


def test_a_waiting_job_that_somebody_cancels_is_interrupted(
    prepare: Prepare, hand_over: Submit, cluster: Cluster
) -> None:
    """A run that never began does not wait for ever."""
    cluster.fill()
    directory = prepare()
    (job,) = hand_over(directory)
    assert catalogue.load(directory).state is State.QUEUED

    cluster.run("scancel", job)

    assert patiently(directory).state is State.INTERRUPTED


def test_a_killed_trainer_is_interrupted(
    prepare: Prepare, hand_over: Submit, cluster: Cluster, undisturbed: RunDirectory
) -> None:
    """Its job ends with it, the log says how, and it can be resumed."""
    directory = prepare(steps=120, wait_s=0.03)
    (job,) = hand_over(directory)
    at_step(directory, 10)
    pid = trainer_of(directory)
    assert pid is not None

    os.kill(pid, signal.SIGKILL)

    assert patiently(directory).state is State.INTERRUPTED
    assert cluster.state(job) in {"", "FAILED", "COMPLETING"}
    assert "was ended by signal 9" in directory.log.read_text()
    steer.resume(directory)
    patiently(directory)
    assert_same_end(directory, undisturbed)


def test_a_node_whose_daemon_is_killed_loses_nothing(
    prepare: Prepare, hand_over: Submit, cluster: Cluster, undisturbed: RunDirectory
) -> None:
    """The job gets another node; there it waits for the trainer that is still at work."""
    directory = prepare(steps=120, wait_s=0.03)
    (job,) = hand_over(directory)
    at_step(directory, 10)
    assert steer.pause(directory, wait_s=60) is State.PAUSED
    node = cluster.node_of(job)
    first = trainer_of(directory)
    assert first is not None

    cluster.end(node, signal.SIGKILL)
    (other,) = set(NODES) - {node}
    wait_until(lambda: cluster.node_of(job) == other, within_s=PATIENCE_S, every_s=0.2)
    waits = "another trainer has this run in hand"
    wait_until(lambda: waits in directory.log.read_text(), within_s=PATIENCE_S, every_s=0.1)
    assert catalogue.load(directory).state is State.PAUSED
    assert trainer_of(directory) == first
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: trainer_of(directory) not in {None, first}, within_s=PATIENCE_S)
    assert steer.resume(directory, wait_s=60) is State.RUNNING

    cluster.start_node(node)
    patiently(directory)
    assert_same_end(directory, undisturbed)


def test_a_full_queue_is_waited_for(prepare: Prepare, hand_over: Submit, cluster: Cluster) -> None:
    """Where Slurm takes no more jobs a submission waits, and goes through when there is room."""
    cluster.run("sbatch", "--hold", f"--array=1-{LIMIT - 1}", "-o", "/dev/null", cluster.sleeper)
    directory = prepare(steps=5)
    handing = threading.Thread(target=hand_over, args=(directory,))

    handing.start()
    wait_until(directory.cluster.exists)
    assert catalogue.load(directory).state is State.QUEUED
    assert not job_of(directory)
    cluster.run("scancel", "--user=0")
    handing.join()

    assert patiently(directory).state is State.FINISHED
    status = files.read_status(directory)
    assert status is not None
    assert status.job == job_of(directory)


def test_a_controller_that_is_started_again_loses_nothing(
    prepare: Prepare, hand_over: Submit, cluster: Cluster, undisturbed: RunDirectory
) -> None:
    """While it is away a run counts as what it was last; then both waiting and working go on."""
    at_work, waiting = prepare(steps=120, wait_s=0.03), prepare(steps=20)
    hand_over(at_work)
    at_step(at_work, 10)
    cluster.fill()
    hand_over(waiting)

    cluster.end("controller")  # killed, it may have kept nothing of the last seconds
    with pytest.raises(L2LError, match="could not be cancelled"):
        steer.stop(waiting, wait_s=0.1)
    assert catalogue.load(waiting).state is State.QUEUED
    patiently(at_work)
    assert_same_end(at_work, undisturbed)
    cluster.start_controller()

    cluster.run("scancel", "--name=sleep.sh")
    assert patiently(waiting).state is State.STOPPED
    steer.resume(waiting)
    assert patiently(waiting).state is State.FINISHED
