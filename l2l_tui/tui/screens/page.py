"""A screen of text to read: a head, a scrolling body, the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from l2l_tui.tui.commands import BACK, bindings
from l2l_tui.tui.screens.base import StudyScreen
from l2l_tui.tui.widgets.footer import KeyLine
from l2l_tui.tui.widgets.line import Drawn

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from l2l_tui.tui.commands import Command


class PageScreen(StudyScreen[None]):
    """Shows some text; `head` and `body` say which."""

    commands: ClassVar[tuple[Command, ...]] = (BACK,)
    BINDINGS: ClassVar[list[BindingType]] = bindings((BACK,))
    AUTO_FOCUS = "#page"

    def compose(self) -> ComposeResult:
        """Make the head, the body and the footer."""
        yield Drawn(self._head, id="header")
        with VerticalScroll(id="page"):
            yield Static(id="body")
        yield KeyLine(id="footer")

    def on_mount(self) -> None:
        """Show the keys."""
        self.query_one(KeyLine).commands = self.footer_commands()

    def on_resize(self) -> None:
        """Set the text out for the new width."""
        self.renew()

    def head(self, width: int) -> Content:
        """Return the first line."""
        raise NotImplementedError

    def body(self, cells: int) -> Content:
        """Return the text for a width."""
        raise NotImplementedError

    def renew(self) -> None:
        """Show the text anew."""
        self.query_one("#header").refresh()
        self.query_one("#body", Static).update(self.body(max(20, self.size.width - 6)))

    def action_back(self) -> None:
        """Go back to the screen below."""
        self.dismiss()

    def _head(self, width: int, _height: int) -> Content:
        return self.head(width)
