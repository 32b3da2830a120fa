"""Whose turn it is. Nothing here starts anything or writes."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from l2l_tui.errors import RequestError, UnknownNameError
from l2l_tui.language import tr
from l2l_tui.runs import control, files, process
from l2l_tui.runs.model import Order, State
from l2l_tui.runs.state import has_sign_of_life, now
from l2l_tui.workspace import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from l2l_tui.runs.directory import RunDirectory
    from l2l_tui.runs.queue.store import Entry
    from l2l_tui.workspace import Workspace

DEATHS = 5
"""So many trainers may be killed in a row without getting further; then the run is left alone."""


class Standing(Enum):
    """How it is with a run of the queue."""

    WAITS = auto()
    """No trainer was started on it."""
    WORKS = auto()
    """A trainer has it in hand."""
    PAUSED = auto()
    """A trainer has it in hand, and uses no core."""
    KILLED = auto()
    """Its trainer is gone without a word."""
    OVER = auto()
    """It ended, somebody stopped it, or its directory is no more."""


@dataclass(frozen=True, slots=True)
class Room:
    """What may run at once."""

    cores: int
    """The cores that this process may use."""
    limit: int | None = None
    """How many runs at most; without it as many as there are cores for."""

    def fits(self, cores: int, running: Iterable[int]) -> bool:
        """Whether another run may start; where nothing runs, any may.

        Args:
            cores: The cores that it keeps busy.
            running: Those of each that runs.
        """
        others = list(running)
        if self.limit is not None:
            return len(others) < self.limit
        return not others or sum(others) + cores <= self.cores


def room(workspace: Workspace) -> Room:
    """Return what may run at once on this machine.

    Raises:
        RequestError: The settings file says something that cannot be.
    """
    table = read_settings(workspace).get("queue", {})
    if not isinstance(table, dict):
        said = tr(
            "{file}: queue: found {found!r}, expected a table: [queue], and below it limit = 2",
            file=workspace.settings,
            found=table,
        )
        raise RequestError(said)
    for name in table:
        if name != "limit":
            raise UnknownNameError("queue setting", name, ["limit"])
    limit = table.get("limit")
    if limit is None:
        return Room(cores())
    if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
        said = tr(
            "{file}: queue.limit: found {found!r}, expected a whole number from 1: "
            "how many runs go on at once",
            file=workspace.settings,
            found=limit,
        )
        raise RequestError(said)
    return Room(cores(), limit)


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def standing(directory: RunDirectory, entry: Entry) -> Standing:
    """Return how it is with a run of the queue, whatever its request or result say beside."""
    if directory.result.exists() or not directory.request.exists():
        return Standing.OVER
    status, given = files.read_status(directory), control.read_order(directory)
    if status is not None and has_sign_of_life(status, now()):
        return Standing.PAUSED if status.state is State.PAUSED else Standing.WORKS
    if entry.trainer is not None and _lives(entry.trainer):
        return Standing.WORKS
    if directory.result.exists():  # written between the two looks
        return Standing.OVER
    stopped = status is not None and status.state is State.STOPPED
    if stopped and (given is None or given.order is not Order.GO):
        return Standing.OVER
    if given is not None and given.order is Order.STOP:
        return Standing.OVER
    return Standing.WAITS if entry.trainer is None else Standing.KILLED


def after_death(directory: RunDirectory, entry: Entry, *, seen: bool) -> Entry | None:
    """Return the entry of a run that waits again after its trainer was killed.

    A run that somebody waits for is left to that person, unless nobody saw the trainer die: it
    went with the machine, or with the queue's owner.

    Args:
        directory: The run.
        entry: Its entry.
        seen: Whether whoever started the trainer is there still.

    Returns:
        None if it is left alone: it is not to be revived, or was killed too often.
    """
    if seen and not entry.revive:
        return None
    status = files.read_status(directory)
    step = 0 if status is None else status.step
    deaths = 1 if step > entry.step else entry.deaths + 1
    if deaths > DEATHS:
        return None
    return replace(entry, trainer=None, step=max(step, entry.step), deaths=deaths)


def _lives(trainer: process.Identity) -> bool:
    return trainer.host == process.host() and process.is_alive(trainer)
