"""Whatever anybody presses, pastes, clicks and writes beside it, the app tells the truth."""

from __future__ import annotations

import gc
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

from l2l_tui.plan import store
from l2l_tui.runs.model import RunError, State
from l2l_tui.tui import outside
from l2l_tui.tui.study import StudyApp
from l2l_tui.workspace import Workspace
from tests.tui.hand import RICH, Hand
from tests.tui.monkey import ODD_TEXTS, Monkey, watched
from tests.tui.script import make_workspace, settled, until, write_run

ROUNDS = int(os.environ.get("L2L_TUI_MONKEY", "3"))
"""How many rounds; L2L_TUI_MONKEY=300 for a long look."""

FIRST = int(os.environ.get("L2L_TUI_MONKEY_SEED", "0"))
"""The seed of the first round."""

ACTS = 60
"""How much the monkey does in a round."""


@pytest.fixture
def caged(orders: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let nothing outside begin, and nothing end the app but a fault."""
    assert orders == []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(outside, "browse", lambda address: len(address) % 2 == 0)
    monkeypatch.setattr(outside, "editor", lambda _environ: ["editor"])
    monkeypatch.setattr(outside, "edited", lambda _command, text, *_: text + ODD_TEXTS[0])
    monkeypatch.setattr(StudyApp, "suspend", lambda _app: nullcontext())
    monkeypatch.setattr(StudyApp, "action_leave", lambda _app: None)
    monkeypatch.setattr(StudyApp, "action_quit", _stay)


async def _stay(_app: StudyApp) -> None:
    """Do not quit."""


def _workspace(root: Path) -> Workspace:
    """Write a workspace with runs of all states."""
    workspace = make_workspace(root, RICH)
    for number, state in enumerate(State):
        error = RunError("KeyError", "[/] 沒有", "Traceback [b]") if state is State.FAILED else None
        write_run(workspace, f"run-{number}-{state}", state=state, error=error, seed=number)
    write_run(workspace, "run-[b]-unknown", experiment="unknown [/]", milestone=None)
    return workspace


@contextmanager
def _told(monkey: Monkey, seed: int) -> Iterator[None]:
    """Say with a failure what led to it."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"L2L_TUI_MONKEY_SEED={seed}: " + "; ".join(monkey.did[-25:]))
        raise


def _check(app: StudyApp, hand: Hand) -> None:
    """Assert that the app goes on, and that the plan's file is what a hand wrote, or whole."""
    assert app.return_code is None
    assert app._exception is None
    assert app.traces == []
    if hand.path.exists() and hand.path.read_bytes() != hand.wrote:
        assert store.load(hand.path).faults == ()


async def _check_home(app: StudyApp, hand: Hand, monkey: Monkey) -> None:
    """Assert that the main screen shows the plan that is on disk."""
    pilot = monkey.pilot
    hand.restore()
    await monkey.come_home()
    assert app.screen is app.main
    on_disk = store.load(app.plan.path)
    await until(pilot, lambda: app.plan == store.load(app.plan.path))
    await settled(pilot)
    assert not app.gone
    assert app.main.schedule.arranged.view.plan == app.plan
    assert on_disk.faults == ()


@pytest.mark.slow
@pytest.mark.usefixtures("caged")
# Textual begins to watch what the mouse selects on a screen that has just been closed.
@pytest.mark.filterwarnings("ignore:coroutine 'Screen._watch_selections'")
@pytest.mark.parametrize("seed", range(FIRST, FIRST + ROUNDS))
async def test_a_monkey_breaks_nothing(seed: int, tmp_path: Path) -> None:
    """Random keys, pastes, clicks and sizes, while another hand edits, breaks and removes."""
    chance = random.Random(seed)
    workspace = _workspace(tmp_path / "study")
    hand = Hand(workspace, chance)
    hand.keep()
    assert hand.good
    async with watched(workspace) as (app, pilot):
        monkey = Monkey(app, pilot, hand, chance)
        with _told(monkey, seed):
            for number in range(ACTS):
                await monkey.act()
                _check(app, hand)
                if number % 20 == 19:
                    await _check_home(app, hand, monkey)
    gc.collect()  # what was not awaited is reported here rather than in the next test
