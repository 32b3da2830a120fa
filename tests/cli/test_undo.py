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


def test_several_steps_are_taken_at_once(cli: Cli, plan_path: Path) -> None:
    """Each is told; too many are refused before the first."""
    before = plan_path.read_bytes()
    for verb in ("start", "done", "drop"):
        cli("plan", verb, "maml")
    after = plan_path.read_bytes()
    refused = cli("plan", "undo", "4")
    assert refused.code == 2
    assert "3 steps" in refused.err
    assert plan_path.read_bytes() == after
    document = cli("plan", "undo", "3", "--json").document
    assert [one.rpartition("> ")[2] for one in document["steps"]] == ["dropped", "done", "doing"]
    assert document["undone"] == "; ".join(document["steps"])
    assert plan_path.read_bytes() == before
    assert cli("plan", "redo", "3").out.count("redone: ") == 3
    assert plan_path.read_bytes() == after
    assert cli("plan", "redo", "0").code == 2


def test_the_history_tells_each_version_and_the_way_to_it(cli: Cli, plan_path: Path) -> None:
    """Newest first, with the one that stands, and what another program wrote."""
    for verb in ("start", "done"):
        cli("plan", verb, "maml")
    text = plan_path.read_text(encoding="utf-8")
    plan_path.write_text(text.replace("Learning to learn", "Mine"), encoding="utf-8")
    cli("plan", "drop", "maml")
    cli("plan", "undo", "2")
    document = cli("plan", "history", "--json").document
    assert [one["steps"] for one in document] == [2, 1, 0, -1, -2]
    assert [one["stands"] for one in document] == [False, False, True, False, False]
    assert [one["outside"] for one in document] == [False, True, False, False, False]
    assert document[2]["change"] == "status of maml: doing -> done"
    out = cli("plan", "history").out.splitlines()
    assert out[1].startswith("redo 2")
    assert out[3].startswith("stands now")
    assert out[4].startswith("undo 1")
    assert "by another program" in out[2]


def test_the_history_of_a_plan_that_nobody_changed_is_itself(cli: Cli) -> None:
    """Nothing is written for that."""
    document = cli("plan", "history", "--json").document
    assert [one["stands"] for one in document] == [True]
