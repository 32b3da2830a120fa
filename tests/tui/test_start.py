"""What happens before the first picture."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from l2l_tui.errors import RequestError, UnknownNameError
from l2l_tui.plan import store
from l2l_tui.tui import app, start
from l2l_tui.tui.screens.chooser import ChooserScreen
from l2l_tui.tui.study import StudyApp
from l2l_tui.workspace import Workspace
from tests.tui.script import NOW, PLAN, text_of, until

TODAY = date(2026, 3, 4)


def test_an_empty_workspace_is_filled_with_the_embedded_plan(tmp_path: Path) -> None:
    """Its first meeting is today."""
    (path,) = start.candidates(Workspace(tmp_path / "new"), None, TODAY)
    assert store.load(path).first_meeting == TODAY


def test_a_plan_that_does_not_exist_is_refused_with_the_nearest(workspace: Workspace) -> None:
    """Nothing is made for it."""
    with pytest.raises(UnknownNameError, match="study"):
        start.candidates(workspace, "studi", TODAY)


def test_a_dumb_terminal_is_refused(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to do instead."""
    monkeypatch.setenv("TERM", "dumb")
    with pytest.raises(RequestError, match="TERM=dumb"):
        app.run(workspace, None)


async def test_several_plans_are_offered_to_choose_from(workspace: Workspace) -> None:
    """The chosen one is opened."""
    other = workspace.plans / "other.toml"
    other.write_text(PLAN.replace("Learning to learn", "Another plan"), encoding="utf-8")
    plans = workspace.plan_files()
    study = StudyApp(workspace, store.load(plans[1]), others=[other], clock=lambda: NOW)
    async with study.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: isinstance(study.screen, ChooserScreen))
        await pilot.press("down", "enter")
        await until(pilot, lambda: "Another plan" in text_of(study))


def test_the_app_loads_nothing_heavy_until_it_is_painted(tmp_path: Path) -> None:
    """Nor what only saving, forms or charts need, beyond what Textual itself loads."""
    code = """
import sys
import textual.app
from textual.widgets import Static
bare = set(sys.modules)
import l2l_tui.tui.app, l2l_tui.tui.study
heavy = ("torch", "numpy", "matplotlib", "tomlkit", "filelock", "difflib", "statistics",
         "textual.widgets._markdown", "textual.widgets._text_area", "textual.widgets._input",
         "textual.widgets._select", "l2l_tui.tui.widgets.chart", "l2l_tui.runs.follow")
print([name for name in heavy if name in set(sys.modules) - bare])
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert ran.stdout.strip() == "[]"


def test_a_plan_that_vanished_is_told_and_not_made_anew(tmp_path: Path) -> None:
    """The same rule as on the command line."""
    (path,) = start.candidates(Workspace(tmp_path), None, TODAY)
    path.unlink()
    with pytest.raises(RequestError, match="earlier versions"):
        start.candidates(Workspace(tmp_path), None, TODAY)
