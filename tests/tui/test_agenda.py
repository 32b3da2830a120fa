"""The agenda's screen: days in order, marks by a key, a form for what comes round."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from textual.pilot import Pilot

from l2l_tui import language
from l2l_tui.plan import edits, store
from l2l_tui.plan.model import Every, Status
from l2l_tui.text import width
from l2l_tui.tui.format import agenda
from l2l_tui.tui.screens.agenda import AgendaScreen
from l2l_tui.tui.screens.confirm import ConfirmScreen
from l2l_tui.tui.screens.meeting import MeetingScreen
from l2l_tui.tui.screens.milestone import MilestoneScreen
from l2l_tui.tui.screens.recurring import AddRecurringScreen, EditRecurringScreen
from l2l_tui.tui.study import StudyApp
from l2l_tui.tui.widgets.field import FieldBox
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

ROUND = """
[[recurring]]
id = "reading"
title = "讀書會 Reading"
first = 2026-02-05
track = "paper"
every = "week"
done = [2026-02-26]

[[recurring]]
id = "group"
title = "Group meeting"
first = 2026-03-06
meeting = true
every_days = 14
"""
TODAY = date(2026, 3, 4)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return a workspace whose plan has things that come round."""
    return make_workspace(tmp_path / "study", PLAN + ROUND)


async def on_agenda(app: StudyApp, pilot: Pilot[None]) -> AgendaScreen:
    """Open the agenda by its key."""
    await pilot.press("g")
    await until(pilot, lambda: isinstance(app.screen, AgendaScreen))
    await settled(pilot)
    screen = app.screen
    assert isinstance(screen, AgendaScreen)
    return screen


async def press(pilot: Pilot[None], app: StudyApp, *keys: str) -> None:
    """Press keys and wait until what they changed is on disk."""
    await pilot.press(*keys)
    await settled(pilot)
    await until(pilot, lambda: not app.saving)


@pytest.mark.parametrize("spoken", language.LANGUAGES)
@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_days_come_in_order_at_both_sizes(
    workspace: Workspace, size: tuple[int, int], spoken: str
) -> None:
    """What is late first, today marked, the cursor on the first thing that is not over."""
    async with opened(workspace, size, spoken) as (app, pilot):
        screen = await on_agenda(app, pilot)
        shown = lines_of(app)
        assert all(width(one) == size[0] for one in shown)
        places = [
            next(at for at, one in enumerate(shown) if words in one)
            for words in ("MAML", "03-02", "03-05", "Group meeting", "03-09", "03-11")
        ]
        assert places == sorted(places)
        assert any("▸" in one and "03-04" in one for one in shown)
        assert screen.entry is not None
        assert screen.entry.on == TODAY


@pytest.mark.parametrize("spoken", language.LANGUAGES)
@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_agenda_looks_as_it_did(
    workspace: Workspace, size: tuple[int, int], spoken: str, same_picture: Compare
) -> None:
    """Look at the pictures before updating them."""
    async with opened(workspace, size, spoken) as (app, pilot):
        await on_agenda(app, pilot)
        same_picture(app, f"agenda-{spoken}-{size[0]}x{size[1]}")


async def test_a_day_is_marked_done_skipped_and_open_again(workspace: Workspace) -> None:
    """By the same key, which does not shift what comes after."""
    async with opened(workspace) as (app, pilot):
        screen = await on_agenda(app, pilot)
        screen.lines.go_to("recurring:2026-03-05:reading")
        for key, done, skipped in (
            ("space", (26, 5), ()),
            ("d", (26,), ()),
            ("x", (26,), (5,)),
            ("space", (26, 5), ()),
        ):
            await press(pilot, app, key)
            item = store.load(app.plan.path).recurring[0]
            assert tuple(day.day for day in item.done) == done
            assert tuple(day.day for day in item.skipped) == skipped
        assert screen.entry is not None
        assert screen.entry.on == date(2026, 3, 5)


async def test_a_milestone_is_opened_and_done(workspace: Workspace) -> None:
    """As on the main screen."""
    async with opened(workspace) as (app, pilot):
        screen = await on_agenda(app, pilot)
        screen.lines.go_to("due:maml")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, MilestoneScreen))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        await press(pilot, app, "d")
        assert store.load(app.plan.path).milestone("maml").status is Status.DONE


async def test_a_meeting_is_opened_and_not_done(workspace: Workspace) -> None:
    """On its day."""
    async with opened(workspace) as (app, pilot):
        screen = await on_agenda(app, pilot)
        screen.lines.go_to("meeting:2026-03-04")
        for key in ("space", "e", "delete"):
            before = notices(app)
            await pilot.press(key)
            assert notices(app) != before
        assert store.load(app.plan.path).digest == app.plan.digest
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, MeetingScreen))


