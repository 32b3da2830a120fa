"""What comes in which week: meetings, what is due, what comes round."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l2l_tui.errors import RequestError, UnknownNameError
from l2l_tui.plan import agenda, rhythm, store
from l2l_tui.plan.agenda import Kind
from l2l_tui.plan.edits import AddRecurring, MarkOccurrence, RemoveRecurring
from l2l_tui.plan.model import Every, Meeting, Milestone, Plan, Recurring, Status, Track
from l2l_tui.plan.recurring import Mark, comes_round, days, next_open, occurrences
from l2l_tui.plan.schedule import meeting_days, next_meeting
from tests.plan.conftest import SMALL

Write = Callable[[str | bytes], Path]
WEDNESDAY = date(2026, 3, 4)
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
RHYTHMS = st.sampled_from([(None, Every.WEEK), (None, Every.MONTH), (1, None), (10, None)])


def item(
    first: date,
    *,
    every: Every | None = Every.WEEK,
    every_days: int | None = None,
    meeting: bool = False,
    skipped: tuple[date, ...] = (),
    until: date | None = None,
) -> Recurring:
    """Return something that comes round."""
    return Recurring(
        "slot",
        "Slot",
        first,
        "" if meeting else "t",
        meeting=meeting,
        every_days=every_days,
        every=None if every_days else every,
        skipped=skipped,
        until=until,
    )


def plan(
    *milestones: Milestone, recurring: tuple[Recurring, ...] = (), first: date | None = WEDNESDAY
) -> Plan:
    """Return a plan of one track."""
    return Plan(
        Path("p.toml"),
        "",
        first_meeting=first,
        tracks=(Track("t", "T"),),
        milestones=milestones,
        recurring=recurring,
    )


def due(id_: str, day: date, status: Status = Status.TODO) -> Milestone:
    """Return a milestone that is due on a day."""
    return Milestone(id_, "t", id_.upper(), day, status)


def test_a_week_is_a_calendars_and_days_come_in_order() -> None:
    """From Monday to Sunday, the meeting marked, its day's things behind it."""
    made = plan(
        due("next", date(2026, 3, 9)),
        due("sunday", date(2026, 3, 8)),
        due("done", date(2026, 3, 2), Status.DONE),
        due("dropped", date(2026, 3, 5), Status.DROPPED),
        due("wednesday", WEDNESDAY),
        recurring=(item(date(2026, 3, 3)),),
    )
    found = agenda.agenda(made, WEDNESDAY)
    assert found.late == ()
    assert [(week.monday, week.sunday) for week in found.weeks] == [
        (date(2026, 3, 2), date(2026, 3, 8)),
        (date(2026, 3, 9), date(2026, 3, 15)),
    ]
    assert [
        (day.date.day, [entry.kind for entry in day.entries]) for day in found.weeks[0].days
    ] == [
        (2, [Kind.DUE]),
        (3, [Kind.RECURRING]),
        (4, [Kind.MEETING, Kind.DUE]),
        (8, [Kind.DUE]),
    ]
    keys = [entry.key for week in found.weeks for day in week.days for entry in day.entries]
    assert len(set(keys)) == len(keys)


def test_what_is_late_stands_in_front_and_nowhere_else() -> None:
    """Also what was due earlier in this week; the latest first."""
    made = plan(due("a", date(2026, 3, 2)), due("b", date(2025, 3, 2)))
    found = agenda.agenda(made, WEDNESDAY)
    assert [entry.milestone and entry.milestone.id for entry in found.late] == ["b", "a"]
    kinds = [entry.kind for week in found.weeks for day in week.days for entry in day.entries]
    assert kinds == [Kind.MEETING, Kind.MEETING]


def test_today_is_there_even_with_nothing_on_it() -> None:
    """So that one sees where one is."""
    found = agenda.agenda(plan(first=None), WEDNESDAY)
    assert [(day.date, day.entries) for week in found.weeks for day in week.days] == [
        (WEDNESDAY, ())
    ]


def test_a_meeting_that_comes_round_has_its_own_title_unless_it_is_skipped() -> None:
    """A skipped one is no meeting, and can be opened again."""
    skipped = (date(2026, 3, 13),)
    made = plan(recurring=(item(date(2026, 3, 6), meeting=True, skipped=skipped),), first=None)
    found = agenda.agenda(made, WEDNESDAY)
    entries = [entry for week in found.weeks for day in week.days for entry in day.entries]
    assert [(entry.on.day, entry.kind) for entry in entries] == [
        (6, Kind.MEETING),
        (13, Kind.RECURRING),
    ]
    assert all(entry.occurrence is not None for entry in entries)


def test_of_what_comes_round_only_the_next_open_day_counts_as_coming() -> None:
    """Days that were let pass do not pile up; what is done is over."""
    slot = item(date(2026, 3, 3), every_days=1, skipped=(WEDNESDAY,))
    made = plan(due("x", date(2026, 3, 7)), recurring=(slot,))
    found = agenda.coming(made, WEDNESDAY, date(2026, 3, 11))
    assert [(entry.kind, entry.on.day) for entry in found] == [(Kind.RECURRING, 5), (Kind.DUE, 7)]


@given(DAYS, st.integers(1, 30), DAYS, st.integers(0, 60), st.lists(DAYS, max_size=3), RHYTHMS)
def test_meeting_days_are_those_that_next_meeting_finds(
    first: date,
    period: int,
    start: date,
    length: int,
    written: list[date],
    rhythm_: tuple[int | None, Every | None],
) -> None:
    """Day for day, whatever series there are."""
    made = Plan(
        Path("p.toml"),
        "",
        first_meeting=first,
        meets_every_days=period,
        meetings=tuple(Meeting(day) for day in sorted(set(written))),
        recurring=(item(first, every=rhythm_[1], every_days=rhythm_[0], meeting=True),),
    )
    stretch = [start + timedelta(days=number) for number in range(length + 1)]
    expected = tuple(day for day in stretch if next_meeting(made, day) == day)
    assert meeting_days(made, stretch[0], stretch[-1]) == expected


