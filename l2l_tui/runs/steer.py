"""Stop, pause and resume: orders to a trainer, and a new trainer where the old one is gone.

Each function gives its order, waits a little for it to be obeyed, and returns where the run
stands then. A trainer obeys at its next safe point, so a long step may take longer.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from l2l_tui import experiments
from l2l_tui.errors import RequestError
from l2l_tui.language import tr
from l2l_tui.runs import control, files, launch
from l2l_tui.runs.model import Order, State
from l2l_tui.runs.state import derive

if TYPE_CHECKING:
    from l2l_tui.runs.directory import RunDirectory

PATIENCE_S = 5.0
"""How long to wait for an order to be obeyed unless told otherwise."""


def stop(directory: RunDirectory, *, wait_s: float = PATIENCE_S) -> State:
    """Ask a run to keep its state and end; `resume` takes it up again.

    Args:
        directory: The run.
        wait_s: How long to wait at most; 0 returns at once.

    Raises:
        RequestError: No trainer has it in hand.
    """
    return _order(directory, Order.STOP, wait_s)


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

    Args:
        directory: The run.
        wait_s: How long to wait at most; 0 returns at once.

    Raises:
        RequestError: It is running already, or it is over.
        UnknownNameError: Its experiment is gone.
    """
    state = derive(directory)
    # A queued run may have lost its trainer before that showed any sign of life; where it has
    # not, the second trainer finds the first at work and leaves.
    if state.resumable or state is State.QUEUED:
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


def _order(directory: RunDirectory, order: Order, wait_s: float) -> State:
    state = derive(directory)
    if not state.alive:
        raise RequestError(_refusal(directory, state, order.value))
    control.write_order(directory, order)
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
