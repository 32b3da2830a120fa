"""``plan timeline``, ``agenda``, ``recur``, ``reschedule``, ``mark`` and ``unrecur``."""

from __future__ import annotations

import shlex
from datetime import date, timedelta
from pathlib import Path

import pytest

from l2l_tui.cli.days import today
from l2l_tui.plan import store
from l2l_tui.text import width
from tests.cli.conftest import Cli

TODAY = today()


def recur(cli: Cli, *more: object) -> dict[str, object]:
    """Add a weekly reading slot that began today."""
    words = ("Reading 讀書會", "--id", "reading", "--first", "today", "--track", "paper", *more)
    document: dict[str, object] = cli("plan", "recur", *words, "--json").document
    return document


def test_the_timeline_is_as_wide_as_asked(cli: Cli) -> None:
    """Every line, Chinese titles included; without a terminal there is no colour."""
    cli("plan", "add", "元學習與影像辨識之綜述：從梯度下降到記憶網路", "--track", "paper")
    cli("plan", "start", "l2l")
    cli("plan", "due", "l2l", "-3d")
    done = cli("plan", "timeline", "--width", 72, "--weeks", 6)
    lines = done.out.splitlines()
    assert done.code == 0
    assert "\x1b" not in done.out
    assert all(width(line) <= 72 for line in lines[3:-2])
    assert any("◐" in line and "◆" in line for line in lines)
    assert any("▾ today" in line for line in lines)
    assert "━ worked" in lines[-1]


def test_late_days_can_be_seen_without_colour(cli: Cli) -> None:
    """Hatched from the due date to today, and marked before the title."""
    cli("plan", "due", "l2l", (TODAY - timedelta(days=14)).isoformat())
    lines = cli("plan", "timeline").out.splitlines()
    line = next(one for one in lines if "Learning to" in one and "◆▒" in one)
    assert line.startswith("○!")


