"""One key after the other: what is typed ahead reaches what the keys before it have opened.

Textual hands each key to the widget that has the focus now, and a key that opens a form has
done so only some messages later. Letters that a slow line or a busy moment delivers in one
piece would go to the screen below meanwhile, and be commands there.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from textual import events
from textual.app import App

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.dom import DOMNode
    from textual.timer import Timer

PATIENCE_S = 1.0
"""Seconds that the keys behind wait for one that is not done."""


class TurnsApp(App[None]):
    """An app that takes a key, or what is pasted, when the one before is done."""

    def __init__(self) -> None:
        super().__init__()
        self._ahead: deque[events.Key | events.Paste] = deque()
        self._turn = 0
        self._patience: Timer | None = None

    @property
    def typing(self) -> bool:
        """Whether something that was typed is not yet done."""
        return self._patience is not None

    async def on_event(self, event: events.Event) -> None:
        """Let what is typed wait for its turn; anything else goes its way at once."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif self.typing:
            self._ahead.append(event)
        else:
            await self._take(event)

    async def _take(self, event: events.Event) -> None:
        """Hand out what was typed, and send somebody after it who tells when it is done."""
        self._turn += 1
        turn, target = self._turn, self.focused or self.screen
        self._patience = self.set_timer(PATIENCE_S, lambda: self._next(turn))
        await super().on_event(event)
        self._climb(list(target.ancestors_with_self), lambda: self._settle(turn))

    def _climb(self, way: list[DOMNode], then: Callable[[], object]) -> None:
        """Go the way that the key goes, from its widget up to the app, behind it."""
        for place, node in enumerate(way, 1):
            if node.call_later(self._climb, way[place:], then):
                return  # it goes on when the node is done; one that is no more has nothing to do
        then()

    def _settle(self, turn: int) -> None:
        """Let the focus move that the key asked to be moved, and a screen be made."""
        self.call_later(self._wait_for_screen, turn)

    def _wait_for_screen(self, turn: int) -> None:
        """Let the screen in front be made, if it is new."""
        self.screen.call_later(self.call_later, self._next, turn)

    async def _next(self, turn: int) -> None:
        """Take the next one, if this turn is not over already."""
        if turn != self._turn or self._patience is None:
            return
        self._patience.stop()
        self._patience = None
        if self._ahead:
            await self._take(self._ahead.popleft())
