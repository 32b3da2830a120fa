"""The main screen as it looks, at 80x24 and 160x48."""

from __future__ import annotations

import pytest

from l2l_tui.runs.model import State
from l2l_tui.workspace import Workspace
from tests.tui.conftest import Compare
from tests.tui.script import falling, notices, opened, settled, text_of, until, write_run


@pytest.mark.parametrize(
    ("name", "size", "keys"),
    [
        ("schedule-80x24", (80, 24), ()),
        ("trainer-80x24", (80, 24), ("2",)),
        ("main-160x48", (160, 48), ()),
        ("meeting-80x24", (80, 24), ("m",)),
    ],
)
async def test_the_screens_look_as_they_did(
    name: str,
    size: tuple[int, int],
    keys: tuple[str, ...],
    workspace: Workspace,
    same_picture: Compare,
) -> None:
    """Look at the pictures before updating them."""
    curves = {"loss/sgd": falling(60), "loss/adam": falling(60, 6), "loss/learned": falling(60, 4)}
    live = "2026-03-04-1130-l2l-quadratic-live"
    write_run(workspace, live, state=State.RUNNING, age_min=30, seed=1, curves=curves)
    write_run(workspace, "2026-03-04-1000-l2l-quadratic-done", age_min=120)
    async with opened(workspace, size) as (app, pilot):
        watched = app.book.get(live)
        await until(pilot, lambda: all(one.curves for one in app.book) and watched is not None)
        await until(pilot, lambda: any("evidence" in said for said in notices(app)))
        await until(pilot, lambda: len(app.plan.results) == 2)
        app.clear_notifications()
        await pilot.press(*keys)
        await settled(pilot)
        await until(pilot, lambda: "week 3" in text_of(app) or "Meeting" in text_of(app))
        same_picture(app, name)
