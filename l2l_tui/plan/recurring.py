"""Recurring items: on which days they come round, and which of these are done or skipped.

Everything is counted in whole days of the calendar from the first one on, so neither a week
that was skipped nor the change to daylight saving shifts what comes after. A monthly item that
began on the 31st comes on the last day of shorter months and on the 31st again after those.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from l2l_tui.plan.model import Every, Recurring

if TYPE_CHECKING:
    from collections.abc import Iterator

    from l2l_tui.plan.model import Plan

_MONTHS = 12


class Mark(StrEnum):
    """What became of one day of a recurring item."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One day on which a recurring item comes round."""

    item: Recurring
    """The item."""
    on: date
    """The day."""
    mark: Mark
    """What became of it."""


def occurrences(plan: Plan, start: date, end: date) -> tuple[Occurrence, ...]:
    """Return what comes round from `start` to `end`, both included, by day, then by file."""
    found = [
        Occurrence(item, day, mark_of(item, day))
        for item in plan.recurring
        for day in days(item, start, end)
    ]
    return tuple(sorted(found, key=lambda occurrence: occurrence.on))


def days(item: Recurring, start: date, end: date) -> Iterator[date]:
    """Yield the days from `start` to `end`, both included, on which an item comes round."""
    last = end if item.until is None else min(end, item.until)
    number = _number_before(item, start)
    while (day := _day(item, number)) is not None and day <= last:
        if day >= start:
            yield day
        number += 1


def mark_of(item: Recurring, day: date) -> Mark:
    """Return what became of an item's day."""
    if day in item.done:
        return Mark.DONE
    return Mark.SKIPPED if day in item.skipped else Mark.OPEN


def next_open(item: Recurring, today: date) -> date | None:
    """Return the day, today or later, on which an item is next to be done; None if never.

    Days that were let pass do not pile up: only the next one counts.
    """
    end = item.until or date.max
    return next((day for day in days(item, today, end) if mark_of(item, day) is Mark.OPEN), None)


def comes_round(item: Recurring, day: date) -> bool:
    """Whether a day is one of an item's."""
    return any(True for _ in days(item, day, day))


def _number_before(item: Recurring, start: date) -> int:
    """Return the number of an occurrence at or before `start`, or that of the first."""
    if start <= item.first:
        return 0
    if item.every is Every.MONTH:
        months = (start.year - item.first.year) * _MONTHS + start.month - item.first.month
        return max(0, months - 1)
    return (start - item.first).days // item.period_days


def _day(item: Recurring, number: int) -> date | None:
    """Return an occurrence by its number, counted from 0; None where the calendar ends."""
    try:
        if item.every is not Every.MONTH:
            return item.first + timedelta(days=number * item.period_days)
        year, month = divmod(item.first.year * _MONTHS + item.first.month - 1 + number, _MONTHS)
        last = calendar.monthrange(year, month + 1)[1]
        return date(year, month + 1, min(item.first.day, last))
    except (OverflowError, ValueError):
        return None
