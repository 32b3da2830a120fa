"""One of a few: a track, a language."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.content import Content

from l2l_tui.language import tr
from l2l_tui.tui.commands import Command, bindings
from l2l_tui.tui.format.tone import ACCENT, cell, words
from l2l_tui.tui.screens.base import StudyModal
from l2l_tui.tui.widgets.lines import LineList, Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

COMMANDS = (Command("escape", "cancel", "Cancel", "Cancel", "Leaves things as they were."),)


class ChoiceScreen(StudyModal[str | None]):
    """A short list; gives back what was chosen, or None.

    Args:
        title: What is to be chosen.
        choices: What is given back, and how it reads.
        now: What holds now; the cursor stands on it.
    """

    commands = COMMANDS
    BINDINGS: ClassVar[list[BindingType]] = bindings(COMMANDS)

    def __init__(self, title: str, choices: Sequence[tuple[str, str]], now: str = "") -> None:
        super().__init__()
        self._title, self._choices, self._now = title, tuple(choices), now

    def compose(self) -> ComposeResult:
        """Make the list."""
        rows = [
            Row(key, partial(_line, text, key == self._now), at_once=True)
            for key, text in self._choices
        ]
        with Vertical(classes="dialog list") as dialog:
            dialog.border_title = Content.assemble(words(self._title))
            dialog.border_subtitle = Content(tr("enter chooses · esc leaves it"))
            yield LineList(rows)

    def on_mount(self) -> None:
        """Put the cursor on what holds now."""
        self.query_one(LineList).go_to(self._now)

    def on_line_list_selected(self, event: LineList.Selected) -> None:
        """Give back what was chosen."""
        self.dismiss(event.key)

    def action_cancel(self) -> None:
        """Give nothing back."""
        self.dismiss(None)


def _line(text: str, now: bool, cells: int) -> Content:
    return Content.assemble(("● " if now else "  ", ACCENT), cell(text, max(0, cells - 2)))
