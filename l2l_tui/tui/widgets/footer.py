"""The footer: as many keys as fit, whole ones only; a click does what the key does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from l2l_tui.language import tr
from l2l_tui.text import width
from l2l_tui.tui.commands import perform
from l2l_tui.tui.format.tone import ACCENT, MUTED

if TYPE_CHECKING:
    from textual import events
    from textual.app import RenderResult

    from l2l_tui.tui.commands import Command


def fitting(commands: tuple[Command, ...], cells: int) -> list[Command]:
    """Return the commands that a line of this width shows, in order.

    Those to keep have their place first; of the others the first ones fill the rest.
    """
    named = [command for command in commands if command.label]
    room = cells - 1 - sum(_cells(command) for command in named if command.keep)
    chosen = []
    for command in named:
        if not command.keep:
            room -= _cells(command)
            if room < 0:
                break
            chosen.append(command)
    return chosen + [command for command in named if command.keep]


def _cells(command: Command) -> int:
    return width(command.shown_key) + width(tr(command.label)) + 3


class KeyLine(Widget):
    """The keys that work here."""

    ALLOW_SELECT = False
    commands: reactive[tuple[Command, ...]] = reactive(())
    """What to show, the most useful first."""

    def __init__(self, commands: tuple[Command, ...] = (), *, id: str | None = None) -> None:  # noqa: A002 (Textual's own word)
        super().__init__(id=id)
        self.set_reactive(KeyLine.commands, commands)

    def render(self) -> RenderResult:
        """Return the keys and their words, those to keep at the right edge."""
        shown = fitting(self.commands, self.size.width)
        left = [_key(command) for command in shown if not command.keep]
        right = [_key(command) for command in shown if command.keep]
        used = sum(part.cell_length for part in (*left, *right))
        gap = Content(" " * max(0, self.size.width - used - 1))
        return Content.assemble(" ", *left, gap, *right).truncate(self.size.width)

    async def on_click(self, event: events.Click) -> None:
        """Do what stands under the mouse."""
        if command := self._at(event.x):
            await perform(self.screen, command)

    def _at(self, x: int) -> Command | None:
        shown = fitting(self.commands, self.size.width)
        kept = [command for command in shown if command.keep]
        edge = self.size.width - sum(_cells(command) for command in kept)
        place = 1
        for command in shown:
            if command.keep and place < edge:
                place = edge
            if place <= x < place + _cells(command) - 1:
                return command
            place += _cells(command)
        return None


def _key(command: Command) -> Content:
    return Content.assemble(
        (command.shown_key, f"bold {ACCENT}"), " ", (tr(command.label), MUTED), "  "
    )
