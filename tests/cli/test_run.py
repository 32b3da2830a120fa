"""``run`` and steering with real trainers."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from l2l_tui.runs import catalogue
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import State
from l2l_tui.workspace import Workspace
from tests.cli.conftest import Cli, command
from tests.trainer.children import kill_trainer, wait_for, wait_for_step, wait_until

pytestmark = pytest.mark.slow

ENDLESS = ("run", "tiny-walk", "--set", "steps=1000000", "--set", "wait_s=0.01")


@pytest.fixture(autouse=True)
def _no_trainer_outlives_its_test(workspace: Workspace) -> Iterator[None]:
    yield
    for directory in catalogue.directories(workspace):
        kill_trainer(directory)


@pytest.fixture
def endless(process: Cli, workspace: Workspace) -> RunDirectory:
    """Return a run that was detached and goes on until it is told to end."""
    done = process(*ENDLESS, "--detach", "--json")
    assert done.code == 0, done.err
    assert set(done.document) == {"run"}
    directory = RunDirectory(workspace.runs / done.document["run"])
    wait_for_step(directory, 3)
    return directory


def the_run(workspace: Workspace) -> RunDirectory:
    """Return the workspace's only run, once it is there and has begun."""
    wait_until(lambda: bool(catalogue.directories(workspace)))
    (directory,) = catalogue.directories(workspace)
    wait_for_step(directory, 3)
    return directory


def test_a_run_ends_with_its_result_on_stdout_and_evidence_in_the_plan(
    process: Cli, workspace: Workspace
) -> None:
    """Progress goes to stderr; the milestone gets the evidence at once."""
    done = process("run", "tiny-walk", "--milestone", "maml", "--seed", "3", "--json")
    assert done.code == 0, done.err
    result = done.document
    assert (result["experiment"], result["seed"], result["state"]) == ("tiny-walk", 3, "finished")
    assert result["claims"][0]["verdict"] == "holds"
    assert set(result["figures"]) == {"best", "last"}
    assert "finished" in done.err
    text = workspace.plan_file().read_text(encoding="utf-8")
    assert text.count(result["run"]) == 1


def test_a_run_that_fails_is_code_1_with_its_error(process: Cli) -> None:
    """The document tells type, message and traceback."""
    done = process("run", "tiny-walk", "--set", "fails_at=2", "--json")
    assert done.code == 1
    assert done.document["state"] == "failed"
    assert "stumbled over [/]" in done.document["error"]["message"]
    assert "l2l-tui show" in done.err


def test_a_trainer_that_dies_is_noticed(workspace: Workspace, environment: dict[str, str]) -> None:
    """Exit code 1, and how to go on."""
    child = start(environment, *ENDLESS, "--json")
    kill_trainer(the_run(workspace))
    out, err = child.communicate(timeout=60)
    assert child.returncode == 1
    assert json.loads(out)["state"] == "interrupted"
    assert "l2l-tui resume" in err


def test_ctrl_c_without_a_terminal_leaves_the_run_to_itself(
    workspace: Workspace, environment: dict[str, str]
) -> None:
    """And says how to go on; the trainer does not hear of it."""
    child = start(environment, *ENDLESS)
    directory = the_run(workspace)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=60)
    assert child.returncode == 130
    assert f"l2l-tui stop {directory.id}" in err
    assert "Traceback" not in err
    assert catalogue.load(directory).state is State.RUNNING


@pytest.mark.parametrize(
    ("answer", "code", "state"), [(b"s\n", 1, State.STOPPED), (b"x\nd\n", 0, State.RUNNING)]
)
def test_ctrl_c_at_a_terminal_asks_whether_to_stop_or_to_detach(
    workspace: Workspace, environment: dict[str, str], answer: bytes, code: int, state: State
) -> None:
    """The person's answer is done."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        command(*ENDLESS), stdin=theirs, stderr=theirs, stdout=subprocess.DEVNULL, env=environment
    )
    os.close(theirs)
    directory = the_run(workspace)
    read_until(ours, b"%")
    child.send_signal(signal.SIGINT)
    read_until(ours, b"[s/d]")
    os.write(ours, answer)
    read_until(ours, b"l2l-tui")
    assert child.wait(60) == code
    os.close(ours)
    assert wait_for(directory, {state}).state is state


def test_a_run_is_paused_resumed_stopped_and_resumed_again(
    process: Cli, endless: RunDirectory
) -> None:
    """Each verb waits until the run stands where it was told to."""
    for verb, state in (
        ("pause", "paused"),
        ("resume", "running"),
        ("stop", "stopped"),
        ("resume", "running"),
    ):
        done = process(verb, endless.id, "--json")
        assert (done.code, done.document) == (0, {"run": endless.id, "state": state}), done.err


def test_an_interrupted_run_is_revived(process: Cli, endless: RunDirectory) -> None:
    """By a trainer of its own."""
    kill_trainer(endless)
    # Until the owner of the queue has seen its child die, the run stands in the queue.
    wait_until(lambda: process("show", endless.id, "--json").document["state"] != "queued")
    assert process("show", endless.id, "--json").document["state"] == "interrupted"
    done = process("resume", endless.id, "--json")
    assert (done.code, done.document["state"]) == (0, "running"), done.err


def test_a_run_in_an_empty_workspace_fills_it_first(process: Cli, tmp_path: Path) -> None:
    """So that its result has a plan to go to."""
    place = tmp_path / "new"
    done = process("run", "tiny-walk", "--set", "steps=2", "--json", "--workspace", place)
    assert done.code == 0, done.err
    assert done.document["state"] == "finished"
    assert Workspace(place).plan_files()


def start(environment: dict[str, str], *words: object) -> subprocess.Popen[str]:
    """Start a command whose end is waited for later."""
    pipe: Any = subprocess.PIPE
    return subprocess.Popen(
        command(*words),
        stdin=subprocess.DEVNULL,
        stdout=pipe,
        stderr=pipe,
        encoding="utf-8",
        env=environment,
    )


def read_until(terminal: int, mark: bytes) -> None:
    """Read what a terminal shows until the mark is there."""
    seen = b""
    while mark not in seen:
        seen += os.read(terminal, 4096)
