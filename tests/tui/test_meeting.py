"""The meeting screen: problems, sections in two hands, what happened, other meetings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Markdown

from l2l_tui.errors import L2LError
from l2l_tui.plan import edits, store
from l2l_tui.plan.model import Section
from l2l_tui.tui import outside
from l2l_tui.tui.screens.confirm import ConfirmScreen
from l2l_tui.tui.screens.form import FormScreen
from l2l_tui.tui.screens.include import IncludeScreen
from l2l_tui.tui.screens.meeting import MeetingScreen
from l2l_tui.tui.screens.overlap import OverlapScreen
from l2l_tui.tui.screens.run import RunScreen
from l2l_tui.tui.study import StudyApp
from l2l_tui.workspace import Workspace
from tests.tui.script import (
    PLAN,
    lines_of,
    make_workspace,
    notices,
    opened,
    settled,
    text_of,
    type_text,
    until,
    write_run,
)

DAY = date(2026, 3, 4)
RUN = "2026-03-04-1000-l2l-quadratic-done"


@asynccontextmanager
async def at_meeting(
    workspace: Workspace, size: tuple[int, int] = (160, 48)
) -> AsyncIterator[tuple[StudyApp, Pilot[None], MeetingScreen]]:
    """Open the next meeting."""
    async with opened(workspace, size) as (app, pilot):
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, MeetingScreen))
        await settled(pilot)
        screen = app.screen
        assert isinstance(screen, MeetingScreen)
        yield app, pilot, screen


def paper(workspace: Workspace) -> str:
    """Return what the section says on disk."""
    return store.load(workspace.plan_file()).meetings[-1].sections.get(Section.PAPER, "")


def somebody_writes(workspace: Workspace, text: str) -> None:
    """Let somebody else write in the section."""
    store.save(workspace.plan_file(), edits.SetSection(DAY, Section.PAPER, text))


async def test_problems_carried_over_stand_above_new_ones(workspace: Workspace) -> None:
    """With their ages, and the numbers that the command line takes."""
    async with at_meeting(workspace) as (app, _, _screen):
        shown = [line.strip("│ ▌▏") for line in lines_of(app)[2:6]]
        assert shown[0] == "Last week's problems"
        assert shown[1].startswith("1 Why does batch norm")
        assert shown[1].endswith("2 weeks")
        assert shown[2] == "This week's problems"
        assert shown[3].startswith("2 顯示卡記憶體不夠")
        assert shown[3].endswith("new")


async def test_a_problem_is_solved_reworded_and_opened_again(workspace: Workspace) -> None:
    """All by keyboard."""
    async with at_meeting(workspace) as (app, pilot, screen):
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, FormScreen))
        await pilot.press("end", "backspace", "exclamation_mark", "enter")
        await until(pilot, lambda: app.screen is screen and "eval mode!" in text_of(app))
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, FormScreen))
        await type_text(pilot, "read it")
        await pilot.press("enter")
        await until(pilot, lambda: "eval mode! · read it" in text_of(app))
        await pilot.press("u")
        await until(pilot, lambda: "read it" not in text_of(app))
        await settled(pilot)
    problem = store.load(workspace.plan_file()).meetings[0].problems[0]
    assert (problem.text, problem.solved) == ("Why does batch norm differ in eval mode!", None)


async def test_the_footer_has_what_the_problem_at_the_cursor_takes(workspace: Workspace) -> None:
    """One that is solved opens again; without a problem one can add one, write, or leave."""
    async with at_meeting(workspace, (80, 24)) as (app, pilot, screen):
        assert "s Solve" in lines_of(app)[-1]
        assert "Reopen" not in lines_of(app)[-1]
        problem = screen.problem
        assert problem is not None
        store.save(app.plan.path, edits.SolveProblem(date(2026, 2, 18), problem.text, DAY, ""))
        await until(pilot, lambda: "u Reopen" in lines_of(app)[-1])
        assert "s Solve" not in lines_of(app)[-1]
    (workspace.plan_file()).write_text("[plan]\nfirst_meeting = 2026-02-18\n", encoding="utf-8")
    async with at_meeting(workspace, (80, 24)) as (app, _, _):
        footer = " p Problem  ^t Write  i Include  ^s Save  esc Back"
        assert lines_of(app)[-1].startswith(footer)


async def test_writing_begins_in_the_section_in_sight(workspace: Workspace) -> None:
    """From there the same key goes on to the next, and round again."""
    async with at_meeting(workspace, (80, 24)) as (app, pilot, _):
        for section in (*Section, Section.PAPER):
            await pilot.press("ctrl+t")
            assert app.focused is not None
            assert app.focused.id == f"edit-{section}"


async def test_what_was_typed_of_a_problem_survives_a_refusal(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form stays and says why."""
    async with at_meeting(workspace) as (app, pilot, _):

        def full(*_: object) -> None:
            raise L2LError("the disk is full")

        monkeypatch.setattr(store, "save", full)
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.screen, FormScreen))
        await type_text(pilot, "why")
        await pilot.press("enter")
        await until(pilot, lambda: "the disk is full" in text_of(app))
        assert isinstance(app.screen, FormScreen)
        assert app.screen.answers == {"text": "why"}


