"""Several milestones are changed by one verb, in one save that one undo takes back."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from l2l_tui.cli.days import today
from l2l_tui.errors import ConflictError
from l2l_tui.plan import store
from l2l_tui.workspace import Workspace
from tests.cli.conftest import Cli
from tests.cli.made import make_run

TODAY = today()


def by_id(cli: Cli) -> dict[str, Any]:
    """Return all milestones as the plan's document has them."""
    tracks = cli("plan", "--json").document["tracks"]
    return {one["id"]: one for track in tracks for one in track["milestones"]}


@pytest.mark.parametrize(
    ("verb", "status"), [("start", "doing"), ("done", "done"), ("drop", "dropped")]
)
def test_several_milestones_change_their_status_in_one_step(
    cli: Cli, plan_path: Path, verb: str, status: str
) -> None:
    """The document lists them; one undo brings the file back byte for byte."""
    before = plan_path.read_bytes()
    document = cli("plan", verb, "maml", "l2l", "maml", "--json").document
    assert [(one["id"], one["status"]) for one in document["milestones"]] == [
        ("maml", status),
        ("l2l", status),
    ]
    assert cli("plan", "undo").code == 0
    assert plan_path.read_bytes() == before


def test_those_that_stand_so_already_are_left_alone(cli: Cli, plan_path: Path) -> None:
    """Their history tells changes only."""
    cli("plan", "start", "maml")
    cli("plan", "start", "maml", "l2l")
    plan = store.load(plan_path)
    assert len(plan.milestone("maml").history) == 1
    assert len(plan.milestone("l2l").history) == 1


@pytest.mark.parametrize("words", ["start maml l22l", "due maml l22l +7d", "remove maml l22l"])
def test_one_wrong_name_changes_nothing(cli: Cli, plan_path: Path, words: str) -> None:
    """Half a change would be a riddle."""
    before = plan_path.read_bytes()
    done = cli("plan", *words.split())
    assert (done.code, done.out) == (2, "")
    assert "'l2l'" in done.err
    assert plan_path.read_bytes() == before


def test_a_distance_moves_each_from_its_own_day(cli: Cli, plan_path: Path) -> None:
    """In one step, those without a day from today."""
    cli("plan", "due", "maml", "2027-02-20")
    cli("plan", "due", "l2l", "none")
    before = plan_path.read_bytes()
    document = cli("plan", "due", "maml", "l2l", "+2w", "--json").document
    assert [one["due"] for one in document["milestones"]] == [
        date(2027, 3, 6).isoformat(),
        (TODAY + timedelta(days=14)).isoformat(),
    ]
    cli("plan", "undo")
    assert plan_path.read_bytes() == before


def test_a_negative_distance_is_no_option(cli: Cli) -> None:
    """Behind several names too."""
    cli("plan", "due", "maml", "l2l", "2027-02-20")
    document = cli("plan", "due", "maml", "l2l", "-3d", "--json").document
    assert {one["due"] for one in document["milestones"]} == {"2027-02-17"}


def test_a_change_meanwhile_is_refused_and_nothing_is_written(
    cli: Cli, plan_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read is what must stand there; the message says what does."""
    save = store.save

    def behind_another(path: Path, *edits: Any) -> Any:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('"todo"', '"dropped"'), encoding="utf-8")
        return save(path, *edits)

    monkeypatch.setattr(store, "save", behind_another)
    done = cli("plan", "done", "l2l")
    assert done.code == ConflictError.exit_code
    assert "changed meanwhile" in done.err
    assert '"done"' not in plan_path.read_text(encoding="utf-8")


def test_a_milestone_is_added_with_checklist_notes_and_what_makes_it_done(
    cli: Cli, plan_path: Path
) -> None:
    """All in the file, and in the document."""
    document = cli(
        *("plan", "add", "Reptile", "--track", "paper", "--note", "See $\\phi$.\nThen [/]"),
        *("--checklist", "read", "--checklist", "  write   up ", "--checklist", "read"),
        *("--done-when", "claims", "--experiment", "l2l-quadratic", "--json"),
    ).document
    assert [one["text"] for one in document["checklist"]] == ["read", "write up"]
    assert document["done_when"] == "claims"
    milestone = store.load(plan_path).milestone(document["id"])
    assert milestone.notes == "See $\\phi$.\nThen [/]"


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--done-when", "claim"], "'claims'"),
        (["--checklist", " "], "words"),
    ],
)
def test_what_cannot_be_added_is_refused(
    cli: Cli, plan_path: Path, words: list[str], named: str
) -> None:
    """Exit code 2, nothing written."""
    before = plan_path.read_bytes()
    done = cli("plan", "add", "Reptile", "--track", "paper", *words)
    assert (done.code, done.out) == (2, "")
    assert named in done.err
    assert plan_path.read_bytes() == before


def test_a_malformed_link_is_told_and_kept(cli: Cli) -> None:
    """As `plan check` does: it may be a slip."""
    done = cli("plan", "add", "X", "--track", "paper", "--link", "arXiv:12", "--json")
    assert (done.code, done.document["links"]) == (0, ["arXiv:12"])
    assert "arXiv:1606.04474" in done.err


def test_milestones_are_taken_away_and_come_back(cli: Cli, plan_path: Path) -> None:
    """One that is needed goes with the one that needs it, in whatever order they are named."""
    cli("plan", "needs", "maml", "l2l")
    before = plan_path.read_bytes()
    done = cli("plan", "remove", "l2l", "maml", "--json")
    assert done.document["removed"] == ["maml", "l2l"]
    assert not {"l2l", "maml"} & set(by_id(cli))
    cli("plan", "undo")
    assert plan_path.read_bytes() == before


def test_one_that_others_need_or_that_has_results_stays(cli: Cli, workspace: Workspace) -> None:
    """The message says why and what to do."""
    make_run(workspace)
    cli("plan", "needs", "maml", "survey")
    assert "needed by maml" in cli("plan", "remove", "survey").err
    done = cli("plan", "remove", "l2l")
    assert done.code == 2
    assert "drop it instead" in done.err
    assert {"survey", "l2l"} <= set(by_id(cli))


def test_milestones_move_among_the_others(cli: Cli) -> None:
    """Several go behind each other in the order in which they were named."""
    cli("plan", "move", "survey", "l2l", "--after", "maml")
    order = [one for one in by_id(cli) if one in {"l2l", "maml", "survey"}]
    assert order == ["maml", "survey", "l2l"]
    cli("plan", "move", "survey", "--first")
    assert next(iter(by_id(cli))) == "survey"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("maml --after mmal", "'maml'"),
        ("maml --after maml", "behind itself"),
        ("maml", "needs one of --after --first"),
        ("maml --first --after l2l", "exclude each other"),
    ],
)
def test_a_move_without_a_place_is_refused(cli: Cli, words: str, said: str) -> None:
    """In words of ours, in one line."""
    done = cli("plan", "move", *words.split())
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert said in done.err
