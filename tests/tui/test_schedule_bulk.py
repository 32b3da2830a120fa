"""Milestones marked and changed together, each change one step that can be undone."""

from __future__ import annotations

from datetime import date

import pytest
from textual.widgets import Input

from l2l_tui.plan import edits, store
from l2l_tui.plan.model import Plan, Status
from l2l_tui.tui.screens.choices import ChoiceScreen
from l2l_tui.tui.screens.due import DueScreen
from l2l_tui.workspace import Workspace
from tests.tui.script import lines_of, notices, opened, settled, text_of, type_text, until


def read(workspace: Workspace) -> Plan:
    """Return the plan as it stands on disk."""
    return store.load(workspace.plan_file())


def steps(workspace: Workspace) -> int:
    """Return how many steps could be undone."""
    return max(0, store.timeline(workspace.plan_file()).at)


async def test_marks_are_seen_and_counted(workspace: Workspace) -> None:
    """By a sign, in the border, and by what the footer offers."""
    async with opened(workspace, (80, 24)) as (app, pilot):
        await pilot.press("v", "down", "v")
        await settled(pilot)
        assert text_of(app).count("◆") == 2
        assert "2 marked" in text_of(app)
        assert "^t Track" in lines_of(app)[-1]
        await pilot.press("v")
        await settled(pilot)
        assert "1 marked" in text_of(app)
        await pilot.press("V")
        assert len(app.main.schedule.arrangement.marked) == 5
        await pilot.press("V")
        assert not app.main.schedule.arrangement.marked
        await pilot.press("v", "escape")
        await settled(pilot)
        assert "marked" not in text_of(app)


async def test_all_that_are_shown_are_marked(workspace: Workspace) -> None:
    """What a filter leaves out is not; marks stay when the filter goes."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("slash")
        await type_text(pilot, "open")
        await pilot.press("enter", "V", "escape")
        await settled(pilot)
        assert app.main.schedule.arrangement.marked == {"l2l", "maml", "survey"}
        await pilot.press("z", "escape", "home", "v")
        assert app.main.schedule.arrangement.marked == {"l2l", "maml", "survey"}


async def test_marks_of_what_is_gone_are_gone(workspace: Workspace) -> None:
    """Nothing is changed that nobody sees any more."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("V")
        store.save(workspace.plan_file(), edits.RemoveMilestone("resnet"))
        await until(pilot, lambda: len(app.plan.milestones) == 4)
        assert len(app.main.schedule.arrangement.marked) == 4


async def test_a_status_goes_to_all_in_one_step(workspace: Workspace) -> None:
    """The one furthest behind says which; those that are there already stay as they are."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("v", "down", "v", "down", "v", "s")
        await settled(pilot)
        await until(pilot, lambda: not app.saving)
        statuses = {one.id: one.status for one in read(workspace).milestones}
        assert [statuses[one] for one in ("l2l", "maml", "survey")] == [Status.DOING] * 3
        assert "2 milestones: todo → doing" in notices(app)
        assert steps(workspace) == 1
        await pilot.press("d")
        await settled(pilot)
        await until(pilot, lambda: not app.saving)
        assert steps(workspace) == 2
        assert "3 milestones: doing → done" in notices(app)
        await pilot.press("d")
        assert "It is done already." in notices(app)
        await pilot.press("ctrl+z", "ctrl+z")
        await until(pilot, lambda: app.plan.milestone("maml").status is Status.TODO)
        assert app.plan.milestone("l2l").status is Status.DOING


async def test_due_dates_move_each_from_its_own(workspace: Workspace) -> None:
    """Where each comes is shown while it is typed."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("v", "down", "v", "D")
        await until(pilot, lambda: isinstance(app.screen, DueScreen))
        await until(pilot, lambda: "Wed 03-11" in text_of(app))
        await type_text(pilot, "+7d")
        await until(pilot, lambda: "Sun 03-01 → Sun 03-08" in text_of(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is app.main)
        await until(pilot, lambda: "2 due dates moved" in notices(app))
    plan = read(workspace)
    assert plan.milestone("l2l").due == date(2026, 3, 18)
    assert plan.milestone("maml").due == date(2026, 3, 8)
    assert steps(workspace) == 1


@pytest.mark.parametrize(
    ("typed", "due"),
    [("2026-12-24", date(2026, 12, 24)), ("none", None), ("-3d", date(2026, 3, 8))],
)
async def test_one_due_date_moves(typed: str, due: date | None, workspace: Workspace) -> None:
    """To a day, by a distance, or away."""
    async with opened(workspace, (80, 24)) as (app, pilot):
        await pilot.press("D")
        await until(pilot, lambda: isinstance(app.screen, DueScreen))
        app.screen.query_one(Input).value = typed
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is app.main)
        await until(pilot, lambda: not app.saving)
    assert read(workspace).milestone("l2l").due == due


