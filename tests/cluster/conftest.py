"""A cluster for the whole session, and runs that are handed to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from l2l_tui import experiments
from l2l_tui.runs import catalogue, files, launch
from l2l_tui.runs.cluster import queue, submit, ticket
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import Run, State
from l2l_tui.workspace import Workspace
from tests.cluster import slurm
from tests.cluster.slurm import PATIENCE_S, Cluster
from tests.trainer.children import OVER, wait_for, wait_until
from tests.trainer.conftest import prepare, tiny, workspace  # noqa: F401 (fixtures)

Submit = Callable[..., list[str]]


@pytest.fixture(scope="session")
def whole_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Start a cluster of two nodes; end it after the last test."""
    with slurm.cluster(tmp_path_factory.mktemp("slurm")) as one:
        yield one


@pytest.fixture
def cluster(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """Return a cluster with both nodes idle, which this process and its children know."""
    if reason := slurm.missing():
        pytest.skip(reason)
    one: Cluster = request.getfixturevalue("whole_cluster")
    one.tidy()
    for name in ("SLURM_CONF", "PATH"):
        monkeypatch.setenv(name, one.environment[name])
    monkeypatch.setattr(queue, "KEPT_S", 0.3)
    monkeypatch.setattr(queue, "SILENT_S", 0.3)
    queue.QUEUE.forget()
    yield one
    one.run("scancel", "--user=0", check=False)


@pytest.fixture
def settings(workspace: Workspace) -> None:  # noqa: F811 (a fixture asked for by its name)
    """Write settings for a cluster whose file system shows everything at once."""
    write_settings(workspace, "delay_s = 1.5")


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return a workspace for a run that nobody disturbs."""
    return Workspace(tmp_path_factory.mktemp("alone"))


@pytest.fixture
def undisturbed(
    elsewhere: Workspace,
    tiny: None,  # noqa: ARG001, F811
) -> RunDirectory:
    """Return a run of 120 steps that came to its end on this machine without a cluster."""
    found = catalogue.directories(elsewhere)
    if found:
        return found[0]
    experiment = experiments.get("tiny-walk")
    directory = launch.prepare(elsewhere, experiment, changes={"steps": 120})
    launch.start(directory)
    patiently(directory)
    return directory


def write_settings(workspace: Workspace, table: str) -> None:  # noqa: F811
    """Write a workspace's ``[cluster]`` table."""
    workspace.root.mkdir(parents=True, exist_ok=True)
    workspace.settings.write_text(f"[cluster]\n{table}\n", encoding="utf-8")


@pytest.fixture
def hand_over(
    cluster: Cluster,  # noqa: ARG001 (fixtures asked for by their names)
    settings: None,  # noqa: ARG001
    workspace: Workspace,  # noqa: F811
) -> Submit:
    """Return what hands runs to the cluster and says their jobs' ids."""

    def submit_all(directories: Sequence[RunDirectory] | RunDirectory, **given: int) -> list[str]:
        several = [directories] if isinstance(directories, RunDirectory) else directories
        return submit.submit(workspace, several, **given)

    return submit_all


def job_of(directory: RunDirectory) -> str:
    """Return the id of a run's job."""
    held = ticket.read(directory)
    assert held is not None
    return held.job


def patiently(directory: RunDirectory, *states: State) -> Run:
    """Return the run once it stands in one of the states, or is over: torch may load slowly."""
    return wait_for(directory, states or frozenset(OVER), within_s=PATIENCE_S)


def at_step(directory: RunDirectory, step: int) -> None:
    """Return once a run has done so many steps."""

    def is_there() -> bool:
        status = files.read_status(directory)
        return status is not None and status.step >= step

    wait_until(is_there, within_s=PATIENCE_S)
