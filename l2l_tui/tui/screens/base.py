"""What all our screens share: their commands, and the app by its own type."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, Screen

from l2l_tui.tui.commands import EVERYWHERE
from l2l_tui.tui.widgets.footer import KeyLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from l2l_tui.plan.model import Plan
    from l2l_tui.runs.follow import RunUpdate
    from l2l_tui.tui.commands import Command
    from l2l_tui.tui.study import StudyApp

T = TypeVar("T")


class Dismissed(Screen[T]):
    """A screen that goes once, and takes no other with it.

    Textual takes away whatever screen is in front: the one below after a double click, or a
    question that came up while a form was being saved.
    """

    _going: Callable[[], object] | None = None

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Go, as soon as nothing stands in front; for the second time, do nothing."""
        if self.app.screen is self:
            return super().dismiss(result)
        if self in self.app.screen_stack:
            self._going = partial(self.dismiss, result)
        return AwaitComplete()

    def on_screen_resume(self) -> None:
        """Go, if that was put off."""
        going, self._going = self._going, None
        if going is not None:
            going()


class StudyScreen(Dismissed[T]):
    """A screen of the app; `commands` feeds its keys, footer, palette and help."""

    commands: ClassVar[tuple[Command, ...]] = ()
    """What can be done here."""

    @property
    def study(self) -> StudyApp:
        """The app."""
        return cast("StudyApp", self.app)

    @property
    def unsaved(self) -> bool:
        """Whether something would be lost with the screen."""
        return False

    def footer_commands(self) -> tuple[Command, ...]:
        """Return what the footer shows, the most useful first."""
        return (*self.commands, *EVERYWHERE)

    def take(self, updates: tuple[RunUpdate, ...]) -> None:
        """Show what changed in the runs; the app has merged it already."""

    def take_plan(self, plan: Plan) -> None:
        """Show another reading of the plan."""


class StudyModal(ModalScreen[T], Dismissed[T]):
    """A small window over a screen; its keys take the place of that screen's."""

    commands: ClassVar[tuple[Command, ...]] = ()
    """What can be done here."""

    def on_mount(self) -> None:
        """Show the keys of this window in the footer's place."""
        self.mount(KeyLine(self.footer_commands(), id="keys"))

    @property
    def unsaved(self) -> bool:
        """Whether something would be lost with the window."""
        return False

    def footer_commands(self) -> tuple[Command, ...]:
        """Return what the footer shows, the most useful first."""
        return self.commands

    @property
    def study(self) -> StudyApp:
        """The app."""
        return cast("StudyApp", self.app)
