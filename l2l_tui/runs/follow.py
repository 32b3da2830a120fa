"""What changed in all runs since the last look: cheap enough to ask several times a second.

How to use it (one `Follower` per app, asked from a worker thread):

- `Follower.poll` returns one `RunUpdate` for each run that changed, oldest run first. The
  first call returns every run.
- A run that is alive at first sight is *open*: its updates carry its measurements and log
  from the beginning on. A run that was already over carries none of either, so that 200
  finished runs cost little; `Follower.open` gives them when somebody looks at that run.
- `RunUpdate.fresh` says: forget what you had of this run, this update begins anew. It is set
  on a run's first update, on what `open` returns, and after a file was cut or replaced.
- A vanished run comes once more with ``gone``; forget it.
- A run that was over at first sight comes in brief (`Run.whole`); `Follower.complete` and
  `Follower.open` bring the rest.
- A run that is over and has been quiet for a few seconds costs one look at its directory; of
  many such runs each poll looks at some.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from l2l_tui.files import BrokenFileError
from l2l_tui.runs import catalogue, control, files, metrics, state
from l2l_tui.runs.cluster import ticket
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.index import Index, stamps_of
from l2l_tui.runs.queue import store
from l2l_tui.runs.tail import Tail

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from l2l_tui.lab.measurement import Measurement
    from l2l_tui.runs.index import Stamps
    from l2l_tui.runs.model import Request, Run, RunResult, RunStatus
    from l2l_tui.workspace import Workspace

LOG_LINES = 200
"""How many lines of a log one update carries at most; earlier ones are passed over."""
_LOG_BYTES = 64 * 1024
_QUIET_S = 5.0
QUIET_RUNS = 500
"""Of runs that are over for good, about so many are looked at in one poll."""


@dataclass(frozen=True, slots=True)
class RunUpdate:
    """What changed in one run since the last poll."""

    run: Run
    """The run as it stands."""
    measurements: tuple[Measurement, ...] = ()
    """New measurements, in the order made; always empty for a run that is not open."""
    log: str = ""
    """New text of the log, whole lines; raw, as the child wrote it: control signs and all."""
    fresh: bool = False
    """Forget what you had of this run: measurements and log begin anew with this update."""
    gone: bool = False
    """The run's directory is no more."""


