"""Undo and redo: a step back or forth in the plan's versions, said in words.

Called in a worker. The store tells what a step would take back before it takes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.language import tr
from l2l_tui.plan import store

if TYPE_CHECKING:
    from pathlib import Path

    from l2l_tui.plan.model import Plan


def undo(path: Path) -> tuple[str, Plan]:
    """Take back the last change; return what is said and the plan as it is.

    Raises:
        L2LError: The plan cannot be read or written.
    """
    label = store.timeline(path).undo_label
    if label is None:
        return tr("There is nothing to undo."), store.load(path)
    plan = store.undo(path)
    return tr("Undone: {change}. ^y brings it back.", change=label), plan


def redo(path: Path) -> tuple[str, Plan]:
    """Do again what was taken back last; return what is said and the plan as it is.

    Raises:
        L2LError: The plan cannot be read or written.
    """
    label = store.timeline(path).redo_label
    if label is None:
        return tr("There is nothing to do again."), store.load(path)
    plan = store.redo(path)
    return tr("Done again: {change}. ^z takes it back.", change=label), plan
