"""What is asked of a trainer: the control file, and the system's signals."""

from __future__ import annotations

import os
import signal
from datetime import timedelta
from pathlib import Path

import pytest

from l2l_tui.runs import control, process
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import Order, RunStatus, State
from l2l_tui.runs.state import now
from l2l_tui.trainer.orders import Orders


@pytest.fixture
def directory(tmp_path: Path) -> RunDirectory:
    """Return an empty run directory."""
    return RunDirectory(tmp_path)


def test_the_last_order_counts(directory: RunDirectory) -> None:
    """Without an order the work goes on; each new order replaces the one before."""
    orders = Orders(directory, None, now())
    assert orders.latest() is Order.GO
    for order in (Order.PAUSE, Order.GO, Order.STOP):
        control.write_order(directory, order)
        assert orders.latest() is order


def test_a_stop_that_was_obeyed_is_no_order_any_more(directory: RunDirectory) -> None:
    """A new trainer passes over the stop that ended the last one, and obeys the next."""
    control.write_order(directory, Order.STOP)
    an_hour_ago = (now() - timedelta(hours=1)).timestamp()
    os.utime(directory.control, (an_hour_ago, an_hour_ago))
    me = process.me()
    previous = RunStatus(
        State.STOPPED, 3, 9, 1.0, now(), now(), me.host, me.pid, me.started, "stopped"
    )
    orders = Orders(directory, previous, now())
    assert orders.latest() is Order.GO
    in_an_hour = (now() + timedelta(hours=1)).timestamp()
    os.utime(directory.control, (in_an_hour, in_an_hour))
    assert orders.latest() is Order.STOP


def test_a_signal_is_an_order_to_stop(directory: RunDirectory) -> None:
    """SIGTERM means stop, whatever the control file says; a hangup means nothing."""
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    try:
        orders = Orders(directory, None, now())
        orders.listen()
        os.kill(os.getpid(), signal.SIGHUP)
        assert orders.latest() is Order.GO
        os.kill(os.getpid(), signal.SIGTERM)
        control.write_order(directory, Order.GO)
        assert orders.latest() is Order.STOP
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def test_in_a_clusters_job_a_signal_asks_for_the_machine_only(directory: RunDirectory) -> None:
    """The run is to go on elsewhere, unless it was told to stop as well."""
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR2)
    before = [signal.getsignal(number) for number in numbers]
    try:
        orders = Orders(directory, None, now(), in_job=True)
        orders.listen()
        assert not orders.to_leave
        os.kill(os.getpid(), signal.SIGUSR2)
        assert orders.latest() is Order.STOP
        assert orders.to_leave
        control.write_order(directory, Order.STOP)
        assert not orders.to_leave
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def test_in_a_clusters_job_a_stop_stays_an_order(directory: RunDirectory) -> None:
    """The cluster itself may start a trainer again after one that obeyed it."""
    control.write_order(directory, Order.STOP)
    me = process.me()
    later = now() + timedelta(hours=1)
    previous = RunStatus(State.STOPPED, 3, 9, 1.0, later, now(), me.host, me.pid, me.started)
    assert Orders(directory, previous, later).latest() is Order.GO
    assert Orders(directory, previous, later, in_job=True).latest() is Order.STOP
