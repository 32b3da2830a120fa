"""Run directories as a trainer leaves them, without a trainer."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from l2l_tui.runs import files, process
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import Request, RunResult, RunStatus, State
from l2l_tui.runs.queue import owner
from l2l_tui.runs.state import now
from l2l_tui.workspace import Workspace

MakeRun = Callable[..., RunDirectory]
MakeStatus = Callable[..., RunStatus]


@pytest.fixture(autouse=True)
def no_fsync(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the disk: no test here cuts the power."""
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return an empty workspace."""
    return Workspace(tmp_path)


@pytest.fixture
def dead_pid() -> int:
    """Return the number of a process that has ended."""
    child = subprocess.Popen(["true"])
    child.wait()
    return child.pid


@pytest.fixture
def make_status(dead_pid: int) -> MakeStatus:
    """Return what makes a heartbeat, of a dead process unless told otherwise."""

    def make(**given: object) -> RunStatus:
        fields: dict[str, object] = {
            "state": State.RUNNING,
            "step": 3,
            "steps": 10,
            "elapsed_s": 1.5,
            "heartbeat": now(),
            "started": now(),
            "host": process.host(),
            "pid": dead_pid,
            "pid_started": 1.0,
            "note": "walking",
        }
        return RunStatus(**{**fields, **given})  # type: ignore[arg-type]

    return make


@pytest.fixture
def alive() -> dict[str, object]:
    """Return what a heartbeat of a living process says of it; the tests' own will do."""
    me = process.me()
    return {"host": me.host, "pid": me.pid, "pid_started": me.started}


@pytest.fixture
def make_run(workspace: Workspace) -> MakeRun:
    """Return what makes a run's directory, asked for an hour ago unless told otherwise."""

    def make(
        name: str,
        *,
        age_s: float = 3600,
        status: RunStatus | None = None,
        ended: State | None = None,
        figures: dict[str, float] | None = None,
        **given: object,
    ) -> RunDirectory:
        directory = RunDirectory(workspace.runs / name)
        directory.path.mkdir(parents=True)
        created = now() - timedelta(seconds=age_s)
        fields: dict[str, object] = {
            "experiment": "l2l-quadratic",
            "preset": "quick",
            "seed": 0,
            "settings": {"outer_steps": 100},
            "created": created,
            **given,
        }
        files.write_request(directory, Request(run=name, **fields))  # type: ignore[arg-type]
        if status is not None:
            files.write_status(directory, status)
        if ended is not None:
            result = RunResult(ended, created, now(), 2.5, figures or {}, (figures or {},))
            files.write_result(directory, result)
        return directory

    return make


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no owner of the queue be started."""
    monkeypatch.setattr(owner, "kick", lambda _workspace: False)
