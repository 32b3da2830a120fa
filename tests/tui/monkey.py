"""A monkey at the keyboard of the app, while another hand writes in the same files."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual import events
from textual.pilot import Pilot

from l2l_tui.plan import store
from l2l_tui.tui.commands import EVERYWHERE, FILTER, MAIN
from l2l_tui.tui.screens.confirm import ConfirmScreen
from l2l_tui.tui.screens.meeting import MEETING
from l2l_tui.tui.screens.milestone import FORM
from l2l_tui.tui.study import StudyApp
from l2l_tui.tui.widgets.checklist import CHECKS
from l2l_tui.workspace import Workspace
from tests.tui.hand import Hand
from tests.tui.script import NOW, settled, until

ODD_TEXTS = (
    *("[/]", "[@click=app.quit]x[/]", "\x1b[31mred", "a\tb\r\nc\nd", "小樣本學習 " * 30, "", " "),
    *("2026-02-30", "2026-03-09", "+7d", "-3d", "- a\n- b\n\n# c", "$\\frac{a}{b}$", "|a|\n|-|"),
    *(
        "l2l",
        "late",
        "-late",
        "status:doing",
        "track:",
        '"',
        "👩‍👩‍👧‍👦 e\u0301",
        "\u202eabc",
        "0",
        "x" * 3000,
    ),
)

KEYS = (
    *dict.fromkeys(
        key
        for command in (*MAIN, *FILTER, *EVERYWHERE, *MEETING, *FORM, *CHECKS)
        for key in command.key.split(",")
    ),
    *("left", "right", "up", "down", "home", "end", "pageup", "pagedown", "shift+tab"),
    *("backspace", "delete", "ctrl+a", "ctrl+c", "ctrl+x", "ctrl+v", "ctrl+w", "ctrl+k", "ctrl+u"),
    *("shift+left", "shift+down", "ctrl+home", "ctrl+end", "f1", "plus", "minus", "comma"),
    *"abcdefghijklmnopqrstuvwxyz0123456789[]",
)
OFTEN = (*("enter", "escape", "tab", "down", "up", "y", "ctrl+s", "space"), *"mtgMaEe")
"""What leads somewhere."""


SIZES = ((1, 1), (2, 30), (60, 2), (20, 10), (80, 24), (109, 35), (110, 36), (160, 48), (200, 60))


@asynccontextmanager
async def watched(workspace: Workspace) -> AsyncIterator[tuple[StudyApp, Pilot[None]]]:
    """Open the app so that it keeps the tracebacks of its own faults."""
    plan = store.load(workspace.plan_file("study"))
    app = StudyApp(workspace, plan, clock=lambda: NOW, debug=True)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.book.loaded and app.main.trainer is not None)
        yield app, pilot


class Monkey:
    """Presses, clicks, pastes and resizes by chance.

    Args:
        app: The app.
        pilot: Its pilot.
        hand: The other hand.
        chance: What comes next.
    """

    def __init__(
        self, app: StudyApp, pilot: Pilot[None], hand: Hand, chance: random.Random
    ) -> None:
        self.app, self.pilot, self._hand, self._chance = app, pilot, hand, chance
        self.did: list[str] = []
        """What it did, for whoever looks for the cause."""

    async def act(self) -> None:
        """Do one thing."""
        does = self._chance.choices(
            [self._press, self._hammer, self._paste, self._click, self._turn_wheel, self._resize],
            weights=[10, 4, 2, 4, 1, 2],
        )[0]
        await does()
        if self._chance.random() < 0.3:
            self.did.append(self._hand.act())

    async def come_home(self) -> None:
        """Go back to the main screen as a person would: with escape, and yes to what is asked."""
        self.did.append("home")
        await until(self.pilot, lambda: not self.app.typing)
        for _ in range(40):
            if self.app.screen is self.app.main:
                break
            key = "y" if isinstance(self.app.screen, ConfirmScreen) else "escape"
            await self.pilot.press(key)
            await settled(self.pilot)
        await self.pilot.resize_terminal(160, 48)

    async def _press(self) -> None:
        keys = [self._key() for _ in range(self._chance.randrange(1, 6))]
        self.did.append(" ".join(keys))
        await self.pilot.press(*keys)

    async def _hammer(self) -> None:
        """Press keys faster than the app can follow."""
        keys = [self._key() for _ in range(self._chance.randrange(2, 9))]
        self.did.append("fast " + " ".join(keys))
        for key in keys:
            self.app.post_message(events.Key(key, key if len(key) == 1 else None))
        if self._chance.random() < 0.7:
            await self.pilot.pause()

    def _key(self) -> str:
        return self._chance.choice(OFTEN if self._chance.random() < 0.4 else KEYS)

    async def _paste(self) -> None:
        text = self._chance.choice(ODD_TEXTS)
        self.did.append(f"paste {text[:20]!r}")
        self.app.post_message(events.Paste(text))
        await self.pilot.pause()

    def _place(self) -> tuple[int, int]:
        width, height = self.app.size
        return self._chance.randrange(max(1, width)), self._chance.randrange(max(1, height))

    async def _click(self) -> None:
        place, times = self._place(), self._chance.choice([1, 1, 1, 2, 3])
        self.did.append(f"click {place} {times}")
        await self.pilot.click(offset=place, times=times, shift=self._chance.random() < 0.1)

    async def _turn_wheel(self) -> None:
        x, y = self._place()
        self.did.append(f"wheel {x} {y}")
        kind = self._chance.choice([events.MouseScrollDown, events.MouseScrollUp])
        for _ in range(3):
            self.app.screen._forward_event(
                kind(None, x, y, 0, 1, 0, False, False, False, screen_x=x, screen_y=y)
            )
        await self.pilot.pause()

    async def _resize(self) -> None:
        size = self._chance.choice(SIZES)
        if self._chance.random() < 0.3:
            size = (self._chance.randrange(1, 201), self._chance.randrange(1, 61))
        self.did.append(f"resize {size}")
        await self.pilot.resize_terminal(*size)
