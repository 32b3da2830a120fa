"""What a job does on its node when its trainer ends, with scripts in Slurm's place."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from l2l_tui.runs import launch
from l2l_tui.runs.cluster import JOB_VARIABLE, LEFT, task
from l2l_tui.runs.cluster.task import Task
from l2l_tui.runs.directory import RunDirectory

TERM, KILL = f"kill -{signal.SIGTERM.value} $$", f"kill -{signal.SIGKILL.value} $$"


@pytest.fixture
def put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where ``scontrol`` notes what it is told; ``state`` is what the queue says."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("SLURM_JOB_ID", "9")
    monkeypatch.setenv("SLURM_ARRAY_JOB_ID", "7")
    monkeypatch.setenv("SLURM_ARRAY_TASK_ID", "3")
    told = tmp_path / "told"
    (folder / "squeue").write_text(f"#!/bin/sh\ncat {tmp_path}/state\n")
    (folder / "scontrol").write_text(f'#!/bin/sh\necho "$@" >> {told}\n')
    for script in folder.iterdir():
        script.chmod(0o755)
    return told


def end(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, how: str) -> dict[str, str]:
    """Let a task's trainer end in this way; return the variables that it was given."""
    seen: dict[str, str] = {}

    def trainer(_directory: RunDirectory, variables: Mapping[str, str]) -> subprocess.Popen[bytes]:
        seen.update(variables)
        return subprocess.Popen(["sh", "-c", how])

    monkeypatch.setattr(launch, "trainer", trainer)
    Task(str(tmp_path))()
    return seen


def test_a_trainer_that_ends_well_ends_the_job_well(
    put_back: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It knows its job by the name that the queue has for it."""
    assert end(monkeypatch, tmp_path, "exit 0") == {JOB_VARIABLE: "7_3"}
    assert not put_back.exists()


@pytest.mark.parametrize(("how", "code"), [("exit 1", 1), (KILL, 128 + signal.SIGKILL)])
def test_one_that_does_not_ends_it_likewise(
    put_back: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, code: int
) -> None:
    """A failed run is not tried again by itself."""
    with pytest.raises(SystemExit) as ended:
        end(monkeypatch, tmp_path, how)
    assert ended.value.code == code
    assert not put_back.exists()


@pytest.mark.parametrize("how", [f"exit {LEFT}", TERM])
@pytest.mark.parametrize(
    ("state", "told"),
    [("RUNNING", "requeue 7_3\n"), ("COMPLETING", ""), ("CANCELLED", ""), ("PENDING", "")],
)
def test_a_job_that_must_leave_is_put_back_unless_slurm_sees_to_it(
    put_back: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, state: str, told: str
) -> None:
    """One that was cancelled stays cancelled."""
    (tmp_path / "state").write_text(f"{state}\n")
    with pytest.raises(SystemExit):
        end(monkeypatch, tmp_path, how)
    assert (put_back.read_text() if put_back.exists() else "") == told


def test_a_silent_cluster_is_asked_until_it_answers(
    put_back: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The controller may be starting again just then."""

    def meanwhile(_seconds: float) -> None:
        (tmp_path / "state").write_text("RUNNING\n")

    monkeypatch.setattr(task.time, "sleep", meanwhile)
    with pytest.raises(SystemExit):
        end(monkeypatch, tmp_path, f"exit {LEFT}")
    assert put_back.read_text() == "requeue 7_3\n"
