"""The schedule as a tree: nested tracks, folds that stay, counts, and where the cursor stands."""

from __future__ import annotations

import pytest

from l2l_tui.plan import store
from l2l_tui.tui.screens.add_milestone import AddMilestoneScreen
from l2l_tui.tui.screens.milestone import MilestoneScreen
from l2l_tui.workspace import Workspace
from tests.tui.script import PLAN, lines_of, notices, opened, settled, text_of, until

NESTED = PLAN.replace(
    '[[track]]\nid = "torch"',
    '[[track]]\nid = "surveys"\ntitle = "SURVEYS"\nparent = "paper"\n\n[[track]]\nid = "torch"',
).replace('id = "survey"\ntrack = "paper"', 'id = "survey"\ntrack = "surveys"')


@pytest.fixture
def nested(workspace: Workspace) -> Workspace:
    """Return a workspace whose plan has a track below another."""
    (workspace.plans / "study.toml").write_text(NESTED, encoding="utf-8")
    return workspace


def line_with(lines: list[str], text: str) -> str:
    """Return the first line with some text in it."""
    return next(line for line in lines if text in line)


async def test_a_track_below_another_is_set_in(nested: Workspace) -> None:
    """Its milestones too; what a heading counts includes what is below it."""
    async with opened(nested) as (app, _):
        shown = lines_of(app)
        assert line_with(shown, "PAPER").startswith("│ ▾ PAPER")
        assert "0/3 done" in line_with(shown, "PAPER")
        assert line_with(shown, "SURVEYS").startswith("│   ▾ SURVEYS")
        assert line_with(shown, "小樣本").startswith("│    ○  ⊘ 小樣本")


async def test_a_folded_track_says_how_much_is_in_it(nested: Workspace) -> None:
    """Also how much is late; the key and a click do the same."""
    async with opened(nested) as (app, pilot):
        await pilot.press("z")
        await pilot.pause()
        shown = lines_of(app)
        assert "▸ PAPER" in line_with(shown, "PAPER")
        assert "1 late · 0/3 done" in line_with(shown, "PAPER")
        assert "SURVEYS" not in text_of(app)
        assert app.main.schedule.heading == "paper"
        assert app.main.milestone is None
        place = next(number for number, line in enumerate(shown) if "TORCH" in line)
        await pilot.click(offset=(5, place))
        await pilot.pause()
        assert "▸ TORCH" in text_of(app)
        assert "Logistic" not in text_of(app).split("Next meeting")[0]
        await pilot.press("home", "enter")
        await pilot.pause()
        assert "▾ PAPER" in text_of(app)
        assert app.main.schedule.milestone == "l2l"


async def test_folds_stay_when_the_plan_changes(nested: Workspace) -> None:
    """By the track, wherever it is then."""
    async with opened(nested) as (app, pilot):
        await pilot.press("z")
        (nested.plans / "study.toml").write_text(
            NESTED.replace("TORCH", "PYTORCH"), encoding="utf-8"
        )
        await until(pilot, lambda: "PYTORCH" in text_of(app))
        assert "▸ PAPER" in text_of(app)


async def test_the_cursor_passes_headings_by_unless_nothing_else_is_there(
    workspace: Workspace,
) -> None:
    """A track without milestones can be stood on, and one can add to it."""
    path = workspace.plans / "study.toml"
    path.write_text(
        PLAN.replace("# a hand", '[[track]]\nid = "r"\ntitle = "RECAP"\n# a hand'), "utf-8"
    )
    async with opened(workspace) as (app, pilot):
        seen = []
        for _ in range(6):
            seen.append(app.main.schedule.key)
            await pilot.press("down")
        assert seen[2:] == ["milestone:survey", "milestone:logistic", "milestone:resnet", "track:r"]
        await pilot.press("d")
        assert notices(app)[-1] == "There is no milestone at the cursor."
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, AddMilestoneScreen))
        assert "RECAP" in text_of(app)


async def test_enter_opens_a_milestone(workspace: Workspace) -> None:
    """Headings fold, milestones open."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, MilestoneScreen))


async def test_what_has_no_room_in_a_line_stands_below(workspace: Workspace) -> None:
    """What it waits for, its pace, its checklist and links; nothing on a low terminal."""
    path = workspace.plans / "study.toml"
    item = "checklist = [{ text = \"one\", done = 2026-03-01 }, { text = '讀第二節' }]"
    path.write_text(PLAN.replace('needs = ["maml"]', f'needs = ["maml"]\n{item}'), "utf-8")
    async with opened(workspace) as (app, pilot):
        assert "3 more milestones to finish before there is a pace" in text_of(app)
        await pilot.press("down", "down")
        await settled(pilot)
        assert "⊘ waits for MAML: Model-Agnostic Meta-Learning" in text_of(app)
        assert "checklist 1/2, next: 讀第二節" in text_of(app)
        assert " 1/2 " in line_with(lines_of(app), "小樣本")
        await pilot.press("up")
        await settled(pilot)
        assert "arXiv:1703.03400" in text_of(app)
    async with opened(workspace, (80, 18)) as (app, pilot):
        await pilot.press("down", "down")
        assert "before there is a pace" not in text_of(app)


PACE = "".join(
    f"""
[[milestone]]
id = "past{n}"
track = "torch"
title = "Past {n}"
status = "done"
history = [{{ on = 2026-02-{20 + n}, status = "done", run = "{"" if n else "the-run"}" }}]
"""
    for n in range(3)
)


async def test_a_forecast_says_when_and_how_late(workspace: Workspace) -> None:
    """In the line below, and in a wide schedule beside every milestone."""
    path = workspace.plans / "study.toml"
    path.write_text(PLAN.replace("[[meeting]]", f"{PACE}\n[[meeting]]", 1), encoding="utf-8")
    plan = store.load(path)
    assert not plan.faults
    async with opened(workspace, (240, 48)) as (app, pilot):
        assert "at this pace 03-09, in time" in text_of(app)
        assert "→ 03-04, 3 days late" in line_with(lines_of(app), "MAML")
        await pilot.press("down")
        await settled(pilot)
        assert "at this pace 03-04, 3 days late" in text_of(app)
        app.main.schedule.go_to("milestone:past0")
        await settled(pilot)
        assert "done on 2026-02-20 by the claims of the-run" in text_of(app)
        assert "done by claims" in line_with(lines_of(app), "Past 0")
        app.main.schedule.go_to("milestone:past1")
        await settled(pilot)
        assert "done on 2026-02-21 by hand" in text_of(app)


async def test_what_claims_contradict_is_marked(workspace: Workspace) -> None:
    """Beside its title, and with the run in the line below."""
    path = workspace.plans / "study.toml"
    path.write_text(PLAN.replace('"same-optimum" = "holds"', '"same-optimum" = "fails"'), "utf-8")
    async with opened(workspace) as (app, pilot):
        assert "≠ Logistic regression" in text_of(app)
        app.main.schedule.go_to("milestone:logistic")
        await settled(pilot)
        assert "1 claim fails in 2026-02-24-1000-logistic-regression-aaaa" in text_of(app)
