"""``plan --filter`` and ``--sort``, and nested tracks as a tree."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from l2l_tui.cli.days import today
from tests.cli.conftest import Cli

TODAY = today()
PLAN = f"""
[plan]
title = "Study"
first_meeting = {TODAY}
[[track]]
id = "paper"
title = "Papers"
[[track]]
id = "torch"
title = "小樣本 Torch"
[[track]]
id = "few"
title = "Few-shot"
parent = "paper"
"""


def milestone(name: str, track: str, days: int, status: str = "todo") -> str:
    """Return a milestone's block, due in so many days."""
    due = TODAY + timedelta(days=days)
    return (
        f'[[milestone]]\nid = "{name}"\ntrack = "{track}"\ntitle = "About {name}"\n'
        f'due = {due}\nstatus = "{status}"\n'
    )


@pytest.fixture(autouse=True)
def nested(plan_path: Path) -> None:
    """Put a plan with a track below another in the place of the workspace's own."""
    blocks = (
        milestone("later", "paper", 9),
        milestone("late", "paper", -3, "doing"),
        milestone("maml", "few", 2),
        milestone("done", "few", -9, "done"),
        milestone("worst", "torch", -7),
    )
    plan_path.write_text(PLAN + "".join(blocks), encoding="utf-8")


def ids(document: Any) -> dict[str, list[str]]:
    """Return the milestones of each track."""
    return {one["id"]: [each["id"] for each in one["milestones"]] for one in document["tracks"]}


def test_a_filter_restricts_the_same_document(cli: Cli) -> None:
    """Every track stays, and what else a script reads is where it was."""
    whole, some = cli("plan", "--json").document, cli("plan", "--json", "--filter", "late").document
    assert ids(some) == {"paper": ["late"], "torch": ["worst"], "few": []}
    assert set(some) == {*whole, "order"}
    assert some["problems"] == whole["problems"]
    assert some["tracks"][0]["milestones"][0] == whole["tracks"][0]["milestones"][1]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("status:doing", ["late"]),
        ("track:few", ["maml", "done"]),
        ("track:paper -status:done", ["later", "late", "maml"]),
        ("-track:paper", ["worst"]),
        ("小樣本", ["worst"]),
        ("nothing-like-it", []),
        ("", ["later", "late", "maml", "done", "worst"]),
    ],
)
def test_all_words_of_a_filter_must_match(cli: Cli, text: str, found: list[str]) -> None:
    """A hyphen in front turns a word round, though the option's value begins with it then."""
    assert cli("plan", "--json", "--filter", text).document["order"] == found


@pytest.mark.parametrize(
    ("order", "sorted_"),
    [
        ("due", ["worst", "late", "maml", "later", "done"]),
        ("late", ["worst", "late", "maml", "later", "done"]),
        ("status", ["late", "worst", "maml", "later", "done"]),
        ("track", ["maml", "done", "later", "late", "worst"]),
        ("plan", ["later", "late", "maml", "done", "worst"]),
    ],
)
def test_an_order_holds_within_tracks_and_across_them(
    cli: Cli, order: str, sorted_: list[str]
) -> None:
    """Within the tracks of the document, and in the list of ids across all."""
    document = cli("plan", "--json", "--sort", order).document
    assert document["order"] == sorted_
    assert ids(document)["paper"] == [one for one in sorted_ if one in {"later", "late"}]


def test_the_document_says_which_track_stands_above(cli: Cli) -> None:
    """Tracks stay a flat list in the file's order."""
    tracks = cli("plan", "--json").document["tracks"]
    assert [(one["id"], one["parent"]) for one in tracks] == [
        ("paper", None),
        ("torch", None),
        ("few", "paper"),
    ]


def test_nested_tracks_are_a_tree_for_a_person(cli: Cli) -> None:
    """Each stands below its parent, further in, its columns under the others'."""
    lines = cli("plan").out.splitlines()
    at = lines.index("Papers")
    assert lines[at + 4] == "  Few-shot"
    assert lines[at + 5].startswith("    todo")
    assert lines.index("小樣本 Torch") > at
    columns = {line.index("About ") for line in lines if "About " in line}
    assert len(columns) == 1


def test_a_filtered_tree_keeps_the_tracks_above(cli: Cli) -> None:
    """And leaves out those that hold nothing of it."""
    out = cli("plan", "--filter", "maml").out
    assert "1 of 5 milestones\n" in out
    assert "Papers\n" in out
    assert "  Few-shot\n" in out
    assert "Torch" not in out
    assert "later" not in out


def test_a_sorted_schedule_is_one_list_with_its_tracks(cli: Cli) -> None:
    """What is due next stands on top, whichever track it is of."""
    lines = [line for line in cli("plan", "--sort", "due").out.splitlines() if "About" in line]
    assert lines[0].split()[:2] == ["todo", "worst"]
    assert "小樣本 Torch  About worst" in lines[0]


def test_nothing_found_is_said(cli: Cli) -> None:
    """It is no error."""
    done = cli("plan", "--filter", "xyzzy")
    assert (done.code, done.err) == (0, "")
    assert "none of 5 milestones matches\n" in done.out


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--sort", "deu"), "'due'"),
        (("--filter", "status:dong"), "'doing'"),
        (("--filter", "is:blockd"), "'blocked'"),
    ],
)
def test_a_word_that_there_is_not_is_answered_with_the_nearest(
    cli: Cli, words: tuple[str, ...], named: str
) -> None:
    """A script must not take a slip for an empty result."""
    done = cli("plan", *words)
    assert (done.code, done.out) == (2, "")
    assert named in done.err
