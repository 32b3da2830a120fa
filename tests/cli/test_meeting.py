"""``meeting``: problems that carry over, sections that are written."""

from __future__ import annotations

import stat
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from l2l_tui.cli.days import today
from l2l_tui.plan import edits, store
from l2l_tui.plan.daynames import named_day_near
from l2l_tui.plan.model import Section, Status
from l2l_tui.workspace import Workspace
from tests.cli.conftest import Cli
from tests.cli.made import make_run

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


def test_formulas_are_readable_for_people_and_untouched_for_scripts(cli: Cli) -> None:
    """Money and code are no formulas."""
    cli("meeting", "note", "paper", r"Read $\theta_{t+1}$ for $5, `$x$`.")
    assert "Read θₜ₊₁ for $5, `$x$`." in cli("meeting").out
    document = cli("meeting", "--json").document
    assert document["sections"]["paper"] == r"Read $\theta_{t+1}$ for $5, `$x$`."


def test_a_problem_gets_other_words(cli: Cli) -> None:
    """By its number."""
    cli("meeting", "problem", "wyh?")
    (problem,) = cli("meeting", "change", "1", "why?", "--json").document["problems"]
    assert problem["text"] == "why?"
    assert cli("meeting", "change", "1", " ").code == 2
    assert "1. why?" in cli("meeting", "change", "7", "x").err


@pytest.mark.parametrize("which", ["1", "batch", "Why batch norm?"])
def test_a_solved_problem_is_opened_again(cli: Cli, which: str) -> None:
    """By its number among the solved, some of its words, or all of them."""
    cli("meeting", "problem", "Why batch norm?")
    cli("meeting", "solve", "1", "--how", "read")
    (problem,) = cli("meeting", "reopen", which, "--json").document["problems"]
    assert (problem["solved"], problem["how"], problem["n"]) == (None, "", 1)


def test_what_was_never_solved_is_refused_with_what_was(cli: Cli) -> None:
    """The message lists the solved ones."""
    assert cli("meeting", "reopen", "1").code == 2
    for text in ("Why batch norm?", "Why batch size?"):
        cli("meeting", "problem", text)
        cli("meeting", "solve", "1")
    several = cli("meeting", "reopen", "batch")
    assert several.code == 2
    assert "Why batch size?" in several.err
    assert "Why batch norm?" in cli("meeting", "reopen", "gpu").err


def test_meetings_are_listed_with_what_they_hold(cli: Cli) -> None:
    """The latest first; the next one even if nothing is written for it yet."""
    later = TODAY + timedelta(days=7)
    cli("meeting", "problem", "why?", "--meeting", later)
    cli("meeting", "note", "paper", "Read $\\theta$.", "--meeting", later)
    first, second = cli("meeting", "list", "--json").document
    assert first == {
        "date": later.isoformat(),
        "problems": {"open": 1, "solved": 0},
        "sections": ["paper"],
        "matches": [],
    }
    assert second["date"] == TODAY.isoformat()
    out = cli("meeting", "list").out
    assert f"{later}  in 7 days  1 open  Read θ." in out


def test_meetings_are_searched(cli: Cli) -> None:
    """Problems and sections, with the lines."""
    cli("meeting", "problem", "顯示卡記憶體不夠")
    cli("meeting", "note", "next", "買顯示卡\n\nother")
    (found,) = cli("meeting", "list", "--search", "顯示卡", "--json").document
    assert found["matches"] == [
        {"where": "problem", "line": "顯示卡記憶體不夠", "hits": 1},
        {"where": "next", "line": "買顯示卡", "hits": 1},
    ]
    assert "Next steps: 買顯示卡" in cli("meeting", "list", "--search", "顯示卡").out
    nothing = cli("meeting", "list", "--search", "nowhere")
    assert (nothing.code, nothing.out) == (0, "")
    assert "no meeting says 'nowhere'" in nothing.err
    assert cli("meeting", "list", "--search", "nowhere", "--json").document == []


@pytest.fixture
def happened(workspace: Workspace, plan_path: Path) -> str:
    """Let a run end and a milestone begin; return the run's id."""
    run = f"{TODAY}-1200-l2l-quadratic-aaaa"
    make_run(workspace, run, plan=plan_path.stem)
    store.save(plan_path, edits.SetStatus("l2l", Status.DOING, TODAY))
    return run


