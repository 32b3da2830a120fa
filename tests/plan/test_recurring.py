"""What comes round: over skipped weeks, month ends and the change of clocks."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l2l_tui.errors import ConflictError, RequestError, UnknownNameError
from l2l_tui.plan import store
from l2l_tui.plan.edits import AddRecurring, MarkOccurrence, SetRecurring, SetText
from l2l_tui.plan.model import Every, Plan, Recurring
from l2l_tui.plan.recurring import Mark, days, next_open, occurrences
from l2l_tui.plan.schedule import next_meeting, previous_meeting
from tests.plan.conftest import SMALL

Write = Callable[[str | bytes], Path]
READING = Recurring("reading", "Reading slot", date(2021, 7, 8), "paper", every=Every.WEEK)
TEXT = """\

[[recurring]]
id = "reading"
title = "Reading slot"
first = 2021-07-08         # a Thursday
track = "paper"
every = "week"
until = 2021-08-12
"""


def monthly(first: date) -> Recurring:
    """Return an item that comes each month."""
    return Recurring("m", "Seminar", first, "paper", every=Every.MONTH)


def test_a_weekly_item_comes_on_the_same_weekday_until_its_last_day(write: Write) -> None:
    """Read from a file, asked for a stretch in the middle, both ends included."""
    plan = store.load(write(SMALL + TEXT))
    assert (plan.faults, plan.recurring[0].until) == ((), date(2021, 8, 12))
    found = occurrences(plan, date(2021, 7, 22), date(2021, 12, 31))
    assert [each.on for each in found] == [
        date(2021, 7, 22),
        date(2021, 7, 29),
        date(2021, 8, 5),
        date(2021, 8, 12),
    ]


def test_the_31st_is_the_last_day_of_shorter_months_and_comes_back() -> None:
    """February, in a leap year too."""
    found = list(days(monthly(date(2023, 10, 31)), date(2023, 11, 1), date(2024, 4, 30)))
    assert found == [
        date(2023, 11, 30),
        date(2023, 12, 31),
        date(2024, 1, 31),
        date(2024, 2, 29),
        date(2024, 3, 31),
        date(2024, 4, 30),
    ]


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system cannot change its time zone")
def test_the_change_of_clocks_moves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the zone and the weeks in which clocks go forward and back."""
    plan = Plan(Path("p.toml"), "", recurring=(READING,))
    zones = ("Europe/Berlin", "America/New_York", "Asia/Taipei", "Pacific/Apia")
    seen = set()
    for zone in zones:
        monkeypatch.setitem(os.environ, "TZ", zone)
        time.tzset()
        found = occurrences(plan, date(2021, 10, 1), date(2022, 4, 15))
        seen.add(tuple(each.on for each in found))
    monkeypatch.undo()
    time.tzset()
    (only,) = seen
    assert {day.weekday() for day in only} == {3}
    assert len(only) == 28


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.sampled_from([(None, Every.WEEK), (None, Every.MONTH), (1, None), (10, None), (366, None)]),
    st.dates(date(2019, 1, 1), date(2031, 1, 1)),
    st.integers(0, 400),
)
def test_a_stretch_holds_what_the_whole_series_holds(
    first: date, rhythm: tuple[int | None, Every | None], start: date, length: int
) -> None:
    """Wherever one begins to look, the days are the same, and none comes before the first."""
    item = Recurring("x", "X", first, "t", every_days=rhythm[0], every=rhythm[1])
    end = start + timedelta(days=length)
    whole = [day for day in days(item, first, end) if day >= start]
    assert list(days(item, start, end)) == whole
    assert list(days(item, first, first)) == [first]


def test_series_end_where_the_calendar_ends() -> None:
    """Without an exception."""
    for item in (READING, monthly(date(2021, 7, 31))):
        assert list(days(item, date(9999, 11, 30), date.max))


def test_days_are_marked_and_opened_again_in_the_file(write: Write) -> None:
    """A skipped week does not shift the next; only its own lines change."""
    path = write(SMALL + TEXT)
    plan = store.save(
        path,
        MarkOccurrence("reading", date(2021, 7, 15), Mark.SKIPPED),
        MarkOccurrence("reading", date(2021, 7, 8), Mark.DONE),
    )
    marks = [each.mark for each in occurrences(plan, date(2021, 7, 1), date(2021, 7, 23))]
    assert marks == [Mark.DONE, Mark.SKIPPED, Mark.OPEN]
    assert next_open(plan.recurring[0], date(2021, 7, 9)) == date(2021, 7, 22)
    assert path.read_text() == SMALL + TEXT + "done = [2021-07-08]\nskipped = [2021-07-15]\n"

    plan = store.save(path, MarkOccurrence("reading", date(2021, 7, 15), Mark.OPEN))
    assert plan.recurring[0].skipped == ()
    plan = store.save(path, MarkOccurrence("reading", date(2021, 7, 8), Mark.SKIPPED))
    assert (plan.recurring[0].done, plan.recurring[0].skipped) == ((), (date(2021, 7, 8),))
    assert next_open(plan.recurring[0], date(2021, 8, 13)) is None


def test_marks_that_make_no_sense_are_refused(write: Write) -> None:
    """An item that is not there, a day on which it does not come round."""
    path = write(SMALL + TEXT)
    with pytest.raises(UnknownNameError, match="did you mean 'reading'"):
        store.save(path, MarkOccurrence("readng", date(2021, 7, 8), Mark.DONE))
    with pytest.raises(RequestError, match="does not come round on 2021-07-09"):
        store.save(path, MarkOccurrence("reading", date(2021, 7, 9), Mark.DONE))


