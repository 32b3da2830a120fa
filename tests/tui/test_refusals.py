"""What was typed, and what was shown, survive a refused save, a broken plan and a lost one."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from l2l_tui import files
from l2l_tui.errors import L2LError
from l2l_tui.plan import store
from l2l_tui.tui.screens.add_milestone import AddMilestoneScreen
from l2l_tui.tui.screens.confirm import ConfirmScreen
from l2l_tui.tui.screens.form import FormScreen
from l2l_tui.tui.screens.milestone import MilestoneScreen
from l2l_tui.tui.study import StudyApp
from l2l_tui.tui.widgets.field import FieldBox
from l2l_tui.tui.widgets.footer import KeyLine
from l2l_tui.workspace import Workspace
from tests.tui.script import (
    PLAN,
    lines_of,
    notices,
    opened,
    settled,
    text_of,
    type_text,
    until,
)


async def _open_maml(app: StudyApp, pilot: Pilot[None]) -> dict[str, FieldBox]:
    """Open the form of maml and return its fields."""
    await pilot.press("down", "enter")
    await until(pilot, lambda: isinstance(app.screen, MilestoneScreen))
    await settled(pilot)
    return {box.field.name: box for box in app.screen.query(FieldBox)}


async def test_a_conflict_keeps_the_form_open_and_the_second_save_decides(
    workspace: Workspace,
) -> None:
    """Both values are said; what the person did not change is not written over."""
    path = workspace.plan_file()
    async with opened(workspace, (80, 30)) as (app, pilot):
        boxes = await _open_maml(app, pilot)
        boxes["title"].query_one(Input).value = "mine"
        theirs = PLAN.replace("MAML: Model-Agnostic Meta-Learning", "theirs")
        theirs = theirs.replace('links = ["arXiv:1703.03400"]', 'notes = "their note"')
        path.write_text(theirs, encoding="utf-8")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "it is 'theirs' now" in " ".join(text_of(app).split()))
        assert isinstance(app.screen, MilestoneScreen)
        assert boxes["title"].value == "mine"
        assert "theirs" in path.read_text(encoding="utf-8")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen is app.main)
    milestone = store.load(path).milestone("maml")
    assert (milestone.title, milestone.notes, milestone.links) == ("mine", "their note", ())


@pytest.mark.parametrize("opening", ["a", "p"])
async def test_a_full_disk_loses_no_typed_text(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, opening: str
) -> None:
    """The message stands in the form, and saving again works when there is room."""

    def full(*_given: object, **_more: object) -> None:
        raise L2LError("no space left on the disk")

    async with opened(workspace, (80, 24)) as (app, pilot):
        await pilot.press(opening)
        await until(pilot, lambda: isinstance(app.screen, FormScreen))
        await settled(pilot)
        await type_text(pilot, "a long thought")
        with monkeypatch.context() as patch:
            patch.setattr(files, "replace", full)
            await pilot.press("ctrl+s")
            await until(pilot, lambda: "✗ no space left on the disk" in text_of(app))
        assert isinstance(app.screen, FormScreen)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen is app.main)
    assert "a long thought" in workspace.plan_file().read_text(encoding="utf-8")


async def test_escape_asks_before_typed_text_is_lost(workspace: Workspace) -> None:
    """No goes back to the text, yes leaves; an untouched form closes at once."""
    async with opened(workspace, (80, 24)) as (app, pilot):
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, AddMilestoneScreen))
        await settled(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)
        boxes = await _open_maml(app, pilot)
        boxes["notes"].query_one(TextArea).load_text("a thought")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, MilestoneScreen))
        assert boxes["notes"].value == "a thought"
        await pilot.press("escape", "y")
        await until(pilot, lambda: app.screen is app.main)


async def test_a_form_shows_its_own_keys(workspace: Workspace) -> None:
    """Those of the screen below do nothing while it is open."""
    async with opened(workspace, (80, 24)) as (app, pilot):
        await _open_maml(app, pilot)
        assert "^t Form" in lines_of(app)[-1]
        assert "R Quick run" not in lines_of(app)[-1]
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, FormScreen))
        await settled(pilot)
        assert lines_of(app)[-1].split() == ["^s", "Save", "esc", "Cancel"]
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, MilestoneScreen))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)
        assert "Run" in lines_of(app)[-1]


async def test_a_broken_plan_is_shown_as_it_was_before(workspace: Workspace) -> None:
    """One bad date is no reason to show an empty schedule; nothing can be changed."""
    path = workspace.plan_file()
    async with opened(workspace, (80, 30)) as (app, pilot):
        path.write_text(PLAN.replace("2026-03-01", "2026-03-0x"), encoding="utf-8")
        await until(pilot, lambda: "1 fault in study.toml" in text_of(app))
        assert "Schedule as it was before the faults" in text_of(app)
        assert "MAML: Model-Agnostic" in text_of(app)
        assert "no first meeting" not in text_of(app)
        for key in ("a", "enter", "s"):
            await pilot.press(key)
            await settled(pilot)
            assert app.screen is app.main
            assert "study.toml has a fault, so nothing is saved over it; mend it first." in (
                notices(app)
            )
        path.write_text(PLAN, encoding="utf-8")
        await until(pilot, lambda: "before the faults" not in text_of(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, MilestoneScreen))


async def test_a_plan_that_was_broken_from_the_first_says_so(workspace: Workspace) -> None:
    """Nothing invites to add to it."""
    workspace.plan_file().write_text("[plan\ntitle", encoding="utf-8")
    async with opened(workspace, (80, 24)) as (app, _):
        assert "Nothing can be shown until the faults are mended." in text_of(app)
        assert "a adds one" not in text_of(app)
        assert "no first meeting" not in text_of(app)


async def test_a_vanished_plan_is_said_in_words_and_comes_back(
    workspace: Workspace, tmp_path: Path
) -> None:
    """The last reading stays on the screen, marked, and nothing is saved meanwhile."""
    path = workspace.plan_file()
    async with opened(workspace, (100, 30)) as (app, pilot):
        path.rename(tmp_path / "aside.toml")
        await until(pilot, lambda: "study.toml is gone" in text_of(app))
        shown = text_of(app)
        assert "Schedule as it was last read" in shown
        assert "MAML: Model-Agnostic" in shown
        assert ".history/study/" in "".join(line.strip("│ \n") for line in lines_of(app))
        assert not any("Errno" in said for said in notices(app))
        await pilot.press("d")
        await until(pilot, lambda: any("nothing can be saved" in said for said in notices(app)))
        assert not path.exists()
        (tmp_path / "aside.toml").rename(path)
        await until(pilot, lambda: "study.toml is gone" not in text_of(app))
        await until(pilot, lambda: "study.toml is back." in notices(app))
        await pilot.press("d")
        await until(pilot, lambda: 'status = "done"\nexp' in path.read_text(encoding="utf-8"))


async def test_without_runs_the_footer_offers_nothing_for_them(workspace: Workspace) -> None:
    """Neither pause nor stop nor compare."""
    async with opened(workspace, (160, 48)) as (app, pilot):
        await pilot.press("2")
        await settled(pilot)
        offered = {command.action for command in app.main.query_one(KeyLine).commands}
        assert {"launch", "quick_run"} <= offered
        assert not offered & {"pause", "stop", "compare"}


async def test_a_form_says_no_longer_that_the_plan_is_broken_when_it_is_whole(
    workspace: Workspace,
) -> None:
    """What was typed is still there, and can be saved now."""
    path = workspace.plan_file()
    async with opened(workspace, (120, 36)) as (app, pilot):
        boxes = await _open_maml(app, pilot)
        boxes["title"].query_one(Input).value = "mine"
        path.write_text(f"{PLAN}[[milestone]]\nid = 3\n", encoding="utf-8")
        await until(pilot, lambda: app.plan.faults)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "nothing is saved over it" in text_of(app))
        path.write_text(PLAN, encoding="utf-8")
        await until(pilot, lambda: "nothing is saved over it" not in text_of(app))
        assert boxes["title"].value == "mine"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen is app.main)
    assert store.load(path).milestone("maml").title == "mine"


async def test_a_form_says_no_longer_that_its_milestone_is_gone_when_it_is_back(
    workspace: Workspace,
) -> None:
    """An editor may have taken it out and put it in again."""
    path = workspace.plan_file()
    async with opened(workspace, (120, 36)) as (app, pilot):
        await _open_maml(app, pilot)
        other = PLAN.replace('id = "maml"', 'id = "x"').replace('needs = ["maml"]', "")
        path.write_text(other, encoding="utf-8")
        await until(pilot, lambda: "no longer in the plan" in text_of(app))
        path.write_text(PLAN, encoding="utf-8")
        await until(pilot, lambda: "no longer in the plan" not in text_of(app))
