"""Files of one run that hold anything at all: the other runs are there, and nothing breaks."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from l2l_tui import workspace as workspaces
from l2l_tui.errors import L2LError
from l2l_tui.runs import catalogue, control, files, metrics, state
from l2l_tui.runs.compare import compare
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.follow import Follower
from l2l_tui.runs.model import State
from l2l_tui.workspace import Workspace
from tests.runs.conftest import MakeRun, MakeStatus

VALUES = {
    "true": "true",
    "negative": "-1",
    "64 bits": str(2**63 - 1),
    "65 bits": str(2**63),
    "400 digits": "9" * 400,
    "5,000 digits": "9" * 5000,
    "hexadecimal": "0x" + "f" * 20_000,
    "infinity": "inf",
    "not a number": "nan",
    "beyond floats": "1e999",
    "day": "2021-07-07",
    "first moment": "0001-01-01T00:00:00+23:59",
    "last moment": "9999-12-31T23:59:59-23:59",
    "no text": "''",
    "signs": r'"\u001b[2J[/]\u202e\u0000"',
    "long text": "'" + "x" * 200_000 + "'",
    "array": "[[], {}, 1, 'a', 2021-07-07]",
    "table": "{ a = { b = [1] } }",
    "deep array": "[" * 200 + "]" * 200,
    "deeper array": "[" * 20_000,
    "deeper table": "{a=" * 20_000,
    "no value": "",
}
"""What stands behind a key, in TOML."""

BYTES = {
    "empty": b"",
    "zeros": bytes(1000),
    "no UTF-8": b"\xff\xfe\xfa",
    "half a character": "學".encode()[:2],
    "brackets": b"[" * 100_000,
    "keys": b"a" + b".a" * 2_000 + b" = 1",
    "tables": b"[" + b"a." * 2_000 + b"a]",
    "JSON": b'{"name": {}, "step": [], "value": "x"}\n' * 3,
    "one line": b"x" * 1_000_000,
}
"""What stands in the whole file."""

FILES = ("request", "status", "result", "control", "metrics", "log")


@pytest.fixture
def ill(make_run: MakeRun, make_status: MakeStatus) -> RunDirectory:
    """Return a finished run with every file, between two others."""
    for name in ("a", "c"):
        make_run(name, ended=State.FINISHED)
    directory = make_run("b", status=make_status(), ended=State.FINISHED, figures={"ratio": 0.5})
    directory.control.write_text("stop\n")
    directory.metrics.write_text('{"name": "loss", "step": 1, "value": 0.5}\n')
    directory.log.write_text("begins\n")
    return directory


def survives(workspace: Workspace, directory: RunDirectory) -> None:
    """Look at all runs in every way, first as new to the follower, then as changed."""
    runs = catalogue.listing(workspace).runs
    messages = catalogue.listing(workspace).broken
    assert {"a", "c"} <= {run.id for run in runs}
    assert len(runs) + len(messages) == 3
    assert all(len(message) < 1000 for message in messages)

    follower = Follower(workspace)
    assert {"a", "c"} <= {update.run.id for update in follower.poll()}
    assert len(follower.broken) == len(messages)
    follower.open("b")
    follower.poll()

    metrics.read(directory)
    files.read_status(directory)
    control.read_order(directory)
    compare(runs)
    for run in runs:
        assert math.isnan(run.elapsed_s) or run.elapsed_s is not None
        assert run.remaining_s is None or isinstance(run.remaining_s, float)


def seen_before(workspace: Workspace, spoil: Callable[[], object]) -> None:
    """Let a follower see the run whole, then spoilt; the others stay."""
    follower = Follower(workspace)
    assert len(follower.poll()) == 3
    follower.open("b")
    spoil()
    assert {update.run.id for update in follower.poll()} <= {"b"}
    follower.poll()


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("file", ["request", "status", "result"])
def test_a_key_may_hold_anything(
    workspace: Workspace, ill: RunDirectory, file: str, value: str
) -> None:
    """Each key of each TOML file in turn, with every kind of value."""
    path: Path = getattr(ill, file)
    lines = path.read_text().splitlines()
    keys = [number for number, line in enumerate(lines) if " = " in line]
    assert keys
    for number in keys:
        key = lines[number].split(" = ")[0]
        spoilt = [*lines[:number], f"{key} = {value}", *lines[number + 1 :]]
        path.write_text("\n".join(spoilt))
        if file != "result":
            ill.result.unlink(missing_ok=True)  # else nobody needs the status
        survives(workspace, ill)


@pytest.mark.parametrize("content", BYTES.values(), ids=BYTES)
@pytest.mark.parametrize("file", FILES)
def test_a_file_may_hold_anything(
    workspace: Workspace, ill: RunDirectory, file: str, content: bytes
) -> None:
    """Each file in turn, whole, as the app finds it and while the app looks."""
    path: Path = getattr(ill, file)
    seen_before(workspace, lambda: path.write_bytes(content))
    survives(workspace, ill)


@pytest.mark.parametrize("file", ["request", "status", "result", "control"])
def test_a_file_may_be_a_folder(workspace: Workspace, ill: RunDirectory, file: str) -> None:
    """What the system refuses to read is broken, too."""
    path: Path = getattr(ill, file)
    path.unlink()
    path.mkdir()
    survives(workspace, ill)


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_settings_may_hold_anything(workspace: Workspace, value: str) -> None:
    """They are read, or refused by the file's name."""
    workspace.settings.write_text(f"look = {value}")
    said = ""
    try:
        found = workspaces.read_settings(workspace)
    except L2LError as error:
        found, said = {}, str(error)
    assert ("look" in found) is not ("settings.toml is not TOML" in said)
    assert len(said) < 1000


def test_a_run_is_judged_whatever_its_heartbeat_says(
    ill: RunDirectory, make_status: MakeStatus
) -> None:
    """Times and processes that cannot be count as no sign of life."""
    ill.result.unlink()
    for changed in ({"pid": 2**63 - 1}, {"pid": -1}, {"pid_started": math.nan}, {"step": -5}):
        files.write_status(ill, make_status(**changed))
        assert state.derive(ill) is State.INTERRUPTED
