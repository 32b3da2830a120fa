"""All meetings, searched while one types."""

from __future__ import annotations

from textual.widgets import Input

from l2l_tui.tui.screens.meeting import MeetingScreen
from l2l_tui.tui.screens.meetings import MeetingsScreen
from l2l_tui.workspace import Workspace
from tests.tui.script import lines_of, opened, settled, text_of, type_text, until


async def test_meetings_are_listed_searched_and_opened(workspace: Workspace) -> None:
    """Hits are counted; enter opens the meeting, escape goes back step by step."""
    async with opened(workspace, (80, 24)) as (app, pilot):
        await pilot.press("M")
        await until(pilot, lambda: isinstance(app.screen, MeetingsScreen))
        await settled(pilot)
        shown = text_of(app)
        assert shown.index("Wed 03-04") < shown.index("Wed 02-18")
        assert "1 open  Read *section 3*." in shown
        assert lines_of(app)[0].rstrip().endswith("2 meetings")
        await pilot.press("slash")
        await type_text(pilot, "BATCH norm")
        await until(pilot, lambda: lines_of(app)[0].rstrip().endswith("1 hit in 1 meeting"))
        assert "problem  Why does batch norm differ" in text_of(app)
        await pilot.press("enter", "enter")
        await until(pilot, lambda: isinstance(app.screen, MeetingScreen))
        assert "Wed 02-18" in lines_of(app)[0]
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, MeetingsScreen))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen.query_one(Input).value == "")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)


async def test_chinese_is_found_and_what_is_not_there_is_said(workspace: Workspace) -> None:
    """As one types."""
    async with opened(workspace, (80, 24)) as (app, pilot):
        await pilot.press("M", "slash")
        await until(pilot, lambda: isinstance(app.screen, MeetingsScreen))
        field = app.screen.query_one(Input)
        field.value = "記憶體"
        await until(pilot, lambda: "1 hit in 1 meeting" in text_of(app))
        field.value = "nowhere"
        await until(pilot, lambda: "No meeting says that." in text_of(app))
