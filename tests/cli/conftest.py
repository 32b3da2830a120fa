"""A workspace with the embedded plan, and the command line on it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from l2l_tui.cli import main
from l2l_tui.cli.days import today
from l2l_tui.plan import embedded
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.queue import orders
from l2l_tui.workspace import Workspace
from tests.trainer.conftest import CATALOGUE


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    """Its exit code."""
    out: str
    """What it printed on stdout."""
    err: str
    """What it printed on stderr."""

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""

        def refuse(word: str) -> None:
            raise AssertionError(f"{word} is no JSON number")

        return json.loads(self.out, parse_constant=refuse)


Cli = Callable[..., Done]


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace filled once, to be copied."""
    root = tmp_path_factory.mktemp("filled")
    embedded.fill(Workspace(root), today())
    return root


@pytest.fixture
def workspace(tmp_path: Path, filled: Path) -> Workspace:
    """Return a workspace whose plan starts today."""
    root = tmp_path / "學習 space"
    shutil.copytree(filled, root)
    return Workspace(root)


@pytest.fixture
def plan_path(workspace: Workspace) -> Path:
    """Return the plan's file."""
    return workspace.plan_file()


@pytest.fixture
def cli(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Return what runs a command in this process."""

    def run(*words: object, at: Path | None = None) -> Done:
        capsys.readouterr()
        code = main([*map(str, words), "--workspace", str(at or workspace.root)])
        caught = capsys.readouterr()
        return Done(code, caught.out, caught.err)

    return run


@pytest.fixture
def environment(workspace: Workspace) -> dict[str, str]:
    """Return an environment whose trainers know the tests' own experiment, tiny-walk."""
    return {
        **os.environ,
        "L2L_TUI_WORKSPACE": str(workspace.root),
        # No empty entry: it would mean the current folder.
        "PYTHONPATH": os.pathsep.join(
            filter(None, [str(CATALOGUE), os.environ.get("PYTHONPATH", "")])
        ),
        "OMP_NUM_THREADS": "1",
    }


@pytest.fixture
def process(environment: dict[str, str]) -> Cli:
    """Return what runs a command in a process of its own."""

    def run(*words: object, **changed: str) -> Done:
        done = subprocess.run(
            command(*words),
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            stdin=subprocess.DEVNULL,
            env={**environment, **changed},
            timeout=120,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def no_start(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let nothing be started; return the ids of the runs that would have been."""
    started: list[str] = []

    def submit(_workspace: Workspace, directories: list[RunDirectory], **_how: bool) -> None:
        started.extend(directory.id for directory in directories)

    monkeypatch.setattr(orders, "submit", submit)
    return started


def command(*words: object) -> list[str]:
    """Return the command line as a process takes it."""
    return [sys.executable, "-m", "l2l_tui", *map(str, words)]
