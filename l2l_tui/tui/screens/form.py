"""A form: fields one below the other, checked while they are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import on
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Static

from l2l_tui.tui.commands import Command, bindings
from l2l_tui.tui.format.tone import BAD, words
from l2l_tui.tui.screens.base import StudyModal
from l2l_tui.tui.widgets.field import Field, FieldBox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widget import Widget

    from l2l_tui.plan.edits import Edit

__all__ = ["BaseForm", "Field", "FormScreen", "Saving", "needed", "note"]

T = TypeVar("T")

Saving = tuple[str, "Sequence[Edit]"]
"""What is said when a form is saved, and the edits of the plan that save it."""

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
            with Vertical(classes="bottom"):
                yield Static(id="refusal")
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

    @property
    def touched(self) -> bool:
        """Whether something was typed or chosen that would be lost."""
        return any(box.value != _first(box.field) for box in self.query(FieldBox))

    def action_cancel(self) -> None:
        """Give nothing back, after asking if something would be lost."""
        from l2l_tui.tui.screens.confirm import ConfirmScreen

        if not self.touched:
            self.dismiss(None)
            return

        def leave(yes: bool | None) -> None:
            if yes:
                self.dismiss(None)

        question = "What you changed here is not saved. Leave all the same?"
        self.app.push_screen(ConfirmScreen(question, "Leave"), leave)


class FormScreen(BaseForm[dict[str, str]]):
    """A form that gives back its answers by name, or saves them itself.

    Args:
        title: What the form is for.
        fields: What it asks for.
        verb: What the button says.
        save: Makes edits of the answers. With it the form stays until they are saved: what
            was typed survives a refusal.
    """

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        verb: str = "Save",
        *,
        save: Callable[[dict[str, str]], Saving] | None = None,
    ) -> None:
        super().__init__(title, fields, verb)
        self._save = save
        self._saving = False

    def finish(self) -> None:
        """Give the answers back, once they are saved if the form is to do that."""
        if self._saving:
            return
        said, edits = self._save(self.answers) if self._save is not None else ("", ())
        if not edits:
            self.dismiss(self.answers)
            return
        self._saving = True
        self.study.edit(said, *edits, told=self._told)

    def refused(self, error: Exception) -> str:
        """Return what is said of a refusal; what it says of the plan is known by now."""
        return str(error)

    def _told(self, error: Exception | None) -> None:
        """Close the form if it is saved; else say why not, and let the person decide."""
        self._saving = False
        if not self.is_attached:
            return
        if error is None:
            self.dismiss(self.answers)
            return
        refusal = self.query_one("#refusal", Static)
        refusal.update(Content.assemble(("✗ ", BAD), words(self.refused(error), BAD)))
        refusal.add_class("-said")


def _first(field: Field) -> str:
    """Return what stood in a field when it came."""
    answers = [answer for _, answer in field.choices]
    return field.value if not answers or field.value in answers else answers[0]


def note(text: Content) -> Static:
    """Return some text between the fields."""
    return Static(text, classes="note")
