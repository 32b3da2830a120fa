"""A form: fields one below the other, checked while they are typed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Button, Input, Static

from l2l_tui.errors import L2LError
from l2l_tui.language import tr
from l2l_tui.tui.commands import Command, bindings
from l2l_tui.tui.format.tone import BAD, MUTED, words
from l2l_tui.tui.screens.base import StudyModal
from l2l_tui.tui.widgets.field import Field, FieldBox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widget import Widget

    from l2l_tui.plan.edits import Edit
    from l2l_tui.tui.study import StudyApp

__all__ = [
    "EDITOR",
    "OUTSIDE",
    "BaseForm",
    "Field",
    "Filled",
    "FormScreen",
    "JobForm",
    "Saving",
    "needed",
    "note",
]

T = TypeVar("T")

Saving = tuple[str, "Sequence[Edit]"]
"""What is said when a form is saved, and the edits of the plan that save it."""

COMMANDS = (
    Command("ctrl+s", "save", "Save", "Save", "Takes the form as it stands."),
    Command("escape", "cancel", "Cancel", "Cancel", "Leaves things as they were."),
)

EDITOR = Command(
    "ctrl+e", "outside", "Editor", "Write in $EDITOR", "The field at the cursor, or the notes."
)

OUTSIDE = Binding(EDITOR.key, EDITOR.action, EDITOR.title, show=False, priority=True)
"""Before the inputs' own use of that key, for which there is End."""


def needed(text: str) -> str | None:
    """Say that something must stand here, if nothing does."""
    return None if text.strip() else tr("some words are needed here")


class Filled(Screen[T]):
    """A screen with fields: they are checked, saved, and not lost by a slip of the finger."""

    @property
    def boxes(self) -> dict[str, FieldBox]:
        """The fields by name."""
        return {box.field.name: box for box in self.query(FieldBox)}

    @property
    def answers(self) -> dict[str, str]:
        """What stands in the fields."""
        return {name: box.value for name, box in self.boxes.items()}

    @property
    def touched(self) -> bool:
        """Whether something was typed or chosen that would be lost."""
        return any(box.touched for box in self.boxes.values())

    def action_save(self) -> None:
        """Give the answers back, if nothing is wrong with them."""
        wrong = [box for box in self.boxes.values() if box.fault is not None]
        for box in self.boxes.values():
            box.review()
        if wrong:
            self.go_to(wrong[0])
            return
        self.finish()

    def finish(self) -> None:
        """Give back what the form is for; called when no field has a fault."""
        raise NotImplementedError

    def go_to(self, box: FieldBox) -> None:
        """Put the focus into a field, and what is said below it into sight."""
        box.query_one(".input").focus()
        self.call_after_refresh(box.scroll_visible, animate=False)

    def say_refusal(self, text: str) -> None:
        """Say why what was asked for was not done; nothing typed is lost."""
        self._say(Content.assemble(("✗ ", BAD), words(text, BAD)))

    def say_work(self, text: str) -> None:
        """Say that what was asked for is being done."""
        self._say(words(text, MUTED))

    def _say(self, text: Content) -> None:
        refusal = self.query_one("#refusal", Static)
        refusal.update(text)
        refusal.add_class("-said")

    def unsay_refusal(self) -> None:
        """Say no longer what is over."""
        self.query_one("#refusal", Static).remove_class("-said")

    def if_nothing_is_lost(self, then: Callable[[], object]) -> None:
        """Do something that ends the form, after asking if something would be lost."""
        from l2l_tui.tui.screens.confirm import ConfirmScreen

        if not self.touched:
            then()
            return

        def leave(yes: bool | None) -> None:
            if yes:
                then()

        question = tr("What you changed here is not saved. Leave all the same?")
        self.app.push_screen(ConfirmScreen(question, tr("Leave")), leave)

    def action_outside(self) -> None:
        """Write on in the person's own editor, in the field at the cursor or the longest."""
        from l2l_tui.tui.outside import edit_outside

        box = self.long_field
        if box is None:
            self.notify(tr("No field here takes more than a line."))
            return
        text = edit_outside(self.app, box.value, box.field.suffix)
        if text is not None and text != box.value:
            box.put(text)
        self.go_to(box)

    @property
    def long_field(self) -> FieldBox | None:
        """The field of several lines that an editor outside is for."""
        long = [box for box in self.boxes.values() if box.field.lines > 1]
        here = [box for box in long if box.query(".input").first().has_focus]
        return here[0] if here else max(long, key=lambda box: box.field.lines, default=None)


