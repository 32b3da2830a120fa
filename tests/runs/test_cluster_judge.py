"""Where a submitted run stands: the heartbeat, the queue, and what is not known."""

from __future__ import annotations

from datetime import timedelta

import pytest

from l2l_tui.runs import control
from l2l_tui.runs.cluster.judge import judge
from l2l_tui.runs.cluster.queue import Standing
from l2l_tui.runs.cluster.ticket import Ticket
from l2l_tui.runs.model import Order, RunStatus, State
from l2l_tui.runs.state import now
from tests.runs.conftest import MakeStatus

AT = now()
TICKET = Ticket("name", AT - timedelta(hours=1), job="7", delay_s=60.0)
STOP = control.Given(Order.STOP, AT)


def stands(
    standing: Standing,
    status: RunStatus | None,
    *,
    given: control.Given | None = None,
    ticket: Ticket = TICKET,
    seen_s: float | None = None,
) -> State:
    """Return where a run stands whose job is there."""
    seen = None if seen_s is None else AT - timedelta(seconds=seen_s)
    return judge(ticket, status, given, AT, lambda: standing, lambda: seen)


def beat(make_status: MakeStatus, state: State, silent_s: float, job: str = "7") -> RunStatus:
    """Return a heartbeat of so long ago."""
    return make_status(state=state, heartbeat=AT - timedelta(seconds=silent_s), job=job)


@pytest.mark.parametrize("state", [State.RUNNING, State.PAUSED])
def test_a_young_heartbeat_is_believed_without_asking(
    make_status: MakeStatus, state: State
) -> None:
    """The cluster is not asked where nothing is to be learnt from it."""

    def asked() -> Standing:
        raise AssertionError("it was asked")

    status = beat(make_status, state, 5)
    assert judge(TICKET, status, None, AT, asked, lambda: None) is state


@pytest.mark.parametrize(
    ("standing", "never", "silent", "left"),
    [
        (Standing.WAITING, State.QUEUED, State.QUEUED, State.QUEUED),
        (Standing.AT_WORK, State.QUEUED, State.RUNNING, State.QUEUED),
        (Standing.UNKNOWN, State.QUEUED, State.RUNNING, State.QUEUED),
        (Standing.NOWHERE, State.QUEUED, State.INTERRUPTED, State.INTERRUPTED),
        (Standing.GONE, State.INTERRUPTED, State.INTERRUPTED, State.INTERRUPTED),
    ],
)
def test_without_a_young_heartbeat_the_queue_decides(
    make_status: MakeStatus, standing: Standing, never: State, silent: State, left: State
) -> None:
    """A job that is gone is interrupted; one of which nothing is known stays what it was."""
    assert stands(standing, None) is never
    assert stands(standing, beat(make_status, State.RUNNING, 61)) is silent
    assert stands(standing, beat(make_status, State.QUEUED, 61)) is left


def test_a_job_that_is_gone_gets_the_time_that_files_take(make_status: MakeStatus) -> None:
    """Its result may be written and not seen yet; a trainer that said it left wrote none."""
    assert stands(Standing.GONE, beat(make_status, State.RUNNING, 59)) is State.RUNNING
    assert stands(Standing.GONE, beat(make_status, State.RUNNING, 61), seen_s=59) is State.RUNNING
    assert stands(Standing.GONE, None, seen_s=59) is State.QUEUED
    assert stands(Standing.GONE, beat(make_status, State.QUEUED, 1)) is State.INTERRUPTED
    fresh = Ticket("name", AT - timedelta(seconds=59), job="7")
    assert stands(Standing.GONE, None, ticket=fresh) is State.QUEUED


def test_what_was_told_to_stop_and_is_gone_is_stopped(make_status: MakeStatus) -> None:
    """Whether its trainer said so, was killed, or never began."""
    assert stands(Standing.GONE, None, given=STOP) is State.STOPPED
    assert stands(Standing.GONE, beat(make_status, State.RUNNING, 1), given=STOP) is State.STOPPED
    assert stands(Standing.AT_WORK, beat(make_status, State.RUNNING, 1), given=STOP) is (
        State.RUNNING
    )
    assert stands(Standing.AT_WORK, beat(make_status, State.STOPPED, 1)) is State.STOPPED


def test_the_heartbeat_of_an_earlier_job_says_nothing(make_status: MakeStatus) -> None:
    """After a new submission the run is queued, whatever the last trainer said."""
    for state in (State.STOPPED, State.RUNNING):
        assert stands(Standing.WAITING, beat(make_status, state, 1, job="6")) is State.QUEUED
    unnamed = Ticket("name", AT - timedelta(seconds=30))
    old = beat(make_status, State.STOPPED, 31, job="6")
    assert stands(Standing.WAITING, old, ticket=unnamed) is State.QUEUED
    assert stands(Standing.UNKNOWN, beat(make_status, State.RUNNING, 1), ticket=unnamed) is (
        State.RUNNING
    )
