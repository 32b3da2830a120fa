"""Every key that a footer shows does something or says something, however the messages are long."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from l2l_tui import language
from l2l_tui.runs.model import State
from l2l_tui.tui import outside
from l2l_tui.tui.commands import Command
from l2l_tui.tui.study import StudyApp
from l2l_tui.tui.widgets.footer import KeyLine, fitting
from l2l_tui.workspace import Workspace
from tests.tui.hand import RICH
from tests.tui.script import (
    falling,
    lines_of,
    make_workspace,
    notices,
    opened,
    settled,
    until,
    write_run,
)

SCREENS = {
    "main": (),
    "runs": ("2",),
    "chart": ("3",),
    "sweep": ("2", "end"),
    "marked": ("v",),
    "filter": ("slash",),
    "milestone": ("enter",),
    "form": ("enter", "ctrl+t"),
    "meeting": ("m",),
    "writing": ("m", "tab"),
    "include": ("m", "i"),
    "meetings": ("M",),
    "search": ("M", "slash"),
    "timeline": ("t", "left", "left"),
    "agenda": ("g",),
    "recurring": ("g", "a"),
    "compare": ("c",),
    "run": ("2", "enter"),
    "help": ("question_mark",),
    "export": ("E",),
    "import": ("I",),
    "launch": ("r",),
    "add": ("a",),
    "problem": ("p",),
    "due": ("D",),
    "track": ("ctrl+t",),
    "question": ("x",),
    "language": ("L",),
    "chooser": ("l",),
}
"""The keys that lead to each screen, to where every key of its footer has something to do."""


ON_MAIN = {"main", "runs", "chart", "sweep", "marked", "filter"}
"""Those that are parts of the main screen."""

WAYS = [("en", (160, 48)), ("zh-TW", (80, 24))]
"""In which language and size; with L2L_TUI_FOOTERS=all each in each."""

if os.environ.get("L2L_TUI_FOOTERS") == "all":
    WAYS += [("en", (80, 24)), ("zh-TW", (160, 48))]


class Wide(gettext.NullTranslations):
    """A language of double width in which every message is longer than ours."""

    def gettext(self, message: str) -> str:
        """Return the message between wide signs."""
        return f"「{message}」寬" if message else ""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the message for this many between wide signs."""
        return self.gettext(msgid1 if n == 1 else msgid2)


@pytest.fixture
def speaking(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Speak English, or the wide language."""
    monkeypatch.setattr(
        language,
        "catalogue",
        lambda name: Wide() if name == "zh-TW" else gettext.NullTranslations(),
    )
    monkeypatch.setenv(language.VARIABLE, request.param)
    language.use(request.param)


@pytest.fixture
def crowded(tmp_path: Path, orders: object, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return a workspace with something for every key; nothing outside begins."""
    assert orders == []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(outside, "browse", lambda _address: True)
    monkeypatch.setattr(StudyApp, "action_leave", lambda app: app.notify("left"))
    links = 'title = "Learning to learn by gradient descent by gradient descent"\n'
    plan = RICH.replace(
        links, f'{links}links = ["arXiv:1606.04474", "doi:10.1/x"]\nchecklist = ["Read"]\n'
    )
    workspace = make_workspace(tmp_path / "study", plan)
    live = {"loss/sgd": falling(30), "loss/learned": falling(30, 4), "meta/train": falling(50)}
    write_run(workspace, "run-live", state=State.RUNNING, age_min=30, seed=1, curves=live)
    write_run(workspace, "run-over", age_min=120)
    for seed in range(2):
        swept = {"sweep": "l2l-quadratic-over-hidden-abcdef", "swept": {"hidden": 10}}
        write_run(workspace, f"run-swept-{seed}", age_min=240, seed=seed, **swept)  # type: ignore[arg-type]
    return workspace


def _line(app: StudyApp) -> KeyLine:
    return app.screen.query(KeyLine).last()


def _shown(app: StudyApp) -> list[Command]:
    """Return the commands that the footer shows."""
    return fitting(_line(app).commands, app.size.width)


def _state(app: StudyApp) -> object:
    """Return all that a person can perceive, and where the keys go."""
    return (app.screen, app.focused, lines_of(app), notices(app))


async def _come_back(app: StudyApp, pilot: Pilot[None]) -> None:
    """Take away whatever stands above the main screen, and what was left there."""
    while app.screen is not app.main:
        app.pop_screen()
    app.clear_notifications()
    await pilot.press("escape", "escape", "1")
    await settled(pilot)


async def _go(keys: tuple[str, ...], app: StudyApp, pilot: Pilot[None]) -> None:
    """Go to a screen, and wait until what is there to see is there."""
    for key in keys:
        await pilot.press(key)
        await settled(pilot)
    await until(pilot, lambda: not app.saving)
    app.clear_notifications()
    await settled(pilot)


async def _press(command: Command, app: StudyApp, pilot: Pilot[None]) -> None:
    """Press a command's key and wait until that is to be perceived."""
    before = _state(app)
    await pilot.press(command.key.split(",")[0])
    await until(pilot, lambda: _state(app) != before)
    await settled(pilot)


def _check_lines(app: StudyApp) -> None:
    """Assert that no line is wider than the screen, or shorter."""
    for line in lines_of(app):
        assert cell_len(line) == app.size.width, line


@pytest.mark.slow
@pytest.mark.usefixtures("speaking")
@pytest.mark.parametrize(("speaking", "size"), WAYS, indirect=["speaking"])
@pytest.mark.parametrize("screen", SCREENS)
async def test_no_key_in_a_footer_is_dead(
    screen: str, size: tuple[int, int], crowded: Workspace
) -> None:
    """Pressed on a screen where nothing else was pressed, it changes what there is to see."""
    async with opened(crowded, size) as (app, pilot):
        await until(pilot, lambda: len(app.book) == 4)
        await _go(SCREENS[screen], app, pilot)
        assert (app.screen is app.main) == (screen in ON_MAIN)
        commands = _shown(app)
        assert commands
        for command in commands:
            await _come_back(app, pilot)
            await _go(SCREENS[screen], app, pilot)
            _check_lines(app)
            await _press(command, app, pilot)
            _check_lines(app)
