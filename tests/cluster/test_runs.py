"""Runs on a real cluster: one, many, and everything that is done to a run anywhere else."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from l2l_tui.cli import main
from l2l_tui.errors import RequestError, UnknownNameError
from l2l_tui.runs import catalogue, control, files, launch, metrics, steer
from l2l_tui.runs.cluster import submit
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.follow import Follower
from l2l_tui.runs.model import Order, State
from l2l_tui.workspace import Workspace
from tests.cluster.conftest import Submit, at_step, job_of, patiently, write_settings
from tests.cluster.slurm import Cluster
from tests.trainer.children import assert_same_end, wait_until

Prepare = Callable[..., RunDirectory]


def test_a_run_on_the_cluster_ends_as_one_here(prepare: Prepare, hand_over: Submit) -> None:
    """Figures, measurements and weights are the same, the log is the run's own."""
    directory, here = prepare(steps=20), prepare(steps=20)
    jobs = hand_over(directory)
    launch.start(here)

    patiently(directory)
    assert_same_end(directory, here)

    status = files.read_status(directory)
    assert status is not None
    assert [status.job] == jobs == [job_of(directory)]
    assert catalogue.load(directory).job == jobs[0]
    assert "step 10\n" in directory.log.read_text()


def test_the_command_line_treats_it_like_any_other(
    cluster: Cluster,
    settings: None,  # noqa: ARG001 (fixtures asked for by their names)
    workspace: Workspace,
    tiny: None,  # noqa: ARG001
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`run` waits and prints the result; `runs`, `show` and `metrics` know it."""
    workspace.plans.mkdir(parents=True, exist_ok=True)
    place = ["--workspace", str(workspace.root), "--json"]
    assert main(["init", *place]) == 0
    capsys.readouterr()

    assert main(["run", "tiny-walk", "--on", "slurm", "--set", "steps=15", *place]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["state"] == "finished"
    run, job = result["run"], result["job"]

    assert main(["runs", *place]) == 0
    (line,) = json.loads(capsys.readouterr().out)
    assert (line["run"], line["state"], line["step"]) == (run, "finished", 15)
    assert main(["show", run, *place]) == 0
    assert json.loads(capsys.readouterr().out)["status"]["job"] == job
    assert main(["metrics", run, "--name", "loss/walk", *place]) == 0
    assert json.loads(capsys.readouterr().out)["loss/walk"]["step"] == list(range(1, 16))
    assert main(["doctor", *place]) in {0, 1}
    checks = {one["name"]: one for one in json.loads(capsys.readouterr().out)["checks"]}
    assert checks["cluster"]["ok"]
    assert "study" in checks["cluster"]["detail"]
    assert cluster.state(job) in {"", "COMPLETED", "COMPLETING"}


def test_sixteen_runs_are_one_array(
    prepare: Prepare, hand_over: Submit, cluster: Cluster, workspace: Workspace
) -> None:
    """All end well, no more than so many at once, and the app's follower sees them all."""
    follower = Follower(workspace)
    directories = [prepare(steps=5 + n) for n in range(16)]
    jobs = hand_over(directories, at_once=3)
    seen: dict[str, State] = {}
    most = 0

    def all_over() -> bool:
        nonlocal most
        listed = cluster.run("squeue", "-h", "--array", "-t", "RUNNING", "-o", "%i")
        most = max(most, len(listed.split()))
        seen.update({update.run.id: update.run.state for update in follower.poll()})
        return len(seen) == 16 and not any(state.alive for state in seen.values())

    wait_until(all_over, within_s=600, every_s=0.2)

    arrays = {job.partition("_")[0] for job in jobs}
    assert len(arrays) == 1
    assert [job.partition("_")[2] for job in jobs] == [str(n) for n in range(16)]
    assert set(seen.values()) == {State.FINISHED}
    assert 1 < most <= 3
    for n, directory in enumerate(directories):
        assert metrics.read(directory)["loss/walk"].steps == list(range(1, 6 + n))


def test_stop_and_resume(prepare: Prepare, hand_over: Submit) -> None:
    """A stopped run keeps its state; resumed, it is a new job that ends as one left alone."""
    directory, here = prepare(steps=60, wait_s=0.02), prepare(steps=60)
    launch.start(here)
    (first,) = hand_over(directory)
    at_step(directory, 10)

    assert steer.pause(directory, wait_s=60) is State.PAUSED
    assert steer.resume(directory, wait_s=60) is State.RUNNING
    assert steer.stop(directory, wait_s=60) is State.STOPPED
    with pytest.raises(RequestError, match="is stopped already"):
        steer.stop(directory)
    assert steer.resume(directory) is State.QUEUED

    assert job_of(directory) != first
    patiently(directory)
    assert_same_end(directory, here)


def test_a_waiting_run_that_is_stopped_ends_as_stopped(
    prepare: Prepare, hand_over: Submit, cluster: Cluster
) -> None:
    """On a full cluster a run waits as queued; stopped, its job is gone and nothing ran."""
    cluster.fill()
    directory = prepare(steps=5)
    (job,) = hand_over(directory)
    wait_until(lambda: cluster.state(job) == "PENDING")
    assert catalogue.load(directory).state is State.QUEUED
    with pytest.raises(RequestError, match="is queued"):
        steer.resume(directory)

    assert steer.stop(directory, wait_s=10) is State.STOPPED

    assert cluster.state(job) in {"", "CANCELLED"}
    assert not directory.log.exists()
    given = control.read_order(directory)
    assert given is not None
    assert given.order is Order.STOP


def test_a_wrong_partition_is_refused_and_leaves_nothing(
    cluster: Cluster,
    workspace: Workspace,
    prepare: Prepare,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The message names the nearest one; where Slurm itself refuses, its own words are there."""
    write_settings(workspace, 'partition = "studi"')
    (workspace.root / "plans").mkdir()
    place = ["--workspace", str(workspace.root)]
    assert main(["init", *place]) == 0
    directory = prepare()
    capsys.readouterr()

    assert main(["run", "tiny-walk", "--on", "slurm", *place]) == 2
    assert "no partition is called 'studi'; did you mean 'study'?" in capsys.readouterr().err
    with pytest.raises(UnknownNameError, match="'study'"):
        submit.submit(workspace, [directory])
    assert [one.id for one in catalogue.directories(workspace)] == [directory.id]

    write_settings(workspace, 'partition = "study"\noptions = { reservation = "nobody" }')
    assert main(["run", "tiny-walk", "--on", "slurm", *place]) == 2
    assert "Slurm does not take it" in (said := capsys.readouterr().err)
    assert "reservation" in said
    assert [one.id for one in catalogue.directories(workspace)] == [directory.id]
    assert not directory.cluster.exists()
    assert not cluster.run("squeue", "-h")
