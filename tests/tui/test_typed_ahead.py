"""What comes in one piece, or twice: keys wait for their turn, screens go once."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest
from textual import events
from textual.command import CommandInput
from textual.pilot import Pilot
from textual.widgets import Button, Input, TextArea

from l2l_tui.plan import store
from l2l_tui.plan.model import Plan, Status
from l2l_tui.tui import turns
from l2l_tui.tui.screens.add_milestone import AddMilestoneScreen
from l2l_tui.tui.screens.confirm import ConfirmScreen
from l2l_tui.tui.screens.meeting import MeetingScreen
from l2l_tui.tui.screens.timeline import TimelineScreen
from l2l_tui.tui.study import StudyApp
from l2l_tui.tui.widgets.choice import Choice, Listed
from l2l_tui.workspace import Workspace
from tests.tui.script import notices, opened, settled, text_of, until

LETTERS = {"slash": "/", "space": " "}


async def at_once(app: StudyApp, pilot: Pilot[None], keys: Sequence[str]) -> None:
    """Press keys faster than the app can follow, and wait until all are done."""
    for key in keys:
        letter = LETTERS.get(key, key if len(key) == 1 else None)
        app.post_message(events.Key(key, letter))
    await pilot.pause()
    await until(pilot, lambda: not app.typing)
    await settled(pilot)


@pytest.mark.parametrize(
    ("keys", "typed"),
    [
        (["slash", *"late"], "late"),
        (["a", *"quiet", "space", *"days"], "quiet days"),
        (["p", *"xqd"], "xqd"),
        (["m", "tab", *"mqe"], "mqeRead *section 3*."),
        (["M", "slash", *"late"], "late"),
        (["ctrl+p", *"quit"], "quit"),
    ],
)
async def test_letters_typed_ahead_reach_what_the_key_before_opened(
    keys: list[str], typed: str, workspace: Workspace
) -> None:
    """They are no commands of the screen below, and none of them is lost."""
    async with opened(workspace) as (app, pilot):
        await at_once(app, pilot, keys)
        focused = app.focused
        assert isinstance(focused, Input | TextArea)
        assert typed == (focused.value if isinstance(focused, Input) else focused.text)
        assert notices(app) == []
        assert app.return_code is None


async def test_what_is_pasted_waits_for_its_turn_too(workspace: Workspace) -> None:
    """It goes where the keys before it led."""
    async with opened(workspace) as (app, pilot):
        app.post_message(events.Key("p", "p"))
        app.post_message(events.Paste("a problem"))
        await until(pilot, lambda: "a problem" in text_of(app))
        await until(pilot, lambda: not app.typing)


async def test_a_key_that_is_never_done_holds_up_nothing_for_long(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ones behind it come after a moment."""
    monkeypatch.setattr(turns, "PATIENCE_S", 0.01)
    monkeypatch.setattr(StudyApp, "_climb", lambda *_given: None)
    async with opened(workspace) as (app, pilot):
        await at_once(app, pilot, ["down", "t"])
        await until(pilot, lambda: isinstance(app.screen, TimelineScreen))


async def test_escape_pressed_often_closes_what_is_open_and_nothing_else(
    workspace: Workspace,
) -> None:
    """At the main screen it has nothing left to close."""
    async with opened(workspace) as (app, pilot):
        await at_once(app, pilot, ["t", "escape", "escape", "escape", "g", "escape", "escape"])
        assert app.screen is app.main


async def test_a_double_click_on_an_answer_closes_only_the_question(workspace: Workspace) -> None:
    """The text that the question was about is still there."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("m", "tab", "x", "escape")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await settled(pilot)
        keep = app.screen.query_one("#no", Button)
        keep.press()
        keep.press()
        await until(pilot, lambda: not isinstance(app.screen, ConfirmScreen))
        await settled(pilot)
        assert isinstance(app.screen, MeetingScreen)
        assert app.screen.writing.text(app.screen.writing.section).startswith("x")


async def test_a_form_saved_behind_a_question_goes_when_that_is_answered(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The question that came up meanwhile stays until then."""
    save, begun, go = store.save, threading.Event(), threading.Event()

    def slow(*given: object) -> Plan:
        begun.set()
        assert go.wait(20)
        return save(*given)  # type: ignore[arg-type]

    async with opened(workspace) as (app, pilot):
        monkeypatch.setattr(store, "save", slow)
        await pilot.press("a", *"new", "ctrl+s", "escape")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen) and begun.is_set())
        go.set()
        await until(pilot, lambda: not app.saving)
        await settled(pilot)
        assert isinstance(app.screen, ConfirmScreen)
        await pilot.press("n")
        await until(pilot, lambda: app.screen is app.main)
        assert any(one.title == "new" for one in app.plan.milestones)


async def test_the_palette_does_a_command_once_however_often_it_is_chosen(
    workspace: Workspace,
) -> None:
    """And takes no screen away but itself."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("ctrl+p", *"next stat")
        await until(pilot, lambda: "Next status" in text_of(app))
        palette = app.screen
        line = palette.query_one(CommandInput)
        for _ in range(3):
            line.post_message(Input.Submitted(line, line.value))
        await until(pilot, lambda: app.screen is app.main)
        await until(pilot, lambda: not app.saving)
        await settled(pilot)
        changes = store.load(app.plan.path).milestone("l2l").history
        assert [change.status for change in changes] == [Status.DONE]


async def test_the_palette_in_a_tiny_terminal_has_no_page_to_turn(workspace: Workspace) -> None:
    """Nor does it fall over it."""
    async with opened(workspace, (3, 1)) as (app, pilot):
        await at_once(app, pilot, ["ctrl+p", "pagedown", "pageup", "end", "down"])
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        assert "Run an experiment" in text_of(app)
        await pilot.press("escape", "a")
        await until(pilot, lambda: isinstance(app.screen, AddMilestoneScreen))


@pytest.mark.parametrize("size", [(3, 1), (120, 40)])
@pytest.mark.parametrize("key", ["pagedown", "pageup"])
async def test_a_page_is_turned_in_a_list_that_is_only_just_opening(
    key: str, size: tuple[int, int], workspace: Workspace
) -> None:
    """Or for which there is no room; nothing falls over it."""
    async with opened(workspace, size) as (app, pilot):
        await pilot.press("r")
        await settled(pilot)
        choice = app.screen.query(Choice).first()
        choice.focus()
        await settled(pilot)
        listed = choice.query_one(Listed)
        choice.expanded = True
        listed.highlighted = 0
        getattr(listed, f"action_{key.replace('page', 'page_')}")()
        await settled(pilot)
        await pilot.press(key, "escape")
        await settled(pilot)
        assert not choice.expanded
