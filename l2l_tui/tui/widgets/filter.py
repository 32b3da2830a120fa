"""The line in which one types what the schedule is to show."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from l2l_tui.language import tr
from l2l_tui.tui.format.tone import ACCENT, BAD, MUTED, words
from l2l_tui.tui.widgets.editors import LineInput

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType


class FilterInput(LineInput):
    """What is typed; arrows move in the list below it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "screen.move_in_list(-1)", show=False),
        Binding("down", "screen.move_in_list(1)", show=False),
        Binding("escape", "screen.clear", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(classes="input")
        self.id = "looked-for"


class FilterLine(Horizontal):
    """An input between its sign and the count of what is found."""

    class Changed(Message):
        """Something else is looked for."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Kept(Message):
        """The filter is to stay; the list is what matters now."""

    def compose(self) -> ComposeResult:
        """Make the parts."""
        yield Static(words("/ ", f"bold {ACCENT}"), id="filter-sign")
        yield FilterInput()
        yield Static(id="filter-count")

    @property
    def input(self) -> FilterInput:
        """Where one types."""
        return self.query_one(FilterInput)

    def open(self) -> None:
        """Let a person type; what stands there already can be written over."""
        self.display = True
        self.speak()
        self.input.focus()
        self.input.action_select_all()

    def close(self) -> None:
        """Forget what was typed."""
        with self.input.prevent(Input.Changed):
            self.input.value = ""
        self.display = False

    def count(self, found: int, of: int) -> None:
        """Show how much is found."""
        said = tr("{n} of {all}", n=found, all=of)
        self.query_one("#filter-count", Static).update(words(said, MUTED if found else BAD))

    def speak(self) -> None:
        """Say in the language in use what may be typed."""
        self.input.placeholder = tr(
            'words, status:doing, track:paper, late, blocked, -not, "a phrase"'
        )

    @on(Input.Changed)
    def _type(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(self.input.text))

    @on(Input.Submitted)
    def _keep(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Kept())
