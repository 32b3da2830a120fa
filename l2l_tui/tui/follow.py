"""The worker that watches the disk: runs by byte offset, the plan by its time stamp.

It runs in a thread, posts messages and touches no widget.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from math import inf
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from l2l_tui.errors import L2LError
from l2l_tui.tui.jobs import own_fault, trace
from l2l_tui.tui.messages import EvidenceCollected, PlanGone, PlanLoaded, RunsUpdated, Troubled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from textual.message import Message

    from l2l_tui.runs.follow import Follower
    from l2l_tui.workspace import Workspace

PERIOD_S = 0.16
"""Seconds from one look at the disk to the next."""

KICK_S = 1.0
"""Seconds from one look for the queue's owner to the next."""

MISSED = 3
"""How many looks in a row must find no plan before it counts as gone."""

PATIENCE_S = (10.0, 300.0)
"""Seconds until evidence is collected again after that failed: at first, and at most."""

Stamp = tuple[int, int, int]
"""What changes when a file does: time of writing, size, inode."""


def stamp(path: Path) -> Stamp:
    """Return what changes when the file does."""
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


class Feed:
    """Watches one workspace and one plan until told to stop.

    Args:
        workspace: Where the runs are.
        plan: The plan's file.
        post: Takes the messages; called from the worker's thread.
        seen: The stamp and the digest of the plan that is on the screen already.
        clock: Tells the seconds that pass; tests give their own.
    """

    def __init__(
        self,
        workspace: Workspace,
        plan: Path,
        post: Callable[[Message], object],
        *,
        seen: tuple[Stamp, str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._workspace, self._plan, self._post = workspace, plan, post
        self._wanted = plan
        self._clock = clock
        self._stamp: Stamp | None = seen[0] if seen is not None else None
        self._digest = seen[1] if seen is not None else ""
        self._missed = 0
        self._kept = False
        self._follower: Follower | None = None
        self._collect = True
        self._patience, self._not_before = PATIENCE_S[0], -inf
        self._next_kick = -inf
        self._said: set[str] = set()
        self._asked: SimpleQueue[str] = SimpleQueue()
        self._brief: SimpleQueue[tuple[str, ...]] = SimpleQueue()
        self._wake = threading.Event()
        self._stopped = False

    def stop(self) -> None:
        """End `run` soon; may be called from any thread."""
        self._stopped = True
        self._wake.set()

    def wake(self) -> None:
        """Look at the disk now rather than at the next turn."""
        self._wake.set()

    def turn_to(self, plan: Path) -> None:
        """Watch another plan from the next look on."""
        self._wanted = plan
        self._wake.set()

    def ask(self, runs: Iterable[str]) -> None:
        """Post all measurements of runs that were over before the app began."""
        for run in runs:
            self._asked.put(run)
        self._wake.set()

    def complete(self, runs: Iterable[str]) -> None:
        """Post everything but the measurements of runs that came in brief."""
        self._brief.put(tuple(runs))
        self._wake.set()

    def run(self) -> None:
        """Look at the disk several times a second until `stop`."""
        while not self._stopped:
            self.look()
            self._wake.wait(PERIOD_S)
            self._wake.clear()

    def look(self) -> None:
        """Look at the disk once, and say what changed."""
        parts = (self._look_at_runs, self._answer, self._gather, self._look_at_plan)
        for part in (*parts, self._look_at_queue):
            try:
                part()
            except (L2LError, OSError) as error:
                self._trouble(str(error))
            except Exception as error:  # noqa: BLE001 (said in full; the rest is looked at)
                self._trouble(own_fault(error), trace(error))

    def _look_at_runs(self) -> None:
        first = self._follower is None
        if self._follower is None:
            from l2l_tui.runs.follow import Follower

            self._follower = Follower(self._workspace)
        updates = self._follower.poll()
        if updates or first:
            self._post(RunsUpdated(tuple(updates)))
        if any(update.run.result is not None for update in updates):
            self._collect = True
        for text in self._follower.broken:
            self._trouble(text)

    def _answer(self) -> None:
        """Complete and open the runs that somebody asked for."""
        assert self._follower is not None
        with suppress(Empty):
            while updates := self._follower.complete(self._brief.get_nowait()):
                self._post(RunsUpdated(updates))
        with suppress(Empty):
            while True:
                update = self._follower.open(self._asked.get_nowait())
                if update is not None:
                    self._post(RunsUpdated((update,), answers=True))

    def _gather(self) -> None:
        """Make finished runs evidence; at the start, and whenever one finishes.

        What fails (a full disk, somebody else's lock) is tried again, ever more patiently.
        """
        if not self._collect or self._clock() < self._not_before:
            return
        from l2l_tui import evidence

        try:
            results = evidence.collect(self._workspace)
        except Exception:
            self._not_before = self._clock() + self._patience
            self._patience = min(2 * self._patience, PATIENCE_S[1])
            raise
        self._collect, self._patience = False, PATIENCE_S[0]
        if results:
            self._post(EvidenceCollected(tuple(result.run for result in results)))

    def _look_at_queue(self) -> None:
        """See to it that somebody owns the queue as long as there is one."""
        if self._clock() < self._next_kick:
            return
        from l2l_tui.runs.queue import owner, store

        self._next_kick = self._clock() + KICK_S
        store.read(self._workspace.runs)  # one that cannot be read is said to be so
        owner.kick(self._workspace)

    def _look_at_plan(self) -> None:
        if self._plan != self._wanted:
            self._plan, self._stamp, self._digest = self._wanted, None, ""
        try:
            now = stamp(self._plan)
        except FileNotFoundError:
            self._miss_plan()
            return
        self._missed = 0
        if now == self._stamp and self._kept:
            return
        from l2l_tui.plan import store

        plan = store.load(self._plan)
        self._stamp, self._kept = now, True
        if plan.digest != self._digest:
            self._digest = plan.digest
            self._collect = True  # a plan that was broken may take results now
            self._post(PlanLoaded(plan))
        if not plan.faults:
            # So that what an editor writes next is a step of its own to undo. Where nothing
            # can be written, whoever saves is told.
            with suppress(L2LError):
                store.keep(self._plan)

    def _miss_plan(self) -> None:
        """Say that the plan is gone, but not of one that an editor is just writing anew."""
        self._missed += 1
        if self._missed == MISSED:
            self._stamp, self._digest = None, ""
            self._post(PlanGone(self._plan))

    def _trouble(self, text: str, where: str = "") -> None:
        if text not in self._said:
            self._said.add(text)
            self._post(Troubled(text, where))
