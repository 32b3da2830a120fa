"""Where a run stands: derived from what is on disk and from its process, never trusted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from l2l_tui.runs import control, files, process
from l2l_tui.runs.cluster import ticket as tickets
from l2l_tui.runs.cluster.judge import judge as judge_job
from l2l_tui.runs.cluster.queue import QUEUE
from l2l_tui.runs.model import Order, Run, State
from l2l_tui.runs.queue import store

if TYPE_CHECKING:
    from collections.abc import Callable

    from l2l_tui.runs.cluster.ticket import Ticket
    from l2l_tui.runs.directory import RunDirectory
    from l2l_tui.runs.model import Request, RunResult, RunStatus

STARTING = timedelta(seconds=30)
"""How long a run that was asked for may take until its trainer shows a sign of life."""
REMOTE_SILENCE = timedelta(seconds=60)
"""How long the heartbeat of another machine may stay away."""


def derive(directory: RunDirectory) -> State:
    """Return where the run stands.

    Raises:
        BrokenFileError: The directory is no run, or its request or result is broken.
    """
    return observe(directory).state


def observe(directory: RunDirectory) -> Run:
    """Return one run as it stands on disk.

    Raises:
        BrokenFileError: The directory is no run, or its request or result is broken.
    """
    return assemble(
        files.read_request(directory),
        lambda: files.read_status(directory),
        lambda: files.read_result(directory),
        lambda: control.read_order(directory),
        lambda: tickets.read(directory),
        lambda: store.places(directory.path.parent).get(directory.id),
    )


def assemble(
    request: Request,
    status: Callable[[], RunStatus | None],
    result: Callable[[], RunResult | None],
    given: Callable[[], control.Given | None],
    ticket: Callable[[], Ticket | None],
    place: Callable[[], int | None] = lambda: None,
    *,
    patient: bool = True,
) -> Run:
    """Return one run, each of its files read at the right moment.

    Args:
        request: What was asked for.
        status: Reads the last heartbeat.
        result: Reads how it ended.
        given: Reads the last order.
        ticket: Reads which job of a cluster has it in hand, if one has.
        place: Reads its place in this machine's queue, from 1; 0 if it had its turn, None if it
            is not in the queue.
        patient: Wait for a cluster's answer where one is needed.
    """
    at = place()
    beat, end = status(), result()
    held = ticket() if end is None else None
    if held is None:
        stands = judge(request, beat, end, given(), now(), queued=at is not None)
    else:
        stands = _judge_job(held, beat, given(), patient=patient)
    if end is None and not stands.alive:
        # Its trainer may have ended well between the two looks.
        end = result()
        stands = stands if end is None else end.state
    job = held.job if held is not None else beat and beat.job
    waits = (at or None) if stands is State.QUEUED else None
    return Run(request, stands, beat, end, job or None, place=waits)


def judge(
    request: Request,
    status: RunStatus | None,
    result: RunResult | None,
    given: control.Given | None,
    at: datetime,
    *,
    queued: bool = False,
) -> State:
    """Return where a run stands whose files say this.

    Args:
        request: What was asked for.
        status: The last heartbeat.
        result: How it ended.
        given: The last order.
        at: The present moment.
        queued: Whether it stands in the queue.
    """
    if result is not None:
        return result.state
    if status is not None and has_sign_of_life(status, at):
        return status.state
    if queued:
        return State.QUEUED
    if status is None and given is not None and given.order is Order.STOP:
        return State.STOPPED  # before it began
    if _is_starting(request, status, given, at):
        return State.QUEUED
    if status is not None and status.state is State.STOPPED:
        return State.STOPPED
    return State.INTERRUPTED


def now() -> datetime:
    """Return the present moment with its time zone."""
    return datetime.now().astimezone()


def _judge_job(
    held: Ticket, beat: RunStatus | None, given: control.Given | None, *, patient: bool
) -> State:
    return judge_job(
        held,
        beat,
        given,
        now(),
        lambda: QUEUE.standing(held, patient=patient),
        lambda: QUEUE.seen(held),
    )


def has_sign_of_life(status: RunStatus, at: datetime) -> bool:
    """Return whether the trainer that wrote a heartbeat still has the run in hand.

    Args:
        status: The heartbeat.
        at: The present moment.
    """
    if status.host != process.host():
        return status.state is not State.STOPPED and at - status.heartbeat < REMOTE_SILENCE
    return process.is_alive(process.Identity(status.host, status.pid, status.pid_started))


def _is_starting(
    request: Request, status: RunStatus | None, given: control.Given | None, at: datetime
) -> bool:
    if status is None and at - request.created < STARTING:
        return True
    # Resumed, and the new trainer has not said anything since.
    if given is None or given.order is not Order.GO or at - given.at >= STARTING:
        return False
    return status is None or status.heartbeat < given.at
