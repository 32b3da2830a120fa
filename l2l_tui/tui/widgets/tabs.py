"""The tabs of a screen whose parts do not fit beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from l2l_tui.text import width
from l2l_tui.tui.format.tone import ACCENT, MUTED, words

if TYPE_CHECKING:
    from textual import events
    from textual.app import RenderResult


class Tabs(Widget):
    """One tab for each part.

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
        tabs = [
            words(text, f"bold reverse {ACCENT}" if part == self.part else MUTED)
            for part, text in self._tabs()
        ]
        return Content.assemble(" ", *tabs).truncate(self.size.width)

    def on_click(self, event: events.Click) -> None:
        """Choose the tab under the mouse."""
        place = 1
        for part, text in self._tabs():
            if place <= event.x < place + width(text):
                self.post_message(self.Chosen(part))
            place += width(text)

    def _tabs(self) -> Iterator[tuple[str, str]]:
        return ((part, f" {text} ") for part, text in self._parts.items())
