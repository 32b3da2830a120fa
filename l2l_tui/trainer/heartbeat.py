"""The one writer of ``status.toml``: a thread that beats also while a long step is under way.

The loop only says how far it is; what is written is always the last thing it said. A beat
during a long step therefore claims no progress, only that the process is there.
"""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from l2l_tui.errors import L2LError
from l2l_tui.runs import files, process
from l2l_tui.runs.model import RunStatus, State
from l2l_tui.runs.state import now

if TYPE_CHECKING:
    from datetime import datetime

    from l2l_tui.runs.directory import RunDirectory
    from l2l_tui.trainer.stopwatch import Stopwatch

_TICK_S = 0.25
_BEAT_S = 1.0


@dataclass(frozen=True, slots=True)
class Said:
    """What the loop last said of itself."""

    state: State = State.RUNNING
    """``running``, ``paused`` or ``stopped``."""
    step: int = 0
    """Steps done."""
    steps: int = 0
    """Steps in all; 0 until known."""
    note: str = "starting"
    """What it is doing, in words."""


class Heartbeat:
    """Writes what was last said: at most four times a second, at least once a second.

    Args:
        directory: The run.
        said: What is true at the start.
        started: When the run's first trainer began.
        stopwatch: Counts the seconds of work; only read here.
        job: The cluster's id of the job that this trainer works in; empty for none.
    """

    def __init__(
        self,
        directory: RunDirectory,
        said: Said,
        started: datetime,
        stopwatch: Stopwatch,
        job: str = "",
    ) -> None:
        self._directory, self._said, self._stopwatch = directory, said, stopwatch
        self._started, self._me, self._job = started, process.me(), job
        self._written: Said | None = None
        self._written_at = 0.0
        self._in_trouble = False
        self._writing, self._over = threading.Lock(), threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Write the first status, and beat from now on."""
        self._write()
        self._thread.start()

    def progress(self, step: int, steps: int, note: str) -> None:
        """Say how far the work is; it is written with the next beat."""
        self._said = replace(self._said, step=step, steps=steps, note=note or self._said.note)

    def say(self, state: State) -> None:
        """Say a new state; it is written at once."""
        self._said = replace(self._said, state=state)
        self._write()

    def end(self, state: State | None = None) -> None:
        """Beat no more; the last status says `state`, or what was said before."""
        self._over.set()
        self._thread.join()
        self.say(self._said.state if state is None else state)

    def _beat(self) -> None:
        while not self._over.wait(_TICK_S):
            silent_s = time.monotonic() - self._written_at
            if self._said is not self._written or silent_s >= _BEAT_S - _TICK_S / 2:
                self._write()

    def _write(self) -> None:
        # Both threads come here; inside, what was said last is what is written.
        with self._writing:
            said = self._said
            try:
                files.write_status(self._directory, self._status(said))
            except L2LError as error:
                self._complain(error)
            else:
                self._in_trouble = False
            self._written, self._written_at = said, time.monotonic()

    def _complain(self, error: L2LError) -> None:
        """A lost heartbeat is no reason to end the run; the log says so once."""
        if not self._in_trouble:
            self._in_trouble = True
            sys.stderr.write(f"heartbeat: {error}\n")

    def _status(self, said: Said) -> RunStatus:
        return RunStatus(
            state=said.state,
            step=said.step,
            steps=said.steps,
            elapsed_s=self._stopwatch.elapsed_s,
            heartbeat=now(),
            started=self._started,
            host=self._me.host,
            pid=self._me.pid,
            pid_started=self._me.started,
            note=said.note,
            job=self._job,
        )