class Follower:
    """Follows all runs of a workspace. Safe to use from several threads."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._watched: dict[str, _Watched] = {}
        self._broken: dict[str, str] = {}
        self._lock = threading.Lock()
        self._index: Index | None = None
        self._round = 0

    @property
    def broken(self) -> tuple[str, ...]:
        """A message for each directory that cannot be read as a run, as of the last poll."""
        return tuple(self._broken.values())

    def poll(self) -> tuple[RunUpdate, ...]:
        """Return what changed since the last poll, oldest run first.

        Raises:
            RequestError: The workspace, or its ``runs``, is no folder.
        """
        with self._lock:
            present = self._scan()
            self._index = self._index or Index(self._workspace)
            gone = [self._watched.pop(run) for run in set(self._watched) - set(present)]
            updates = [RunUpdate(one.run, gone=True, fresh=True) for one in gone]
            self._broken = {run: text for run, text in self._broken.items() if run in present}
            places = store.places(self._workspace.runs)
            for run in sorted(present):
                update = self._look(run, present[run], places.get(run))
                if update is not None:
                    updates.append(update)
            self._index.close(present)
            return tuple(updates)

    def complete(self, runs: Iterable[str]) -> tuple[RunUpdate, ...]:
        """Return runs that came in brief with everything but measurements and log.

        Args:
            runs: Their ids; those of which no poll has seen anything are passed over.
        """
        with self._lock:
            known = [self._watched[run] for run in runs if run in self._watched]
            updates = []
            for one in known:
                with suppress(BrokenFileError, OSError):  # the next poll says what is wrong
                    updates.append(one.complete())
            return tuple(updates)

    def open(self, run: str) -> RunUpdate | None:
        """Return all measurements and the log's tail of a run; later polls go on from there.

        Args:
            run: The run's id.

        Returns:
            A fresh update, or None if no poll has seen such a run.
        """
        with self._lock:
            watched = self._watched.get(run)
            return None if watched is None else watched.open()

    def _scan(self) -> dict[str, _Stamp]:
        """Return the stamps of all directories; of quiet ones beyond a number, as last seen."""
        entries = catalogue.entries(self._workspace)
        self._round = (self._round + 1) % max(1, -(-len(entries) // QUIET_RUNS))
        return {
            entry.name: watched.stamp
            if (watched := self._watched.get(entry.name)) is not None
            and watched.sleeps
            and number // QUIET_RUNS != self._round
            else _stamp(entry)
            for number, entry in enumerate(entries)
        }

    def _look(self, run: str, stamp: _Stamp, place: int | None) -> RunUpdate | None:
        watched = self._watched.get(run)
        try:
            if watched is None:
                watched = _Watched(RunDirectory(self._workspace.runs / run))
                assert self._index is not None
                update: RunUpdate | None = watched.first(stamp, place, self._index)
                self._watched[run] = watched
            else:
                update = watched.look(stamp, place)
        except (BrokenFileError, OSError) as error:
            # It begins anew once it can be read.
            self._watched.pop(run, None)
            self._broken[run] = str(error)
            return None
        self._broken.pop(run, None)
        return update


_Stamp = tuple[int, int, int]
"""Inode, time of change in ns, size: what tells that a file or folder is the same as before."""
_NOTHING: _Stamp = (0, 0, 0)


class _Cached:
    """The small files of a run, read again only when they changed."""

    def __init__(self, directory: RunDirectory) -> None:
        self._directory = directory
        self.request: Request = files.read_request(directory)
        self._result: tuple[_Stamp, RunResult | None] = (_NOTHING, None)
        self._status: tuple[_Stamp, RunStatus | None] = (_NOTHING, None)
        self._given: tuple[_Stamp, control.Given | None] = (_NOTHING, None)
        self._ticket: tuple[_Stamp, ticket.Ticket | None] = (_NOTHING, None)

    def status(self) -> RunStatus | None:
        stamp = _stamp_of(self._directory.status)
        if stamp != self._status[0]:
            self._status = (stamp, files.read_status(self._directory))
        return self._status[1]

    def result(self) -> RunResult | None:
        stamp = _stamp_of(self._directory.result)
        if stamp != self._result[0]:
            self._result = (stamp, files.read_result(self._directory))
        return self._result[1]

    def given(self) -> control.Given | None:
        stamp = _stamp_of(self._directory.control)
        if stamp != self._given[0]:
            self._given = (stamp, control.read_order(self._directory))
        return self._given[1]

    def ticket(self) -> ticket.Ticket | None:
        stamp = _stamp_of(self._directory.cluster)
        if stamp != self._ticket[0]:
            self._ticket = (stamp, ticket.read(self._directory))
        return self._ticket[1]


class _Watched:
    """One run and how far it has been read."""

    run: Run

    def __init__(self, directory: RunDirectory) -> None:
        self._directory = directory
        self._kept: _Cached | None = None
        self._tails: tuple[Tail, Tail] | None = None
        self._dormant = False
        self._brief: Stamps = []
        self._place: int | None = None
        self.stamp = _NOTHING

    @property
    def sleeps(self) -> bool:
        """Whether it is over for good: nobody resumes a run that has a result."""
        return self._dormant and self.run.result is not None

    @property
    def _cached(self) -> _Cached:
        self._kept = self._kept or _Cached(self._directory)
        return self._kept

    def first(self, stamp: _Stamp, place: int | None, index: Index) -> RunUpdate:
        self._place = place
        self._brief = stamps_of(self._directory)
        self.run = index.look(self._directory, lambda _: self._observe())
        self._settle(stamp)
        return self.open() if self.run.state.alive else RunUpdate(self.run, fresh=True)

    def complete(self) -> RunUpdate:
        if not self.run.whole:
            self.run = self._observe()
        return RunUpdate(self.run)

    def open(self) -> RunUpdate:
        self.complete()
        self._tails = (
            Tail(self._directory.metrics),
            Tail(self._directory.log, last=_LOG_BYTES),
        )
        measurements, log, _ = self._grown()
        return RunUpdate(self.run, measurements, log, fresh=True)

    def look(self, stamp: _Stamp, place: int | None) -> RunUpdate | None:
        if self._dormant and stamp == self.stamp and place == self._place:
            return None
        self._place = place
        if stamp[0] != self.stamp[0]:
            self._kept = None
        before = self.run
        if before.whole or stamps_of(self._directory) != self._brief:
            self.run = self._observe()
        self._settle(stamp)
        if self._tails is None and self.run.state.alive:
            return self.open()
        measurements, log, fresh = self._grown()
        if fresh:
            return self.open()
        if self.run == before and not measurements and not log:
            return None
        return RunUpdate(self.run, measurements, log)

    def _observe(self) -> Run:
        one = self._cached
        # A silent cluster must not hold up what is known of all the other runs.
        return state.assemble(
            one.request,
            one.status,
            one.result,
            one.given,
            one.ticket,
            lambda: self._place,
            patient=False,
        )

    def _settle(self, stamp: _Stamp) -> None:
        """Note whether this run needs no second look until its directory changes."""
        quiet = state.now().timestamp() - stamp[1] / 1e9 > _QUIET_S
        self.stamp, self._dormant = stamp, quiet and not self.run.state.alive

    def _grown(self) -> tuple[tuple[Measurement, ...], str, bool]:
        if self._tails is None:
            return (), "", False
        measured, logged = (tail.read() for tail in self._tails)
        lines = logged.lines.decode("utf-8", "replace").splitlines(keepends=True)
        return (
            tuple(metrics.parse(measured.lines)),
            "".join(lines[-LOG_LINES:]),
            measured.fresh or logged.fresh,
        )


def _stamp(entry: os.DirEntry[str]) -> _Stamp:
    try:
        stat = entry.stat()
    except FileNotFoundError:
        return _NOTHING
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


def _stamp_of(path: Path) -> _Stamp:
    try:
        stat = os.stat(path)  # noqa: PTH116 (polled for every run; Path.stat costs more)
    except FileNotFoundError:
        return _NOTHING
    return stat.st_ino, stat.st_mtime_ns, stat.st_size
