"""A sweep is stopped as a whole; the same command goes on with it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from l2l_tui.errors import RequestError
from l2l_tui.runs import steer
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import State

if TYPE_CHECKING:
    from l2l_tui.runs.sweep.groups import Sweep
    from l2l_tui.workspace import Workspace


def stop(workspace: Workspace, sweep: Sweep) -> list[RunDirectory]:
    """Ask all runs of a sweep that are under way to end, and wait for none of them.

    Those that wait go first, or one of them would begin in the place of one that ends.

    Returns:
        The runs that were asked.

    Raises:
        L2LError: The queue or an order cannot be written, or a cluster does not answer.
    """
    alive = [run for run in sweep.runs if run.state.alive]
    asked = []
    for run in sorted(alive, key=lambda run: run.state is not State.QUEUED):
        directory = RunDirectory(workspace.runs / run.id)
        with suppress(RequestError):  # it ended meanwhile
            steer.stop(directory, wait_s=0)
            asked.append(directory)
    return asked
