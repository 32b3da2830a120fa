"""A milestone's checklist: boxes that are ticked where they stand."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from l2l_tui.language import tr
from l2l_tui.text import width
from l2l_tui.tui.commands import Command
from l2l_tui.tui.format.tone import FAINT, GOOD, MUTED, cell
from l2l_tui.tui.widgets.lines import LineList, Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from l2l_tui.plan.model import CheckItem

_GROUP = "Checklist"

CHECKS = (
    Command("space", "tick", "Tick", "Tick the item", "Or take the tick away.", _GROUP),
    Command("a", "add_check", "Add", "Add an item", "At the end of the checklist.", _GROUP),
    Command("e", "edit_check", "Words", "Change the item's words", "", _GROUP),
    Command("delete", "remove_check", "Remove", "Remove the item", "Undo brings it back.", _GROUP),
)
"""What can be done with the item at the cursor; the screen has the actions."""


class Checklist(LineList):
    """The items, each with its box, and the day on which it was ticked.

    Args:
        id: The widget's id.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(command.key, f"screen.{command.action}", command.title, show=False)
        for command in CHECKS
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's own word)
        super().__init__(empty=tr("No checklist yet; a adds an item."), id=id)
        self._items: tuple[CheckItem, ...] = ()

    @property
    def item(self) -> CheckItem | None:
        """The item under the cursor."""
        return None if self.cursor is None else self._items[self.cursor]

    def show(self, items: Sequence[CheckItem]) -> None:
        """Show other items; the cursor stays on its place."""
        self._items = tuple(items)
        done = sum(item.done is not None for item in items)
        title = tr("Checklist")
        self.border_title = Content(f"{title} {done}/{len(items)}" if items else title)
        self.set_rows([Row(str(at), partial(_line, item)) for at, item in enumerate(items)])


def _line(item: CheckItem, cells: int) -> Content:
    """Return an item in exactly so many cells."""
    ticked = item.done is not None
    box = Content.styled("[✓] " if ticked else "[ ] ", GOOD if ticked else MUTED)
    day = f" {item.done:%m-%d}" if item.done is not None and cells >= 24 else ""
    text = cell(item.text, max(0, cells - 4 - width(day)), MUTED if ticked else "")
    return Content.assemble(box, text, (day, FAINT))
