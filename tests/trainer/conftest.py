"""Real children: trainers that know the experiments in ``catalogue/``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from l2l_tui import experiments
from l2l_tui.runs import launch
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.workspace import Workspace
from tests.trainer.children import kill_trainer

CATALOGUE = Path(__file__).parent / "catalogue"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return an empty workspace."""
    return Workspace(tmp_path)


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let this process and its children find the tests' own experiments."""
    monkeypatch.setattr(
        experiments, "__path__", [*experiments.__path__, str(CATALOGUE / "experiments")]
    )
    inherited = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(CATALOGUE), inherited])))
    experiments.names.cache_clear()
    yield
    experiments.names.cache_clear()


@pytest.fixture
def prepare(
    workspace: Workspace,
    tiny: None,  # noqa: ARG001 (a fixture asked for by its name)
) -> Iterator[Callable[..., RunDirectory]]:
    """Return what makes a run of the tiny experiment; its trainer does not outlive the test."""
    made: list[RunDirectory] = []

    def make(**changes: object) -> RunDirectory:
        experiment = experiments.get("tiny-walk")
        made.append(launch.prepare(workspace, experiment, changes=changes))
        return made[-1]

    yield make
    for directory in made:
        kill_trainer(directory)