@pytest.mark.parametrize("typed", ["", "soon", "2026-02-30"])
async def test_a_day_that_is_none_keeps_the_form(typed: str, workspace: Workspace) -> None:
    """Nothing typed is no way to take many dates away."""
    async with opened(workspace, (80, 24)) as (app, pilot):
        await pilot.press("V", "D")
        await until(pilot, lambda: isinstance(app.screen, DueScreen))
        app.screen.query_one(Input).value = typed
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, DueScreen)
        assert "✗" in text_of(app)
    assert steps(workspace) == 0


async def test_milestones_move_to_another_track(workspace: Workspace) -> None:
    """All that are marked, in one step, from the palette or by the key."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("down", "v", "down", "v", "ctrl+t")
        await until(pilot, lambda: isinstance(app.screen, ChoiceScreen))
        assert "Move 2 milestones to" in text_of(app)
        await pilot.press("down", "enter")
        await until(pilot, lambda: "2 milestones: now in TORCH" in notices(app))
    plan = read(workspace)
    assert [plan.milestone(one).track for one in ("l2l", "maml", "survey")] == [
        "paper",
        "torch",
        "torch",
    ]
    assert steps(workspace) == 1


async def test_what_is_undone_is_said_and_can_be_done_again(workspace: Workspace) -> None:
    """Byte for byte; with nothing to undo that is said, and it is no error."""
    before = workspace.plan_file().read_bytes()
    async with opened(workspace) as (app, pilot):
        await pilot.press("ctrl+z")
        await until(pilot, lambda: "There is nothing to undo." in notices(app))
        await pilot.press("d")
        await settled(pilot)
        await until(pilot, lambda: not app.saving)
        after = workspace.plan_file().read_bytes()
        assert after != before
        await pilot.press("ctrl+z")
        await until(pilot, lambda: any("Undone: " in said for said in notices(app)))
        await until(pilot, lambda: app.plan.milestone("l2l").status is Status.DOING)
        assert workspace.plan_file().read_bytes() == before
        await pilot.press("ctrl+y")
        await until(pilot, lambda: any("Done again: " in said for said in notices(app)))
        await until(pilot, lambda: app.plan.milestone("l2l").status is Status.DONE)
        assert workspace.plan_file().read_bytes() == after
        assert not [one for one in app._notifications if one.severity == "error"]


async def test_undo_works_across_restarts(workspace: Workspace) -> None:
    """The versions lie on disk."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("d")
        await settled(pilot)
        await until(pilot, lambda: not app.saving)
    async with opened(workspace) as (app, pilot):
        await pilot.press("ctrl+z")
        await until(pilot, lambda: app.plan.milestone("l2l").status is Status.DOING)
    assert read(workspace).milestone("l2l").status is Status.DOING


async def test_runs_are_marked_where_runs_are(workspace: Workspace) -> None:
    """The same keys, for what has the focus."""
    from tests.tui.script import write_run

    write_run(workspace, "2026-03-04-1000-l2l-quadratic-aaaa", age_min=120)
    write_run(workspace, "2026-03-04-1100-l2l-quadratic-bbbb", age_min=60, seed=1)
    async with opened(workspace) as (app, pilot):
        await pilot.press("2", "v")
        assert len(app.main.marked) == 1
        await pilot.press("V")
        assert len(app.main.marked) == 2
        await pilot.press("V")
        assert not app.main.marked
        assert not app.main.schedule.arrangement.marked
