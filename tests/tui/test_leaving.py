"""Who leaves the app with something that is not saved is asked first, wherever that is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from l2l_tui.plan import store
from l2l_tui.plan.model import Section
from l2l_tui.tui.screens.confirm import LeaveScreen
from l2l_tui.tui.screens.form import FormScreen
from l2l_tui.tui.screens.meeting import MeetingScreen
from l2l_tui.tui.screens.milestone import MilestoneScreen
from l2l_tui.tui.screens.timeline import TimelineScreen
from l2l_tui.tui.study import StudyApp
from l2l_tui.workspace import Workspace
from tests.tui.script import opened, settled, until


async def move_a_date(app: StudyApp, pilot: Pilot[None]) -> None:
    """Move a due date on the timeline."""
    await pilot.press("t")
    await until(pilot, lambda: isinstance(app.screen, TimelineScreen))
    await settled(pilot)
    await pilot.press("greater_than_sign")


async def type_into_the_form(app: StudyApp, pilot: Pilot[None]) -> None:
    """Write in a milestone's form."""
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, MilestoneScreen))
    await settled(pilot)
    assert isinstance(app.screen, MilestoneScreen)
    app.screen.boxes["notes"].put("a thought")


async def write_a_section(app: StudyApp, pilot: Pilot[None]) -> None:
    """Write for the meeting."""
    await pilot.press("m")
    await until(pilot, lambda: isinstance(app.screen, MeetingScreen))
    await settled(pilot)
    assert isinstance(app.screen, MeetingScreen)
    app.screen.writing.put(Section.NEXT, "a thought")


async def begin_a_problem(app: StudyApp, pilot: Pilot[None]) -> None:
    """Type into a window."""
    await pilot.press("p")
    await until(pilot, lambda: isinstance(app.screen, FormScreen))
    await settled(pilot)
    await pilot.press("w", "h", "y")


async def a_window_above(app: StudyApp, pilot: Pilot[None]) -> None:
    """Move a due date, and look at the help."""
    await move_a_date(app, pilot)
    await pilot.press("question_mark")


Begin = Callable[[StudyApp, Pilot[None]], Awaitable[None]]


@pytest.mark.parametrize(
    ("begin", "key"),
    [
        (move_a_date, "q"),
        (move_a_date, "ctrl+q"),
        (type_into_the_form, "q"),
        (type_into_the_form, "ctrl+q"),
        (write_a_section, "q"),
        (write_a_section, "ctrl+q"),
        (begin_a_problem, "ctrl+q"),
        (a_window_above, "ctrl+q"),
    ],
)
async def test_what_is_not_saved_is_asked_about(
    workspace: Workspace, begin: Begin, key: str
) -> None:
    """Once; no stays, with all that was typed; yes leaves, and writes nothing."""
    before = workspace.plan_file().read_bytes()
    async with opened(workspace) as (app, pilot):
        await begin(app, pilot)
        await settled(pilot)
        stood = app.screen
        await pilot.press(key)
        await until(pilot, lambda: isinstance(app.screen, LeaveScreen))
        await pilot.press("ctrl+q")
        await settled(pilot)
        assert sum(isinstance(one, LeaveScreen) for one in app.screen_stack) == 1
        await pilot.press("n")
        await until(pilot, lambda: app.screen is stood)
        assert app.is_running
        assert not app._exit
        await pilot.press(key)
        await until(pilot, lambda: isinstance(app.screen, LeaveScreen))
        await pilot.press("y")
        await until(pilot, lambda: app._exit)
    assert workspace.plan_file().read_bytes() == before


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_with_nothing_to_lose_nothing_is_asked(workspace: Workspace, key: str) -> None:
    """On the timeline, after what was moved was put back."""
    async with opened(workspace) as (app, pilot):
        await move_a_date(app, pilot)
        await pilot.press("escape", key)
        await until(pilot, lambda: app._exit)


async def test_a_save_that_is_under_way_is_waited_for(workspace: Workspace) -> None:
    """Saved and left with two keys: it is on disk."""
    async with opened(workspace) as (app, pilot):
        await write_a_section(app, pilot)
        await pilot.press("ctrl+s", "ctrl+q")
        await until(pilot, lambda: app._exit)
    plan = store.load(workspace.plan_file())
    assert any(one.sections.get(Section.NEXT) == "a thought" for one in plan.meetings)
