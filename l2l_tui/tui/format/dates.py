"""Dates as people type them into a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.errors import RequestError
from l2l_tui.language import tr
from l2l_tui.plan.dates import parse_day

if TYPE_CHECKING:
    from datetime import date


def parse(text: str, today: date, start: date | None = None) -> date | None:
    """Return the day that a text names; None for none.

    Args:
        text: ``2026-08-17``, ``+7d``, ``-3d``, ``+2w``, ``today`` or nothing.
        today: The day.
        start: The day that a distance counts from; today where there is none.

    Raises:
        RequestError: It names no day.
    """
    return parse_day(text, today, start=start) if text.strip() else None


def fault(text: str, today: date, start: date | None = None) -> str | None:
    """Say what is wrong with a day as typed; None if nothing is."""
    try:
        parse(text, today, start)
    except RequestError:
        return tr("a day is YYYY-MM-DD, or +7d, -3d, +2w, today; nothing for no date")
    return None
