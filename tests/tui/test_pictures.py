"""The screens as they look, in both languages, at 80x24 and 160x48."""

from __future__ import annotations

import pytest

from l2l_tui import language
from l2l_tui.runs.model import State
from l2l_tui.workspace import Workspace
from tests.tui.conftest import Compare
from tests.tui.script import falling, opened, settled, until, write_run

SCREENS = {
    "main": (),
    "trainer": ("2",),
    "meeting": ("m", "ctrl+t"),
    "milestone": ("enter",),
}
"""The keys that lead to each screen; timeline and agenda have pictures beside their tests."""

SIZES = ((80, 24), (160, 48))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("spoken", language.LANGUAGES)
@pytest.mark.parametrize("screen", SCREENS)
async def test_the_screens_look_as_they_did(
    screen: str, spoken: str, size: tuple[int, int], workspace: Workspace, same_picture: Compare
) -> None:
    """Look at the pictures before updating them."""
    curves = {"loss/sgd": falling(60), "loss/adam": falling(60, 6), "loss/learned": falling(60, 4)}
    live = "2026-03-04-1130-l2l-quadratic-live"
    write_run(workspace, live, state=State.RUNNING, age_min=30, seed=1, curves=curves)
    write_run(workspace, "2026-03-04-1000-l2l-quadratic-done", age_min=120)
    async with opened(workspace, size, spoken) as (app, pilot):
        await until(pilot, lambda: app.book.get(live) and all(one.curves for one in app.book))
        await until(pilot, lambda: len(app.plan.results) == 2)
        # The notice that says so comes behind the plan that has it.
        await until(pilot, lambda: app._notifications)
        await pilot.press(*SCREENS[screen])
        await settled(pilot)
        app.clear_notifications()
        await settled(pilot)
        same_picture(app, f"{screen}-{spoken}-{size[0]}x{size[1]}")
