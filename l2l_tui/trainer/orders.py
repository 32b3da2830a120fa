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

    In a cluster's job a signal does not mean that the run is to stop, but that the machine is
    asked back; SIGUSR2 means the same there.

    Args:
        directory: The run.
        previous: What the last trainer said; a stop that it obeyed is no order any more.
        born: When this trainer was started; what is ordered after that is meant for it, even
            if another one obeyed too.
        in_job: Whether this trainer works in a cluster's job. Such a one may be started by the
            cluster itself, so that a stop that another one obeyed stays an order.
    """

    def __init__(
        self,
        directory: RunDirectory,
        previous: RunStatus | None,
        born: datetime,
        *,
        in_job: bool = False,
    ) -> None:
        self._directory, self._in_job = directory, in_job
        self._ended = False
        self._obeyed: datetime | None = None
        if previous is not None and previous.state is State.STOPPED and not in_job:
            self._obeyed = min(previous.heartbeat, born)

    def listen(self) -> None:
        """Take the system's signals as orders; a terminal's hangup is none of our business."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        if self._in_job and hasattr(signal, "SIGUSR2"):
            signal.signal(signal.SIGUSR2, self._end)
        if hasattr(signal, "SIGHUP"):
            signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def latest(self) -> Order:
        """Return what is asked now."""
        return Order.STOP if self._ended else self._given()

    def end(self) -> None:
        """Take it that a signal came: another rank had one."""
        self._ended = True

    @property
    def to_leave(self) -> bool:
        """Whether only the machine is asked back, so that the run is to go on elsewhere."""
        return self._in_job and self._ended and self._given() is not Order.STOP

    def _given(self) -> Order:
        given = control.read_order(self._directory)
        if given is None or (self._obeyed is not None and given.at <= self._obeyed):
            return Order.GO
        return given.order

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self.end()