def test_what_happened_is_on_offer(cli: Cli, happened: str) -> None:
    """Runs and milestones, with the lines that tell them."""
    offers = {one["name"]: one for one in cli("meeting", "include", "--json").document}
    assert offers.keys() == {happened, "l2l"}
    assert offers[happened]["kind"] == "run"
    assert f"`{happened}`" in offers[happened]["line"]
    assert offers["l2l"]["included"] == []
    assert happened in cli("meeting", "include", "--list").out


def test_what_is_included_stands_in_its_section_once(cli: Cli, happened: str) -> None:
    """By name or all that is not told yet; it says what is told already."""
    cli("meeting", "note", "paper", "Read it.")
    text = cli("meeting", "include", "l2l", "--section", "paper", "--json").document["sections"]
    assert text["paper"].startswith("Read it.\n\n- ")
    text = cli("meeting", "include", "--all", "--json").document["sections"]
    assert text["programming"].count("\n") == 0
    assert happened in text["programming"]
    again = cli("meeting", "include", "aaaa", "--json")
    assert again.document["sections"] == text
    assert happened in again.err
    included = {
        one["name"]: one["included"] for one in cli("meeting", "include", "--json").document
    }
    assert included == {happened: ["programming"], "l2l": ["paper"]}


def test_what_is_not_on_offer_is_refused(cli: Cli, happened: str) -> None:
    """With the nearest that is."""
    done = cli("meeting", "include", happened[:-1])
    assert done.code == 2
    assert happened in done.err


def test_a_run_from_before_the_last_meeting_is_told_if_it_is_named(
    cli: Cli, happened: str, workspace: Workspace, plan_path: Path
) -> None:
    """It is not among what happened since; what is exported shows it in full."""
    ended = datetime.combine(TODAY - timedelta(days=20), time(12)).astimezone()
    make_run(workspace, "run-old", ended=ended, plan=plan_path.stem)
    store.save(plan_path, edits.SetPlan("first_meeting", TODAY - timedelta(days=14), TODAY))
    offers = {one["name"] for one in cli("meeting", "include", "--json").document}
    assert offers == {happened, "l2l"}
    document = cli("meeting", "include", "run-old", "--json").document
    assert "`run-old`" in document["sections"]["programming"]
    exported = Path(cli("export", "--json").document["file"])
    assert "##### 實驗 `run-old`" in exported.read_text(encoding="utf-8")


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the script that is the person's editor; a test says what it does."""
    script = tmp_path / "my editor"
    script.touch()
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"'{script}'")
    return script


def test_a_section_is_written_in_an_editor(cli: Cli, editor: Path) -> None:
    """It gets what stands there, and what it leaves is taken."""
    cli("meeting", "note", "paper", "old")
    editor.write_text('#!/bin/sh\nprintf \'%s\' "$(cat "$1"), new" > "$1"\n')
    document = cli("meeting", "note", "paper", "--edit", "--json").document
    assert document["sections"]["paper"] == "old, new"


def test_what_somebody_else_wrote_meanwhile_is_merged(
    cli: Cli, editor: Path, plan_path: Path
) -> None:
    """Of the same line, the text is kept in a file that the message names."""
    cli("meeting", "note", "paper", "a\nb")
    other = edits.SetSection(TODAY, Section.PAPER, "theirs\nb")
    editor.write_text(_writer("a\nmine"))
    _meanwhile(editor, plan_path, other)
    document = cli("meeting", "note", "paper", "--edit", "--json").document
    assert document["sections"]["paper"] == "theirs\nmine"
    editor.write_text(_writer("again\nmine"))
    _meanwhile(editor, plan_path, edits.SetSection(TODAY, Section.PAPER, "others\nmine"))
    done = cli("meeting", "note", "paper", "--edit")
    assert done.code == 1
    kept = done.err.rpartition("your text is in ")[2].strip()
    assert Path(kept).read_text() == "again\nmine"


def _writer(text: str) -> str:
    return f"#!/bin/sh\nprintf '%s\\n' '{text}' > \"$1\"\n"


