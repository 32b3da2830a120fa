"""A sweep as one job array, and a run whose ranks are spread over both nodes."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from l2l_tui import experiments
from l2l_tui.cli import main
from l2l_tui.runs import catalogue, files, launch, steer
from l2l_tui.runs.cluster import ticket
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import State
from l2l_tui.runs.queue import store
from l2l_tui.workspace import Workspace
from tests.cluster.conftest import at_step, job_of, patiently
from tests.cluster.slurm import Cluster
from tests.trainer.children import assert_same_end

Cli = Callable[..., tuple[int, dict[str, object]]]


@pytest.fixture
def cli(
    cluster: Cluster,  # noqa: ARG001 (fixtures asked for by their names)
    settings: None,  # noqa: ARG001
    tiny: None,  # noqa: ARG001
    workspace: Workspace,
    capsys: pytest.CaptureFixture[str],
) -> Cli:
    """Return what runs a command and says its exit code and document."""
    workspace.plans.mkdir(parents=True, exist_ok=True)
    place = ["--workspace", str(workspace.root), "--json"]
    assert main(["init", *place]) == 0

    def run(*words: str) -> tuple[int, dict[str, object]]:
        capsys.readouterr()
        code = main([*words, *place])
        return code, json.loads(capsys.readouterr().out)

    return run


def test_a_sweep_of_sixteen_is_one_array(cli: Cli, workspace: Workspace) -> None:
    """Its table is there at the end; again it submits nothing, and wider only what is new."""
    sweep = ("sweep", "tiny-walk", "--over", "width=1,2,3,4", "--set", "steps=5", "--on", "slurm")
    code, document = cli(*sweep, "--seeds", "4", "--at-once", "3")
    assert (code, document["state"], document["counts"]) == (0, "finished", {"finished": 16})
    directories = catalogue.directories(workspace)
    jobs = [job_of(one) for one in directories]
    assert len({job.partition("_")[0] for job in jobs}) == 1
    assert {job.partition("_")[2] for job in jobs} == {str(n) for n in range(16)}
    settings = document["settings"]
    assert isinstance(settings, list)
    assert [one["claims"]["goes-down"]["seeds"] for one in settings] == [4] * 4
    assert sum(one["best"] for one in settings) == 1
    assert not store.read(workspace.runs)

    assert cli(*sweep, "--seeds", "4") == (0, document)
    code, wider = cli(*sweep, "--seeds", "5")
    assert (code, wider["counts"]) == (0, {"finished": 20})
    assert [job_of(one) for one in directories] == jobs


def test_a_sweep_whose_jobs_were_cancelled_goes_on(
    cli: Cli, workspace: Workspace, cluster: Cluster
) -> None:
    """From their checkpoints, on the cluster, and with the figures of runs left alone."""
    sweep = ("sweep", "tiny-walk", "--over", "width=2,3", "--set", "steps=60")
    sweep = (*sweep, "--set", "wait_s=0.05", "--on", "slurm")
    code, document = cli(*sweep, "--detach")
    assert code == 0
    runs = document["runs"]
    assert isinstance(runs, list)
    directories = [RunDirectory(workspace.runs / run["run"]) for run in runs]
    for one in directories:
        at_step(one, 5)
    cluster.run("scancel", job_of(directories[0]).partition("_")[0])
    for one in directories:
        patiently(one, State.INTERRUPTED)

    code, document = cli(*sweep)

    assert (code, document["counts"]) == (0, {"finished": 2})
    assert [run.id for run in catalogue.listing(workspace).runs] == [
        one.id for one in reversed(directories)
    ]
    for one, width in zip(directories, (2, 3), strict=True):
        changes = {"width": width, "steps": 60}
        here = launch.prepare(workspace, experiments.get("tiny-walk"), changes=changes)
        launch.start(here)
        patiently(here)
        assert_same_end(one, here)


def test_a_sweep_has_ranks_on_both_nodes(cli: Cli, workspace: Workspace) -> None:
    """Each of its jobs has two nodes; what finished with one rank counts."""
    sweep = ("sweep", "tiny-outer", "--set", "steps=5", "--on", "slurm")
    assert cli(*sweep)[0] == 0
    code, document = cli(*sweep, "--seeds", "3", "--ranks", "2", "--nodes", "2")
    assert (code, document["counts"]) == (0, {"finished": 3})
    runs = document["runs"]
    assert isinstance(runs, list)
    directories = [RunDirectory(workspace.runs / run["run"]) for run in runs]
    assert [files.read_request(one).ranks for one in directories] == [1, 2, 2]
    held = [ticket.read(one) for one in directories]
    assert [one.nodes for one in held if one is not None] == [1, 2, 2]


def test_two_nodes_of_one_rank_are_two_ranks_here(cli: Cli, workspace: Workspace) -> None:
    """Bit for bit, also where it is stopped and handed over again."""
    words = ("run", "tiny-outer", "--ranks", "2", "--nodes", "2", "--on", "slurm", "--detach")
    code, document = cli(*words, "--set", "steps=60", "--set", "wait_s=0.05")
    assert code == 0
    there = RunDirectory(workspace.runs / str(document["run"]))
    held = ticket.read(there)
    assert held is not None
    assert held.nodes == 2
    at_step(there, 5)
    assert steer.stop(there, wait_s=60) is State.STOPPED
    assert steer.resume(there) is State.QUEUED
    here = launch.prepare(workspace, experiments.get("tiny-outer"), changes={"steps": 60}, ranks=2)
    launch.start(here)
    assert patiently(there).state is State.FINISHED
    patiently(here)
    assert_same_end(there, here)
    status = files.read_status(there)
    assert status is not None
    assert status.job == job_of(there)
