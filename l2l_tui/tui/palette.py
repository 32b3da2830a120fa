"""The command palette: every command of the screen below it, and the app's own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Provider

from l2l_tui.language import tr
from l2l_tui.tui.commands import EVERYWHERE, perform
from l2l_tui.tui.screens.base import StudyScreen

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from textual.command import Hits

    from l2l_tui.language import tr
from l2l_tui.tui.commands import Command


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
