"""Edits of the plan's own few values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from l2l_tui.errors import RequestError, UnknownNameError
from l2l_tui.language import tr
from l2l_tui.plan.edits.base import UNSET, Unset, conflict

if TYPE_CHECKING:
    from l2l_tui.plan.document import Document

_KEYS = ("title", "language", "interface", "first_meeting", "meets_every_days")


@dataclass(frozen=True, slots=True)
class SetPlan:
    """The plan's title, languages, first meeting or days between meetings get another value."""

    key: str
    """Which of them."""
    value: str | date | int | None
    """The new value; None takes it away, and what holds without it holds."""
    expected: str | date | int | Unset | None = UNSET
    """What the editor saw, if that matters."""

    def apply(self, document: Document) -> None:
        """Set the value."""
        if self.key not in _KEYS:
            raise UnknownNameError("value of a plan", self.key, _KEYS)
        if self.key == "title" and not str(self.value or "").strip():
            raise RequestError(tr("a plan's title cannot be empty"))
        now = document.get(("plan", self.key))
        if now == self.value:
            return
        if self.expected is not UNSET and now != self.expected:
            raise conflict(tr("the plan's {key}", key=self.key), self.expected, now)
        if self.value is None:
            document.remove(("plan", self.key))
        else:
            document.set(("plan", self.key), self.value, _KEYS)
