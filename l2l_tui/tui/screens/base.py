"""What all our screens share: their commands, and the app by its own type."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual.screen import ModalScreen, Screen

from l2l_tui.tui.commands import EVERYWHERE
from l2l_tui.tui.widgets.footer import KeyLine

if TYPE_CHECKING:
    from l2l_tui.plan.model import Plan
    from l2l_tui.runs.follow import RunUpdate
    from l2l_tui.tui.commands import Command
    from l2l_tui.tui.study import StudyApp

T = TypeVar("T")


class StudyScreen(Screen[T]):
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


class StudyModal(ModalScreen[T]):
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
