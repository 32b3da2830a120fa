"""The tabs of a meeting's sections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from l2l_tui.plan import sections
from l2l_tui.plan.model import Section
from l2l_tui.text import width
from l2l_tui.tui.format.tone import ACCENT, MUTED

if TYPE_CHECKING:
    from textual import events
    from textual.app import RenderResult


class SectionTabs(Widget):
    """One tab for each section; a changed one carries a dot."""

    ALLOW_SELECT = False
    section: reactive[Section] = reactive(Section.PAPER)
    """The section that is in sight."""
    touched: reactive[tuple[Section, ...]] = reactive(())
    """The sections that are not saved."""

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, section: Section) -> None:
            super().__init__()
            self.section = section

    def render(self) -> RenderResult:
        """Return the tabs."""
        tabs = [
            Content.styled(
                self._text(one), f"bold reverse {ACCENT}" if one is self.section else MUTED
            )
            for one in Section
        ]
        return Content.assemble(" ", *tabs).truncate(self.size.width)

    def on_click(self, event: events.Click) -> None:
        """Choose the tab under the mouse."""
        place = 1
        for one in Section:
            length = width(self._text(one))
            if place <= event.x < place + length:
                self.post_message(self.Chosen(one))
            place += length

    def _text(self, section: Section) -> str:
        return f" {sections.title(section)}{' •' if section in self.touched else ''} "