async def test_other_weeks_are_a_key_away(workspace: Workspace) -> None:
    """And a dot leads back."""
    async with opened(workspace, (80, 24)) as (app, pilot):
        await on_agenda(app, pilot)
        await pilot.press("right", "right")
        await settled(pilot)
        assert "In 2 weeks" in text_of(app)
        await pilot.press("full_stop", "left")
        await settled(pilot)
        assert "Last week" in text_of(app)


async def test_something_that_comes_round_is_added_by_a_form(workspace: Workspace) -> None:
    """What makes no sense is refused there, and stays to be mended."""
    async with opened(workspace, (80, 24)) as (app, pilot):
        await on_agenda(app, pilot)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, AddRecurringScreen))
        await settled(pilot)
        boxes = list(app.screen.query(".input"))
        for index, typed in ((0, "Seminar"), (1, "2026-03-31"), (2, "monthly"), (3, "2026-03-01")):
            boxes[index].value = typed  # type: ignore[attr-defined]
        await settled(pilot)
        await pilot.press("ctrl+s")
        assert "'monthly' is no rhythm" in " ".join(text_of(app).split())
        boxes[2].value = "month"  # type: ignore[attr-defined]
        await settled(pilot)
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert "It would end on 2026-03-01" in text_of(app)
        boxes[3].value = ""  # type: ignore[attr-defined]
        await settled(pilot)
        await press(pilot, app, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, AgendaScreen))
        item = store.load(app.plan.path).recurring[-1]
        assert (item.id, item.title, item.first) == ("seminar", "Seminar", date(2026, 3, 31))
        assert (item.every, item.track, item.meeting) == (Every.MONTH, "paper", False)


async def test_something_that_comes_round_is_removed_after_a_question(
    workspace: Workspace,
) -> None:
    """And not without the answer."""
    async with opened(workspace) as (app, pilot):
        screen = await on_agenda(app, pilot)
        screen.lines.go_to("recurring:2026-03-05:reading")
        for answer, left in (("n", 2), ("y", 1)):
            await pilot.press("delete")
            await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
            await press(pilot, app, answer)
            assert len(store.load(app.plan.path).recurring) == left


async def test_the_main_screens_pane_has_what_comes_round(workspace: Workspace) -> None:
    """Up to the next meeting; what is due up to the end of the next week."""
    plan = store.load(workspace.plan_file())
    said = [one.plain for one in agenda.lines(plan, date(2026, 3, 5), 60, 9)]
    assert any(one.startswith("↻  讀書會") and one.endswith("Thu 03-05, today") for one in said)
    assert any("MAML" in one for one in said)
    assert any("Learning" in one for one in said)
    assert not any("survey" in one for one in said)


@pytest.mark.parametrize("rows", range(1, 10))
async def test_the_pane_keeps_to_its_lines(workspace: Workspace, rows: int) -> None:
    """Problems and what comes share them; the rest is counted."""
    plan = store.load(workspace.plan_file())
    said = agenda.lines(plan, TODAY, 50, rows)
    whole = agenda.lines(plan, TODAY, 50, 99)
    assert len(said) == min(rows, len(whole))
    assert all(one.cell_length <= 50 for one in said)
    if rows >= 4:
        assert any(one.plain.startswith("•") for one in said)
        assert any("MAML" in one.plain for one in said)


async def test_a_meeting_is_skipped_and_held_after_all(workspace: Workspace) -> None:
    """By one key on its line, which then says when the next one is; what is written stays."""
    async with opened(workspace) as (app, pilot):
        before = app.plan.path.read_bytes()
        screen = await on_agenda(app, pilot)
        screen.lines.go_to("meeting:2026-03-04")
        await press(pilot, app, "x")
        assert any("skipped; what is written for it stays" in said for said in notices(app))
        plan = store.load(app.plan.path)
        assert plan.skipped_meetings == (TODAY,)
        line = next(one for one in lines_of(app) if "skipped" in one and "Meeting" in one)
        assert "✗ Meeting" in line
        assert "the next is Fri 03-06" in line  # the group's
        assert screen.entry is not None
        assert screen.entry.on == TODAY
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, MeetingScreen))
        await settled(pilot)
        assert "skipped" in lines_of(app)[0]
        await pilot.press("escape")
        await press(pilot, app, "x")
        assert app.plan.path.read_bytes() == before
        assert "✗ Meeting" not in text_of(app)


