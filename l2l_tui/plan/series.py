"""The plan's own meetings: every so many days from the first one on, but for those skipped.

A day that is skipped shifts nothing: what comes after stays where it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from l2l_tui.plan.model import Meeting


class Meets(Protocol):
    """What says when it meets: a plan, or a document's reading."""

    @property
    def first_meeting(self) -> date | None:
        """The day of the first meeting."""

    @property
    def meets_every_days(self) -> int:
        """Days from one meeting to the next."""

    @property
    def skipped_meetings(self) -> tuple[date, ...]:
        """Days on which no meeting is held after all."""

    @property
    def meetings(self) -> tuple[Meeting, ...]:
        """What is written down, by date."""


@dataclass(frozen=True, slots=True)
class Series:
    """The days of the plan's own meetings."""

    first: date | None
    """The first of them; None where there is none at all."""
    every_days: int
    """Days from one to the next."""
    skipped: frozenset[date]
    """The days on which none is held."""

    @classmethod
    def of(cls, plan: Meets) -> Series:
        """Return a plan's series; without a first meeting it begins with what is written down."""
        first = plan.first_meeting
        if first is None and plan.meetings:
            first = plan.meetings[0].date
        return cls(first, plan.meets_every_days, frozenset(plan.skipped_meetings))

    def has(self, day: date) -> bool:
        """Whether a day is one of the series, skipped or not."""
        first = self.first
        return first is not None and day >= first and not (day - first).days % self.every_days

    def held(self, start: date, end: date) -> Iterator[date]:
        """Yield the days from `start` to `end`, both included, that are not skipped."""
        return (day for day in self.days(start, end) if day not in self.skipped)

    def days(self, start: date, end: date) -> Iterator[date]:
        """Yield all its days from `start` to `end`, both included."""
        if self.first is None:
            return
        step = timedelta(days=self.every_days)
        try:
            day = self.first + max(0, -((self.first - start) // step)) * step
            while day <= end:
                yield day
                day += step
        except OverflowError:  # the calendar ends
            return

    def before(self, day: date) -> date | None:
        """Return the last day before another one that is not skipped."""
        if self.first is None or day <= self.first:
            return None
        step = timedelta(days=self.every_days)
        number = (day - self.first - timedelta(days=1)) // step
        days = (self.first + at * step for at in range(number, -1, -1))
        return next((one for one in days if one not in self.skipped), None)

    def near(self, day: date) -> tuple[date, ...]:
        """Return the days next to another one, before and after it, that are not skipped."""
        after = next(self.held(day, date.max), None) if day < date.max else None
        return tuple(one for one in (self.before(day), after) if one is not None)
