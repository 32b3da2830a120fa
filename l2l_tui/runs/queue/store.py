"""The queue on disk: which runs wait, in which order, and which of them have their turn.

``runs/.queue.json`` is one list under one lock, replaced whole. A run stands in it from the
moment it is handed over until it is over: it ended, somebody stopped it, or its trainer was
killed. Whether a trainer works on it is not told here, it is seen in the run's directory.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from l2l_tui import files
from l2l_tui.errors import L2LError
from l2l_tui.files import BrokenFileError
from l2l_tui.language import tr
from l2l_tui.runs.process import Identity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

NAME = ".queue.json"
"""The file's name, in ``runs``."""
_PATIENCE_S = 20.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One run in the queue."""

    run: str
    """Its id."""
    revive: bool = False
    """Whether it is taken up again when its trainer is killed."""
    now: bool = False
    """Whether it is started however many others run."""
    data: str | None = None
    """The folder of data sets that whoever asked for it had named."""
    trainer: Identity | None = None
    """The trainer that was started on it last."""
    step: int = 0
    """How far it was then."""
    deaths: int = 0
    """How many trainers were killed in a row without getting further."""


class Held:
    """The queue while nobody else may change it.

    Args:
        entries: The runs, in order.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = list(entries)
        """The runs, in order; changed in place."""

    def put(self, entry: Entry) -> None:
        """Replace the entry of the same run."""
        at = next(n for n, one in enumerate(self.entries) if one.run == entry.run)
        self.entries[at] = entry

    def drop(self, runs: Iterable[str]) -> None:
        """Take runs out."""
        gone = set(runs)
        self.entries = [one for one in self.entries if one.run not in gone]


def read(runs: Path) -> tuple[Entry, ...]:
    """Return the queue of a folder of runs, in order.

    Raises:
        BrokenFileError: The file is no queue.
    """
    path = runs / NAME
    try:
        stat = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return ()
    return _parsed(path, (stat.st_ino, stat.st_size, stat.st_mtime_ns))


def places(runs: Path) -> dict[str, int]:
    """Return the place of each run that waits, from 1; 0 for those that had their turn.

    There is none where the file is no queue: of a broken one whoever changes or lists the queue
    speaks, and the runs are there all the same.
    """
    try:
        return _places(read(runs))
    except BrokenFileError:
        return {}


@lru_cache(maxsize=4)
def _places(entries: tuple[Entry, ...]) -> dict[str, int]:
    found, waiting = {}, 0
    for entry in entries:
        waiting += entry.trainer is None
        found[entry.run] = waiting if entry.trainer is None else 0
    return found


@contextmanager
def changing(runs: Path) -> Iterator[Held]:
    """Hold the queue, and write what was changed in it; an empty queue is no file.

    Raises:
        L2LError: Somebody else holds it for long, or it cannot be written.
    """
    from filelock import FileLock, Timeout

    with files.explained(runs / NAME):
        runs.mkdir(parents=True, exist_ok=True)
        lock = FileLock(runs / f"{NAME}.lock", timeout=_PATIENCE_S)
        try:
            lock.acquire()
        except Timeout as error:
            said = tr("somebody else is changing the queue; try again in a moment")
            raise L2LError(said) from error
    try:
        before = read(runs)
        held = Held(before)
        yield held
        if tuple(held.entries) != before:
            _write(runs / NAME, held.entries)
    finally:
        lock.release()


def add(runs: Path, entries: Iterable[Entry]) -> None:
    """Hand runs over, at the end of the queue and durably; one that is there stays where it is.

    Raises:
        L2LError: The queue cannot be written; nothing was handed over then.
    """
    with changing(runs) as held:
        known = {entry.run for entry in held.entries}
        held.entries += [entry for entry in entries if entry.run not in known]


def _write(path: Path, entries: Sequence[Entry]) -> None:
    if not entries:
        with files.explained(path):
            path.unlink(missing_ok=True)
        return
    rows = ",\n ".join(json.dumps(asdict(entry)) for entry in entries)
    files.replace(path, f"[{rows}]\n")


@lru_cache(maxsize=4)
def _parsed(path: Path, _stamp: tuple[int, int, int]) -> tuple[Entry, ...]:
    try:
        content: Any = json.loads(files.read_whole(path))
        return tuple(_entry(row) for row in content)
    except FileNotFoundError:
        return ()
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        said = tr(
            "{path} is not a queue ({reason}); move it away: the runs in it can be resumed",
            path=path,
            reason=error,
        )
        raise BrokenFileError(said) from error


def _entry(row: dict[str, Any]) -> Entry:
    trainer = row["trainer"]
    kept = Entry(**row)
    if not isinstance(kept.run, str) or "/" in kept.run or kept.run.startswith("."):
        raise ValueError(kept.run)
    return kept if trainer is None else replace(kept, trainer=Identity(**trainer))
