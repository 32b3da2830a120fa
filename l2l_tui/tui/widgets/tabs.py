"""Tabs: how a row of them is drawn, which of them is under the mouse, and a widget of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from l2l_tui.text import width
from l2l_tui.tui.format.tone import ACCENT, MUTED, words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual import events
    from textual.app import RenderResult


Tab = tuple[str, str]
"""What a tab stands for, and what it says."""


def row(tabs: Iterable[Tab], chosen: str) -> Content:
    """Return tabs side by side, the chosen one in reverse."""
    drawn = [
        words(f" {text} ", f"bold reverse {ACCENT}" if key == chosen else MUTED)
        for key, text in tabs
    ]
    return Content.assemble(" ", *drawn)


def under(tabs: Iterable[Tab], x: int) -> str | None:
    """Return what the tab stands for that covers a cell of the row, if one does."""
    place = 1
    for key, text in tabs:
        cells = width(text) + 2
        if place <= x < place + cells:
            return key
        place += cells
    return None


class Tabs(Widget):
    """One tab for each part of a screen whose parts do not fit beside each other.

    Args:
        parts: Each part's name, and what its tab says.
        id: The widget's id.
    """

    ALLOW_SELECT = False
    part: reactive[str] = reactive("")
    """The part that is in sight."""

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, part: str) -> None:
            super().__init__()
            self.part = part

    def __init__(self, parts: dict[str, str], *, id: str | None = None) -> None:  # noqa: A002 (Textual's own word)
        super().__init__(id=id)
        self._parts = parts
        self.set_reactive(Tabs.part, next(iter(parts)))

    def render(self) -> RenderResult:
        """Return the tabs."""
        return row(self._parts.items(), self.part).truncate(self.size.width)

    def on_click(self, event: events.Click) -> None:
        """Choose the tab under the mouse."""
        if (part := under(self._parts.items(), event.x)) is not None:
            self.post_message(self.Chosen(part))
