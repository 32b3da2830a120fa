"""One procedure from where it was left to its outcome, with everything kept on the way."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from l2l_tui.runs.model import Order, State
from l2l_tui.trainer import checkpoint, log
from l2l_tui.trainer.checkpoint import Checkpoint, Mark
from l2l_tui.trainer.team import Word

if TYPE_CHECKING:
    from l2l_tui.experiments.base import Outcome, Procedure
    from l2l_tui.lab.measurement import Progress
    from l2l_tui.runs.directory import RunDirectory
    from l2l_tui.trainer.heartbeat import Heartbeat
    from l2l_tui.trainer.ledger import Ledger
    from l2l_tui.trainer.orders import Orders
    from l2l_tui.trainer.recorder import Recorder
    from l2l_tui.trainer.stopwatch import Stopwatch
    from l2l_tui.trainer.team import Team

CHECKPOINT_S = 1.0
"""How often the state is kept, at most."""
_SHARE = 20
_LOOK_S = 0.05


class Work:
    """Runs a procedure and keeps what it yields.

    Args:
        directory: The run.
        procedure: What is to be done, its state restored.
        recorder: Takes the measurements.
        heartbeat: Is told how far the work is.
        orders: What is asked of this trainer.
        stopwatch: Counts the seconds of work.
        ledger: Adds up CPU time by what it was for.
        team: Who does the work.
    """

    def __init__(
        self,
        directory: RunDirectory,
        procedure: Procedure,
        recorder: Recorder,
        heartbeat: Heartbeat,
        orders: Orders,
        stopwatch: Stopwatch,
        ledger: Ledger,
        team: Team,
    ) -> None:
        self._directory, self._procedure, self._recorder = directory, procedure, recorder
        self._heartbeat, self._orders, self._stopwatch = heartbeat, orders, stopwatch
        self._ledger, self._team = ledger, team
        self._keep_at = time.monotonic() + CHECKPOINT_S
        self._at: Progress | None = None

    def run(self) -> Outcome | None:
        """Return the procedure's outcome; None if it was asked to stop.

        Raises:
            StorageError: The run's files cannot be written; it can be resumed later.
        """
        steps = self._procedure.run()
        try:
            while self._may_go_on():
                self._ledger.note("")
                self._take(next(steps))
        except StopIteration as end:
            outcome: Outcome = end.value
            return outcome
        finally:
            steps.close()
        return None

    def _take(self, progress: Progress) -> None:
        self._ledger.note(progress.part)
        # Measurements first: a checkpoint never counts one that is not on disk.
        self._recorder.add(progress.measurements)
        self._at = progress
        self._heartbeat.progress(progress.step, self._procedure.steps, progress.note)
        if progress.note:
            log.say(progress.note)

    def _may_go_on(self) -> bool:
        """Keep the state where it is time or all halt; wait while that is to pause."""
        word = self._word()
        if word is Word.PAUSE:
            word = self._wait()
        if word is Word.STOP:
            self._stopwatch.halt()
        if word is not Word.GO:
            self._keep()
        return word is not Word.STOP

    def _word(self) -> Word:
        """Return what all ranks do now."""
        due = time.monotonic() >= self._keep_at
        mine = {Order.PAUSE: Word.PAUSE, Order.STOP: Word.STOP}
        word = self._team.agree(mine.get(self._orders.latest(), Word.KEEP if due else Word.GO))
        if word is Word.STOP:
            self._orders.end()
        return word

    def _wait(self) -> Word:
        self._stopwatch.halt()
        self._keep()
        self._heartbeat.say(State.PAUSED)
        log.say("paused")
        while (word := self._word()) is Word.PAUSE:
            time.sleep(_LOOK_S)
        if word is not Word.STOP:
            self._stopwatch.go()
            self._heartbeat.say(State.RUNNING)
            log.say("goes on")
        return word

    def _keep(self) -> None:
        """Write a checkpoint; before the first step there is nothing new to keep."""
        if self._at is None:
            return
        began = time.monotonic()
        elapsed_s, cpu_s = self._stopwatch.elapsed_s, self._ledger.cpu_s
        mark = Mark(self._at.step, self._recorder.measured, elapsed_s, cpu_s)
        self._recorder.sync()
        checkpoint.save(self._directory.checkpoint, Checkpoint(mark, self._procedure.state()))
        ended = time.monotonic()
        # A big state on a slow disk must not eat more than a twentieth of the time.
        self._keep_at = ended + max(CHECKPOINT_S, _SHARE * (ended - began))
