"""Notices: few at once, none twice, none on a screen that they are not about."""

from __future__ import annotations

from l2l_tui.plan import store
from l2l_tui.tui.notices import AT_ONCE, STAY_S
from l2l_tui.tui.screens.compare import CompareScreen
from l2l_tui.tui.screens.help import HelpScreen
from l2l_tui.tui.study import StudyApp
from l2l_tui.workspace import Workspace
from tests.tui.script import lines_of, notices, opened, settled, text_of, until, write_run


async def test_the_same_message_is_shown_once(workspace: Workspace) -> None:
    """However often a key is pressed."""
    async with opened(workspace, (80, 24)) as (app, pilot):
        for _ in range(5):
            app.notify("again")
        await settled(pilot)
        assert notices(app) == ["again"]


async def test_only_the_newest_messages_stay_and_the_footer_is_in_sight(
    workspace: Workspace,
) -> None:
    """The screen is for the plan."""
    app = StudyApp(workspace, store.load(workspace.plan_file()))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        for place in range(6):
            app.notify(f"message {place}", timeout=60)
        await until(pilot, lambda: "message 5" in text_of(app))
        assert notices(app) == [f"message {place}" for place in range(6 - AT_ONCE, 6)]
        assert "message 3" not in text_of(app)
        assert "q Quit" in lines_of(app)[-1]


async def test_messages_do_not_follow_to_another_screen(workspace: Workspace) -> None:
    """An error that nobody can have read yet does."""
    async with opened(workspace, (80, 24)) as (app, pilot):
        app.notify("a status")
        app.notify("an error", severity="error")
        await settled(pilot)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        assert notices(app) == ["an error"]


def test_errors_stay_longer_than_what_is_merely_told() -> None:
    """A status is read at a glance."""
    assert STAY_S["information"] < STAY_S["warning"] < STAY_S["error"]


async def test_ctrl_c_says_in_words_how_to_quit(workspace: Workspace) -> None:
    """Without markup."""
    async with opened(workspace, (80, 24)) as (app, pilot):
        await pilot.press("ctrl+c")
        await until(pilot, lambda: notices(app) == ["Press q to quit, or ctrl+q while you type."])
        assert not app._exit


async def test_ctrl_q_says_as_q_does_that_runs_go_on(workspace: Workspace) -> None:
    """It is the same way out."""
    write_run(workspace, "2026-03-04-1000-l2l-quadratic-done")
    async with opened(workspace, (80, 24)) as (app, pilot):
        await pilot.press("ctrl+q")
        assert app._exit


async def test_comparing_a_single_run_says_how_to_compare_several(workspace: Workspace) -> None:
    """One curve alone is no comparison."""
    write_run(workspace, "2026-03-04-1000-l2l-quadratic-done")
    async with opened(workspace, (80, 24)) as (app, pilot):
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        await until(pilot, lambda: any("v marks a run" in said for said in notices(app)))