async def test_a_skip_is_undone(workspace: Workspace) -> None:
    """As every change of the plan; the head and the pane say the next meeting meanwhile."""
    async with opened(workspace) as (app, pilot):
        before = app.plan.path.read_bytes()
        screen = await on_agenda(app, pilot)
        screen.lines.go_to("meeting:2026-03-11")
        await press(pilot, app, "x")
        await press(pilot, app, "up", "x")
        assert store.load(app.plan.path).skipped_meetings == (date(2026, 3, 11),)
        await press(pilot, app, "ctrl+z")
        await press(pilot, app, "ctrl+z")
        assert app.plan.path.read_bytes() == before


async def test_a_meeting_that_comes_round_is_skipped_in_its_own_list(workspace: Workspace) -> None:
    """And opened again on the line that is left of it."""
    async with opened(workspace) as (app, pilot):
        screen = await on_agenda(app, pilot)
        screen.lines.go_to("meeting:2026-03-06:group")
        await press(pilot, app, "x")
        plan = store.load(app.plan.path)
        assert (plan.skipped_meetings, plan.recurring[1].skipped) == ((), (date(2026, 3, 6),))
        screen.lines.go_to("recurring:2026-03-06:group")
        await press(pilot, app, "x")
        assert store.load(app.plan.path).recurring[1].skipped == ()


async def change(app: StudyApp, pilot: Pilot[None], key: str) -> dict[str, FieldBox]:
    """Open the form of what comes round, and return its fields."""
    screen = app.screen
    assert isinstance(screen, AgendaScreen)
    screen.lines.go_to(key)
    await pilot.press("e")
    await until(pilot, lambda: isinstance(app.screen, EditRecurringScreen))
    await settled(pilot)
    assert isinstance(app.screen, EditRecurringScreen)
    return app.screen.boxes


async def test_what_comes_round_is_changed_in_the_form(workspace: Workspace) -> None:
    """Only what was touched is written; days that were done stay."""
    async with opened(workspace, (80, 24)) as (app, pilot):
        await on_agenda(app, pilot)
        boxes = await change(app, pilot, "recurring:2026-03-05:reading")
        assert {name: box.value for name, box in boxes.items()} == {
            "title": "讀書會 Reading",
            "first": "2026-02-05",
            "every": "week",
            "until": "",
            "track": "paper",
        }
        boxes["every"].put("2w")
        boxes["until"].put("2026-01-01")
        await settled(pilot)
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert "It would end on 2026-01-01" in " ".join(text_of(app).split())
        boxes["until"].put("2026-06-30")
        await settled(pilot)
        await press(pilot, app, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, AgendaScreen))
        item = store.load(app.plan.path).recurring[0]
        assert (item.every_days, item.every, item.until) == (14, None, date(2026, 6, 30))
        assert (item.title, item.done) == ("讀書會 Reading", (date(2026, 2, 26),))
        boxes = await change(app, pilot, "recurring:2026-03-05:reading")
        boxes["track"].put("")
        await settled(pilot)
        await press(pilot, app, "ctrl+s")
        item = store.load(app.plan.path).recurring[0]
        assert (item.track, item.meeting) == ("", True)


async def test_a_form_that_nobody_touched_writes_nothing(workspace: Workspace) -> None:
    """And closes."""
    async with opened(workspace) as (app, pilot):
        await on_agenda(app, pilot)
        before = app.plan.path.read_bytes()
        await change(app, pilot, "meeting:2026-03-06:group")
        await press(pilot, app, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, AgendaScreen))
        assert app.plan.path.read_bytes() == before


async def test_somebody_elses_change_of_the_same_field_is_said(workspace: Workspace) -> None:
    """Saved again, ours stands, and what else they changed stays as well."""
    async with opened(workspace) as (app, pilot):
        await on_agenda(app, pilot)
        boxes = await change(app, pilot, "recurring:2026-03-05:reading")
        boxes["title"].put("Ours")
        seen = app.plan.recurring[0]
        theirs = replace(seen, title="Theirs", until=date(2026, 12, 31))
        store.save(app.plan.path, edits.SetRecurring(theirs, seen))
        await settled(pilot)
        await press(pilot, app, "ctrl+s")
        await until(pilot, lambda: "Save again" in text_of(app))
        assert "Theirs" in text_of(app)
        await press(pilot, app, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, AgendaScreen))
        item = store.load(app.plan.path).recurring[0]
        assert (item.title, item.until) == ("Ours", date(2026, 12, 31))
