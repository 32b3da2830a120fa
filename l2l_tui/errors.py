"""What can go wrong and be said to a person in one message.

Every error that a person may meet derives from `L2LError`; its text says what is
wrong, where, and what to do. Anything else that escapes is a bug of ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterable

KINDS = (
    "data set",
    "experiment",
    "figure of {experiment}",
    "format",
    "item of {milestone}'s checklist",
    "language",
    "link of {milestone}",
    "measurement of {run}",
    "milestone",
    "order",
    "partition",
    "plan",
    "preprocessing",
    "preset of {experiment}",
    "problem of {day}",
    "queue setting",
    "recurring item",
    "run",
    "run or milestone on offer",
    "section",
    "setting",
    "state of a milestone",
    "status",
    "sweep",
    "text of a milestone",
    "track",
    "update rule for any network",
    "value of a plan",
    "value of {option}",
    "verb",
    "weights",
)
"""What a name that does not exist may have been meant for; declared here, translated when said."""

_LISTED = 20
"""How many names a message lists."""

_LONGEST = 200
"""Characters of a text that may be a misspelt name; to compare longer ones takes for ever."""


class L2LError(Exception):
    """Something went wrong that a person can be told about (exit code 1)."""

    exit_code = 1


class RequestError(L2LError):
    """The request was wrong: an unknown name, a bad value, a broken file (exit code 2)."""

    exit_code = 2


class UnknownNameError(RequestError):
    """A name that does not exist; the message offers the nearest one that does.

    Args:
        kind: What was named, one of `KINDS`.
        name: What was given.
        choices: The names that exist.
        about: What stands in the kind's braces.
    """

    def __init__(self, kind: str, name: str, choices: Iterable[str], **about: object) -> None:
        self.kind, self.name, self.choices = tr(kind, **about), name, tuple(choices)
        self.nearest = nearest(name, self.choices)
        super().__init__(self._message())

    def _message(self) -> str:
        said = {"kind": self.kind, "name": self.name}
        if self.nearest is not None:
            meant = self.nearest
            return tr("no {kind} is called {name!r}; did you mean {meant!r}?", **said, meant=meant)
        if not self.choices:
            return tr("no {kind} is called {name!r}; there is none yet", **said)
        more = ", ..." if len(self.choices) > _LISTED else ""
        listed = ", ".join(self.choices[:_LISTED]) + more
        return tr("no {kind} is called {name!r}; there is {choices}", **said, choices=listed)


class ConflictError(L2LError):
    """A file changed on disk in a way that contradicts the edit; nothing was written.

    Args:
        message: What was seen, and what stands there now.
        found: What stands there now, where that is one value that could be written over.
    """

    def __init__(self, message: str, found: object = None) -> None:
        super().__init__(message)
        self.found = found
        self.edit: object = None
        """The edit that was refused, for whoever asks the person and tries again."""


def nearest(name: str, choices: Iterable[str], cutoff: float | None = None) -> str | None:
    """Return the choice that looks most like `name`, or None if none does.

    Args:
        name: What was given.
        choices: The names that exist.
        cutoff: How much alike they must be, from 0 to 1; by the name's length unless given.
    """
    from difflib import get_close_matches

    if len(name) > _LONGEST:
        return None
    folded = {choice.casefold(): choice for choice in choices}
    # Among a few letters half of them are alike by chance: 'foo' is no slip for 'todo'.
    least = cutoff or (0.6 if len(name) <= 4 else 0.5)
    found = get_close_matches(name.casefold(), folded, n=1, cutoff=least)
    return folded[found[0]] if found else None
