"""The timeline: bars that scroll and zoom, due dates that are moved as one step."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from l2l_tui import language
from l2l_tui.plan import store, timescale
from l2l_tui.text import width
from l2l_tui.tui.commands import BACK
from l2l_tui.tui.screens.milestone import MilestoneScreen
from l2l_tui.tui.screens.timeline import TIMELINE, TimelineScreen
from l2l_tui.tui.study import StudyApp
from l2l_tui.workspace import Workspace
from tests.tui.conftest import Compare
from tests.tui.script import (
    PLAN,
    lines_of,
    make_workspace,
    notices,
    opened,
    settled,
    text_of,
    until,
)

SIZES = [(80, 24), (160, 48)]

OVER_TIME = """
[[track]]
id = "few-shot"
title = "Few-shot 小樣本"
parent = "paper"

[[milestone]]
id = "matching"
track = "few-shot"
title = "Matching Networks：單次學習"
due = 2026-04-15
status = "doing"
history = [
    { on = 2026-02-20, status = "doing" },
    { on = 2026-03-01, due = 2026-04-15, was = 2026-03-18 },
]
""" + "".join(
    f"""
[[milestone]]
id = "torch-{n}"
track = "torch"
title = "Exercise {n}"
due = 2026-02-{due}
status = "done"
history = [{{ on = 2026-02-18, status = "doing" }}, {{ on = 2026-02-{done}, status = "done" }}]
"""
    for n, due, done in ((1, 25, 21), (2, 22, 28), (3, 26, 26))
)
"""A nested track, and what was begun, moved, and done in time and late."""


@pytest.fixture
def over_time(tmp_path: Path) -> Workspace:
    """Return a workspace whose plan has something of everything."""
    return make_workspace(tmp_path / "over", PLAN + OVER_TIME)


async def on_timeline(app: StudyApp, pilot: Pilot[None]) -> TimelineScreen:
    """Open the timeline by its key."""
    await pilot.press("t")
    await until(pilot, lambda: isinstance(app.screen, TimelineScreen))
    await settled(pilot)
    screen = app.screen
    assert isinstance(screen, TimelineScreen)
    return screen


def line(app: StudyApp, title: str) -> str:
    """Return the line on the screen that has a title."""
    return next(one for one in lines_of(app)[1:] if title in one)


@pytest.mark.parametrize("spoken", language.LANGUAGES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_everything_has_its_place_at_both_sizes(
    workspace: Workspace, size: tuple[int, int], spoken: str
) -> None:
    """Late stretches and today without colour; no line is longer than the screen."""
    async with opened(workspace, size, spoken) as (app, pilot):
        await on_timeline(app, pilot)
        shown = lines_of(app)
        assert all(width(one) == size[0] for one in shown)
        late = line(app, "MAML")
        assert "○!" in late
        assert "◆▒" in late
        today = late.index("│")
        assert line(app, "Learning")[today] == "│"
        assert width(line(app, "▾").split("▾")[0]) == today
        assert "⊘" in line(app, "小樣本")
        assert width(line(app, "小樣本").split("│")[0]) == today


@pytest.mark.parametrize("spoken", language.LANGUAGES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_timeline_looks_as_it_did(
    over_time: Workspace, size: tuple[int, int], spoken: str, same_picture: Compare
) -> None:
    """Look at the pictures before updating them."""
    async with opened(over_time, size, spoken) as (app, pilot):
        screen = await on_timeline(app, pilot)
        screen.go_to("matching")
        await settled(pilot)
        same_picture(app, f"timeline-{spoken}-{size[0]}x{size[1]}")


async def test_the_wheel_scrolls_by_weeks_where_shift_is_held(workspace: Workspace) -> None:
    """Without it the lines scroll."""
    async with opened(workspace) as (app, pilot):
        screen = await on_timeline(app, pilot)
        first = screen.scale.first
        wheel = {"widget": screen.bars, "x": 5, "y": 5, "delta_x": 0, "delta_y": 0, "button": 0}
        for event, shift, moved in (
            (events.MouseScrollDown, False, 0),
            (events.MouseScrollDown, True, 1),
            (events.MouseScrollUp, True, -1),
        ):
            before = screen.scale.first
            screen.bars.post_message(event(**wheel, shift=shift, meta=False, ctrl=False))  # type: ignore[arg-type]
            await settled(pilot)
            assert (screen.scale.first > before) == (moved > 0)
            assert (screen.scale.first < before) == (moved < 0)
        assert screen.scale.first == first


async def test_the_cursor_begins_where_it_was_and_enter_opens(workspace: Workspace) -> None:
    """What is known of the milestone stands below."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("down")
        screen = await on_timeline(app, pilot)
        assert screen.milestone is not None
        assert screen.milestone.id == "maml"
        assert "due on Sun 03-01, 3 days late" in text_of(app)
        await pilot.press("down")
        await settled(pilot)
        assert "waits for MAML" in text_of(app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, MilestoneScreen))