def test_a_plan_without_a_meeting_has_no_day_of_meeting() -> None:
    """Though the next one is said to be today."""
    assert meeting_days(plan(first=None), WEDNESDAY, date(2026, 4, 4)) == ()


@given(DAYS, RHYTHMS, st.lists(st.integers(0, 40), max_size=8), DAYS)
def test_skipped_days_shift_nothing(
    first: date, how: tuple[int | None, Every | None], skipped: list[int], today: date
) -> None:
    """The days stay where they are; the next open one is the first that is not skipped."""
    made = item(first, every=how[1], every_days=how[0])
    end = date(2034, 1, 1)
    all_days = list(days(made, first, end))
    left_out = tuple(all_days[at] for at in skipped if at < len(all_days))
    with_skips = item(first, every=how[1], every_days=how[0], skipped=left_out)
    assert list(days(with_skips, first, end)) == all_days
    ahead = [day for day in all_days if day >= today and day not in left_out]
    assert next_open(with_skips, today) == ahead[0]


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 60))
def test_a_monthly_item_comes_once_in_each_month(first: date, months: int) -> None:
    """On its day, or the month's last where that is earlier; the 31st comes back."""
    made = item(first, every=Every.MONTH)
    end = date(first.year + (first.month + months) // 12, (first.month + months) % 12 + 1, 1)
    found = list(days(made, first, end - timedelta(days=1)))
    assert len(found) == months + 1
    for day in found:
        last = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        assert day.day == min(first.day, last.day)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_meetings_stay_on_their_weekday_and_hour_across_the_change_of_clocks(zone: str) -> None:
    """Counted in days and not in hours: in a real zone they stay at the same wall-clock time."""
    here = ZoneInfo(zone)
    made = plan(recurring=(item(date(2026, 1, 7), every_days=14, meeting=True),), first=None)
    found = meeting_days(made, date(2026, 1, 1), date(2026, 12, 31))
    held = [datetime.combine(day, time(10), tzinfo=here) for day in found]
    assert len({one.utcoffset() for one in held}) == 2
    assert {(one.weekday(), one.hour) for one in held} == {(2, 10)}
    assert {later - one for one, later in pairwise(found)} == {timedelta(days=14)}


@given(st.data())
def test_what_was_marked_stays_marked(data: st.DataObject) -> None:
    """In whatever stretch one looks."""
    first, today = data.draw(DAYS), data.draw(DAYS)
    made = item(first, every_days=data.draw(st.integers(1, 40)))
    some = list(days(made, first, first + timedelta(days=400)))[:10]
    skipped = tuple(data.draw(st.lists(st.sampled_from(some), unique=True)))
    with_skips = item(first, every_days=made.every_days, skipped=skipped)
    found = occurrences(plan(recurring=(with_skips,)), today, today + timedelta(days=60))
    assert {one.on for one in found if one.mark is Mark.SKIPPED} == {
        day for day in skipped if today <= day <= today + timedelta(days=60)
    }
    assert all(comes_round(with_skips, one.on) for one in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("week", (None, Every.WEEK)),
        (" Month ", (None, Every.MONTH)),
        ("10d", (10, None)),
        ("2w", (14, None)),
        ("366 d", (366, None)),
    ],
)
def test_a_rhythm_is_read(text: str, expected: tuple[int | None, Every | None]) -> None:
    """As a person writes it."""
    assert rhythm.parse(text) == expected


@pytest.mark.parametrize("text", ["", "0d", "367d", "53w", "wek", "-1d", "1.5d", "9999999d"])
def test_what_is_no_rhythm_is_refused(text: str) -> None:
    """With what there is."""
    with pytest.raises(RequestError, match="week, month"):
        rhythm.parse(text)


def test_a_rhythm_is_said_in_words() -> None:
    """Whole weeks as weeks."""
    first = WEDNESDAY
    said = [rhythm.in_words(item(first, every_days=count)) for count in (1, 10, 7, 14)]
    assert said == ["every day", "every 10 days", "every week", "every 2 weeks"]
    assert rhythm.in_words(item(first)) == "every week"
    assert rhythm.in_words(item(first, every=Every.MONTH)) == "every month"


def test_an_item_is_removed_with_its_comments_and_nothing_else(write: Write) -> None:
    """What stood before it was added stands again, to the last byte."""
    path = write(SMALL)
    slot = item(date(2021, 7, 8))
    store.save(path, AddRecurring(Recurring("slot", "Slot", slot.first, "paper", every=Every.WEEK)))
    store.save(path, MarkOccurrence("slot", date(2021, 7, 15), Mark.DONE))
    assert store.save(path, RemoveRecurring("slot")).recurring == ()
    assert path.read_text(encoding="utf-8") == SMALL
    with pytest.raises(UnknownNameError, match="slot"):
        store.save(path, RemoveRecurring("slot"))


def test_an_item_written_in_brackets_is_removed_too(write: Write) -> None:
    """The others stay in theirs."""
    first = '{ id = "a", title = "A", first = 2021-07-08, track = "paper", every = "week" }'
    second = first.replace('"a"', '"b"')
    text = f"recurring = [\n    {first},\n    {second},\n]\n{SMALL}"
    found = store.save(write(text), RemoveRecurring("a")).recurring
    assert [one.id for one in found] == ["b"]
