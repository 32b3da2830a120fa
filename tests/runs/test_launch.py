"""The directory of a new run. What its trainer does is tested with the trainer."""

from __future__ import annotations

import errno
import re
from pathlib import Path
from typing import Any

import pytest

from l2l_tui import experiments
from l2l_tui.errors import L2LError, RequestError, UnknownNameError
from l2l_tui.experiments.base import Experiment
from l2l_tui.lab.data import store
from l2l_tui.runs import files, launch
from l2l_tui.runs.model import State
from l2l_tui.runs.state import derive
from l2l_tui.workspace import Workspace

PLAN = """
[[milestone]]
id = "l2l"
[[milestone]]
id = "recap"
experiments = ["l2l-quadratic"]
[[milestone]]
id = "again"
experiments = ["l2l-quadratic"]
"""


@pytest.fixture
def experiment() -> Experiment:
    """Return the central experiment, which declares the milestone ``l2l``."""
    return experiments.get("l2l-quadratic")


def add_plan(workspace: Workspace, name: str, text: str) -> None:
    """Put a plan into the workspace."""
    workspace.plans.mkdir(exist_ok=True)
    (workspace.plans / f"{name}.toml").write_text(text)


def test_a_run_is_prepared_whole(workspace: Workspace, experiment: Experiment) -> None:
    """Its directory appears with the request inside, queued, and holds every setting."""
    directory = launch.prepare(
        workspace, experiment, seed=3, changes={"outer_steps": "7"}, threads=2
    )
    request = files.read_request(directory)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d-\d{4}-l2l-quadratic-[a-z2-7]{4}", directory.id)
    assert [path.name for path in workspace.runs.iterdir()] == [directory.id]
    assert (request.run, request.seed, request.threads) == (directory.id, 3, 2)
    assert request.settings == experiment.configure("quick", {"outer_steps": 7}).values()
    assert (request.milestone, request.plan) == (None, None)
    assert derive(directory) is State.QUEUED


def test_a_run_has_its_experiments_threads_and_a_rank_one(workspace: Workspace) -> None:
    """Ranks share the cores that threads would take."""
    several = experiments.get("matching-networks")
    assert several.threads > 1
    alone, shared = (launch.prepare(workspace, several, ranks=ranks) for ranks in (1, 2))
    assert files.read_request(alone).threads == several.threads
    assert files.read_request(shared).threads == 1


@pytest.mark.parametrize(
    ("plan", "serves"),
    [
        (PLAN, ("term", "recap")),
        ('[[milestone]]\nid = "l2l"', ("term", "l2l")),
        ('[[milestone]]\nid = "other"', (None, None)),
        ("[[milestone]]\nid = 7\n[[milestone]]\nexperiments = 3", (None, None)),
        ("milestone = 3", (None, None)),
        ("not TOML", (None, None)),
    ],
)
def test_a_run_serves_the_milestone_that_lists_it(
    workspace: Workspace, experiment: Experiment, plan: str, serves: tuple[str, str]
) -> None:
    """The first milestone that lists the experiment, else the one it declares, else none."""
    add_plan(workspace, "term", plan)
    request = files.read_request(launch.prepare(workspace, experiment))
    assert (request.plan, request.milestone) == serves


