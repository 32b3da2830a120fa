"""The virtual list: cursor, headings, mouse, and that unseen rows cost nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.pilot import Pilot

from l2l_tui.tui.widgets.lines import LineList, Row


class ListApp(App[None]):
    """An app that is one list and remembers what it said."""

    def __init__(self, rows: Iterable[Row]) -> None:
        super().__init__()
        self.rows = tuple(rows)
        self.said: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        """Show the list."""
        yield LineList(self.rows, empty="Nothing to see.")

    def on_line_list_highlighted(self, message: LineList.Highlighted) -> None:
        """Remember."""
        assert message.control is message.list
        self.said.append(("highlighted", message.key))

    def on_line_list_selected(self, message: LineList.Selected) -> None:
        """Remember."""
        assert message.control is message.list
        self.said.append(("selected", message.key))


@asynccontextmanager
async def shown(
    rows: Iterable[Row], size: tuple[int, int] = (30, 6)
) -> AsyncIterator[tuple[LineList, Pilot[None], ListApp]]:
    """Run an app with a list."""
    app = ListApp(rows)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield app.query_one(LineList), pilot, app


def row(key: str) -> Row:
    """Return a row that shows its key."""
    return Row(key, lambda _: key)


def heading(key: str) -> Row:
    """Return a row that the cursor skips."""
    return Row(key, lambda _: Content.styled(key, "bold $text-muted"), selectable=False)


def numbered(count: int) -> list[Row]:
    """Return rows 0, 1, 2, ..."""
    return [row(str(number)) for number in range(count)]


def text(lines: LineList) -> list[str]:
    """Return what is in sight."""
    return [lines.render_line(y).text.rstrip() for y in range(lines.size.height)]


async def test_only_rows_in_sight_are_rendered() -> None:
    """Of a thousand rows, a dozen at most, at first as after a jump to the end."""
    drawn: set[int] = set()

    def draw(number: int) -> Row:
        def render(width: int) -> str:
            drawn.add(number)
            return f"{number} of {width}"

        return Row(str(number), render)

    async with shown(map(draw, range(1000))) as (lines, pilot, _):
        assert drawn <= set(range(7))
        await pilot.press("end")
        await pilot.pause()
        assert text(lines)[-1].startswith("▌999 of ")
        assert len(drawn) <= 24
        drawn.clear()
        lines.set_rows([draw(number) for number in range(1000)])
        assert drawn == set()


async def test_keys_move_the_cursor_over_headings() -> None:
    """Arrows and letters by one row, pages by a page, Home and End to the ends."""
    rows = [heading("A"), row("a"), row("b"), heading("B"), row("c"), *numbered(20)]
    async with shown(rows) as (lines, pilot, _):
        seen = [lines.key]
        for key in ("down", "j", "k", "up", "up", "pagedown", "pageup", "end", "home"):
            await pilot.press(key)
            seen.append(lines.key)
        assert seen == ["a", "b", "c", "b", "a", "a", "1", "a", "19", "a"]
        assert text(lines)[0] == " A"


async def test_messages_say_where_the_cursor_stands_and_what_was_chosen() -> None:
    """Once for each change, and once at the start."""
    async with shown(numbered(3)) as (lines, pilot, app):
        await pilot.press("down", "enter", "down", "down")
        assert app.said == [
            ("highlighted", "0"),
            ("highlighted", "1"),
            ("selected", "1"),
            ("highlighted", "2"),
        ]
        lines.set_rows(numbered(3))
        await pilot.pause()
        assert len(app.said) == 4


async def test_the_cursor_stays_on_its_key_when_rows_are_replaced() -> None:
    """Wherever that row is now; a row that is gone hands over to its neighbour."""
    async with shown(numbered(5)) as (lines, pilot, app):
        await pilot.press("down", "down")
        lines.set_rows([row("new"), *numbered(5)])
        assert (lines.key, lines.cursor) == ("2", 3)
        lines.set_rows([row("0"), row("1")])
        await pilot.pause()
        assert lines.key == "1"
        assert app.said[-1] == ("highlighted", "1")
        lines.set_rows([])
        assert lines.key is None
        lines.set_rows([heading("A"), row("z")])
        assert lines.key == "z"


async def test_the_cursor_is_kept_in_sight() -> None:
    """When it moves, and when rows before it come in."""
    async with shown(numbered(50)) as (lines, pilot, _):
        for _ in range(10):
            await pilot.press("down")
        assert "▌10" in text(lines)
        lines.set_rows([*(row(f"new {number}") for number in range(30)), *numbered(50)])
        await pilot.pause()
        assert "▌10" in text(lines)
        assert lines.go_to("49")
        assert "▌49" in text(lines)
        assert not lines.go_to("nowhere")


async def test_rows_that_change_do_not_pull_the_view_back_to_the_cursor() -> None:
    """Whoever scrolled away with the wheel may read on while runs go on."""
    async with shown(numbered(50)) as (lines, pilot, _):
        lines.scroll_to(y=20, animate=False)
        await pilot.pause()
        lines.set_rows(numbered(50))
        await pilot.pause()
        assert text(lines)[0] == " 20"


async def test_clicks_move_the_cursor_and_choose() -> None:
    """The first click goes there, the next one chooses; headings take no click."""
    async with shown([heading("A"), *numbered(9)]) as (lines, pilot, app):
        await pilot.click(LineList, offset=(3, 3))
        assert lines.key == "2"
        await pilot.click(LineList, offset=(3, 3))
        await pilot.click(LineList, offset=(3, 0))
        assert lines.key == "2"
        assert app.said[-1] == ("selected", "2")


async def test_one_click_chooses_a_row_that_is_chosen_at_once() -> None:
    """As a heading that folds; the cursor stays where it is, and passes it by."""
    fold = Row("A", lambda _: "A", selectable=False, at_once=True)
    async with shown([fold, *numbered(9)]) as (lines, pilot, app):
        await pilot.click(LineList, offset=(3, 0))
        assert app.said[-1] == ("selected", "A")
        assert lines.key == "0"
        await pilot.hover(LineList, offset=(3, 1))
        before = list(lines.render_line(0))
        await pilot.hover(LineList, offset=(3, 0))
        assert list(lines.render_line(0)) != before


async def test_the_row_under_the_mouse_looks_different() -> None:
    """Until the mouse leaves."""
    async with shown(numbered(4)) as (lines, pilot, _):
        before = lines.render_line(2)
        await pilot.hover(LineList, offset=(3, 2))
        assert lines.hovered == 2
        assert list(lines.render_line(2)) != list(before)
        lines.on_leave()
        assert list(lines.render_line(2)) == list(before)


async def test_the_cursor_is_seen_without_colour() -> None:
    """A heavy mark with focus, a light one without."""
    async with shown(numbered(3)) as (lines, pilot, _):
        assert text(lines)[:2] == ["▌0", " 1"]
        lines.blur()
        await pilot.pause()
        assert text(lines)[:2] == ["▏0", " 1"]


async def test_an_empty_list_says_so() -> None:
    """In the words that it was given; keys do no harm."""
    async with shown([]) as (lines, pilot, app):
        assert text(lines)[0] == " Nothing to see."
        await pilot.press("down", "end", "pagedown", "enter")
        lines.set_empty("Still nothing.")
        assert text(lines)[0] == " Still nothing."
        assert app.said == []


@pytest.mark.parametrize("drawn", ["[/] [b]x", "學習" * 40, "one\ntwo", "a\x1b[31mb"])
async def test_a_string_is_shown_as_it_is_in_one_line(drawn: str) -> None:
    """No markup, cut to the width, in one line, without control characters obeyed."""
    async with shown([Row("a", lambda _: drawn)]) as (lines, _, _app):
        strip = lines.render_line(0)
        assert strip.cell_length == 30
        assert "\n" not in strip.text
        assert "\x1b" not in strip.text
        assert strip.text[1:4] == drawn[:3].replace("\x1b", "␛")


async def test_a_list_of_headings_has_no_cursor() -> None:
    """There is nothing to stand on."""
    async with shown([heading("A"), heading("B")]) as (lines, pilot, app):
        await pilot.press("down", "enter", "home")
        assert lines.key is None
        assert app.said == []
