"""The document on disk."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from l2l_tui import files
from l2l_tui.errors import L2LError, RequestError
from l2l_tui.plan.model import Plan
from l2l_tui.report.export import export
from l2l_tui.workspace import Workspace
from tests.report.conftest import MEETING, TODAY


def test_every_picture_that_is_referred_to_lies_beside_the_document(
    workspace: Workspace, plan: Plan
) -> None:
    """By a relative reference, so that the folder can be moved."""
    path = export(workspace, plan, meeting=MEETING, today=TODAY)
    assert path == workspace.root / "exports" / "study-2021-07-21.md"
    referred = re.findall(r"!\[[^]]*\]\(([^)]*\.svg)\)", path.read_text(encoding="utf-8"))
    assert len(referred) == 3
    assert all((path.parent / one).is_file() for one in referred)
    assert len(list((path.parent / "study-2021-07-21-figures").iterdir())) == len(referred)


def test_the_plans_language_is_used_unless_told_otherwise(
    workspace: Workspace, plan: Plan, tmp_path: Path
) -> None:
    """The same file is replaced."""
    path = tmp_path / "週報.md"
    export(workspace, plan, meeting=MEETING, output=path, today=TODAY)
    assert "## 上週問題" in path.read_text(encoding="utf-8")
    export(workspace, plan, meeting=MEETING, language="en", output=path, today=TODAY)
    assert "## Last week's problems" in path.read_text(encoding="utf-8")


def test_a_place_that_is_none_is_refused_before_anything_is_written(
    workspace: Workspace, plan: Plan, tmp_path: Path
) -> None:
    """Neither a folder, nor a file in a missing one, nor standard output."""
    before = sorted(tmp_path.rglob("*"))
    for output in (tmp_path, tmp_path / "none" / "week.md", Path("-")):
        with pytest.raises(RequestError):
            export(workspace, plan, meeting=MEETING, output=output, today=TODAY)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_write_that_fails_leaves_the_old_document(
    workspace: Workspace, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And says what to do."""
    path = export(workspace, plan, meeting=MEETING, today=TODAY)
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(L2LError, match="No space left"):
        export(workspace, plan, meeting=MEETING, language="en", today=TODAY)
    assert path.read_bytes() == before


def test_a_link_stays_a_link_and_what_it_leads_to_is_written(
    workspace: Workspace, plan: Plan, tmp_path: Path
) -> None:
    """As editors do it."""
    target, link = tmp_path / "target.md", tmp_path / "link.md"
    target.write_text("old", encoding="utf-8")
    link.symlink_to(target)
    export(workspace, plan, meeting=MEETING, output=link, today=TODAY)
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") != "old"


def test_what_is_no_file_is_not_replaced_by_one(
    workspace: Workspace, plan: Plan, tmp_path: Path
) -> None:
    """A device or a pipe is somebody else's."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/null")):
        with pytest.raises(RequestError, match="not a file"):
            export(workspace, plan, meeting=MEETING, output=path, today=TODAY)
    assert pipe.is_fifo()
