"""The rhythm of recurring items in words, as a person reads and writes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from l2l_tui.errors import RequestError
from l2l_tui.language import tr, trn
from l2l_tui.plan.model import Every

if TYPE_CHECKING:
    from l2l_tui.plan.model import Recurring

MOST_DAYS = 366
"""The longest rhythm in days."""

_COUNT = re.compile(r"(\d{1,4})\s*([dw])")


def parse(text: str) -> tuple[int | None, Every | None]:
    """Return `every_days` and `every` of a rhythm as it is written.

    Args:
        text: ``week``, ``month``, or a number of days or weeks: ``10d``, ``2w``.

    Raises:
        RequestError: It is none of these.
    """
    given = text.strip().lower()
    if given in set(Every):
        return None, Every(given)
    if count := _COUNT.fullmatch(given):
        days = int(count[1]) * (7 if count[2] == "w" else 1)
        if 1 <= days <= MOST_DAYS:
            return days, None
    raise RequestError(
        tr(
            "{text!r} is no rhythm; write week, month, or 1d to {most}d, such as 10d or 2w",
            text=text,
            most=MOST_DAYS,
        )
    )


def as_typed(item: Recurring) -> str:
    """Return how often an item comes round as `parse` takes it."""
    if item.every is not None:
        return item.every.value
    weeks, days = divmod(item.period_days, 7)
    return f"{item.period_days}d" if days else f"{weeks}w"


def in_words(item: Recurring) -> str:
    """Return how often an item comes round."""
    if item.every is Every.MONTH:
        return tr("every month")
    weeks, days = divmod(item.period_days, 7)
    if not days:
        return trn("every week", "every {n} weeks", weeks)
    return trn("every day", "every {n} days", item.period_days)
