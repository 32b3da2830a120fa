"""What can be asked of the queue: take runs, put them in another order, let them go."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from l2l_tui.errors import RequestError
from l2l_tui.language import tr
from l2l_tui.runs import control, launch
from l2l_tui.runs.model import Order
from l2l_tui.runs.queue import owner, store
from l2l_tui.runs.queue.store import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from l2l_tui.runs.directory import RunDirectory
    from l2l_tui.workspace import Workspace


class Move(StrEnum):
    """Where a run goes in the queue."""

    FIRST = "first"
    LAST = "last"
    UP = "up"
    DOWN = "down"


def submit(
    workspace: Workspace,
    directories: Sequence[RunDirectory],
    *,
    revive: bool = False,
    now: bool = False,
) -> None:
    """Hand runs over to this machine's queue; each starts when it has its turn.

    Args:
        workspace: Where they are.
        directories: The runs, in the order in which they are to go.
        revive: Whether they are taken up again when their trainers are killed.
        now: Whether they are started at once, whatever else runs.

    Raises:
        L2LError: The queue cannot be written.
    """
    data = launch.data_folder()
    for directory in directories:
        given = control.read_order(directory)
        if given is not None and given.order is not Order.GO:
            control.write_order(directory, Order.GO)
    entries = [Entry(one.id, revive=revive, now=now, data=data) for one in directories]
    store.add(workspace.runs, entries)
    owner.kick(workspace)


def move(workspace: Workspace, run: str, to: Move) -> int:
    """Give a run that waits another place; return which, from 1.

    Raises:
        RequestError: It does not wait in the queue.
        L2LError: The queue cannot be written.
    """
    with store.changing(workspace.runs) as held:
        slots = [at for at, one in enumerate(held.entries) if one.trainer is None]
        waiting = [held.entries[at] for at in slots]
        here = next((at for at, one in enumerate(waiting) if one.run == run), None)
        if here is None:
            raise RequestError(tr("{run} does not wait in the queue", run=run))
        last = len(waiting) - 1
        there = {
            Move.FIRST: 0,
            Move.LAST: last,
            Move.UP: max(0, here - 1),
            Move.DOWN: min(last, here + 1),
        }[to]
        waiting.insert(there, waiting.pop(here))
        for at, entry in zip(slots, waiting, strict=True):
            held.entries[at] = entry
        return there + 1


def hurry(workspace: Workspace, run: str) -> bool:
    """Have a run that waits started at once, whatever else runs; return whether it waited.

    Raises:
        L2LError: The queue cannot be written.
    """
    with store.changing(workspace.runs) as held:
        waiting = [one for one in held.entries if one.run == run and one.trainer is None]
        for entry in waiting:
            held.put(replace(entry, now=True))
    owner.kick(workspace)
    return bool(waiting)


def drop(workspace: Workspace, run: str) -> bool:
    """Take a run out that waits; return whether it did.

    Raises:
        L2LError: The queue cannot be written.
    """
    with store.changing(workspace.runs) as held:
        waits = any(one.run == run and one.trainer is None for one in held.entries)
        if waits:
            held.drop([run])
        return waits
