"""What stands in the plan comes back from an editor letter by letter."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
import tomli_w
from hypothesis import example, given, settings
from hypothesis import strategies as st
from textual import events
from textual.app import App, ComposeResult
from textual.widgets import TextArea

from l2l_tui.plan import store
from l2l_tui.plan.model import Section
from l2l_tui.text import SIGNS
from l2l_tui.tui.screens.meeting import MeetingScreen
from l2l_tui.tui.screens.milestone import MilestoneScreen
from l2l_tui.tui.widgets.editors import Editor, LineInput
from l2l_tui.tui.widgets.field import FieldBox
from l2l_tui.workspace import Workspace
from tests.tui.script import PLAN, lines_of, opened, text_of, until

KEPT = (
    "def f():\n\treturn 1\n\n",
    "e\u0301 \u2126 \ufb01",
    "\x1b[31mred\x07 \x00 \x7f \x9b",
    "one\x0btwo\x0cthree\x85four\u2028five\u2029six\x1c",
    "dos\r\nmac\runix\n",
    "\u202eabc\u202c \ufeff \U0010fffd \ue000 ␛",
    "\n\n",
    "",
)
"""What editors like to make tidy."""

texts = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\t\n\r\x0b\x1b\x85"))


class Desk(App[None]):
    """Two inputs, nothing else."""

    def compose(self) -> ComposeResult:
        """Make them."""
        yield Editor(id="lines")
        yield LineInput(classes="line")


async def _type_into(written: Sequence[str]) -> None:
    """Type a letter into both inputs, for each of some texts, and take it back."""
    app = Desk()
    async with app.run_test(size=(40, 12)) as pilot:
        editor, line = app.query_one(Editor), app.query_one(LineInput)
        for text in written:
            editor.load_text(text)
            assert editor.text == text
            editor.focus()
            await pilot.press("x")
            assert editor.text == f"x{text}"
            assert not set("".join(lines_of(app))) & set(map(chr, SIGNS))
            editor.undo()
            assert editor.text == text
            editor.select_all()
            assert editor.selected_text == text
            line = LineInput(text)
            assert line.text == text
            line.insert("x", 0)
            assert line.text == f"x{text}"


@settings(max_examples=12, deadline=None)
@given(st.lists(texts, max_size=8))
@example(list(KEPT))
def test_a_letter_typed_changes_that_letter_only(written: list[str]) -> None:
    """Whatever stands around it, on one line or on several."""
    asyncio.run(_type_into(written))


async def test_signs_take_their_place_on_the_screen() -> None:
    """The cursor stands where the next letter goes."""
    app = Desk()
    async with app.run_test(size=(40, 12)) as pilot:
        editor = app.query_one(Editor)
        editor.load_text("a\x1b\x07b\tc")
        editor.focus()
        await pilot.press("end", "left", "left", "x")
        assert editor.text == "a\x1b\x07bx\tc"
        assert "a␛␇bx  " in text_of(app)
        assert editor.cursor_screen_offset.x - editor.content_region.x == len("a␛␇bx")


async def test_cut_and_pasted_text_is_the_text() -> None:
    """The clipboard gets what is stored, not what is shown."""
    app = Desk()
    async with app.run_test(size=(40, 12)) as pilot:
        editor, line = app.query_one(Editor), app.query_one(LineInput)
        editor.load_text("a\x1bb\tc")
        editor.select_all()
        editor.action_cut()
        assert (editor.text, app.clipboard) == ("", "a\x1bb\tc")
        editor.action_paste()
        assert editor.text == "a\x1bb\tc"
        line.focus()
        line.action_paste()
        await pilot.pause()
        assert line.text == "a\x1bb\tc"
        assert "a␛b␉c" in text_of(app)


async def test_pasted_tabs_and_line_breaks_stay(workspace: Workspace) -> None:
    """Code that is pasted into a section keeps its shape."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, MeetingScreen))
        editor = app.screen.query_one("#edit-paper", Editor)
        editor.load_text("")
        editor.focus()
        await pilot.pause()
        app.post_message(events.Paste("if x:\r\ty()\r\nz"))
        await until(pilot, lambda: editor.text == "if x:\n\ty()\nz")


@pytest.mark.parametrize("text", KEPT)
async def test_a_saved_section_differs_by_what_was_typed(text: str, workspace: Workspace) -> None:
    """The file's text, through the screen and back."""
    path = workspace.plan_file()
    stored = tomli_w.dumps({"paper": text}, multiline_strings=False).strip()
    path.write_text(
        PLAN.replace('paper = "Read *section 3*."', stored), encoding="utf-8", newline=""
    )
    async with opened(workspace) as (app, pilot):
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, MeetingScreen))
        screen = app.screen
        assert isinstance(screen, MeetingScreen)
        assert screen.touched == []
        screen.query_one("#edit-paper", Editor).focus()
        await pilot.press("x")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not screen.touched)
    assert store.load(path).meetings[-1].sections[Section.PAPER] == f"x{text}"


@pytest.mark.parametrize("text", KEPT)
async def test_saved_notes_differ_by_what_was_typed(text: str, workspace: Workspace) -> None:
    """And the links, which nobody touched, stay as they were."""
    path = workspace.plan_file()
    stored = tomli_w.dumps({"links": [" arXiv:1703.03400\t"], "notes": text})
    path.write_text(
        PLAN.replace('links = ["arXiv:1703.03400"]', stored), encoding="utf-8", newline=""
    )
    async with opened(workspace) as (app, pilot):
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, MilestoneScreen))
        box = next(one for one in app.screen.query(FieldBox) if one.field.name == "notes")
        box.query_one(TextArea).focus()
        await pilot.press("x", "ctrl+s")
        await until(pilot, lambda: store.load(path).milestone("maml").notes == f"x{text}")
    assert store.load(path).milestone("maml").links == (" arXiv:1703.03400\t",)
