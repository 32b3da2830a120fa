"""Names of weekdays and months, in the language in use and whatever the locale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.language import tr

if TYPE_CHECKING:
    from datetime import date


def weekday(day: date) -> str:
    """Return the short name of a day's weekday."""
    names = (tr("Mon"), tr("Tue"), tr("Wed"), tr("Thu"), tr("Fri"), tr("Sat"), tr("Sun"))
    return names[day.weekday()]


def month(day: date) -> str:
    """Return the short name of a day's month."""
    names = (
        *(tr("Jan"), tr("Feb"), tr("Mar"), tr("Apr"), tr("May"), tr("Jun")),
        *(tr("Jul"), tr("Aug"), tr("Sep"), tr("Oct"), tr("Nov"), tr("Dec")),
    )
    return names[day.month - 1]


def month_and_year(day: date) -> str:
    """Return a day's month with its year."""
    return tr("{month} {year}", month=month(day), year=day.year)


def named_day(day: date) -> str:
    """Return a day as ``Wed 07-28``."""
    return tr("{weekday} {day}", weekday=weekday(day), day=f"{day:%m-%d}")


def named_day_near(day: date, today: date) -> str:
    """Return a day as ``Wed 07-28``; with its year where that is not this one."""
    if day.year == today.year:
        return named_day(day)
    return tr("{weekday} {day}", weekday=weekday(day), day=day.isoformat())
