"""One field of a form: a label, an input of some kind, and a line that says what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Select, Static, TextArea

from l2l_tui.tui.format.tone import BAD, FAINT, MUTED, words
from l2l_tui.tui.widgets.choice import Choice
from l2l_tui.tui.widgets.editors import Editor, LineInput

if TYPE_CHECKING:
    from textual.app import ComposeResult

Check = Callable[[str], str | None]
"""Says what is wrong with a text; None if nothing is."""


@dataclass(frozen=True, slots=True)
class Field:
    """What a form asks for."""

    name: str
    """The answer's key."""
    label: str
    """What is asked, in words."""
    value: str = ""
    """What stands there at first."""
    hint: str = ""
    """What may stand there."""
    check: Check | None = None
    """Says what is wrong, while it is typed."""
    choices: tuple[tuple[str, str], ...] = ()
    """What to choose from, as shown and as answered; empty for a text."""
    lines: int = 1
    """How many lines the text has room for."""
    suffix: str = ".txt"
    """What an editor outside is told of the text's language."""

    @property
    def first(self) -> str:
        """What stands in the field when it comes: a choice is always one of those there are."""
        answers = [answer for _, answer in self.choices]
        return self.value if not answers or self.value in answers else answers[0]


class FieldBox(Horizontal):
    """A field on the screen.

    Args:
        field: What to ask for.
    """

    class Changed(Message):
        """Something else stands in the field."""

        def __init__(self, box: FieldBox) -> None:
            super().__init__()
            self.box = box

    def __init__(self, field: Field) -> None:
        super().__init__(classes="field")
        self.field = field

    def compose(self) -> ComposeResult:
        """Make the label, the input and the line below."""
        yield Static(Content.assemble(words(self.field.label, "bold")), classes="label")
        with Vertical(classes="value"):
            yield self._input()
            below = self._below(None)
            yield Static(below, classes="below" if below.plain else "below -empty")

    @property
    def value(self) -> str:
        """What stands in the field now; what is not touched stays as it came."""
        if not self.is_mounted or not self.query(".input"):
            return self.field.value
        widget = self.query_one(".input")
        if isinstance(widget, Select):
            return str(widget.value)
        assert isinstance(widget, Editor | LineInput)
        return widget.text

    @property
    def touched(self) -> bool:
        """Whether something else stands in the field than came."""
        return self.value != self.field.first

    def put(self, text: str) -> None:
        """Let something else stand in the field, as if it were typed."""
        widget = self.query_one(".input")
        if isinstance(widget, Select):
            widget.value = text
        elif isinstance(widget, Editor):
            widget.load_text(text)
        elif isinstance(widget, LineInput):
            widget.text = text

    def hint(self, text: str) -> None:
        """Say something else of what may stand there."""
        self.field = replace(self.field, hint=text)
        self.review()

    def renew(self, field: Field) -> None:
        """Ask for the same with another value, which now counts as the one that came."""
        self.field = field
        if self.value != field.first:
            self.put(field.first)
        self.review()

    @property
    def fault(self) -> str | None:
        """What is wrong with the value, if anything is."""
        return self.field.check(self.value) if self.field.check is not None else None

    def review(self) -> None:
        """Say below the field what is wrong."""
        below, text = self.query_one(".below", Static), self._below(self.fault)
        below.update(text)
        below.set_class(not text.plain, "-empty")
        self.set_class(self.fault is not None, "-wrong")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Check while it is typed."""
        event.stop()
        self._changed()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Check while it is typed."""
        event.stop()
        self._changed()

    def on_select_changed(self, event: Select.Changed) -> None:
        """Check what was chosen."""
        event.stop()
        self._changed()

    def _changed(self) -> None:
        self.review()
        self.post_message(self.Changed(self))

    def _input(self) -> LineInput | Choice | Editor:
        field = self.field
        if field.choices:
            options = [(words(text), answer) for text, answer in field.choices]
            return Choice(
                options, value=field.first, allow_blank=False, compact=True, classes="input"
            )
        if field.lines > 1:
            area = Editor(field.value, compact=True, classes="input")
            area.styles.height = field.lines
            return area
        return LineInput(field.value, classes="input")

    def _below(self, fault: str | None) -> Content:
        if fault is not None:
            return Content.assemble(("✗ ", BAD), words(fault, BAD))
        return words(self.field.hint, MUTED if self.field.hint else FAINT)
