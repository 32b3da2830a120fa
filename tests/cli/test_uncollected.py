"""What is shown while finished runs cannot be written into the plan."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from filelock import FileLock

from l2l_tui.cli import plans
from l2l_tui.workspace import Workspace
from tests.cli.conftest import Cli
from tests.cli.made import make_run

Trouble = Callable[[Workspace, pytest.MonkeyPatch], AbstractContextManager[None]]


@contextmanager
def lock_held(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let somebody else collect all the time."""
    with monkeypatch.context() as patch, FileLock(workspace.runs / ".evidence.lock"):
        patch.setattr(plans, "_PATIENCE_S", 0.05)
        yield


@contextmanager
def no_lock(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:  # noqa: ARG001
    """Let the lock's file be one that cannot be opened."""
    (workspace.runs / ".evidence.lock").mkdir()
    yield
    (workspace.runs / ".evidence.lock").rmdir()


@contextmanager
def full_disk(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:  # noqa: ARG001
    """Let nothing more be kept."""

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        yield


@pytest.mark.parametrize("trouble", [lock_held, no_lock, full_disk], ids=lambda one: one.__name__)
def test_reading_verbs_warn_and_go_on(
    cli: Cli, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, trouble: Trouble
) -> None:
    """The plan is shown as it is on disk; the document stands alone on stdout."""
    make_run(workspace)
    before = workspace.plan_file().read_bytes()
    with trouble(workspace, monkeypatch):
        for verb, key in (("plan", "tracks"), ("meeting", "problems")):
            done = cli(verb, "--json")
            assert done.code == 0, done.err
            assert "not collected into the plan yet" in done.err
            assert len(done.err.splitlines()) == 1
            assert key in done.document
    assert workspace.plan_file().read_bytes() == before
    assert cli("plan", "--json").document["tracks"][0]["milestones"][0]["evidence"]


def test_an_export_needs_no_evidence_of_today(
    cli: Cli, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whoever exports to another disk gets the plan as it stands."""
    make_run(workspace)
    with lock_held(workspace, monkeypatch):
        done = cli("export", "--output", tmp_path / "summary.md")
    assert (done.code, "not collected into the plan yet" in done.err) == (0, True)
    assert (tmp_path / "summary.md").read_text(encoding="utf-8")


def test_an_edit_that_cannot_be_written_is_refused(
    cli: Cli, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It must not look as if it were done."""
    make_run(workspace)
    with full_disk(workspace, monkeypatch):
        done = cli("plan", "start", "maml")
    assert (done.code, done.out) == (1, "")
    assert "No space left" in done.err.splitlines()[-1]
    assert cli("plan", "--json").document["tracks"][0]["milestones"][1]["status"] == "todo"