class BaseForm(StudyModal[T | None], Filled[T | None]):
    """Asks for some values; gives back None when cancelled.

    Args:
        title: What the form is for.
        fields: What it asks for.
        verb: What the button says.
    """

    commands = COMMANDS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(COMMANDS), OUTSIDE]
    AUTO_FOCUS = ".input"

    def __init__(self, title: str, fields: Sequence[Field], verb: str = "") -> None:
        super().__init__()
        self._title, self._fields, self._verb = title, tuple(fields), verb or tr("Save")

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
                    yield Button(Content(f"{tr('Cancel')} esc"), id="cancel", compact=True)

    @property
    def unsaved(self) -> bool:
        """Whether something was typed or chosen that would be lost."""
        return self.touched

    def footer_commands(self) -> tuple[Command, ...]:
        """Return the keys; an editor outside is of use for long texts only."""
        long = any(field.lines > 1 for field in self._fields)
        return (*self.commands, EDITOR) if long else self.commands

    def above(self) -> Iterable[Widget]:
        """Return what stands above the fields."""
        return ()

    def below(self) -> Iterable[Widget]:
        """Return what stands below the fields."""
        return ()

    @on(Input.Submitted)
    def _submit(self) -> None:
        self.action_save()

    @on(Button.Pressed, "#save")
    def _press_save(self) -> None:
        self.action_save()

    @on(Button.Pressed, "#cancel")
    def _press_cancel(self) -> None:
        self.action_cancel()

    def action_cancel(self) -> None:
        """Give nothing back, after asking if something would be lost."""
        self.if_nothing_is_lost(lambda: self.dismiss(None))


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
        verb: str = "",
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
        else:
            self.say_refusal(self.refused(error))


class JobForm(BaseForm[None]):
    """A form that does a job in a worker, and stays until it is done: a refusal is said in it.

    Left meanwhile, it loses nothing: the job goes on, and what comes of it is said all the same.
    """

    _at_work = False

    @property
    def doing(self) -> str:
        """What is said while the job is being done."""
        return tr("At work…")

    def job(self, answers: dict[str, str]) -> str:
        """Do what the form is for and return what is said then; called in a worker.

        Raises:
            L2LError: It cannot be done; the form says why.
            OSError: Likewise.
        """
        raise NotImplementedError

    def finish(self) -> None:
        """Begin the job, once."""
        if not self._at_work:
            self._at_work = True
            self.say_work(self.doing)
            self.study.do(partial(self._attempt, self.study, self.answers))

    def _attempt(self, study: StudyApp, answers: dict[str, str]) -> str:
        """Do the job; a form that was left meanwhile knows no app any more."""
        try:
            said = self.job(answers)
        except (L2LError, OSError) as error:
            study.call_later(self._refuse, study, str(error))
            return ""
        except Exception:
            study.call_later(self._rest)
            raise
        study.call_later(self._close)
        return said

    def action_cancel(self) -> None:
        """Close; while the job is being done nothing would be lost."""
        if self._at_work:
            self.dismiss(None)
        else:
            super().action_cancel()

    def _rest(self) -> None:
        """Let the job be asked for again."""
        self._at_work = False
        if self.is_attached:
            self.unsay_refusal()

    def _refuse(self, study: StudyApp, text: str) -> None:
        self._rest()
        if self.is_attached:
            self.say_refusal(text)
        else:
            study.notify(text, severity="error", timeout=10)

    def _close(self) -> None:
        if self.is_attached:
            self.dismiss(None)
        self.done()

    def done(self) -> None:
        """Go on from what the job brought; called when the form is gone."""


def note(text: Content) -> Static:
    """Return some text between the fields."""
    return Static(text, classes="note")
