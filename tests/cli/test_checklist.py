"""``plan item``, ``tick``, ``untick``: a milestone's checklist."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from l2l_tui.cli.days import today
from tests.cli.conftest import Cli

ITEMS = ("read section 3", "derive $\\nabla$ [/]", "讀附錄", "read the code")


@pytest.fixture
def listed(cli: Cli) -> Cli:
    """Return the command line on a plan where maml has a checklist."""
    assert cli("plan", "item", "maml", *ITEMS).code == 0
    return cli


def ticked(document: Any) -> list[bool]:
    """Return which items are done."""
    return [one["done"] is not None for one in document["checklist"]]


def test_items_are_written_down_in_one_step(cli: Cli, plan_path: Path) -> None:
    """Numbered from 1, open."""
    before = plan_path.read_bytes()
    document = cli("plan", "item", "maml", *ITEMS, "--json").document
    assert document["checklist"] == [
        {"n": n, "text": text, "done": None} for n, text in enumerate(ITEMS, 1)
    ]
    cli("plan", "undo")
    assert plan_path.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "done"),
    [
        (["1"], [True, False, False, False]),
        (["1", "4"], [True, False, False, True]),
        (["讀附錄"], [False, False, True, False]),
        (["DERIVE"], [False, True, False, False]),
        (["read the code", "2"], [False, True, False, True]),
    ],
)
def test_items_are_ticked_by_number_text_or_words(
    listed: Cli, words: list[str], done: list[bool]
) -> None:
    """Today is written behind each; unticking takes it away."""
    document = listed("plan", "tick", "maml", *words, "--json").document
    assert ticked(document) == done
    assert today().isoformat() in [one["done"] for one in document["checklist"]]
    parts = len(ITEMS) + len(document["experiments"])  # of which no run has shown any yet
    assert document["progress"] == pytest.approx(sum(done) / parts)
    assert not any(ticked(listed("plan", "untick", "maml", *words, "--json").document))


def test_a_person_sees_the_numbers_that_ticking_takes(listed: Cli) -> None:
    """Below the milestone's own line."""
    out = listed("plan", "tick", "maml", "3").out
    assert "   1. [ ]  read section 3\n" in out
    assert "   3. [x]  讀附錄" in out
    assert "∇ [/]" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("tick maml read", "any of 1, 4"),
        ("tick maml redd-section", "'read section 3'"),
        ("tick maml 9", "there is read section 3"),
        ("tick l2l 1", "there is none yet"),
        ("tick mmal 1", "'maml'"),
        ("untick maml 0", "there is"),
        ("tick maml", "needs N"),
        ("item maml", "needs TEXT"),
    ],
)
def test_an_item_that_is_none_is_refused_with_what_there_is(
    listed: Cli, plan_path: Path, words: str, said: str
) -> None:
    """Nothing is written."""
    before = plan_path.read_bytes()
    done = listed("plan", *words.split())
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert plan_path.read_bytes() == before


def test_items_are_taken_away_by_the_numbers_of_before(listed: Cli, plan_path: Path) -> None:
    """In one step; the last one takes the list with it."""
    before = plan_path.read_bytes()
    document = listed("plan", "remove-item", "maml", "1", "讀附錄", "--json").document
    assert [one["text"] for one in document["checklist"]] == [ITEMS[1], ITEMS[3]]
    assert listed("plan", "remove-item", "maml", "1", "2", "--json").document["checklist"] == []
    listed("plan", "undo", "2")
    assert plan_path.read_bytes() == before


def test_an_item_gets_other_words_and_stays_ticked(listed: Cli) -> None:
    """Words that another item has are refused, and so are none."""
    listed("plan", "tick", "maml", "1")
    document = listed("plan", "reword", "maml", "1", " read  section 4 ", "--json").document
    assert document["checklist"][0]["text"] == "read section 4"
    assert ticked(document) == [True, False, False, False]
    assert "already" in listed("plan", "reword", "maml", "1", ITEMS[3]).err
    assert listed("plan", "reword", "maml", "1", " ").code == 2


def test_an_item_is_not_written_twice(listed: Cli) -> None:
    """It is said, and the others are written all the same."""
    done = listed("plan", "item", "maml", ITEMS[0], "new", "--json")
    assert "already" in done.err
    assert [one["text"] for one in done.document["checklist"]] == [*ITEMS, "new"]
    assert listed("plan", "item", "maml", "  ").code == 2