async def test_weeks_scroll_and_zoom(workspace: Workspace) -> None:
    """Left and right by weeks, plus and minus nearer and farther; a dot brings today back."""
    async with opened(workspace, (80, 24)) as (app, pilot):
        screen = await on_timeline(app, pilot)
        fitted = screen.scale
        await pilot.press("right")
        assert screen.scale.first > fitted.first
        await pilot.press("left", "left")
        assert screen.scale.first < fitted.first
        for _ in range(12):
            await pilot.press("minus")
        assert screen.scale.zoom == timescale.ZOOMS[-1]
        for _ in range(12):
            await pilot.press("plus")
        assert screen.scale.zoom == timescale.ZOOMS[0]
        for _ in range(30):
            await pilot.press("right")
        assert screen.scale.first > app.today
        assert "‹" in line(app, "MAML")
        await pilot.press("full_stop")
        assert screen.scale.first <= app.today <= screen.scale.last
        await pilot.press("0")
        assert screen.scale == fitted


async def test_a_due_date_is_moved_as_one_step(workspace: Workspace) -> None:
    """However many keys it took; the history has one line."""
    async with opened(workspace) as (app, pilot):
        screen = await on_timeline(app, pilot)
        await pilot.press("greater_than_sign", "greater_than_sign", "less_than_sign", "shift+right")
        assert "due Wed 03-11 → Thu 03-19 8 days later" in text_of(app)
        assert "◇" in line(app, "Learning")
        assert lines_of(app)[-1].split()[:4] == ["⏎", "Save", "esc", "Drop"]
        assert store.load(app.plan.path).milestone("l2l").due == date(2026, 3, 11)
        await pilot.press("down", "right_square_bracket", "enter")
        await settled(pilot)
        await until(pilot, lambda: not app.saving)
        plan = store.load(app.plan.path)
        assert plan.milestone("l2l").due == date(2026, 3, 19)
        assert plan.milestone("maml").due == date(2026, 3, 8)
        assert len(plan.milestone("l2l").history) == 1
        assert "# a hand-made comment" in app.plan.path.read_text(encoding="utf-8")
        assert app.screen is screen
        assert lines_of(app)[-1].startswith(" ⏎ Open")
        await pilot.press("ctrl+z")
        await settled(pilot)
        await until(pilot, lambda: not app.saving)
        assert store.load(app.plan.path).milestone("l2l").due == date(2026, 3, 11)
        assert store.load(app.plan.path).milestone("maml").due == date(2026, 3, 1)


async def test_escape_leaves_dates_as_they_were_before_it_leaves(workspace: Workspace) -> None:
    """Once for the dates, once more for the screen."""
    async with opened(workspace) as (app, pilot):
        screen = await on_timeline(app, pilot)
        await pilot.press("left_square_bracket")
        assert "1 due date moved" in text_of(app)
        await pilot.press("escape")
        assert "1 due date moved" not in text_of(app)
        assert app.screen is screen
        await pilot.press("escape")
        assert app.screen is app.main
        assert store.load(app.plan.path).milestone("l2l").history == ()


async def test_what_is_done_is_not_moved(workspace: Workspace) -> None:
    """And it is said why."""
    async with opened(workspace) as (app, pilot):
        screen = await on_timeline(app, pilot)
        screen.go_to("logistic")
        await pilot.press("greater_than_sign")
        assert any("not due" in said for said in notices(app))


async def test_a_thousand_milestones_draw_only_what_is_in_sight(tmp_path: Path) -> None:
    """The rows beyond are never rendered; odd dates and titles do no harm."""
    more = "".join(
        f'\n[[milestone]]\nid = "m{n}"\ntrack = "paper"\ntitle = "[/] 第{n}"\n'
        f"due = {2000 + n}-01-31\n"
        for n in range(1000)
    )
    workspace = make_workspace(tmp_path / "many", PLAN + more)
    async with opened(workspace, (80, 24)) as (app, pilot):
        screen = await on_timeline(app, pilot)
        await pilot.press("end")
        await settled(pilot)
        assert len(screen.bars.rows) > 1000
        assert len(screen.bars._strips) < 100
        screen.go_to("m999")
        await pilot.press("full_stop", "right")
        assert "第999" in text_of(app)
        assert all(width(one) == 80 for one in lines_of(app))


async def test_an_empty_plan_says_so(tmp_path: Path) -> None:
    """Every key does nothing, in peace."""
    workspace = make_workspace(tmp_path / "none", '[plan]\ntitle = "Empty"\n')
    async with opened(workspace) as (app, pilot):
        await on_timeline(app, pilot)
        assert "The plan has no track yet." in text_of(app)
        for command in (one for one in TIMELINE if one is not BACK):
            await pilot.press(command.key.split(",")[0])
        await settled(pilot)
        assert isinstance(app.screen, TimelineScreen)
