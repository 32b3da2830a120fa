"""The command palette: every command of the screen below it, and the app's own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Provider
from textual.widgets import Button, Input, OptionList

from l2l_tui.language import tr
from l2l_tui.tui.commands import EVERYWHERE, perform
from l2l_tui.tui.screens.base import StudyScreen

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from textual.command import Hits
    from textual.message import Message

    from l2l_tui.tui.commands import Command


class Palette(CommandPalette):
    """A palette that gives its place back once, and does one thing, however often it is clicked."""

    @on(OptionList.OptionSelected)
    @on(Input.Submitted)
    @on(Button.Pressed)
    def _once(self, event: Message) -> None:
        if self.app.screen is not self:
            event.stop()
            event.prevent_default()

    def _action_command_list(self, action: str) -> None:
        """Move in the list, if there is room for one: without any Textual trips over its lines."""
        if self.query_one(CommandList).scrollable_content_region:
            super()._action_command_list(action)


class CommandsProvider(Provider):
    """Finds commands by name."""

    async def discover(self) -> Hits:
        """Yield every command, for an empty search."""
        for command in self._commands():
            yield DiscoveryHit(named(command), self._run(command), help=tr(command.doc))

    async def search(self, query: str) -> Hits:
        """Yield the commands whose name matches."""
        matcher = self.matcher(query)
        for command in self._commands():
            title = tr(command.title)
            score = matcher.match(title)
            if score > 0:
                shown = matcher.highlight(title)
                yield Hit(score, shown, self._run(command), help=tr(command.doc))

    def _commands(self) -> list[Command]:
        here = self.screen.commands if isinstance(self.screen, StudyScreen) else ()
        return [one for one in (*here, *EVERYWHERE) if one.action != "command_palette"]

    def _run(self, command: Command) -> partial[Coroutine[object, object, None]]:
        return partial(perform, self.screen, command)


def named(command: Command) -> str:
    """Return a command's title with its key."""
    return f"{tr(command.title)}  ({command.shown_key})"
