"""``plan``: the schedule, its faults and its edits."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from l2l_tui.cli.days import today
from l2l_tui.workspace import Workspace
from tests.cli.conftest import Cli
from tests.cli.made import make_run

TODAY = today()


def test_the_schedule_has_the_promised_keys(cli: Cli) -> None:
    """Tracks in the file's order, each with its milestones."""
    document = cli("plan", "--json").document
    assert [track["id"] for track in document["tracks"]] == ["paper", "torch", "recap"]
    first = document["tracks"][0]["milestones"][0]
    assert first["id"] == "l2l"
    assert first["due"] == (TODAY + timedelta(days=21)).isoformat()
    assert (first["status"], first["late_days"], first["progress"]) == ("todo", 0, 0.0)
    assert first["evidence"] == []
    assert document["problems"] == []


def test_a_finished_run_is_evidence_when_the_plan_is_shown(cli: Cli, workspace: Workspace) -> None:
    """Whoever looks first collects; not-finite figures become null."""
    run = make_run(workspace).id
    milestone = cli("plan", "--json").document["tracks"][0]["milestones"][0]
    assert milestone["progress"] == 1.0
    assert [one["run"] for one in milestone["evidence"]] == [run]
    assert milestone["evidence"][0]["claims"] == {"beats-tuned-baselines": "holds"}
    assert milestone["evidence"][0]["figures"]["worst"] is None


def test_the_schedule_is_readable(cli: Cli) -> None:
    """Status, id, due day, time left and title in a line."""
    done = cli("plan")
    line = next(line for line in done.out.splitlines() if " l2l " in line)
    assert line.split()[:2] == ["todo", "l2l"]
    assert "21 days left" in line
    assert "gradient descent" in line


@pytest.mark.parametrize(
    ("verb", "status"), [("start", "doing"), ("done", "done"), ("drop", "dropped")]
)
def test_a_status_verb_returns_the_milestone_and_keeps_comments(
    cli: Cli, plan_path: Path, verb: str, status: str
) -> None:
    """The edit is in the file, and what a person wrote there is too."""
    document = cli("plan", verb, "maml", "--json").document
    assert (document["id"], document["status"], document["track"]) == ("maml", status, "paper")
    assert cli("plan", "todo", "maml", "--json").document["status"] == "todo"
    assert "# of exports: zh-TW or en" in plan_path.read_text(encoding="utf-8")


def test_a_status_that_stands_already_is_not_written_again(cli: Cli, plan_path: Path) -> None:
    """The history tells changes."""
    before = plan_path.read_bytes()
    assert cli("plan", "todo", "maml").code == 0
    assert plan_path.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("2027-02-28", "2027-02-28"),
        ("none", None),
        ("today", TODAY.isoformat()),
    ],
)
def test_a_due_day_is_taken_in_several_forms(cli: Cli, text: str, due: str | None) -> None:
    """As people say it."""
    assert cli("plan", "due", "maml", text, "--json").document["due"] == due


@pytest.mark.parametrize(
    ("text", "days"), [("+7d", 7), ("+2w", 14), ("-3d", -3), ("-1w", -7), (" +1 W", 7)]
)
def test_a_distance_counts_from_the_present_due_day(cli: Cli, text: str, days: int) -> None:
    """Without one it counts from today."""
    cli("plan", "due", "maml", "2027-02-20")
    moved = date(2027, 2, 20) + timedelta(days=days)
    assert cli("plan", "due", "maml", text, "--json").document["due"] == moved.isoformat()
    cli("plan", "due", "maml", "none")
    first = TODAY + timedelta(days=days)
    assert cli("plan", "due", "maml", text, "--json").document["due"] == first.isoformat()


def test_the_help_says_what_a_distance_counts_from(cli: Cli) -> None:
    """So that nobody moves a date the wrong way."""
    assert "count from the day" in " ".join(cli("plan", "due", "--help").out.split())


@pytest.mark.parametrize("text", ["2027-02-30", "soon", "07-28", "+7x"])
def test_an_impossible_day_is_refused(cli: Cli, plan_path: Path, text: str) -> None:
    """Nothing is written."""
    before = plan_path.read_bytes()
    done = cli("plan", "due", "maml", text)
    assert done.code == 2
    assert repr(text) in done.err
    assert plan_path.read_bytes() == before


