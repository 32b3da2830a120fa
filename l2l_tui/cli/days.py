"""Days as people type them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from l2l_tui.errors import RequestError

_AHEAD = re.compile(r"\+(\d{1,4})([dw])")


def today() -> date:
    """Return today's date where the person is."""
    return datetime.now().astimezone().date()


def parse_day(text: str, now: date) -> date:
    """Return the day that a person named.

    Args:
        text: ``2021-07-28``, ``today``, ``tomorrow``, ``+7d`` or ``+2w``.
        now: Today.

    Raises:
        RequestError: It is no day, or an impossible one.
    """
    words = {"today": now, "tomorrow": now + timedelta(days=1)}
    if text in words:
        return words[text]
    if ahead := _AHEAD.fullmatch(text):
        days = int(ahead[1]) * (7 if ahead[2] == "w" else 1)
        return now + timedelta(days=days)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        reason = f" ({error})" if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else ""
        raise RequestError(
            f"{text!r} is no day{reason}; write it as {now.isoformat()}, today, tomorrow or +7d"
        ) from error


def parse_due(text: str, now: date) -> date | None:
    """Return a due day; ``none`` takes it away.

    Raises:
        RequestError: It is no day.
    """
    return None if text == "none" else parse_day(text, now)
