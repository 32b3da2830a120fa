"""Days as people type them; the command line and the app read them alike."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from l2l_tui.errors import RequestError
from l2l_tui.language import tr
from l2l_tui.plan.table import a_date

_DISTANCE = re.compile(r"([+-])(\d{1,4})\s*([dw])")
_MEANT = re.compile(r"\d|[+-]\d")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
"""Their names, translated when said."""


def is_meant(text: str) -> bool:
    """Whether a word is to be a day, be it a wrong one."""
    return bool(_MEANT.match(text)) or text.lower() in {"today", "tomorrow"}


def parse_day(text: str, today: date, *, start: date | None = None) -> date:
    """Return the day that a person named.

    Args:
        text: ``2021-07-28``, ``today``, ``tomorrow``, or a distance: ``+7d``, ``-3d``, ``+2w``.
        today: Today.
        start: The day that a distance counts from; today where there is none.

    Raises:
        RequestError: It is no day, or an impossible one.
    """
    given = text.strip().lower()
    words = {"today": today, "tomorrow": today + timedelta(days=1)}
    if given in words:
        return words[given]
    try:
        if distance := _DISTANCE.fullmatch(given):
            sign, count, unit = distance.groups()
            days = int(sign + count) * (7 if unit == "w" else 1)
            return (start or today) + timedelta(days=days)
        return date.fromisoformat(given)
    except (ValueError, OverflowError) as error:
        said = tr(
            "{text!r} is no day; write it as {today}, today, tomorrow or +7d",
            text=text,
            today=today.isoformat(),
        )
        if written := _DATE.fullmatch(given):
            flaw = date_flaw(*map(int, written.groups()))
            said = tr("{text!r} is no day; expected {expected}", text=text, expected=flaw)
        raise RequestError(said) from error


def date_flaw(year: int, month: int, day: int) -> str:
    """Return what is expected instead of a day that does not exist."""
    if not 1 <= month <= 12:
        return tr("a date that exists; there is no month {month}", month=month)
    if not year or 1 <= day <= monthrange(year, month)[1]:
        return a_date()
    said = {"day": day, "month": tr(MONTHS[month - 1])}
    if (month, day) == (2, 29):
        return tr("a date that exists; there is no {day} {month} {year}", year=year, **said)
    return tr("a date that exists; there is no {day} {month}", **said)
