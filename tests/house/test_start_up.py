"""What importing a room may load, looked at in a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys

import pytest

LIGHT = [
    "l2l_tui",
    "l2l_tui.cli",
    "l2l_tui.tui.app",
    "l2l_tui.report.export",
    "l2l_tui.report.markdown",
    "l2l_tui.evidence",
    "l2l_tui.plan.store",
    "l2l_tui.plan.worklog",
    "l2l_tui.runs.catalogue",
    "l2l_tui.runs.follow",
    "l2l_tui.runs.launch",
    "l2l_tui.experiments",
    "l2l_tui.experiments.l2l_quadratic",
    "l2l_tui.experiments.logistic_regression",
    "l2l_tui.lab",
    "l2l_tui.lab.measurement",
]
HEAVY = {"torch", "numpy", "matplotlib", "scipy", "sklearn", "safetensors"}


def modules_after(statement: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has after a statement."""
    code = f"{statement}\nimport sys\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("module", LIGHT)
def test_a_room_that_needs_no_torch_loads_none(module: str) -> None:
    """Only the lab and the trainer may pay for torch and numpy."""
    assert not modules_after(f"import {module}") & HEAVY


def test_the_command_line_loads_no_textual_before_a_verb_is_known() -> None:
    """A verb answers in about the time that Python needs to start."""
    assert not modules_after("import l2l_tui.cli") & {"textual", "tomlkit", "filelock"}
