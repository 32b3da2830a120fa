"""Days as people type them."""

from __future__ import annotations

from datetime import date, datetime

from l2l_tui.plan.dates import parse_day as parse_day


def today() -> date:
    """Return today's date where the person is."""
    return datetime.now().astimezone().date()


def parse_due(text: str, now: date, start: date | None = None) -> date | None:
    """Return a due day; ``none`` takes it away.

    Args:
        text: What was typed.
        now: Today.
        start: The present due day, which a distance such as ``+7d`` counts from.

    Raises:
        RequestError: It is no day.
    """
    return None if text == "none" else parse_day(text, now, start=start)
