"""The life of a trainer: the lock, the first sign of life, the work, the ending."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from l2l_tui import experiments
from l2l_tui.errors import L2LError, RequestError
from l2l_tui.runs import files
from l2l_tui.runs.cluster import JOB_VARIABLE, LEFT
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import Order, State
from l2l_tui.runs.queue import owner
from l2l_tui.runs.queue import store as queue
from l2l_tui.runs.state import now
from l2l_tui.text import duration
from l2l_tui.trainer import checkpoint, ending, environment, log, packing, pictures
from l2l_tui.trainer.checkpoint import BrokenCheckpointError, Checkpoint, Mark
from l2l_tui.trainer.heartbeat import Heartbeat, Said
from l2l_tui.trainer.ledger import Ledger
from l2l_tui.trainer.orders import Orders
from l2l_tui.trainer.recorder import Recorder, recorded
from l2l_tui.trainer.stopwatch import Stopwatch
from l2l_tui.trainer.storage import StorageError
from l2l_tui.trainer.team import Group, LostError, Team, Word
from l2l_tui.trainer.work import Work
from l2l_tui.workspace import Workspace

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from filelock import AcquireReturnProxy, BaseFileLock

    from l2l_tui.experiments.base import Experiment, Outcome, Procedure
    from l2l_tui.experiments.settings import Settings
    from l2l_tui.runs.model import Request
    from l2l_tui.trainer.place import Place

LOCK_PATIENCE_S = 2.0
"""How long to wait for another trainer to let go of a run."""
_BEGINNING = Mark(step=0, measured=0, elapsed_s=0.0)


def main(path: Path, place: Place | None = None) -> int:
    """Do the work of a run directory.

    Args:
        path: The directory.
        place: The first of several ranks; None for one process that does all.

    Returns:
        The process's exit code: 0 finished or stopped; 1 failed, or the disk is full; 2 the
        directory is no run, or another trainer has it in hand; 75 the cluster asked for its
        machine back.
    """
    born = now()
    from filelock import FileLock, Timeout

    directory = RunDirectory(path.absolute())
    job = os.environ.get(JOB_VARIABLE, "")
    # The kernel takes the lock back when this process dies, however it dies.
    lock = FileLock(directory.lock, timeout=LOCK_PATIENCE_S)
    try:
        with _held(lock, job):
            code = _Trainer(directory, born, job, place).live()
        _hand_on(directory)
    except Timeout:
        sys.stderr.write(f"{directory.id}: another trainer has this run in hand\n")
    except (L2LError, OSError) as error:
        sys.stderr.write(f"{directory.id}: {error}\n")
    else:
        return code
    return RequestError.exit_code


def _hand_on(directory: RunDirectory) -> None:
    """See to it that the queue goes on where this run came from it and its owner is gone."""
    if directory.id in queue.places(directory.path.parent):
        owner.kick(Workspace(directory.path.parent.parent))


def _held(lock: BaseFileLock, job: str) -> AcquireReturnProxy[BaseFileLock]:
    """Return the lock, held.

    A cluster starts a job again when it has lost sight of a node. The trainer there may well be
    at work: whoever comes after it waits, and takes the run over if that one is lost.
    """
    from filelock import Timeout

    try:
        return lock.acquire()
    except Timeout:
        if not job:
            raise
    log.say("another trainer has this run in hand; waits for its end")
    return lock.acquire(timeout=-1)


class _Trainer:
    """One run in hand."""

    def __init__(
        self, directory: RunDirectory, born: datetime, job: str, place: Place | None
    ) -> None:
        self._directory, self._place = directory, place
        self._team = Team()
        self._request: Request = files.read_request(directory)
        self._over = files.read_result(directory) is not None
        previous = files.read_status(directory)
        mark = _peek(directory)
        self._stopwatch = Stopwatch(
            mark.elapsed_s if previous is None else max(mark.elapsed_s, previous.elapsed_s)
        )
        self._started = now() if previous is None else previous.started
        said = Said(step=mark.step, steps=0 if previous is None else previous.steps)
        self._orders = Orders(directory, previous, born, in_job=bool(job))
        self._heartbeat = Heartbeat(directory, said, self._started, self._stopwatch, job)
        self._facts: ending.Facts = {}
        self._ledger = Ledger({})

    def live(self) -> int:
        """Return the exit code."""
        if self._over:
            log.say("this run is over already; its result stands")
            return 0
        self._orders.listen()
        self._heartbeat.start()
        request = self._request
        log.say(f"begins: {request.experiment}, preset {request.preset}, seed {request.seed}")
        try:
            if self._place is not None:
                log.say(f"waits for all {self._place.size} ranks")
                self._team = Group(self._place)
            return self._work()
        except StorageError as error:
            return self._leave(error)
        except LostError as error:
            self._mourn()
            return self._leave(error)
        except Exception as error:  # noqa: BLE001 (whatever a procedure raises is its result)
            return self._fail(error)

    def _work(self) -> int:
        stopped = self._orders.latest() is Order.STOP
        if self._team.agree(Word.STOP if stopped else Word.GO) is Word.STOP:
            self._orders.end()
            return self._stop()
        request = self._request
        experiment = experiments.get(request.experiment)
        settings = experiment.settings.parse(request.settings)
        set_threads(request.threads)
        self._facts = environment.describe(request)
        self._stopwatch.go()
        procedure = experiment.begin(settings, request.seed, self._team)
        # Only now the other ranks begin theirs: what had to be fetched is there for them.
        self._team.agree(Word.GO)
        mark = self._restore(procedure)
        self._ledger = Ledger(mark.cpu_s)
        outcome = self._run(procedure, mark)
        return self._stop() if outcome is None else self._finish(experiment, settings, outcome)

    def _restore(self, procedure: Procedure) -> Mark:
        """Take the procedure to where the last trainer left it; return where that is."""
        kept = self._load()
        self._team.hand_out(None if kept is None else packing.to_bytes(kept.state))
        mark = _BEGINNING if kept is None else kept.mark
        if kept is not None:
            procedure.restore(kept.state)
            log.say(f"goes on from step {mark.step} of {procedure.steps}")
        self._heartbeat.progress(mark.step, procedure.steps, "")
        return mark

    def _load(self) -> Checkpoint | None:
        """Return the checkpoint if one can be gone on from; else the run starts over.

        Starting over is slow, never wrong: the same measurements come again.
        """
        try:
            kept = checkpoint.load(self._directory.checkpoint)
        except BrokenCheckpointError as error:
            log.say(f"{error}; starting over")
            return None
        if kept is not None and kept.mark.measured > recorded(self._directory.metrics):
            log.say("measurements from before the checkpoint are missing; starting over")
            return None
        return kept

    def _run(self, procedure: Procedure, mark: Mark) -> Outcome | None:
        with Recorder(self._directory.metrics, mark.measured) as recorder:
            outcome = Work(
                directory=self._directory,
                procedure=procedure,
                recorder=recorder,
                heartbeat=self._heartbeat,
                orders=self._orders,
                stopwatch=self._stopwatch,
                ledger=self._ledger,
                team=self._team,
            ).run()
            if recorder.diverged:
                log.say("some steps, done again, measured otherwise: other machine or versions?")
        self._stopwatch.halt()
        return outcome

    def _finish(self, experiment: Experiment, settings: Settings, outcome: Outcome) -> int:
        if outcome.weights:
            checkpoint.save_weights(self._directory.weights, outcome.weights, outcome.about)
        if outcome.pictures:
            pictures.save(self._directory, outcome.pictures)
        result = ending.finished(
            experiment,
            settings,
            outcome,
            self._started,
            self._stopwatch.elapsed_s,
            self._facts,
            self._ledger.cpu_s,
        )
        log.say(f"finished after {duration(result.elapsed_s)} of work")
        self._heartbeat.end()
        ending.write(self._directory, result)
        self._team.leave()
        return 0

    def _stop(self) -> int:
        self._stopwatch.halt()
        if self._orders.to_leave:
            log.say("the cluster asks for its machine back; goes on with the job's next turn")
            self._heartbeat.end(State.QUEUED)
            self._team.leave()
            return LEFT
        log.say("stopped; resume takes it up again")
        self._heartbeat.end(State.STOPPED)
        self._team.leave()
        return 0

    def _leave(self, error: StorageError | LostError) -> int:
        """Go without a result: the run counts as interrupted, and what it has stays."""
        log.say(f"{error}; this run can be resumed then")
        self._heartbeat.end()
        return error.exit_code

    def _mourn(self) -> None:
        """Say why ranks ended that left word of it."""
        for rank, why in self._team.failures().items():
            log.say(f"rank {rank} failed\n{why}")

    def _fail(self, error: Exception) -> int:
        self._stopwatch.halt()
        result = ending.failed(error, self._started, self._stopwatch.elapsed_s, self._facts)
        assert result.error is not None
        log.say(f"failed\n{result.error.traceback}")
        self._heartbeat.end()
        try:
            ending.write(self._directory, result)
        except StorageError as trouble:
            log.say(str(trouble))
        return L2LError.exit_code


def _peek(directory: RunDirectory) -> Mark:
    try:
        return checkpoint.peek(directory.checkpoint) or _BEGINNING
    except BrokenCheckpointError:
        return _BEGINNING


def set_threads(threads: int) -> None:
    """Let torch use so many threads."""
    import torch

    torch.set_num_threads(threads)
