"""Stop, pause and resume: orders to a trainer, and a new trainer where the old one is gone.

Each function gives its order, waits a little for it to be obeyed, and returns where the run
stands then. A trainer obeys at its next safe point, so a long step may take longer.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from l2l_tui import experiments
from l2l_tui.errors import L2LError, RequestError
from l2l_tui.language import tr
from l2l_tui.runs import control, files, launch
from l2l_tui.runs.cluster import queue, ticket
from l2l_tui.runs.cluster.commands import ClusterError, NoClusterError
from l2l_tui.runs.cluster.queue import QUEUE, Standing
from l2l_tui.runs.model import Order, State
from l2l_tui.runs.queue import orders
from l2l_tui.runs.state import derive
from l2l_tui.workspace import Workspace

if TYPE_CHECKING:
    from l2l_tui.runs.cluster.ticket import Ticket
    from l2l_tui.runs.directory import RunDirectory

PATIENCE_S = 5.0
"""How long to wait for an order to be obeyed unless told otherwise."""

_CANCELLED_S = 5.0
_ALIVE = {state for state in State if state.alive}


def stop(directory: RunDirectory, *, wait_s: float = PATIENCE_S) -> State:
    """Ask a run to keep its state and end; `resume` takes it up again.

    A cluster's job that waits is cancelled; one at work that does not obey in time is as well.

    Args:
        directory: The run.
        wait_s: How long to wait at most; 0 returns at once.

    Raises:
        RequestError: No trainer has it in hand.
        L2LError: Its job was to be cancelled, and the cluster does not answer.
    """
    held = ticket.read(directory)
    if held is None:
        return _order(directory, Order.STOP, wait_s)
    state = _order(directory, Order.STOP, 0)
    if state.alive and QUEUE.standing(held) is Standing.WAITING:
        _cancel(directory, held)
    state = _wait(directory, _ALIVE, wait_s)
    if not state.alive or not wait_s:
        return state
    _cancel(directory, held)
    return _wait(directory, _ALIVE, _CANCELLED_S)


def pause(directory: RunDirectory, *, wait_s: float = PATIENCE_S) -> State:
    """Ask a run to wait where it is; its process stays.

    Args:
        directory: The run.
        wait_s: How long to wait at most; 0 returns at once.

    Raises:
        RequestError: No trainer has it in hand.
    """
    return _order(directory, Order.PAUSE, wait_s)


def resume(directory: RunDirectory, *, wait_s: float = PATIENCE_S) -> State:
    """Let a paused run go on, or start a new trainer on a stopped or interrupted one.

    What was submitted to a cluster is submitted again, with what the settings ask for now.

    Args:
        directory: The run.
        wait_s: How long to wait at most; 0 returns at once.

    Raises:
        RequestError: It is running already, or it is over.
        UnknownNameError: Its experiment is gone.
    """
    state = derive(directory)
    submitted = ticket.read(directory) is not None
    if submitted and state.resumable:
        return _resubmit(directory)
    if state is State.QUEUED and orders.hurry(
        Workspace(directory.path.parent.parent), directory.id
    ):
        control.write_order(directory, Order.GO)
        return _wait(directory, {State.QUEUED}, wait_s)
    # A queued run may have lost its trainer before that showed any sign of life; where it has
    # not, the second trainer finds the first at work and leaves.
    if state.resumable or (state is State.QUEUED and not submitted):
        experiments.get(files.read_request(directory).experiment)
        # Before the start, so that the new trainer never sees the order that ended the old one.
        control.write_order(directory, Order.GO)
        launch.start(directory)
        return _wait(directory, {State.QUEUED, State.STOPPED, State.INTERRUPTED}, wait_s)
    given = control.read_order(directory)
    pending = given is not None and given.order is not Order.GO
    if not state.alive or not (state is State.PAUSED or pending):
        raise RequestError(_refusal(directory, state, "resume"))
    control.write_order(directory, Order.GO)
    return _wait(directory, {State.PAUSED}, wait_s)


def _resubmit(directory: RunDirectory) -> State:
    """Hand a run to the cluster again; it goes on when its turn comes."""
    from l2l_tui.runs.cluster import submit

    request, held = files.read_request(directory), ticket.read(directory)
    experiments.get(request.experiment)
    workspace = Workspace(directory.path.absolute().parent.parent)
    submit.check(workspace)
    control.write_order(directory, Order.GO)
    nodes = held.nodes if held is not None else 1
    submit.submit(workspace, [directory], nodes=nodes, tasks_per_node=request.ranks // nodes)
    return derive(directory)


def _cancel(directory: RunDirectory, held: Ticket) -> None:
    """Cancel a run's job.

    Raises:
        L2LError: The cluster does not answer; the order to stop stands.
    """
    try:
        queue.cancel(held)
    except (ClusterError, NoClusterError) as error:
        said = tr(
            "{run} is told to stop, but its job could not be cancelled: {reason}; "
            "it stops by itself as soon as its trainer works",
            run=directory.id,
            reason=error,
        )
        raise L2LError(said) from error


def _order(directory: RunDirectory, order: Order, wait_s: float) -> State:
    state = derive(directory)
    if not state.alive:
        raise RequestError(_refusal(directory, state, order.value))
    control.write_order(directory, order)
    if order is Order.STOP and state is State.QUEUED:
        orders.drop(Workspace(directory.path.parent.parent), directory.id)
    before = {State.QUEUED, State.RUNNING}
    return _wait(directory, before | {State.PAUSED} if order is Order.STOP else before, wait_s)


def _wait(directory: RunDirectory, while_in: set[State], wait_s: float) -> State:
    """Return where the run stands once it has left the given states, or time is up."""
    deadline = time.monotonic() + wait_s
    while (state := derive(directory)) in while_in and time.monotonic() < deadline:
        time.sleep(0.02)
    return state


def _refusal(directory: RunDirectory, state: State, verb: str) -> str:
    said = {"verb": verb, "run": directory.id}
    match state:
        case State.FINISHED:
            return tr(
                "there is nothing to {verb}: {run} has finished; "
                "run the experiment again for a new run",
                **said,
            )
        case State.FAILED:
            return tr(
                "there is nothing to {verb}: {run} has failed; "
                "run the experiment again for a new run",
                **said,
            )
        case State.STOPPED:
            return tr(
                "there is nothing to {verb}: {run} is stopped already; `resume` takes it up again",
                **said,
            )
        case State.INTERRUPTED:
            return tr(
                "there is nothing to {verb}: {run} was interrupted and no trainer has it in hand; "
                "`resume` takes it up again",
                **said,
            )
        case _:
            return tr("there is nothing to {verb}: {run} is {state}", state=state, **said)
