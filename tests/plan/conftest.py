"""A small plan to spoil, edit and export."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from l2l_tui.cli import main
from l2l_tui.workspace import Workspace

SMALL = """\
# A plan for tests.
[plan]
title = "Small"            # of three lines
language = "en"
first_meeting = 2021-07-07
meets_every_days = 7

[[track]]
id = "paper"
title = "PAPER"

[[track]]
id = "torch"
title = "TORCH"

# PAPER

[[milestone]]
id = "l2l"
track = "paper"
title = "Learning to learn"
due = 2021-07-28           # the advisor's date
status = "todo"            # todo, doing, done, dropped
links = ["arXiv:1606.04474"]

[[milestone]]
id = "maml"
track = "paper"
title = "MAML"
due = 2021-08-17
needs = ["l2l"]
mood = "curious"           # nobody else knows this key

# TORCH

[[milestone]]
id = "resnet"
track = "torch"
title = "Residual networks"

[[meeting]]
date = 2021-07-14
paper = "Read section 2."

[[meeting.problem]]
text = "Why does it diverge?"
raised = 2021-07-07

[[result]]
run = "2021-07-20-1000-l2l-quadratic-abcd"
milestone = "l2l"
claims = { ahead = "holds" }
figures = { ratio = 0.31 }
"""


@dataclass(frozen=True)
class Said:
    """What a command came to."""

    code: int
    """Its exit code."""
    out: str
    """What it printed."""
    err: str
    """What it said."""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """An empty workspace."""
    (tmp_path / "plans").mkdir()
    return Workspace(tmp_path)


@pytest.fixture
def write(workspace: Workspace) -> Callable[[str | bytes], Path]:
    """Write a plan's text as it is, to the last byte."""

    def write_(content: str | bytes) -> Path:
        path = workspace.plans / "small.toml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_


@pytest.fixture
def small(write: Callable[[str | bytes], Path]) -> Path:
    """The small plan's file."""
    return write(SMALL)


@pytest.fixture
def said(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run a command of the command line in the workspace."""

    def run(*words: str) -> Said:
        code = main(["--workspace", str(workspace.root), *words])
        done = capsys.readouterr()
        assert "Traceback" not in done.err
        return Said(code, done.out, done.err)

    return run