def _meanwhile(editor: Path, plan_path: Path, edit: edits.SetSection) -> None:
    """Let somebody else's edit be on disk once the editor ends."""
    after = plan_path.with_name("after")
    content = plan_path.read_bytes()
    store.save(plan_path, edit)
    after.write_bytes(plan_path.read_bytes())
    plan_path.write_bytes(content)
    with editor.open("a") as script:
        script.write(f"cat '{after}' > '{plan_path}'\n")


def test_a_meeting_is_skipped_and_held_after_all(cli: Cli, plan_path: Path) -> None:
    """The next one is a week later, and what was to be said carries over."""
    before = plan_path.read_bytes()
    following = TODAY + timedelta(days=7)
    skipped = cli("meeting", "skip", "next", "--json")
    assert skipped.document == {"date": str(TODAY), "skipped": True, "next": str(following)}
    assert store.load(plan_path).skipped_meetings == (TODAY,)
    assert cli("meeting", "--json").document["date"] == str(following)
    shown = cli("meeting", "today", "--json")
    assert shown.document["skipped"] is True
    assert f"{TODAY} is skipped; the next meeting is {following}" in shown.err
    line = next(one for one in cli("plan", "agenda").out.splitlines() if "skipped" in one)
    assert f"the next is {named_day_near(following, TODAY)}" in line
    entries = cli("plan", "agenda", "--json").document["weeks"][0]["entries"]
    assert next(one["skipped"] for one in entries if one["kind"] == "meeting") is True
    assert cli("meeting", "skip", TODAY, "--json").document == skipped.document
    undone = cli("meeting", "skip", "today", "--undo", "--json").document
    assert undone == {"date": str(TODAY), "skipped": False, "next": str(TODAY)}
    assert plan_path.read_bytes() == before


def test_weeks_are_skipped_one_after_another(cli: Cli) -> None:
    """Each time the next one is the one that is left."""
    for week in range(4):
        done = cli("meeting", "skip", "next")
        assert f"the next is {TODAY + timedelta(weeks=week + 1)}" in done.out
    assert cli("plan", "head", "--json").document["skipped_meetings"] == [
        str(TODAY + timedelta(weeks=week)) for week in range(4)
    ]
    assert str(TODAY + timedelta(weeks=3)) in cli("plan", "head").out


def test_what_is_written_for_a_skipped_meeting_is_not_lost(cli: Cli) -> None:
    """It is said to stay, its problem comes up at the next one."""
    cli("meeting", "problem", "why?")
    done = cli("meeting", "skip", "next")
    assert f"what is written for {TODAY} stays" in done.err
    (carried,) = cli("meeting", "--json").document["last_problems"]
    assert carried["text"] == "why?"


@pytest.mark.parametrize("undo", [(), ("--undo",)])
def test_a_day_without_a_meeting_is_not_skipped(cli: Cli, undo: tuple[str, ...]) -> None:
    """With the days next to it; nothing is written."""
    done = cli("meeting", "skip", TODAY + timedelta(days=2), *undo)
    assert (done.code, done.out) == (2, "")
    assert f"{TODAY} and {TODAY + timedelta(days=7)} are next to it" in done.err
    assert cli("meeting", "skip").code == 2


def test_all_meetings_of_a_day_are_skipped(cli: Cli, plan_path: Path) -> None:
    """The plan's own and one that comes round; and held again."""
    cli("plan", "recur", "Group", "--first", "today", "--every", "month", "--meeting")
    cli("meeting", "skip", "today")
    plan = store.load(plan_path)
    assert (plan.skipped_meetings, plan.recurring[0].skipped) == ((TODAY,), (TODAY,))
    cli("meeting", "skip", "today", "--undo")
    plan = store.load(plan_path)
    assert (plan.skipped_meetings, plan.recurring[0].skipped) == ((), ())


@pytest.mark.parametrize("day", ["tomorrow", "+1d", "+2w", "today"])
def test_a_meeting_is_asked_for_by_any_word_for_a_day(cli: Cli, day: str) -> None:
    """As everywhere else; a day that there is not is answered as one."""
    assert cli("meeting", day, "--json").document == cli("meeting", "show", day, "--json").document
    assert "'2026-02-30' is no day" in cli("meeting", "2026-02-30").err
