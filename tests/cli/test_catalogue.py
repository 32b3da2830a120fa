"""``experiments``: the list of what can be run, and which milestones it serves."""

from __future__ import annotations

import tomllib
from pathlib import Path

from l2l_tui.plan.embedded import embedded_text
from l2l_tui.workspace import Workspace
from tests.cli.conftest import Cli


def _served(cli: Cli, at: Path | None = None) -> dict[str, list[str]]:
    listed = cli("experiments", "--json", at=at).document
    return {entry["name"]: entry["milestones"] for entry in listed}


def test_every_milestone_of_the_embedded_plan_has_an_experiment(cli: Cli, tmp_path: Path) -> None:
    """Also before the workspace has a plan, and looking makes none."""
    empty = tmp_path / "empty"
    empty.mkdir()
    milestones = [each["id"] for each in tomllib.loads(embedded_text())["milestone"]]
    served = _served(cli, empty)
    assert {name for names in served.values() for name in names} == set(milestones)
    assert all(served.values())
    assert not any(empty.iterdir())


def test_schedule_and_catalogue_name_the_same_experiments(cli: Cli) -> None:
    """What the plan names under a milestone is listed with that milestone."""
    served = _served(cli)
    milestones = [
        milestone
        for track in cli("plan", "--json").document["tracks"]
        for milestone in track["milestones"]
    ]
    assert milestones
    for milestone in milestones:
        assert milestone["experiments"]
        for name in milestone["experiments"]:
            assert milestone["id"] in served[name]


def test_a_milestone_of_ones_own_is_named_too(cli: Cli, workspace: Workspace) -> None:
    """The workspace's own plan decides, not the embedded one."""
    plan = workspace.plan_files()[0]
    plan.write_text(
        plan.read_text(encoding="utf-8")
        + '\n[[milestone]]\nid = "mine"\ntrack = "paper"\ntitle = "Mine"\n'
        'experiments = ["vit"]\n',
        encoding="utf-8",
    )
    assert _served(cli)["vit"] == ["vision-transformer", "mine"]
    assert "the plan names it under mine too" in cli("experiments", "vit").out
