"""Dates as people type them."""

from __future__ import annotations

import re
from datetime import date, timedelta

_AHEAD = re.compile(r"\+(\d{1,4})\s*([dw])")


def parse(text: str, today: date) -> date | None:
    """Return the day that a text names; None for none.

    Args:
        text: ``2026-08-17``, ``+7d``, ``+2w``, ``today`` or nothing.
        today: The day to count from.

    Raises:
        ValueError: It names no day.
    """
    given = text.strip().lower()
    if not given:
        return None
    if given == "today":
        return today
    if ahead := _AHEAD.fullmatch(given):
        count, unit = int(ahead[1]), ahead[2]
        return today + timedelta(days=count * (7 if unit == "w" else 1))
    return date.fromisoformat(given)


def fault(text: str, today: date) -> str | None:
    """Say what is wrong with a day as typed; None if nothing is."""
    try:
        parse(text, today)
    except (ValueError, OverflowError):
        return "a day is YYYY-MM-DD, or +7d, +2w, today; nothing for no date"
    return None