async def test_lines_that_two_wrote_apart_merge_when_saved(workspace: Workspace) -> None:
    """Nobody is asked."""
    somebody_writes(workspace, "one\ntwo\nthree")
    async with at_meeting(workspace) as (app, pilot, screen):
        screen.writing.put(Section.PAPER, "ONE\ntwo\nthree")
        somebody_writes(workspace, "one\ntwo\nTHREE")
        await until(pilot, lambda: screen.writing.contested)
        assert "changed by somebody else too" in lines_of(app)[0]
        await pilot.press("ctrl+s")
        await until(pilot, lambda: paper(workspace) == "ONE\ntwo\nTHREE")
        await until(pilot, lambda: not screen.touched)
        assert screen.writing.text(Section.PAPER) == "ONE\ntwo\nTHREE"


@pytest.mark.parametrize(
    ("key", "kept"), [("m", "mine\ntwo"), ("t", "theirs\ntwo"), ("b", "theirs\nmine\ntwo")]
)
@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_of_the_same_line_the_person_is_asked(
    workspace: Workspace, key: str, kept: str, size: tuple[int, int]
) -> None:
    """All three readings are in sight; the answer is saved, and undo brings the other back."""
    somebody_writes(workspace, "one\ntwo")
    async with at_meeting(workspace, size) as (app, pilot, screen):
        screen.writing.put(Section.PAPER, "mine\ntwo")
        somebody_writes(workspace, "theirs\ntwo")
        await until(pilot, lambda: screen.writing.contested)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, OverlapScreen))
        await pilot.pause()
        shown = text_of(app)
        assert all(said in shown for said in ("It was", "one", "Theirs", "theirs", "Yours", "mine"))
        assert paper(workspace) == "theirs\ntwo"
        await pilot.press(key)
        await until(pilot, lambda: paper(workspace) == kept)
        await until(pilot, lambda: not screen.touched)
        assert screen.writing.text(Section.PAPER) == kept


async def test_a_change_that_nobody_saw_yet_is_asked_about_too(workspace: Workspace) -> None:
    """The file had changed when it was written; the person may write on and decide later."""
    async with at_meeting(workspace) as (app, pilot, screen):
        app._feed.stop()
        await app.workers.wait_for_complete([one for one in app.workers if one.group == "feed"])
        screen.writing.put(Section.PAPER, "mine")
        somebody_writes(workspace, "theirs")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, OverlapScreen))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        assert screen.writing.text(Section.PAPER) == "mine"
        assert screen.touched == [Section.PAPER]
        assert paper(workspace) == "theirs"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, OverlapScreen))
        await pilot.press("b")
        await until(pilot, lambda: paper(workspace) == "theirs\nmine")


