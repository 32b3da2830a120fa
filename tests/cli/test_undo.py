"""``plan undo`` and ``plan redo``: steps back and forth, told in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from l2l_tui.plan import store
from l2l_tui.workspace import Workspace
from tests.cli.conftest import Cli
from tests.cli.made import make_run


def test_an_edit_is_undone_and_redone_byte_for_byte(cli: Cli, plan_path: Path) -> None:
    """And each step says what it was."""
    before = plan_path.read_bytes()
    cli("plan", "start", "maml")
    after = plan_path.read_bytes()
    done = cli("plan", "undo")
    assert (done.code, done.out) == (0, "undone: status of maml: todo -> doing\n")
    assert plan_path.read_bytes() == before
    assert cli("plan", "redo").out == "redone: status of maml: todo -> doing\n"
    assert plan_path.read_bytes() == after


def test_the_documents_hold_what_was_done_and_where(cli: Cli, plan_path: Path) -> None:
    """One object each."""
    cli("plan", "due", "maml", "2027-02-28")
    undone = cli("plan", "undo", "--json").document
    assert set(undone) == {"undone", "plan"}
    assert "2027-02-28" in undone["undone"]
    assert undone["plan"] == str(plan_path)
    assert set(cli("plan", "redo", "--json").document) == {"redone", "plan"}


@pytest.mark.parametrize("verb", ["undo", "redo"])
def test_with_nothing_to_step_to_the_request_is_wrong(cli: Cli, plan_path: Path, verb: str) -> None:
    """Exit code 2, the plan named, nothing written."""
    before = plan_path.read_bytes()
    done = cli("plan", verb)
    assert (done.code, done.out) == (2, "")
    assert f"nothing to {verb} in learning-to-learn" in done.err
    assert plan_path.read_bytes() == before


def test_what_a_run_brought_stays_undone_when_the_plan_is_shown(
    cli: Cli, workspace: Workspace, plan_path: Path
) -> None:
    """Undo collects nothing itself, and `plan` does not bring back what a person took away."""
    make_run(workspace)
    cli("plan")
    assert store.load(plan_path).results
    assert cli("plan", "undo").code == 0
    cli("plan")
    assert store.load(plan_path).results == ()


def test_a_broken_edit_made_outside_can_be_undone(cli: Cli, plan_path: Path) -> None:
    """And done again, which says that the plan is broken then."""
    whole = plan_path.read_bytes()
    plan_path.write_bytes(whole + b"[[milestone]\n")
    assert cli("plan", "undo").code == 0
    assert plan_path.read_bytes() == whole
    done = cli("plan", "redo")
    assert done.code == 0
    assert "is broken now" in done.err


def test_a_plan_that_was_deleted_is_not_made_anew(cli: Cli, plan_path: Path) -> None:
    """Neither by a verb that reads; `init` makes a fresh one when a person wants it."""
    plan_path.unlink()
    done = cli("plan", "--json")
    assert (done.code, done.out) == (2, "")
    assert "'learning-to-learn' was" in done.err
    assert not plan_path.exists()
    assert cli("init").code == 0
