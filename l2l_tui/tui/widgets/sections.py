"""The tabs of a meeting's sections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from l2l_tui.plan import sections
from l2l_tui.plan.model import Section
from l2l_tui.tui.widgets.tabs import Tab, row, under

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
        return row(self._tabs(), self.section).truncate(self.size.width)

    def on_click(self, event: events.Click) -> None:
        """Choose the tab under the mouse."""
        if (section := under(self._tabs(), event.x)) is not None:
            self.post_message(self.Chosen(Section(section)))

    def _tabs(self) -> list[Tab]:
        return [
            (one, f"{sections.title(one)}{' •' if one in self.touched else ''}") for one in Section
        ]
