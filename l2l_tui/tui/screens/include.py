"""What happened since the last meeting, to be ticked and told."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.content import Content

from l2l_tui.language import tr, trn
from l2l_tui.tui.commands import Command, bindings
from l2l_tui.tui.format import meeting as lines
from l2l_tui.tui.format.tone import words
from l2l_tui.tui.screens.base import StudyModal
from l2l_tui.tui.widgets.lines import LineList, Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from l2l_tui.report.offers import Offer

INCLUDE = (
    Command("space", "mark", "Mark", "Mark", "What is at the cursor, or not."),
    Command("a", "mark_all", "All", "Mark all", "All that no section tells yet; or none."),
    Command("enter", "take", "Include", "Include", "What is marked, or what is at the cursor."),
    Command("escape", "cancel", "Cancel", "Cancel", "Includes nothing."),
)


class IncludeScreen(StudyModal["tuple[Offer, ...] | None"]):
    """A list with check marks.

    Args:
        title: What it is for.
        offers: What there is to choose from.
    """

    commands = INCLUDE
    BINDINGS: ClassVar[list[BindingType]] = bindings(INCLUDE)

    def __init__(self, title: str, offers: Sequence[Offer]) -> None:
        super().__init__()
        self._title = title
        self._offers = {f"{one.kind} {one.name}": one for one in offers}
        self._marked: set[str] = set()

    def compose(self) -> ComposeResult:
        """Make the list."""
        with Vertical(classes="dialog list include") as dialog:
            dialog.border_title = Content.assemble(words(self._title))
            yield LineList(id="offers")

    def on_mount(self) -> None:
        """Show what is on offer."""
        self._show()

    def action_mark(self) -> None:
        """Mark what is at the cursor, or take the mark away, and go on."""
        listed = self.query_one(LineList)
        if listed.key is not None:
            self._marked ^= {listed.key}
            self._show()
            listed.action_move(1)

    def action_mark_all(self) -> None:
        """Mark all that is not told yet; where it is marked, nothing."""
        fresh = {key for key, one in self._offers.items() if not one.included}
        fresh = fresh or set(self._offers)
        self._marked = set() if self._marked >= fresh else self._marked | fresh
        self._show()

    def on_line_list_selected(self) -> None:
        """Include what is marked, or what is at the cursor."""
        self.action_take()

    def action_take(self) -> None:
        """Include what is marked, or what is at the cursor."""
        wanted = self._marked or {self.query_one(LineList).key or ""}
        self.dismiss(tuple(one for key, one in self._offers.items() if key in wanted))

    def action_cancel(self) -> None:
        """Include nothing."""
        self.dismiss(None)

    def _show(self) -> None:
        listed = self.query_one(LineList)
        listed.set_rows(
            [
                Row(key, partial(lines.offer, one, marked=key in self._marked))
                for key, one in self._offers.items()
            ]
        )
        count = len(self._marked)
        said = trn("{n} marked", "{n} marked", count) if count else tr("none marked")
        self.query_one(".dialog").border_subtitle = Content.assemble(words(said))
