"""Edits of the plan's own few values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from l2l_tui.errors import RequestError, UnknownNameError
from l2l_tui.language import tr
from l2l_tui.plan.edits.base import UNSET, Unset, conflict, put_day
from l2l_tui.plan.series import Series

if TYPE_CHECKING:
    from l2l_tui.plan.document import Document

_KEYS = ("title", "language", "interface", "first_meeting", "meets_every_days")
_ALL = (*_KEYS, "skipped_meetings")


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


@dataclass(frozen=True, slots=True)
class SkipMeeting:
    """One of the plan's own meetings is not held; what is written for it stays."""

    on: date
    """Its day: one of the series, or one for which something is written down."""

    def apply(self, document: Document) -> None:
        """Write the day among those skipped; nothing if it stands there.

        Raises:
            RequestError: There would be no meeting of the plan's own on that day.
        """
        from l2l_tui.plan import check

        key = ("plan", "skipped_meetings")
        if self.on in (document.get(key) or []):
            return
        reading = check.read(document.data)
        written = any(meeting.date == self.on for meeting in reading.meetings)
        if not written and not Series.of(reading).has(self.on):
            raise RequestError(tr("the plan has no meeting of its own on {day}", day=self.on))
        put_day(document, key, self.on, _ALL, there=True)


@dataclass(frozen=True, slots=True)
class UnskipMeeting:
    """One of the plan's own meetings that was skipped is held after all; nothing if it is."""

    on: date
    """Its day."""

    def apply(self, document: Document) -> None:
        """Take the day from those skipped."""
        put_day(document, ("plan", "skipped_meetings"), self.on, _ALL, there=False)
