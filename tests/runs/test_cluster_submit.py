"""Handing over, with a script in sbatch's place: what it is told, and what its answers mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from l2l_tui import extras
from l2l_tui.errors import L2LError, RequestError
from l2l_tui.runs import files
from l2l_tui.runs.cluster import commands, submit, ticket
from l2l_tui.runs.cluster.submit import UncertainError
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import State
from l2l_tui.runs.state import derive
from l2l_tui.workspace import Workspace
from tests.runs.conftest import MakeRun

pytest.importorskip("submitit")


@pytest.fixture
def sbatch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the script that stands for ``sbatch``; it keeps what it is given in ``given``."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    for name in ("squeue", "srun", "scancel"):
        (folder / name).write_text("#!/bin/sh\n")
    (folder / "sinfo").write_text("#!/bin/sh\necho study\n")
    answers(folder / "sbatch", "echo Submitted batch job 42")
    for script in folder.iterdir():
        script.chmod(0o755)
    return folder / "sbatch"


def answers(script: Path, said: str) -> None:
    """Let the script do this after it has kept what it was given."""
    given = script.parent.parent / "given"
    script.write_text(f'#!/bin/sh\ncat "$1" > {given}\n{said}\n')


def given(script: Path) -> list[str]:
    """Return the lines of the job's script."""
    return (script.parent.parent / "given").read_text().splitlines()


def test_a_job_asks_for_what_the_settings_say(
    sbatch: Path, workspace: Workspace, make_run: MakeRun
) -> None:
    """And for as many cores as the run has threads; everything ends in the run's log."""
    workspace.settings.write_text(
        '[cluster]\npartition = "study"\ntime_min = 5\nmemory_gb = 1.5\ngpus = 2\n'
        'warning_s = 30\noptions = { account = "a lab", exclusive = true }\n'
    )
    directory = make_run("run", threads=3)

    assert submit.submit(workspace, [directory]) == ["42"]

    lines = given(sbatch)
    for option in (
        "partition=study",
        "time=5",
        "mem=1536MB",
        "gpus-per-node=2",
        "cpus-per-task=3",
        "nodes=1",
        "ntasks-per-node=1",
        "signal=USR2@30",
        "account='a lab'",
        "exclusive",
        "requeue",
        "open-mode=append",
    ):
        assert f"#SBATCH --{option}" in lines
    assert not [line for line in lines if "wckey" in line or "array" in line]
    log = next(line.partition("=")[2] for line in lines if line.startswith("#SBATCH --output"))
    assert Path(log).readlink() == directory.log
    held = ticket.read(directory)
    assert held is not None
    assert (held.job, held.index) == ("42", -1)
    assert held.name.startswith("run.")
    assert derive(directory) is State.QUEUED


def test_many_runs_are_one_array(sbatch: Path, workspace: Workspace, make_run: MakeRun) -> None:
    """Each knows its place in it, and its log is its own."""
    directories = [make_run(f"run{n}") for n in range(4)]

    jobs = submit.submit(workspace, directories, at_once=2, nodes=2, tasks_per_node=3)

    assert jobs == ["42_0", "42_1", "42_2", "42_3"]
    lines = given(sbatch)
    for option in ("array=0-3%2", "nodes=2", "ntasks-per-node=3"):
        assert f"#SBATCH --{option}" in lines
    held = [ticket.read(directory) for directory in directories]
    assert [(one.job, one.index) for one in held if one] == [(job, n) for n, job in enumerate(jobs)]
    log = next(line.partition("=")[2] for line in lines if line.startswith("#SBATCH --output"))
    places = [Path(log.replace("%a", str(n))).readlink() for n in range(4)]
    assert places == [directory.log for directory in directories]


@pytest.mark.parametrize("before", [None, "6"])
def test_what_slurm_refuses_stands_as_before(
    sbatch: Path, workspace: Workspace, make_run: MakeRun, before: str | None
) -> None:
    """Its own words are in the message, and nothing is left of the attempt."""
    answers(sbatch, "echo 'sbatch: error: Invalid account' >&2; exit 1")
    directories = [make_run("one"), make_run("two")]
    old = submit.Ticket("old", files.read_request(directories[0]).created, job=before or "")
    if before:
        ticket.write(directories[0], old)

    with pytest.raises(RequestError, match="Slurm does not take it: Invalid account"):
        submit.submit(workspace, directories)

    assert ticket.read(directories[0]) == (old if before else None)
    assert ticket.read(directories[1]) is None
    assert list((workspace.runs / submit.PAPERS).iterdir()) == []


def test_an_answer_that_got_lost_is_no_refusal(
    sbatch: Path, workspace: Workspace, make_run: MakeRun
) -> None:
    """The job may be in the queue: the run keeps the name by which it is found there."""
    answers(
        sbatch, "echo 'sbatch: error: Batch job submission failed: Socket timed out' >&2; exit 1"
    )
    directory: RunDirectory = make_run("run")
    with pytest.raises(UncertainError) as uncertain:
        submit.submit(workspace, [directory])
    reason = "Batch job submission failed: Socket timed out"
    assert str(uncertain.value) == (
        f"Slurm did not answer ({reason}); it may have taken run: the list of runs will tell"
    )
    assert not isinstance(uncertain.value, RequestError)
    assert isinstance(uncertain.value, L2LError)
    held = ticket.read(directory)
    assert held is not None
    assert held.job == ""
    assert derive(directory) is State.QUEUED
    with pytest.raises(UncertainError, match="it may have taken 2 runs, from one on"):
        submit.submit(workspace, [make_run("one"), make_run("two")])


def test_a_job_whose_number_cannot_be_written_is_kept(
    sbatch: Path, workspace: Workspace, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full by then: Slurm has the job, and its name still finds it."""
    assert sbatch.exists()
    write = ticket.write

    def fill_up(directory: RunDirectory, one: ticket.Ticket) -> None:
        if one.job:
            raise L2LError("no space left")
        write(directory, one)

    monkeypatch.setattr(ticket, "write", fill_up)
    directory = make_run("run")
    with pytest.raises(UncertainError, match=r"run is job 42 of the cluster.*no space left"):
        submit.submit_new(workspace, directory)
    held = ticket.read(directory)
    assert held is not None
    assert (held.name[:4], held.job) == ("run.", "")
    assert derive(directory) is State.QUEUED


@pytest.mark.parametrize(
    ("lacking", "said"),
    [
        ("Slurm", "log in where they are, or run it here without a cluster"),
        ("submitit", "a job of a cluster needs submitit, not installed"),
    ],
)
def test_what_is_missing_is_said_in_words_that_fit_the_app_too(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, lacking: str, said: str
) -> None:
    """There are no options of the shell in a form."""
    monkeypatch.setattr(commands, "is_here", lambda: lacking != "Slurm")
    monkeypatch.setattr(extras, "absent", lambda *names: names)
    with pytest.raises(RequestError, match=said) as refused:
        submit.check(workspace)
    assert "--" not in str(refused.value)
