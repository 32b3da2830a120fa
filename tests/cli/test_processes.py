"""The command line as a process: exit codes, pipes, locales, start-up."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from l2l_tui.workspace import Workspace
from tests.cli.conftest import Cli, command
from tests.cli.made import make_run

HEAVY = {"torch", "numpy", "textual", "matplotlib", "sklearn", "safetensors"}


@pytest.mark.parametrize(
    "words", [["experiments", "--json"], ["plan", "--json"], ["runs", "--json"], ["show", "aaaa"]]
)
def test_a_verb_that_needs_no_torch_loads_nothing_heavy(
    workspace: Workspace, environment: dict[str, str], words: list[str]
) -> None:
    """Neither at import nor in use."""
    make_run(workspace)
    code = (
        "import sys; from l2l_tui.cli import main; code = main(sys.argv[1:]); "
        "print(*{name.split('.')[0] for name in sys.modules}, file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    assert not set(done.stderr.split()) & HEAVY


def test_json_is_alone_on_stdout_even_when_a_workspace_is_filled(
    process: Cli, tmp_path: Path
) -> None:
    """Messages go to stderr."""
    done = process("plan", "--json", "--workspace", tmp_path / "new")
    assert done.code == 0
    assert done.document["title"] == "Learning to learn"
    assert "filled" in done.err


@pytest.mark.parametrize("locale", ["C", "POSIX", "C.UTF-8"])
def test_chinese_is_printed_in_any_locale(process: Cli, locale: str) -> None:
    """JSON is UTF-8 everywhere."""
    done = process("meeting", "problem", "為什麼 🙂", "--json", LC_ALL=locale, LANG=locale)
    assert (done.code, done.document["problems"][0]["text"]) == (0, "為什麼 🙂")
    assert process("meeting", LC_ALL=locale, LANG=locale).code == 0


def test_an_encoding_without_chinese_is_no_reason_to_fail(process: Cli) -> None:
    """A person gets question marks; a program gets UTF-8."""
    process("meeting", "problem", "為什麼")
    done = process("meeting", PYTHONIOENCODING="ascii")
    assert (done.code, "???" in done.out) == (0, True)
    assert len(done.err.splitlines()) == 1
    assert "PYTHONUTF8=1" in done.err
    assert process("meeting", PYTHONIOENCODING="utf-8").err == ""
    assert process("experiments", "--json", PYTHONIOENCODING="ascii").err == ""
    assert "為什麼" in process("meeting", "--json", PYTHONIOENCODING="ascii").out


def test_a_reader_that_goes_away_is_no_fault(
    workspace: Workspace, environment: dict[str, str]
) -> None:
    """As in `l2l-tui runs | head -1`: no message, no traceback."""
    for number in range(30):
        make_run(workspace, f"2026-11-20-1200-l2l-quadratic-{number:04}")
    child = subprocess.Popen(
        command("show", "0003"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )
    assert child.stdout is not None
    child.stdout.close()
    assert child.stderr is not None
    assert child.stderr.read() == b""
    child.stderr.close()
    assert child.wait(60) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_output_that_cannot_be_written_is_said(environment: dict[str, str]) -> None:
    """Exit code 1 with a message, no traceback."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command("runs"), stdout=full, stderr=subprocess.PIPE, text=True, env=environment
        )
    assert done.returncode == 1
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_closed_output_is_no_fault(environment: dict[str, str]) -> None:
    """As in `l2l-tui runs >&-`."""
    done = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", *command("runs")],
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_fault_of_ours_shows_its_traceback_only_with_debug(
    workspace: Workspace, environment: dict[str, str]
) -> None:
    """One line says what to do for more."""
    code = (
        "import sys; from l2l_tui.cli import main; from l2l_tui.plan import store; "
        "store.load = lambda path: 1 / 0; sys.exit(main(sys.argv[1:]))"
    )
    for words, traceback in (["plan"], False), (["plan", "--debug"], True):
        done = subprocess.run(
            [sys.executable, "-c", code, *words], capture_output=True, text=True, env=environment
        )
        assert done.returncode == 1
        assert ("Traceback" in done.stderr) is traceback
        assert "ZeroDivisionError" in done.stderr
    assert workspace.plan_files()


def test_the_app_is_not_opened_into_a_pipe(process: Cli) -> None:
    """Where there is no terminal the verbs are named instead."""
    done = process()
    assert done.code == 2
    assert "--help" in done.err


@pytest.mark.parametrize("where", ["", "plans"])
@pytest.mark.parametrize("verb", ["plan", "runs", "init", "doctor", "show x", "run l2l-quadratic"])
def test_a_file_in_a_folders_place_is_said(
    cli: Cli, tmp_path: Path, no_start: list[str], where: str, verb: str
) -> None:
    """In one line, with the file's name and what to do; nothing is made of it."""
    file = tmp_path / "study" / where
    file.parent.mkdir(exist_ok=True)
    file.write_text("no folder", encoding="utf-8")
    done = cli(*verb.split(), at=tmp_path / "study")
    assert (done.code, done.out, no_start) == (2, "", [])
    assert done.err == f"{file} is a file, not a folder; name another place with --workspace\n"
    assert file.read_text(encoding="utf-8") == "no folder"


@pytest.mark.parametrize("verb", ["runs", "show x"])
def test_a_file_in_the_place_of_the_runs_is_said(cli: Cli, workspace: Workspace, verb: str) -> None:
    """The plan can be read all the same."""
    workspace.runs.write_text("no folder", encoding="utf-8")
    done = cli(*verb.split())
    assert (done.code, done.out) == (2, "")
    assert done.err == f"{workspace.runs} is no folder, so no runs can be in it\n"
    assert cli("plan", "--json").code == 0


def test_the_app_does_not_open_on_a_file(environment: dict[str, str], tmp_path: Path) -> None:
    """In a terminal, on which nothing is drawn."""
    file = tmp_path / "file"
    file.write_text("no folder", encoding="utf-8")
    leader, follower = pty.openpty()
    done = subprocess.run(
        command("--workspace", file),
        stdin=follower,
        stdout=follower,
        stderr=subprocess.PIPE,
        text=True,
        env={**environment, "TERM": "xterm-256color"},
    )
    os.set_blocking(leader, False)
    with pytest.raises(BlockingIOError):
        os.read(leader, 1)
    os.close(leader)
    os.close(follower)
    assert done.returncode == 2
    assert done.stderr.startswith(f"{file} is a file, not a folder")
