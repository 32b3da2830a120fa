"""``runs``, ``show`` and ``metrics`` on a run whose files hold anything at all."""

from __future__ import annotations

import pytest

from l2l_tui.workspace import Workspace
from tests.cli.conftest import Cli
from tests.cli.made import make_run
from tests.runs.test_hostile import BYTES, VALUES

KEYS = {"request": "seed", "status": "elapsed_s", "result": "elapsed_s"}
"""A key of each file that every listing shows."""


@pytest.mark.parametrize("file", ["request", "status", "result"])
def test_any_value_behind_any_key_is_shown_or_refused(
    cli: Cli, workspace: Workspace, file: str
) -> None:
    """The other run is listed; nothing is a fault of ours."""
    make_run(workspace, "good")
    ill = make_run(workspace, "ill")
    path = getattr(ill, file)
    whole = path.read_text(encoding="utf-8")
    line = next(line for line in whole.splitlines() if line.startswith(KEYS[file]))
    for value in VALUES.values():
        path.write_text(whole.replace(line, f"{KEYS[file]} = {value}"), encoding="utf-8")
        _looks(cli)


@pytest.mark.parametrize("file", ["request", "status", "result", "control", "metrics", "log"])
def test_any_bytes_in_any_file_are_shown_or_refused(
    cli: Cli, workspace: Workspace, file: str
) -> None:
    """The other run is listed; nothing is a fault of ours."""
    make_run(workspace, "good")
    path = getattr(make_run(workspace, "ill"), file)
    for content in BYTES.values():
        path.write_bytes(content)
        _looks(cli)


def _looks(cli: Cli) -> None:
    assert "good" in {one["run"] for one in cli("runs", "--json").document}
    assert cli("runs").code == 0
    for words in (["show", "ill"], ["show", "ill", "--json"], ["metrics", "ill"]):
        done = cli(*words)
        assert done.code in {0, 2}
        assert "fault of its own" not in done.err