def test_an_item_is_added_behind_the_milestones(small: Path) -> None:
    """It reads back as it was; an id that is taken is a conflict."""
    plan = store.save(small, AddRecurring(READING), SetText("maml", "notes", "x"))
    assert plan.recurring == (READING,)
    text = small.read_text()
    assert text.index('id = "resnet"') < text.index("[[recurring]]") < text.index("[[meeting]]")
    with pytest.raises(ConflictError, match="already"):
        store.save(small, AddRecurring(READING))


def test_recurring_meetings_are_meetings(small: Path) -> None:
    """Beside the plan's own series, unless that day is skipped."""
    first, skipped = date(2021, 7, 9), (date(2021, 7, 23),)
    item = Recurring("group", "Group", first, meeting=True, every_days=14, skipped=skipped)
    plan = store.save(small, AddRecurring(item))
    assert next_meeting(plan, date(2021, 7, 8)) == first
    assert previous_meeting(plan, date(2021, 7, 12)) == first
    assert next_meeting(plan, date(2021, 7, 22)) == date(2021, 7, 28)
    assert previous_meeting(plan, date(2021, 7, 24)) == date(2021, 7, 21)


SLOT = replace(READING, until=date(2021, 8, 12))


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        ({"title": "Slot"}, '"Reading slot"', '"Slot"'),
        ({"first": date(2021, 7, 9)}, "2021-07-08         #", "2021-07-09         #"),
        ({"until": None}, "until = 2021-08-12\n", ""),
        ({"every": Every.MONTH}, '"week"', '"month"'),
        ({"track": "torch"}, 'track = "paper"', 'track = "torch"'),
        ({"every": None, "every_days": 10}, 'every = "week"', "every_days = 10"),
        ({"track": "", "meeting": True}, 'track = "paper"', "meeting = true"),
        ({}, "", ""),
    ],
)
def test_an_item_changes_field_by_field(
    write: Write, change: dict[str, object], before: str, after: str
) -> None:
    """Each in its line; the days that were done or skipped are not the editor's."""
    marks = "done = [2021-07-15]\nskipped = [2021-07-22]\n"
    path = write(SMALL + TEXT + marks)
    plan = store.save(path, SetRecurring(replace(SLOT, **change), SLOT))  # type: ignore[arg-type]
    assert path.read_text() == SMALL + TEXT.replace(before, after, 1) + marks
    marked = replace(SLOT, done=(date(2021, 7, 15),), skipped=(date(2021, 7, 22),))
    assert plan.recurring == (replace(marked, **change),)  # type: ignore[arg-type]


def test_what_somebody_else_changed_of_an_item_is_kept_or_refused(write: Write) -> None:
    """Of another field it merges, of the same one nothing is written."""
    path = write(SMALL + TEXT)
    store.save(path, SetRecurring(replace(SLOT, title="Theirs"), SLOT))
    plan = store.save(path, SetRecurring(replace(SLOT, until=None), SLOT))
    assert (plan.recurring[0].title, plan.recurring[0].until) == ("Theirs", None)
    with pytest.raises(ConflictError, match="you saw 'Reading slot', it is 'Theirs' now") as caught:
        store.save(path, SetRecurring(replace(SLOT, title="Ours"), SLOT))
    assert caught.value.found == plan.recurring[0]
    plan = store.save(path, SetRecurring(replace(SLOT, title="Ours", until=None)))
    assert plan.recurring[0].title == "Ours"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"title": "  "}, "the title is empty"),
        ({"until": date(2021, 7, 1)}, "would end on 2021-07-01, before it begins"),
        ({"track": "papr"}, "did you mean 'paper'"),
        ({"track": ""}, "meeting = true"),
        ({"every": None}, "every ="),
        ({"id": "readng"}, "did you mean 'reading'"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(
    write: Write, change: dict[str, object], why: str
) -> None:
    """And nothing is written."""
    path = write(SMALL + TEXT)
    with pytest.raises(RequestError, match=why):
        store.save(path, SetRecurring(replace(SLOT, **change), SLOT))  # type: ignore[arg-type]
    assert path.read_text() == SMALL + TEXT


@pytest.mark.parametrize(
    ("line", "spoilt", "key", "expected"),
    [
        ('every = "week"', 'every = "wek"', "every", "did you mean 'week'"),
        ('every = "week"', "", "every_days", "every ="),
        ('every = "week"', "every_days = 0", "every_days", "1 to 366"),
        ('every = "week"', 'every_days = 7\nevery = "week"', "every", "nothing beside"),
        ('track = "paper"', "", "track", "meeting = true"),
        ('track = "paper"', 'track = "papr"', "track", "did you mean 'paper'"),
        ('track = "paper"', "meeting = 1", "meeting", "true or false"),
        ("first = 2021-07-08 ", "# ", "first", "a date such as"),
        ("until = 2021-08-12", "until = 5", "until", "a date such as"),
        ("until = 2021-08-12", "until = 2021-07-07", "until", "a date from 2021-07-08 on"),
        ("until = 2021-08-12", "done = [5]", "done[0]", "a date such as"),
        ("until = 2021-08-12", "skipped = 2021-07-15", "skipped", "an array of dates"),
        ('id = "reading"', "id = 4", "id", "text in quotes"),
    ],
)
def test_broken_items_are_faults(
    write: Write, line: str, spoilt: str, key: str, expected: str
) -> None:
    """Each names its key and what it should be."""
    faults = store.load(write(SMALL + TEXT.replace(line, spoilt))).faults
    fault = next(each for each in faults if each.key == f"recurring[0].{key}")
    assert expected in fault.expected
    assert fault.line > SMALL.count("\n")
