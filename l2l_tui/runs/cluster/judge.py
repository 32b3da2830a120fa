"""Where a submitted run stands: from its heartbeat and from the queue, never from Slurm's books.

The heartbeat goes first, for it costs nothing to ask. Only where it is silent, or a stop was
ordered, is the queue asked. A job that is gone is gone only once the shared file system has had
time to show what it wrote last.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from l2l_tui.runs.cluster.queue import Standing
from l2l_tui.runs.model import Order, State

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from l2l_tui.runs.cluster.ticket import Ticket
    from l2l_tui.runs.control import Given
    from l2l_tui.runs.model import RunStatus


def judge(
    ticket: Ticket,
    status: RunStatus | None,
    given: Given | None,
    at: datetime,
    standing: Callable[[], Standing],
    seen: Callable[[], datetime | None],
) -> State:
    """Return where a run stands that has no result.

    Args:
        ticket: Its job.
        status: The last heartbeat.
        given: The last order; each submission begins with one to go on.
        at: The present moment.
        standing: Asks where the job is.
        seen: Says when the job was last seen in the queue.
    """
    beat = status if status is not None and _is_of(ticket, status) else None
    if beat is not None and beat.state is State.STOPPED:
        return State.STOPPED
    to_stop = given is not None and given.order is Order.STOP
    delay = timedelta(seconds=ticket.delay_s)
    fresh = beat is not None and beat.state is not State.QUEUED and at - beat.heartbeat < delay
    if fresh and not to_stop:
        assert beat is not None
        return beat.state
    last = State.QUEUED if beat is None else beat.state
    match standing():
        case Standing.WAITING:
            return State.QUEUED
        case Standing.AT_WORK | Standing.UNKNOWN:
            return last
        case Standing.NOWHERE:
            return last if fresh or beat is None else State.INTERRUPTED
        case Standing.GONE if to_stop:
            return State.STOPPED
    if beat is not None and beat.state is State.QUEUED:
        return State.INTERRUPTED  # its trainer left without a result and said so
    heard = max(ticket.submitted, seen() or ticket.submitted)
    if beat is not None:
        heard = max(heard, beat.heartbeat)
    return last if at - heard < delay else State.INTERRUPTED


def _is_of(ticket: Ticket, status: RunStatus) -> bool:
    """Return whether a heartbeat is one of this very job, and not of one before it."""
    if ticket.job and status.job:
        return ticket.job == status.job
    return status.heartbeat >= ticket.submitted
