"""A question with two answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from l2l_tui.language import tr
from l2l_tui.tui.commands import Command, bindings
from l2l_tui.tui.format.tone import words
from l2l_tui.tui.screens.base import StudyModal

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

COMMANDS = (
    Command("y", "answer(True)", "Yes", "Yes", ""),
    Command("n,escape", "answer(False)", "No", "No", ""),
)


class ConfirmScreen(StudyModal[bool]):
    """Asks before something that is not easily taken back.

    Args:
        question: What is asked.
        verb: What the button that does it says.
    """

    commands = COMMANDS
    BINDINGS: ClassVar[list[BindingType]] = bindings(COMMANDS)
    AUTO_FOCUS = "#no"

    def __init__(self, question: str, verb: str) -> None:
        super().__init__()
        self._question, self._verb = question, verb

    def compose(self) -> ComposeResult:
        """Make the question and its buttons."""
        with Vertical(classes="dialog"):
            yield Static(words(self._question))
            with Horizontal(classes="buttons"):
                yield Button(Content(f"{self._verb} (y)"), id="yes", variant="error", compact=True)
                yield Button(Content(f"{tr('Keep')} (n)"), id="no", compact=True)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Take the button as the answer."""
        self.dismiss(event.button.id == "yes")

    def action_answer(self, yes: bool) -> None:
        """Take a key as the answer."""
        self.dismiss(yes)


class LeaveScreen(ConfirmScreen):
    """Asks before the app is left with something that is not saved."""

    def __init__(self) -> None:
        question = tr("What you changed here is not saved. Leave all the same?")
        super().__init__(question, tr("Leave"))