def test_a_milestone_is_added_with_everything_that_was_said(cli: Cli) -> None:
    """The id is made from the title; the track may be named as it is read."""
    words = ["plan", "add", "讀 Reptile [/]", "--track", "PAPER", "--due", "+7d", "--json"]
    document = cli(
        *words, "--link", "arXiv:1803.02999", "--needs", "maml", "--experiment", "l2l-quadratic"
    ).document
    assert document["title"] == "讀 Reptile [/]"
    assert document["track"] == "paper"
    assert document["links"] == ["arXiv:1803.02999"]
    assert document["needs"] == ["maml"]
    assert document["experiments"] == ["l2l-quadratic"]
    again = cli("plan", "--json").document["tracks"][0]["milestones"]
    assert document["id"] in [one["id"] for one in again]


def test_an_id_that_is_taken_is_refused(cli: Cli) -> None:
    """Ids are unique."""
    done = cli("plan", "add", "MAML again", "--track", "paper", "--id", "maml")
    assert done.code == 2
    assert "'maml' already" in done.err


def test_check_lists_every_fault_of_a_file_outside_the_workspace(cli: Cli, tmp_path: Path) -> None:
    """With file, line and key each, and exit code 1."""
    broken = tmp_path / "broken.toml"
    broken.write_text(
        '[plan]\ntitle = 3\nfirst_meeting = 2021-07-07\n[[track]]\nid = "a"\ntitle = "A"\n'
        '[[milestone]]\nid = "m"\ntrack = "b"\ntitle = "M"\nstatus = "don"\n',
        encoding="utf-8",
    )
    done = cli("plan", "check", broken, "--json")
    assert done.code == 1
    assert {(one["line"], one["key"]) for one in done.document} >= {(2, "plan.title")}
    assert len(done.document) == 3
    assert all(set(one) == {"file", "line", "key", "found", "expected"} for one in done.document)
    assert "'done'" in " ".join(one["expected"] for one in done.document).replace('"', "'")
    assert cli("plan", "check", broken).out.count("line ") == 3


def test_check_of_a_good_plan_is_an_empty_list(cli: Cli) -> None:
    """And exit code 0."""
    done = cli("plan", "check", "--json")
    assert (done.code, done.document) == (0, [])


def test_check_of_a_file_that_is_not_there_is_a_wrong_request(cli: Cli, tmp_path: Path) -> None:
    """Exit code 2, not a list of faults."""
    done = cli("plan", "check", tmp_path / "none.toml")
    assert done.code == 2
    assert "none.toml" in done.err


@pytest.mark.parametrize(
    "words", ["plan", "plan start l2l", "meeting", "meeting problem x", "export"]
)
def test_a_broken_plan_is_named_with_its_faults_and_never_written(
    cli: Cli, plan_path: Path, words: str
) -> None:
    """Exit code 2, the line in the message, the file as it was."""
    plan_path.write_text(plan_path.read_text(encoding="utf-8") + "\n[[milestone]\n", "utf-8")
    before = plan_path.read_bytes()
    done = cli(*words.split())
    assert done.code == 2
    assert f"{plan_path.name}:" in done.err
    assert plan_path.read_bytes() == before


def test_an_empty_workspace_is_filled_before_its_plan_is_shown(cli: Cli, tmp_path: Path) -> None:
    """As the app does; the message does not disturb the document."""
    done = cli("plan", "--json", at=tmp_path / "new")
    assert done.document["title"] == "Learning to learn"
    assert "filled" in done.err


@pytest.mark.parametrize("words", ["experiments", "runs", "doctor", "plan check"])
def test_verbs_that_need_no_plan_make_none(cli: Cli, tmp_path: Path, words: str) -> None:
    """Looking around leaves no trace."""
    cli(*words.split(), at=tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_several_plans_need_a_name(cli: Cli, workspace: Workspace, plan_path: Path) -> None:
    """Both are named in the message."""
    (workspace.plans / "other.toml").write_bytes(plan_path.read_bytes())
    done = cli("plan")
    assert done.code == 2
    assert "learning-to-learn" in done.err
    assert "other" in done.err
    assert cli("plan", "--plan", "other").code == 0
