"""What is asked of this trainer: the ``control`` file, and the system's signals."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from l2l_tui.runs import control
from l2l_tui.runs.model import Order, State

if TYPE_CHECKING:
    from datetime import datetime
    from types import FrameType

    from l2l_tui.runs.directory import RunDirectory
    from l2l_tui.runs.model import RunStatus


class Orders:
    """The last order; SIGTERM and SIGINT mean stop and stay so.

    Args:
        directory: The run.
        previous: What the last trainer said; a stop that it obeyed is no order any more.
        born: When this trainer was started; what is ordered after that is meant for it, even
            if another one obeyed too.
    """

    def __init__(self, directory: RunDirectory, previous: RunStatus | None, born: datetime) -> None:
        self._directory = directory
        self._ended = False
        self._obeyed: datetime | None = None
        if previous is not None and previous.state is State.STOPPED:
            self._obeyed = min(previous.heartbeat, born)

    def listen(self) -> None:
        """Take the system's signals as orders; a terminal's hangup is none of our business."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        if hasattr(signal, "SIGHUP"):
            signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def latest(self) -> Order:
        """Return what is asked now."""
        if self._ended:
            return Order.STOP
        given = control.read_order(self._directory)
        if given is None or (self._obeyed is not None and given.at <= self._obeyed):
            return Order.GO
        return given.order

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self._ended = True
