"""Days as people type them."""

from __future__ import annotations

from datetime import date

import pytest

from l2l_tui.errors import RequestError
from l2l_tui.plan.dates import parse_day

TODAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-08-17", date(2026, 8, 17)),
        (" Today ", TODAY),
        ("tomorrow", date(2026, 3, 5)),
        ("+7d", date(2026, 3, 27)),
        ("+2 W", date(2026, 4, 3)),
        ("-3d", date(2026, 3, 17)),
    ],
)
def test_a_day_is_read_in_several_forms(text: str, day: date) -> None:
    """Distances count from the day that is given, and only they do."""
    assert parse_day(text, TODAY, start=date(2026, 3, 20)) == day


def test_a_distance_counts_from_today_where_nothing_else_is_given() -> None:
    """A new milestone has no date to move."""
    assert parse_day("-1w", TODAY) == date(2026, 2, 25)


@pytest.mark.parametrize("text", ["", "soon", "+7", "7d", "+9999w"])
def test_a_day_out_of_the_calendar_or_none_at_all_is_refused(text: str) -> None:
    """The message says how to write one."""
    with pytest.raises(RequestError, match="write it as 2026-03-04"):
        parse_day(text, TODAY, start=date(9999, 12, 1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-13-01", "there is no month 13"),
        ("2026-02-30", "there is no 30 February"),
        ("2026-02-29", "there is no 29 February 2026"),
        ("0000-01-01", "a date such as"),
    ],
)
def test_a_day_that_does_not_exist_is_said_so(text: str, said: str) -> None:
    """As it is of one that stands in a plan."""
    with pytest.raises(RequestError, match=said):
        parse_day(text, TODAY)
