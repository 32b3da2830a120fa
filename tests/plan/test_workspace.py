"""The workspace is found in a fixed order, and a plan by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from l2l_tui import workspace as workspaces
from l2l_tui.errors import RequestError, UnknownNameError
from l2l_tui.workspace import Workspace


def test_it_is_looked_for_in_the_order_of_the_design(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is given, the environment, a folder with plans, the user's own place."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv(workspaces.VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    own = workspaces.find()
    assert own.root.name == "l2l-tui"
    (tmp_path / "plans").mkdir()
    assert workspaces.find() == Workspace(tmp_path)
    monkeypatch.setenv(workspaces.VARIABLE, str(tmp_path / "there"))
    assert workspaces.find() == Workspace(tmp_path / "there")
    assert workspaces.find("here") == Workspace(tmp_path / "here")


def test_a_plan_is_found_by_its_name(workspace: Workspace, small: Path) -> None:
    """The only plan needs none; among several it is asked for; a wrong one is named nearly."""
    assert workspace.plan_file() == workspace.plan_file("small") == small
    with pytest.raises(UnknownNameError, match="did you mean 'small'"):
        workspace.plan_file("smal")
    small.with_name("other.toml").write_text("")
    with pytest.raises(RequestError, match=r"other.*small"):
        workspace.plan_file()


def test_an_empty_workspace_says_how_to_begin(tmp_path: Path) -> None:
    """The message names the command."""
    with pytest.raises(RequestError, match="l2l-tui init"):
        Workspace(tmp_path).plan_file()


def test_settings_are_read_or_refused(workspace: Workspace) -> None:
    """No file is no settings; one that is no TOML is a wrong request."""
    assert workspaces.read_settings(workspace) == {}
    workspace.settings.write_text('look = "dark"')
    assert workspaces.read_settings(workspace) == {"look": "dark"}
    workspace.settings.write_text("look = dark")
    with pytest.raises(RequestError, match="is not TOML"):
        workspaces.read_settings(workspace)
