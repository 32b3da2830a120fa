"""What every edit shares: what it sees, what it refuses, and where a milestone stands."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Protocol

from l2l_tui.errors import ConflictError, UnknownNameError
from l2l_tui.language import tr
from l2l_tui.plan.model import Milestone, Section

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from l2l_tui.plan.document import Document
    from l2l_tui.plan.layout import Key

MILESTONE_KEYS = tuple(Milestone.__dataclass_fields__)
"""A milestone's keys in the order in which they are written."""

MEETING_KEYS = ("date", *(section.value for section in Section))
"""A meeting's keys in that order."""

PROBLEM_KEYS = ("text", "raised", "solved", "how")
"""A problem's keys in that order."""


class Unset(Enum):
    """The editor does not say what it saw."""

    UNSET = "unset"
    """The only one."""


UNSET = Unset.UNSET


class Edit(Protocol):
    """One change of a plan."""

    def apply(self, document: Document) -> None:
        """Make the change.

        Raises:
            ConflictError: The field was changed since the editor saw it.
            RequestError: What it names is not there, or the new value is not allowed.
        """
        ...


def conflict(what: str, expected: object, found: object) -> ConflictError:
    """Return the refusal that names what the editor saw and what stands there now."""
    said = tr(
        "{what} was changed meanwhile: you saw {expected}, it is {found} now; "
        "nothing was written, look again and decide",
        what=what,
        expected=_quoted(expected),
        found=_quoted(found),
    )
    return ConflictError(said, found)


def _quoted(value: object) -> str:
    if value is None:
        return tr("none")
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    return repr(text if len(text) <= 80 else f"{text[:77]}...")


def put_day(document: Document, key: Key, day: date, order: Sequence[str], *, there: bool) -> None:
    """Write a day into an array of days, or take it from there.

    Args:
        document: The document.
        key: Where the array stands, or will stand.
        day: The day.
        order: The table's keys in their order.
        there: Whether the day shall stand there.
    """
    held = document.get(key) or []
    if (day in held) is there:
        return
    wanted = sorted({*held} | {day} if there else {*held} - {day})
    if document.is_one_line(key):
        if wanted:
            document.set(key, wanted, order)
        else:
            document.remove(key)
    elif there:
        document.append(key, day, order)
    else:
        for index in reversed([at for at, one in enumerate(held) if one == day]):
            document.remove((*key, index))


def milestone_key(document: Document, id: str) -> Key:  # noqa: A002 (the file's own word)
    """Return where a milestone stands.

    Raises:
        UnknownNameError: There is none of this id.
    """
    milestones = document.get(("milestone",)) or []
    for index, milestone in enumerate(milestones):
        if milestone["id"] == id:
            return ("milestone", index)
    raise UnknownNameError("milestone", id, [milestone["id"] for milestone in milestones])
