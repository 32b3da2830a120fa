"""A form: fields one below the other, checked while they are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import on
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Static

from l2l_tui.tui.commands import Command, bindings
from l2l_tui.tui.format.tone import words
from l2l_tui.tui.screens.base import StudyModal
from l2l_tui.tui.widgets.field import Field, FieldBox

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widget import Widget

__all__ = ["BaseForm", "Field", "FormScreen", "needed", "note"]

T = TypeVar("T")

COMMANDS = (
    Command("ctrl+s", "save", "Save", "Save", "Takes the form as it stands."),
    Command("escape", "cancel", "Cancel", "Cancel", "Leaves things as they were."),
)


def needed(text: str) -> str | None:
    """Say that something must stand here, if nothing does."""
    return None if text.strip() else "some words are needed here"


class BaseForm(StudyModal[T | None]):
    """Asks for some values; gives back None when cancelled.

    Args:
        title: What the form is for.
        fields: What it asks for.
        verb: What the button says.
    """

    commands = COMMANDS
    BINDINGS: ClassVar[list[BindingType]] = bindings(COMMANDS)
    AUTO_FOCUS = ".input"

    def __init__(self, title: str, fields: Sequence[Field], verb: str = "Save") -> None:
        super().__init__()
        self._title, self._fields, self._verb = title, tuple(fields), verb

    def compose(self) -> ComposeResult:
        """Make the fields and the buttons."""
        with Vertical(classes="dialog form") as dialog:
            dialog.border_title = Content.assemble(words(self._title))
            with VerticalScroll(id="fields", can_focus=False):
                yield from self.above()
                for field in self._fields:
                    yield FieldBox(field)
                yield from self.below()
            with Horizontal(classes="buttons"):
                yield Button(
                    Content(f"{self._verb} ^s"), id="save", variant="primary", compact=True
                )
                yield Button(Content("Cancel esc"), id="cancel", compact=True)

    def above(self) -> Iterable[Widget]:
        """Return what stands above the fields."""
        return ()

    def below(self) -> Iterable[Widget]:
        """Return what stands below the fields."""
        return ()

    @property
    def answers(self) -> dict[str, str]:
        """What stands in the fields."""
        return {box.field.name: box.value for box in self.query(FieldBox)}

    @on(Input.Submitted)
    def _submit(self) -> None:
        self.action_save()

    @on(Button.Pressed, "#save")
    def _press_save(self) -> None:
        self.action_save()

    @on(Button.Pressed, "#cancel")
    def _press_cancel(self) -> None:
        self.action_cancel()

    def action_save(self) -> None:
        """Give the answers back, if nothing is wrong with them."""
        wrong = [box for box in self.query(FieldBox) if box.fault is not None]
        for box in self.query(FieldBox):
            box.review()
        if wrong:
            wrong[0].query_one(".input").focus()
            return
        self.finish()

    def finish(self) -> None:
        """Give back what the form is for; called when no field has a fault."""
        raise NotImplementedError

    def action_cancel(self) -> None:
        """Give nothing back."""
        self.dismiss(None)


class FormScreen(BaseForm[dict[str, str]]):
    """A form that gives back its answers by name."""

    def finish(self) -> None:
        """Give the answers back."""
        self.dismiss(self.answers)


def note(text: Content) -> Static:
    """Return some text between the fields."""
    return Static(text, classes="note")
