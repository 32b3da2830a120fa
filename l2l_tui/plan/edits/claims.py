"""Milestones that their claims make done, and the note that a person decided otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.plan.edits.base import MILESTONE_KEYS
from l2l_tui.plan.model import DoneWhen, Status

if TYPE_CHECKING:
    from l2l_tui.plan.document import Document
    from l2l_tui.plan.layout import Key


def finish_by_claims(document: Document) -> None:
    """Make each milestone done whose claims decide that and hold.

    Its history gets the day on which the deciding run ended, and the run.
    """
    if not any(_by_claims(document, index) for index in _indices(document)):
        return
    from l2l_tui.plan import check, verdicts

    reading = check.read(document.data)
    for index, milestone in enumerate(reading.milestones):
        result = verdicts.finishes(milestone, reading.results)
        if result is None:
            continue
        key = ("milestone", index)
        document.set((*key, "status"), Status.DONE.value, MILESTONE_KEYS)
        change = {"on": result.on, "status": Status.DONE.value, "run": result.run}
        document.append((*key, "history"), change, MILESTONE_KEYS)


def contradicts_claims(document: Document, key: Key, status: Status) -> bool:
    """Whether a person who sets this status decides what the claims would decide otherwise.

    That is closing a milestone themselves, or opening one whose claims hold.
    """
    if not _by_claims(document, int(key[1])):
        return False
    from l2l_tui.plan import check, verdicts

    reading = check.read(document.data)
    met = verdicts.met_by(reading.milestones[int(key[1])], reading.results) is not None
    return met if status in {Status.TODO, Status.DOING} else not met or status is Status.DROPPED


def _indices(document: Document) -> range:
    return range(len(document.get(("milestone",)) or []))


def _by_claims(document: Document, index: int) -> bool:
    return bool(document.get(("milestone", index, "done_when")) == DoneWhen.CLAIMS.value)
