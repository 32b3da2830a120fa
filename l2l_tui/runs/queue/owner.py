"""The queue's owner: a small process that gives runs their turn for as long as any wait or work.

    python -m l2l_tui.runs.queue.owner WORKSPACE

It loads no torch. There is one at a time, by a lock that the kernel takes back when it dies;
trainers outlive it, and whoever comes by next starts another: an app, a command, or a trainer of
the queue that ends. The new one takes over what it finds on disk.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from l2l_tui import files as whole_files
from l2l_tui.errors import L2LError
from l2l_tui.runs import files, launch, process
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.queue import store, turns
from l2l_tui.runs.queue.turns import Standing
from l2l_tui.runs.state import now
from l2l_tui.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from filelock import BaseFileLock

    from l2l_tui.runs.queue.store import Entry, Held

LOCK = ".queue.owner"
"""Held by the owner as long as it lives; in ``runs``."""
LOG = ".queue.log"
"""What it could not do."""
_LOOK_S = 0.2
_TROUBLE_S = 5.0
_LOCK_PATIENCE_S = 1.0


def kick(workspace: Workspace) -> bool:
    """See to it that somebody owns the queue, if any run is in it.

    Returns:
        Whether a new owner was started.

    Raises:
        L2LError: None can be started.
    """
    if not (workspace.runs / store.NAME).exists() or not _is_free(workspace.runs / LOCK):
        return False
    command = [sys.executable, "-P", "-m", __name__, str(workspace.root)]
    launch.detach(command, log=workspace.runs / LOG, cwd=workspace.runs)
    return True


def is_there(workspace: Workspace) -> bool:
    """Return whether the queue has an owner now."""
    return workspace.runs.exists() and not _is_free(workspace.runs / LOCK)


def main(root: Path) -> int:
    """Own the queue until it is empty; return the process's exit code."""
    from filelock import FileLock, Timeout

    workspace = Workspace(root)
    lock = FileLock(workspace.runs / LOCK, timeout=_LOCK_PATIENCE_S)
    try:
        with lock:
            _work(Owner(workspace), lock)
    except Timeout:
        pass  # another one is there
    return 0


def _work(owner: Owner, lock: BaseFileLock) -> None:
    said = ""
    while True:
        try:
            if not owner.turn(lock.release):
                return
            said, pause_s = "", _LOOK_S
        except (L2LError, OSError) as error:
            # A full disk, a settings file with a fault: it is said once, and tried again.
            if str(error) != said:
                said = str(error)
                sys.stderr.write(f"{now():%Y-%m-%d %H:%M:%S} {said}\n")
            pause_s = _TROUBLE_S
        time.sleep(pause_s)


class Owner:
    """Gives runs their turn.

    Args:
        workspace: Whose queue it is.
        start: Starts the trainer of a run and returns its process id.
    """

    def __init__(
        self,
        workspace: Workspace,
        start: Callable[[RunDirectory, str | None], int] = launch.start_with,
    ) -> None:
        self._workspace, self._start = workspace, start
        self._children: dict[str, process.Identity] = {}

    def turn(self, leave: Callable[[], object] = lambda: None) -> bool:
        """Settle what ended, and start what there is room for.

        Args:
            leave: Called when nothing is left, while nobody can add anything.

        Returns:
            Whether any run is left.

        Raises:
            L2LError: The queue cannot be written, or a trainer cannot be started.
        """
        if not self._workspace.runs.is_dir():
            return False  # somebody deleted the workspace
        room = turns.room(self._workspace)
        with store.changing(self._workspace.runs) as held:
            running = self._settle(held)
            try:
                self._start_due(held, room, running)
            finally:
                if not held.entries:
                    leave()
            return bool(held.entries)

    def _settle(self, held: Held) -> list[int]:
        """Look at every run that had its turn; return the cores of those at work."""
        running = []
        for entry in tuple(held.entries):
            if entry.trainer is None:
                continue
            directory = self._directory(entry)
            match turns.standing(directory, entry):
                case Standing.WORKS:
                    running.append(_cores(directory))
                case Standing.OVER:
                    held.drop([entry.run])
                case Standing.KILLED:
                    self._bury(held, directory, entry)
        return running

    def _bury(self, held: Held, directory: RunDirectory, entry: Entry) -> None:
        seen = self._children.pop(entry.run, None) is not None
        again = turns.after_death(directory, entry, seen=seen)
        if again is not None:
            held.put(again)
            return
        held.drop([entry.run])
        if entry.deaths >= turns.DEATHS:
            said = f"left alone: {turns.DEATHS + 1} trainers died in a row without getting further"
            with whole_files.explained(directory.log), directory.log.open("a") as log:
                log.write(f"{now():%H:%M:%S} {said}\n")

    def _start_due(self, held: Held, room: turns.Room, running: list[int]) -> None:
        """Start runs in order; nobody is overtaken but by one that is wanted now."""
        waiting = [entry for entry in held.entries if entry.trainer is None]
        for entry in sorted(waiting, key=lambda one: not one.now):
            directory = self._directory(entry)
            child = self._children.get(entry.run)
            stands = turns.standing(directory, entry)
            if stands is Standing.OVER:
                held.drop([entry.run])
            elif stands is not Standing.WAITS or (child and process.is_alive(child)):
                # Somebody else started it, or we did and could not write that down.
                held.put(_with_trainer(entry, directory, child))
                running.append(_cores(directory))
            elif entry.now or room.fits(_cores(directory), running):
                running.append(_cores(directory))
                held.put(self._started(entry, directory))
            else:
                return

    def _started(self, entry: Entry, directory: RunDirectory) -> Entry:
        pid = self._start(directory, entry.data)
        trainer = process.Identity(process.host(), pid, process.started(pid) or 0.0)
        self._children[entry.run] = trainer
        return _with_trainer(entry, directory, trainer)

    def _directory(self, entry: Entry) -> RunDirectory:
        return RunDirectory(self._workspace.runs / entry.run)


def _with_trainer(entry: Entry, directory: RunDirectory, trainer: process.Identity | None) -> Entry:
    status = files.read_status(directory)
    if trainer is None and status is not None:
        trainer = process.Identity(status.host, status.pid, status.pid_started)
    return replace(entry, trainer=trainer, step=0 if status is None else status.step)


def _cores(directory: RunDirectory) -> int:
    """Return how many cores a run keeps busy: one for each thread of each rank."""
    try:
        request = files.read_brief_request(directory)
    except whole_files.BrokenFileError:
        return 1  # its trainer says what is wrong with it
    return request.threads * request.ranks


def _is_free(path: Path) -> bool:
    from filelock import FileLock, Timeout

    with whole_files.explained(path):
        try:
            with FileLock(path, timeout=0):
                return True
        except Timeout:  # an OSError too, but no refusal to write
            return False


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
