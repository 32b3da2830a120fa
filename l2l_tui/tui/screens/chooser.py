"""Which of several plans to open."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical

from l2l_tui.tui.commands import Command, bindings
from l2l_tui.tui.format.tone import cell
from l2l_tui.tui.screens.base import StudyModal
from l2l_tui.tui.widgets.lines import LineList, Row

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from textual.app import ComposeResult
    from textual.binding import BindingType

COMMANDS = (Command("escape", "cancel", "First", "Keep the first plan", ""),)


class ChooserScreen(StudyModal["Path | None"]):
    """A list of the workspace's plans.

    Args:
        plans: The plan files; the first one is open already.
    """

    commands = COMMANDS
    BINDINGS: ClassVar[list[BindingType]] = bindings(COMMANDS)

    def __init__(self, plans: Sequence[Path]) -> None:
        super().__init__()
        self._plans = {str(path): path for path in plans}

    def compose(self) -> ComposeResult:
        """Make the list."""
        rows = [Row(key, partial(cell, path.stem)) for key, path in self._plans.items()]
        with Vertical(classes="dialog list") as dialog:
            dialog.border_title = "Which plan?"
            dialog.border_subtitle = "enter opens · esc keeps the first"
            yield LineList(rows)

    def on_line_list_selected(self, event: LineList.Selected) -> None:
        """Open the chosen plan."""
        self.dismiss(self._plans[event.key])

    def action_cancel(self) -> None:
        """Keep the first."""
        self.dismiss(None)
