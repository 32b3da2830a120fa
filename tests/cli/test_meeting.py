"""``meeting``: problems that carry over, sections that are written."""

from __future__ import annotations

from datetime import timedelta

import pytest

from l2l_tui.cli.days import today
from tests.cli.conftest import Cli

TODAY = today()


def test_the_next_meeting_has_the_promised_keys(cli: Cli) -> None:
    """A new plan meets today."""
    document = cli("meeting", "--json").document
    assert document["date"] == TODAY.isoformat()
    assert document["last_problems"] == document["problems"] == []
    assert set(document["sections"]) >= {"paper", "programming", "next"}
    assert cli("meeting", "next", "--json").document == document


def test_a_problem_is_numbered_solved_and_remembered(cli: Cli) -> None:
    """The number is the one that `solve` takes."""
    cli("meeting", "problem", "why [/]?")
    document = cli("meeting", "problem", "GPU 記憶體不夠", "--json").document
    assert [(one["n"], one["text"]) for one in document["problems"]] == [
        (1, "why [/]?"),
        (2, "GPU 記憶體不夠"),
    ]
    solved = cli("meeting", "solve", "1", "--how", "read it", "--json").document["problems"]
    assert [(one["n"], one["solved"], one["how"]) for one in solved] == [
        (None, TODAY.isoformat(), "read it"),
        (1, None, ""),
    ]


def test_a_problem_carries_over_to_the_meeting_after(cli: Cli) -> None:
    """With its age in weeks."""
    cli("meeting", "problem", "why?")
    following = TODAY + timedelta(days=7)
    (carried,) = cli("meeting", following, "--json").document["last_problems"]
    assert (carried["text"], carried["age_weeks"], carried["n"]) == ("why?", 1, 1)
    assert "why? (1 week)" in cli("meeting", following).out


@pytest.mark.parametrize("number", ["0", "2", "-1"])
def test_a_number_that_no_problem_has_is_refused_with_those_that_are_open(
    cli: Cli, number: str
) -> None:
    """The message lists them."""
    cli("meeting", "problem", "why?")
    done = cli("meeting", "solve", number)
    assert done.code == 2
    assert "1. why?" in done.err


def test_a_note_is_added_as_a_paragraph_or_put_in_place(cli: Cli) -> None:
    """Markdown and line breaks stay as they are."""
    cli("meeting", "note", "paper", "Read $\\theta$.")
    document = cli("meeting", "note", "paper", "Then\n- this", "--json").document
    assert document["sections"]["paper"].strip() == "Read $\\theta$.\n\nThen\n- this"
    document = cli("meeting", "note", "paper", "new", "--replace", "--json").document
    assert document["sections"]["paper"].strip() == "new"


def test_another_meeting_may_be_written_for(cli: Cli) -> None:
    """By its day."""
    later = TODAY + timedelta(days=14)
    document = cli("meeting", "problem", "why?", "--meeting", later, "--json").document
    assert document["date"] == later.isoformat()
    assert cli("meeting", "--json").document["problems"] == []


@pytest.mark.parametrize(
    "words",
    [["meeting", "2026-02-30"], ["meeting", "problem", "x", "--meeting", "never"]],
)
def test_a_day_that_is_none_is_refused(cli: Cli, words: list[str]) -> None:
    """With the forms that are taken."""
    done = cli(*words)
    assert done.code == 2
    assert "is no day" in done.err


def test_an_empty_problem_or_note_is_refused(cli: Cli) -> None:
    """There is nothing to carry over; an empty text may stand in place of another."""
    assert cli("meeting", "problem", "  ").code == 2
    assert cli("meeting", "note", "paper", "").code == 2
    assert cli("meeting", "note", "paper", "", "--replace").code == 0


def test_a_meeting_is_readable(cli: Cli) -> None:
    """Each section with its heading, control characters made harmless."""
    cli("meeting", "note", "next", "a\x1b[31mb")
    out = cli("meeting").out
    assert "Last week's problems\n  none" in out
    assert "\x1b" not in out
    assert "a␛[31mb" in out


def test_a_meeting_before_the_plan_began_says_when_it_does(cli: Cli) -> None:
    """It is shown all the same; the first meeting's day is no such day."""
    done = cli("meeting", "2020-01-01", "--json")
    assert (done.code, done.document["date"]) == (0, "2020-01-01")
    assert f"the plan begins on {today()}" in done.err
    assert cli("meeting", "today").err == ""
