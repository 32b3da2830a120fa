"""The schedule filtered as one types, and in other orders than the plan's."""

from __future__ import annotations

import time

import pytest

from l2l_tui.plan import store
from l2l_tui.tui.widgets.filter import FilterLine
from l2l_tui.workspace import Workspace
from tests.tui.script import PLAN, lines_of, notices, opened, settled, text_of, type_text, until


def keys(app: object) -> list[str]:
    """Return the keys of the rows of the schedule."""
    return [row.key for row in app.main.schedule.rows]  # type: ignore[attr-defined]


async def test_a_filter_works_while_it_is_typed(workspace: Workspace) -> None:
    """Matches stand under their headings; how many there are is said twice."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("slash")
        await type_text(pilot, "maml")
        await settled(pilot)
        assert keys(app) == ["track:paper", "milestone:maml"]
        assert "Schedule · 1 of 5" in text_of(app)
        line = next(line for line in lines_of(app) if line.startswith(" / maml"))
        assert "1 of 5" in line
        await pilot.press("backspace", "backspace", "backspace", "backspace")
        await settled(pilot)
        assert len(app.main.schedule.shown) == 5


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("late", ["maml"]),
        ("blocked", ["survey"]),
        ("status:done", ["logistic"]),
        ("track:torch", ["logistic", "resnet"]),
        ("小樣本", ["survey"]),
        ("1703.03400", ["maml"]),
        ("[/] [b]", []),
    ],
)
async def test_prefixes_and_states_are_understood(
    text: str, ids: list[str], workspace: Workspace
) -> None:
    """As they are on the command line; markup is text like any other."""
    async with opened(workspace, (80, 24)) as (app, pilot):
        await pilot.press("slash")
        app.main.query_one(FilterLine).input.value = text
        await until(pilot, lambda: app.main.schedule.arrangement.filter == text)
        await settled(pilot)
        found = [key.removeprefix("milestone:") for key in keys(app) if "milestone:" in key]
        assert found == ids
        assert ("Nothing matches." in text_of(app)) is (not ids)


async def test_enter_keeps_the_filter_and_escape_clears_it(workspace: Workspace) -> None:
    """From the list as from the input; the keys of either stand in the footer."""
    async with opened(workspace, (80, 24)) as (app, pilot):
        await pilot.press("slash")
        await pilot.pause()
        assert "⏎ Keep" in lines_of(app)[-1]
        await type_text(pilot, "late")
        await pilot.press("enter")
        await settled(pilot)
        assert app.focused is app.main.schedule
        assert lines_of(app)[-1].startswith(" esc Clear")
        assert app.main.schedule.milestone == "maml"
        assert "/ late" in text_of(app)
        assert "r Run" in lines_of(app)[-1]
        await pilot.press("escape")
        await settled(pilot)
        assert len(app.main.schedule.shown) == 5
        assert not app.main.filter_is_open
        await pilot.press("slash", "x", "escape")
        await settled(pilot)
        assert app.focused is app.main.schedule
        assert len(app.main.schedule.shown) == 5
        await pilot.press("slash", "enter")
        await settled(pilot)
        assert not app.main.filter_is_open


async def test_arrows_move_in_the_list_while_the_filter_is_typed(workspace: Workspace) -> None:
    """So that one need not leave the input to choose."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("slash", "down", "down", "up")
        assert app.main.schedule.milestone == "maml"
        assert isinstance(app.focused, type(app.main.query_one(FilterLine).input))


async def test_a_filter_stays_while_the_plan_changes(workspace: Workspace) -> None:
    """What begins to match comes in, and the count follows."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("slash")
        await type_text(pilot, "late")
        await pilot.press("enter")
        path = workspace.plans / "study.toml"
        path.write_text(PLAN.replace("due = 2026-03-11", "due = 2026-03-02"), encoding="utf-8")
        await until(pilot, lambda: "Schedule · 2 of 5" in text_of(app))
        assert any(line.startswith(" / late") and "2 of 5" in line for line in lines_of(app))


async def test_a_filter_looks_into_folded_tracks(workspace: Workspace) -> None:
    """The fold comes back with the whole schedule."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("z", "slash")
        await type_text(pilot, "maml")
        await settled(pilot)
        assert "milestone:maml" in keys(app)
        await pilot.press("enter", "z")
        assert "nothing is folded" in notices(app)[-1]
        await pilot.press("escape")
        await settled(pilot)
        assert "milestone:maml" not in keys(app)


async def test_sorted_milestones_stand_without_headings(workspace: Workspace) -> None:
    """The border says by what; the track's title stands in a column; o leads round."""
    async with opened(workspace) as (app, pilot):
        orders = {
            "due date": ["maml", "l2l", "survey", "logistic", "resnet"],
            "lateness": ["maml", "l2l", "survey", "logistic", "resnet"],
            "status": ["l2l", "maml", "survey", "logistic", "resnet"],
            "track": ["l2l", "maml", "survey", "logistic", "resnet"],
        }
        for word, ids in orders.items():
            await pilot.press("o")
            await settled(pilot)
            assert f"Schedule · by {word}" in text_of(app)
            assert keys(app) == [f"milestone:{one}" for one in ids]
        assert "TORCH" in next(line for line in lines_of(app) if "Logistic" in line)
        await pilot.press("z")
        assert "o leads back" in notices(app)[-1]
        await pilot.press("o")
        await settled(pilot)
        assert keys(app)[0] == "track:paper"


async def test_the_cursor_stays_on_its_milestone_in_every_order(workspace: Workspace) -> None:
    """Whoever sorts does not want to lose what is highlighted."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("down", "down")
        for _ in range(5):
            await pilot.press("o")
            assert app.main.schedule.milestone == "survey"


async def test_a_keystroke_in_a_thousand_milestones_takes_a_frame_at_most(
    workspace: Workspace,
) -> None:
    """Filter, rows and what is in sight, without the terminal; the best of several counts."""
    path = workspace.plans / "study.toml"
    more = "".join(
        f'\n[[milestone]]\nid = "m{n}"\ntrack = "torch"\ntitle = "Milestone {n}"\n'
        f'due = 2026-05-01\nnotes = "{"word " * 40}"\nneeds = ["{f"m{n - 1}" if n else "l2l"}"]\n'
        for n in range(1000)
    )
    path.write_text(PLAN.replace("[[meeting]]", f"{more}\n[[meeting]]", 1), encoding="utf-8")
    assert not store.load(path).faults
    async with opened(workspace) as (app, pilot):
        schedule = app.main.schedule
        await pilot.press("slash")
        took = []
        for text in ("m", "mi", "mil", "mile", "mile 9", "mile 99", "mile 99 open", "m"):
            start = time.perf_counter()
            schedule.rearrange(filter=text)
            app.main.count_found()
            for y in range(schedule.size.height):
                schedule.render_line(y)
            took.append(time.perf_counter() - start)
        assert min(took) < 0.033, took
        assert sorted(took)[len(took) // 2] < 0.1, took  # whatever else the machine does