def test_the_timeline_for_a_script_has_days_and_not_cells(cli: Cli) -> None:
    """Spans with both their days, marks, the weeks in sight."""
    cli("plan", "due", "maml", "+10d")
    start = TODAY + timedelta(days=2)
    document = cli("plan", "timeline", "--json", "--weeks", 4, "--from", start).document
    maml = next(one for one in document["milestones"] if one["id"] == "maml")
    assert {mark["kind"] for mark in maml["marks"]} == {"due", "moved"}
    assert maml["spans"][0]["kind"] == "ahead"
    assert maml["spans"][0]["first"] == TODAY.isoformat()
    assert document["weeks"][0] <= start.isoformat() < document["weeks"][1]
    assert len(document["weeks"]) == 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--weeks", "0"), "--weeks takes a number from 1"),
        (("--width", "5"), "--width takes a number from 40"),
        (("--from", "2026-02-30"), "no day"),
        (("--weeks", "x"), "--weeks takes a whole number"),
    ],
)
def test_a_timeline_that_cannot_be_drawn_is_refused(
    cli: Cli, words: tuple[str, ...], said: str
) -> None:
    """With what it takes."""
    done = cli("plan", "timeline", *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_the_agenda_has_what_is_late_and_both_weeks(cli: Cli) -> None:
    """Meetings, what is due, what comes round; a week begins on its Monday."""
    recur(cli)
    cli("plan", "due", "l2l", (TODAY - timedelta(days=1)).isoformat())
    cli("plan", "due", "maml", "today")
    document = cli("plan", "agenda", "--json").document
    assert [one["milestone"] for one in document["late"]] == ["l2l"]
    assert document["late"][0]["late_days"] == 1
    assert len(document["weeks"]) == 2
    first = document["weeks"][0]
    assert date.fromisoformat(first["first"]).weekday() == 0
    today_ = [one for one in first["entries"] if one["on"] == TODAY.isoformat()]
    assert [one["kind"] for one in today_] == ["meeting", "due", "recurring"]
    assert today_[2]["mark"] == "open"
    said = cli("plan", "agenda").out
    assert "1 day late" in said
    assert "every week" in said


def test_something_comes_round_is_marked_and_goes(cli: Cli, plan_path: Path) -> None:
    """The file is as it was in the end, comments and all."""
    before = plan_path.read_bytes()
    made = recur(cli, "--every", "10d", "--until", "+30d")
    assert (made["every_days"], made["every"], made["track"]) == (10, None, "paper")
    assert made["until"] == (TODAY + timedelta(days=30)).isoformat()
    day = TODAY + timedelta(days=10)
    assert cli("plan", "mark", "reading", "today", "--json").document["done"] == [str(TODAY)]
    skipped = cli("plan", "mark", "Reading 讀書會", day, "--as", "skipped", "--json").document
    assert skipped["skipped"] == [str(day)]
    assert skipped["next"] == str(TODAY + timedelta(days=20))
    assert cli("plan", "mark", "reading", "today", "--as", "open", "--json").document["done"] == []
    assert "comes round no more" in cli("plan", "unrecur", "reading").out
    assert plan_path.read_bytes() == before


def test_what_comes_round_is_rescheduled(cli: Cli, plan_path: Path) -> None:
    """Field by field; what was done stays, and what was not named too."""
    recur(cli)
    cli("plan", "mark", "reading", "today")
    words = ("--title", "Slot", "--every", "month", "--until", "+60d")
    changed = cli("plan", "reschedule", "reading", *words, "--json").document
    assert (changed["title"], changed["every"], changed["track"]) == ("Slot", "month", "paper")
    assert changed["until"] == str(TODAY + timedelta(days=60))
    assert changed["done"] == [str(TODAY)]
    words = ("--every", "10d", "--until", "none", "--meeting", "--first", "+3d")
    changed = cli("plan", "reschedule", "slot", *words, "--json").document
    assert (changed["every"], changed["every_days"], changed["until"]) == (None, 10, None)
    assert (changed["track"], changed["meeting"]) == (None, True)
    assert changed["first"] == str(TODAY + timedelta(days=3))
    before = plan_path.read_bytes()
    assert "every 10 days" in cli("plan", "reschedule", "reading").out
    assert plan_path.read_bytes() == before
    back = cli("plan", "reschedule", "reading", "--track", "PAPER", "--json").document
    assert (back["track"], back["meeting"]) == ("paper", False)


def test_a_meeting_that_comes_round_is_one(cli: Cli, plan_path: Path) -> None:
    """It belongs to no track."""
    cli("plan", "recur", "Group", "--first", "tomorrow", "--every", "month", "--meeting")
    item = store.load(plan_path).recurring[0]
    assert (item.id, item.meeting, item.track) == ("group", True, "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("recur", "X", "--first", "today", "--every", "wek", "--meeting"), "is no rhythm"),
        (("recur", "X", "--first", "today"), "--track ID, or --meeting"),
        (("recur", "X", "--first", "today", "--track", "papr"), "did you mean 'paper'"),
        (("recur", " ", "--first", "today", "--meeting"), "title is empty"),
        (("recur", "X", "--first", "today", "--until", "2001-01-01", "--meeting"), "would end on"),
        (("recur", "X", "--first", "today", "--id", "reading", "--meeting"), "already"),
        (("mark", "readng", "today"), "did you mean 'reading'"),
        (("mark", "reading", "tomorrow"), "are next to it"),
        (("mark", "reading", "-1d"), "the nearest day is"),
        (("mark", "reading", "today", "--as", "dne"), "did you mean 'done'"),
        (("reschedule", "readin"), "did you mean 'reading'"),
        (("reschedule", "reading", "--every", "wek"), "is no rhythm"),
        (("reschedule", "reading", "--title", " "), "title is empty"),
        (("reschedule", "reading", "--until", "2001-01-01"), "would end on"),
        (("reschedule", "reading", "--track", "papr"), "did you mean 'paper'"),
        (("reschedule", "reading", "--track", "paper", "--meeting"), "exclude each other"),
        (("unrecur", "readin"), "did you mean 'reading'"),
    ],
)
def test_what_makes_no_sense_is_refused(cli: Cli, words: tuple[str, ...], said: str) -> None:
    """With the nearest thing that does; nothing is written."""
    recur(cli)
    done = cli("plan", *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_the_examples_work_one_after_the_other(cli: Cli) -> None:
    """As they stand in the help; the day of the mark is one on which the slot comes."""
    for line in (
        "plan timeline --weeks 12",
        "plan agenda --weeks 3",
        "plan recur 'Reading slot' --first tomorrow --every week --track paper",
        "plan reschedule reading-slot --every 2w --until +90d",
        "plan mark reading-slot tomorrow --as skipped",
        "plan unrecur reading-slot",
    ):
        assert cli(*shlex.split(line)).code == 0
