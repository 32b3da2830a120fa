"""The app's workspaces, orders given instead of obeyed, and pictures to compare with."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from l2l_tui.runs import steer
from l2l_tui.runs.cluster import commands
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import State
from l2l_tui.runs.queue import orders as queue_orders
from l2l_tui.tui.study import StudyApp
from l2l_tui.workspace import Workspace
from tests.tui.script import make_workspace

SNAPSHOTS = Path(__file__).parent / "snapshots"
UPDATE = "L2L_TUI_UPDATE_SNAPSHOTS"

Compare = Callable[[StudyApp, str], None]


@pytest.fixture(autouse=True)
def no_fsync(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the disk: no test here cuts the power."""
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)


@pytest.fixture(autouse=True)
def no_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this machine have no Slurm, whether it has or not; some tests bring their own."""
    monkeypatch.setattr(commands, "is_here", lambda: False)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return a workspace with a plan of five milestones."""
    return make_workspace(tmp_path / "study")


@pytest.fixture
def orders(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Return the orders given to trainers, which nobody obeys."""
    given: list[tuple[str, str]] = []

    def order(verb: str, state: State) -> Callable[[RunDirectory], State]:
        def give(directory: RunDirectory) -> State:
            given.append((verb, directory.id))
            return state

        return give

    def submit(_workspace: Workspace, directories: list[RunDirectory]) -> None:
        given.extend(("start", directory.id) for directory in directories)

    monkeypatch.setattr(queue_orders, "submit", submit)
    monkeypatch.setattr(steer, "stop", order("stop", State.STOPPED))
    monkeypatch.setattr(steer, "pause", order("pause", State.PAUSED))
    monkeypatch.setattr(steer, "resume", order("resume", State.RUNNING))
    return given


@pytest.fixture
def same_picture() -> Compare:
    """Return what compares the screen with a picture kept in ``snapshots/``.

    With the environment's ``L2L_TUI_UPDATE_SNAPSHOTS`` the picture is written instead.
    """

    def compare(app: StudyApp, name: str) -> None:
        picture, kept = _normal(app.export_screenshot()), SNAPSHOTS / f"{name}.svg"
        if os.environ.get(UPDATE):
            kept.parent.mkdir(exist_ok=True)
            kept.write_text(picture, encoding="utf-8")
        assert kept.exists(), f"no picture {kept}; set {UPDATE}=1 to write it"
        if picture != kept.read_text(encoding="utf-8"):
            seen = kept.with_suffix(".seen.svg")
            seen.write_text(picture, encoding="utf-8")
            raise AssertionError(f"{name} looks different: compare {seen.name} with {kept.name}")

    return compare


def _normal(svg: str) -> str:
    """Return a picture without what differs from run to run, or refers to other hosts."""
    svg = re.sub(r"@font-face \{.*?\}\n", "", svg, flags=re.DOTALL)
    return re.sub(r"terminal-\d+", "terminal", svg).rstrip() + "\n"