def test_with_several_plans_somebody_has_to_say(
    workspace: Workspace, experiment: Experiment
) -> None:
    """Among several plans none is guessed; a milestone that one plan has settles it."""
    add_plan(workspace, "a", PLAN)
    add_plan(workspace, "b", '[[milestone]]\nid = "l2l"')
    assert files.read_request(launch.prepare(workspace, experiment)).plan is None
    by_plan = files.read_request(launch.prepare(workspace, experiment, plan="b"))
    assert (by_plan.plan, by_plan.milestone) == ("b", "l2l")
    by_milestone = files.read_request(launch.prepare(workspace, experiment, milestone="again"))
    assert (by_milestone.plan, by_milestone.milestone) == ("a", "again")
    with pytest.raises(RequestError, match="several plans have 'l2l'"):
        launch.prepare(workspace, experiment, milestone="l2l")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"milestone": "recp"}, "did you mean 'recap'"),
        ({"plan": "trem"}, "did you mean 'term'"),
        ({"preset": "qick"}, "did you mean 'quick'"),
        ({"changes": {"outer_step": 3}}, "did you mean 'outer_steps'"),
        ({"changes": {"outer_steps": 0}}, "outer_steps = 0"),
        ({"threads": 0}, "threads must be at least 1"),
        ({"ranks": 0}, "ranks = 0: there must be at least 1"),
        (
            {"ranks": 3, "changes": {"problems": 8}},
            "problems = 8 is no multiple of 3 ranks.* by 1, 2, 4, 8; or .* problems=9",
        ),
        ({"seed": -1}, "seed from 0"),
    ],
)
def test_a_wrong_request_makes_no_run(
    workspace: Workspace, experiment: Experiment, given: dict[str, object], said: str
) -> None:
    """The message says what is wrong, and no directory is left behind."""
    add_plan(workspace, "term", PLAN)
    with pytest.raises(RequestError, match=said):
        launch.prepare(workspace, experiment, **given)  # type: ignore[arg-type]
    assert not workspace.runs.exists()


def test_a_full_disk_keeps_no_half_of_a_run(
    workspace: Workspace, experiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says what to do, and no hidden directory stays behind."""

    def full(*_given: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "write_request", full)
    with pytest.raises(L2LError, match="make room on the disk"):
        launch.prepare(workspace, experiment)
    assert list(workspace.runs.iterdir()) == []


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return what the last trainer was started with; none is."""
    options: dict[str, Any] = {}

    class Child:
        pid = 7

        def __init__(self, _command: list[str], **given: object) -> None:
            options.update(given)

        def wait(self) -> int:
            return 0

    monkeypatch.setattr(launch.subprocess, "Popen", Child)
    return options


def test_a_trainer_keeps_memory_and_waits_asleep_unless_told_otherwise(
    workspace: Workspace,
    experiment: Experiment,
    given: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """C library and OpenMP have their orders; what the person's environment says goes first."""
    for name in ("MALLOC_TRIM_THRESHOLD_", "OMP_WAIT_POLICY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MALLOC_MMAP_MAX_", "9")
    launch.start(launch.prepare(workspace, experiment))
    assert int(given["env"]["MALLOC_TRIM_THRESHOLD_"]) > 2**30
    assert given["env"]["MALLOC_MMAP_MAX_"] == "9"
    assert given["env"]["OMP_WAIT_POLICY"] == "passive"


def test_a_folder_of_data_sets_named_from_here_is_found_by_the_trainer(
    workspace: Workspace,
    experiment: Experiment,
    given: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It works in the run's directory, where a relative path would lead elsewhere."""
    directory = launch.prepare(workspace, experiment)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(store.VARIABLE, "data")
    assert launch.start(directory) == 7
    assert given["cwd"] == directory.path
    assert given["env"][store.VARIABLE] == str(tmp_path / "data")
    monkeypatch.delenv(store.VARIABLE)
    launch.start(directory)
    assert store.VARIABLE not in given["env"]


def test_a_milestone_without_any_plan_is_unknown(
    workspace: Workspace, experiment: Experiment
) -> None:
    """Naming a milestone needs a plan that has it."""
    with pytest.raises(UnknownNameError, match="there is none yet"):
        launch.prepare(workspace, experiment, milestone="l2l")


def test_a_place_that_cannot_be_written_is_said(
    workspace: Workspace, experiment: Experiment
) -> None:
    """A file in place of the runs folder gives a message, not a traceback."""
    workspace.runs.write_text("in the way")
    with pytest.raises(L2LError, match="cannot write"):
        launch.prepare(workspace, experiment)


def test_ranks_are_asked_for_where_there_is_a_batch(
    workspace: Workspace, experiment: Experiment
) -> None:
    """A number that divides the batch is in the request; without an outer loop it is refused."""
    directory = launch.prepare(workspace, experiment, changes={"problems": 8}, ranks=4)
    assert files.read_request(directory).ranks == 4
    assert "ranks" not in launch.prepare(workspace, experiment).request.read_text()
    with pytest.raises(RequestError, match="residual has no outer loop"):
        launch.prepare(workspace, experiments.get("residual"), ranks=2)
