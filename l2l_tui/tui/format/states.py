"""Where a milestone or a run stands, as a person reads it."""

from __future__ import annotations

from l2l_tui.language import tr
from l2l_tui.plan.model import Status
from l2l_tui.runs.model import State


def status_word(status: Status) -> str:
    """Return a milestone's status in the language in use."""
    return {
        Status.TODO: tr("todo"),
        Status.DOING: tr("doing"),
        Status.DONE: tr("done"),
        Status.DROPPED: tr("dropped"),
    }[status]


def state_word(state: State) -> str:
    """Return a run's state in the language in use."""
    return {
        State.QUEUED: tr("queued"),
        State.RUNNING: tr("running"),
        State.PAUSED: tr("paused"),
        State.FINISHED: tr("finished"),
        State.FAILED: tr("failed"),
        State.STOPPED: tr("stopped"),
        State.INTERRUPTED: tr("interrupted"),
    }[state]
