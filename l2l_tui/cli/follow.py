"""Wait for a run's end: a progress bar on a terminal, now and then a line elsewhere."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from l2l_tui.cli import output
from l2l_tui.cli.entry import INTERRUPTED
from l2l_tui.language import tr
from l2l_tui.runs import catalogue, steer
from l2l_tui.runs.model import State
from l2l_tui.runs.queue import owner
from l2l_tui.states import state_word
from l2l_tui.text import duration, fit, plain
from l2l_tui.workspace import Workspace

if TYPE_CHECKING:
    from l2l_tui.runs.directory import RunDirectory
    from l2l_tui.runs.model import Run

_LOOK_S = 0.1
_LINE_EVERY_S = 10.0
_BAR_CELLS = 24


@dataclass(frozen=True, slots=True)
class Left:
    """How the waiting ended."""

    run: Run
    """The run as it stood then."""
    exit_code: int = 0
    """What leaving a run that goes on means; its own end decides otherwise."""


def follow(directory: RunDirectory) -> Left:
    """Show a run's progress until it ends, or until a person leaves it.

    Ctrl-C asks whether to stop the run or to leave it to itself; without a terminal to
    answer at, it is left to itself.
    """
    shown = _Bar() if sys.stderr.isatty() else _Lines()
    try:
        return Left(_wait(directory, shown))
    except KeyboardInterrupt:
        shown.close()
        return _leave(directory, shown)


def _wait(directory: RunDirectory, shown: _Bar | _Lines) -> Run:
    workspace = Workspace(directory.path.parent.parent)
    while (run := catalogue.load(directory)).state.alive:
        shown.update(run)
        owner.kick(workspace)
        time.sleep(_LOOK_S)
    shown.update(run)
    shown.close()
    return run


def _leave(directory: RunDirectory, shown: _Bar | _Lines) -> Left:
    on = tr(
        "{run} goes on by itself: `l2l-tui show {run}` says how far it is, "
        "`l2l-tui stop {run}` ends it",
        run=directory.id,
    )
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        output.say(on)
        return Left(catalogue.load(directory), INTERRUPTED)
    if _asked_to_stop():
        if catalogue.load(directory).state.alive:
            steer.stop(directory, wait_s=0)
        return Left(_wait(directory, shown))
    output.say(on)
    return Left(catalogue.load(directory))


def _asked_to_stop() -> bool:
    """Ask; a second Ctrl-C or the end of the input leaves the run to itself."""
    question = tr("stop the run, or detach and let it go on? [s/d]")
    print(f"\n{question} ", end="", file=sys.stderr, flush=True)
    try:
        while (answer := sys.stdin.readline().strip().lower()) not in {"s", "stop", "d", "detach"}:
            if not answer:
                return False
            print(f"{tr('s or d?')} ", end="", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        return False
    return answer.startswith("s")


def standing(run: Run) -> str:
    """Return where a run stands in words, with its place where it waits in the queue."""
    if run.place is not None:
        return tr("queued, place {n}", n=run.place)
    return state_word(run.state)


class _Bar:
    """One line of the terminal, drawn over."""

    def update(self, run: Run) -> None:
        from shutil import get_terminal_size

        cells = get_terminal_size().columns - 1
        print(f"\r{fit(self._line(run), cells)}", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        print(file=sys.stderr, flush=True)

    def _line(self, run: Run) -> str:
        status = run.status
        note = f"  {plain(status.note)}" if status and status.note else ""
        if status is None or not status.steps:
            return f"{run.request.experiment}  {standing(run)}{note}"
        share = min(1.0, status.step / status.steps)
        full = int(share * _BAR_CELLS)
        bar = "━" * full + "─" * (_BAR_CELLS - full)
        left = ""
        if run.remaining_s is not None:
            left = f"  {tr('{time} left', time=duration(run.remaining_s))}"
        word = "" if run.state is State.RUNNING else f"  {state_word(run.state)}"
        return f"{run.request.experiment}  {bar} {share:4.0%}{left}{word}{note}"


class _Lines:
    """A line when the state changes and every so many seconds."""

    def __init__(self) -> None:
        self._said_at = time.monotonic()
        self._state: State | None = None

    def update(self, run: Run) -> None:
        if run.state is self._state and time.monotonic() - self._said_at < _LINE_EVERY_S:
            return
        self._said_at, self._state = time.monotonic(), run.state
        status = run.status
        said: dict[str, object] = {"run": run.id, "state": state_word(run.state)}
        if status and status.steps:
            said |= {"step": status.step, "steps": status.steps}
            output.say(tr("{run}: {state}, step {step} of {steps}", **said))
        else:
            output.say(f"{run.id}: {standing(run)}")

    def close(self) -> None:
        """Nothing is left open."""
