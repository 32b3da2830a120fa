"""Dates as people write them, often without a year."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from l2l_tui.errors import RequestError
from l2l_tui.language import tr

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<name>jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?<!\d)(?P<year>\d{3,4}) ?[-/.年] ?"
        r"(?P<month>\d{1,2}) ?[-/.月] ?(?P<day>\d{1,2})(?!\d)[日號号]?",
        r"(?<!\d)(?P<year>20\d\d)(?P<month>\d\d)(?P<day>\d\d)(?!\d)",
        r"(?<!\d)(?P<month>\d{1,2}) ?月 ?(?P<day>\d{1,2}) ?[日號号]?",
        rf"(?<![a-z]){_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<year>\d{{4}}))?(?!\d)",
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)? {_MONTH}(?:,? (?P<year>\d{{4}}))?(?![\da-z])",
        r"(?<![\d/-])(?P<month>\d{1,2})/(?P<day>\d{1,2})(?![\d/])",
        r"(?<![\w/.-])(?P<month>\d{1,2})[-.](?P<day>\d{1,2})(?![\w/-]|\.\d)",
    )
)
_LATE = timedelta(days=182)
_LATE_OVER_NEW_YEAR = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Written:
    """A date as written."""

    month: int
    """1 to 12."""
    day: int
    """1 to 31."""
    year: int | None
    """The year, if it is written."""
    start: int
    """Where it begins in its text."""
    end: int
    """Where it ends."""

    def in_year(self, year: int) -> date | None:
        """Return the date in a year; None if that year has no such day."""
        try:
            return date(self.year or year, self.month, self.day)
        except ValueError:
            return None


def widened(text: str) -> str:
    """Return the text with full-width digits and signs as plain ones, each in its place."""
    return "".join(
        plain if len(plain := unicodedata.normalize("NFKC", sign)) == 1 else sign for sign in text
    )


def find(text: str, *, dashed: bool = True) -> Written | None:
    """Return the first date in a text; a year of three digits is counted from 1911.

    Args:
        text: Any text.
        dashed: Whether ``3-4`` and ``3.4`` are dates; in prose they may be anything.
    """
    plain = widened(text)
    for form in _FORMS if dashed else _FORMS[:-1]:
        for match in form.finditer(plain):
            if (written := _written(match)) is not None:
                return written
    return None


def of_meeting(written: Written, today: date, year: int | None) -> date:
    """Return a meeting's day: in its own year, in `year`, or the nearest past one.

    Raises:
        RequestError: That year has no such day.
    """
    if written.year is None and year is None:
        for past in range(today.year, today.year - 9, -1):
            day = written.in_year(past)
            if day is not None and day <= today:
                return day
    day = written.in_year(year or today.year)
    if day is None:
        wanted = f"{written.month}-{written.day}"
        said = tr(
            "{year} has no {day}; give another year with --year",
            year=written.year or year or today.year,
            day=wanted,
        )
        raise RequestError(said)
    return day


def of_schedule(written: Written, meeting: date) -> date | None:
    """Return the day meant by a line of a schedule that was written for a meeting.

    A schedule looks ahead, so a day that is more than half a year past in the meeting's year
    is next year's. It also keeps what is late: a December line in a January worklog that is
    past by no more than a month is last year's.
    """
    before, same, after = (written.in_year(meeting.year + step) for step in (-1, 0, 1))
    if before is not None and timedelta(0) < meeting - before <= _LATE_OVER_NEW_YEAR:
        return before
    if same is not None and meeting - same <= _LATE:
        return same
    return same if written.year is not None else after or same


def _written(match: re.Match[str]) -> Written | None:
    parts = match.groupdict()
    name = parts.get("name")
    month = _MONTHS.index(name[:3].lower()) + 1 if name else int(parts["month"])
    year = int(parts["year"]) if parts.get("year") else None
    if year is not None and year < 1000:
        year += 1911
    written = Written(month, int(parts["day"]), year, match.start(), match.end())
    return written if written.in_year(2000) is not None else None