async def test_a_refused_save_keeps_what_was_typed(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says why, and leaving asks."""
    async with at_meeting(workspace) as (app, pilot, screen):

        def full(*_: object) -> None:
            raise L2LError("the disk is full")

        screen.writing.put(Section.PAPER, "mine")
        monkeypatch.setattr(store, "save", full)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "the disk is full" in notices(app))
        await settled(pilot)
        assert screen.writing.text(Section.PAPER) == "mine"
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))


async def test_what_happened_is_included_at_the_cursor(workspace: Workspace) -> None:
    """Its number stands in the head; what is told no longer counts."""
    write_run(workspace, RUN)
    async with at_meeting(workspace) as (app, pilot, screen):
        assert "1 since the last meeting, i includes" in lines_of(app)[0]
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, IncludeScreen))
        await pilot.press("space")
        await until(pilot, lambda: "[✓]" in text_of(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen)
        first, blank, line = screen.writing.text(Section.PAPER).split("\n")
        assert (first, blank) == ("Read *section 3*.", "")
        assert line.startswith(f"- l2l-quadratic, run `{RUN}` (preset `quick`, seed 0): ")
        await until(pilot, lambda: "since the last meeting" not in lines_of(app)[0])
        await pilot.press("ctrl+o")
        await until(pilot, lambda: "told in Paper" in text_of(app))
        await pilot.press("escape", "ctrl+z")
        assert screen.writing.text(Section.PAPER) == "Read *section 3*."


async def test_a_run_goes_into_the_next_meeting_by_one_key(workspace: Workspace) -> None:
    """From the list and from the run itself, of whatever day; told once, and never twice."""
    old = "2026-02-01-1000-l2l-quadratic-olds"
    write_run(workspace, old, age_min=31 * 24 * 60)
    write_run(workspace, RUN)
    async with opened(workspace) as (app, pilot):
        await until(pilot, lambda: len(app.book) == 2)
        await pilot.press("2", "i")
        await until(
            pilot, lambda: any("told at the meeting of 2026-03-04" in n for n in notices(app))
        )
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        await pilot.press("i")
        await until(pilot, lambda: any(old in n and "is told" in n for n in notices(app)))
        await until(pilot, lambda: not app.saving)
        await pilot.press("i")
        await until(pilot, lambda: any("tells it already: Programming" in n for n in notices(app)))
    told = store.load(workspace.plan_file()).meetings[-1].sections[Section.PROGRAMMING]
    lines = told.split("\n")
    assert [f"run `{run}`" in line for run, line in zip((RUN, old), lines, strict=True)] == [
        True
    ] * 2


async def test_where_nothing_happened_it_says_so(workspace: Workspace) -> None:
    """There is no empty list."""
    async with at_meeting(workspace) as (app, pilot, screen):
        await pilot.press("i")
        await until(pilot, lambda: notices(app) == ["Nothing happened since the last meeting."])
        assert app.screen is screen


async def test_a_section_goes_to_the_persons_editor_and_comes_back(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the list and from within the editor; it is not saved before one says so."""
    monkeypatch.setattr(outside, "edit_outside", lambda _app, text: f"{text} More.")
    async with at_meeting(workspace) as (_, pilot, screen):
        await pilot.press("ctrl+e")
        await until(pilot, lambda: screen.touched)
        await pilot.press("ctrl+e")
        await until(
            pilot, lambda: screen.writing.text(Section.PAPER) == "Read *section 3*. More. More."
        )
    assert paper(workspace) == "Read *section 3*."


async def test_the_preview_is_whole_where_the_window_is_widened(workspace: Workspace) -> None:
    """It was out of sight while the text was typed."""
    async with opened(workspace, (80, 24)) as (app, pilot):
        await pilot.press("m", "ctrl+t", "x", "y", "z")
        await settled(pilot)
        await pilot.resize_terminal(160, 48)
        await until(pilot, lambda: "xyz" in app.screen.query_one(Markdown)._markdown)


async def test_a_problem_on_the_main_screen_shows_its_formulas(tmp_path: Path) -> None:
    """As everywhere else."""
    text = PLAN.replace(
        "Why does batch norm differ in eval mode?", "Why does $\\\\theta_1$ explode?"
    )
    async with opened(make_workspace(tmp_path / "tex", text)) as (app, _):
        assert "Why does θ₁ explode?" in text_of(app)


async def test_the_preview_shows_formulas_as_unicode(workspace: Workspace) -> None:
    """The editor keeps the TeX."""
    somebody_writes(workspace, "so $\\theta_{t+1}$ for $5, and `$x$`")
    async with at_meeting(workspace) as (app, pilot, screen):
        await until(pilot, lambda: "so θₜ₊₁ for $5, and $x$" in text_of(app))
        assert screen.writing.text(Section.PAPER).startswith("so $\\theta")


async def test_one_turns_from_meeting_to_meeting(workspace: Workspace) -> None:
    """Back to the first and on; what is not saved is asked about."""
    async with at_meeting(workspace) as (app, pilot, screen):
        await pilot.press("left_square_bracket", "left_square_bracket")
        await until(pilot, lambda: "Wed 02-18" in lines_of(app)[0])
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: notices(app) == ["There is no meeting before this one."])
        screen.writing.put(Section.PAPER, "typed")
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("n")
        await until(pilot, lambda: app.screen is screen)
        assert screen.writing.text(Section.PAPER) == "typed"
        await pilot.press("right_square_bracket", "y")
        await until(pilot, lambda: "Wed 02-25" in lines_of(app)[0])
        assert not screen.touched


async def test_who_leaves_while_it_is_saved_leaves_when_it_is(workspace: Workspace) -> None:
    """Nothing is asked, nothing is lost."""
    async with at_meeting(workspace) as (app, pilot, screen):
        screen.writing.put(Section.PAPER, "typed")
        screen.action_save()
        screen.action_back()
        await until(pilot, lambda: app.screen is app.main)
    assert paper(workspace) == "typed"
