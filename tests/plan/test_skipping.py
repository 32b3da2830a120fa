"""Meetings that are skipped: what comes next, before and since; nothing else moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l2l_tui.errors import RequestError
from l2l_tui.plan import agenda, edits, meetings, schedule, skipping, store
from l2l_tui.plan.agenda import Kind
from l2l_tui.plan.edits import MarkOccurrence, SkipMeeting, UnskipMeeting
from l2l_tui.plan.model import Every, Meeting, Plan, Problem, Recurring
from l2l_tui.plan.recurring import Mark
from l2l_tui.plan.series import Series
from tests.plan.conftest import SMALL

Write = Callable[[str | bytes], Path]
FIRST = date(2021, 7, 7)
WEEK = timedelta(weeks=1)


def weekly(*skipped: date, first: date = FIRST, every: int = 7) -> Plan:
    """Return a plan that meets in a series, some days skipped."""
    return Plan(
        Path("p.toml"), "", first_meeting=first, meets_every_days=every, skipped_meetings=skipped
    )


@pytest.mark.parametrize("weeks", [1, 2, 9, 30, 200])
@pytest.mark.parametrize("first", [FIRST, date(2020, 12, 2), date(2024, 1, 31)])
def test_a_series_rolls_over_any_number_of_skipped_weeks(first: date, weeks: int) -> None:
    """Over ends of months and years, 29 February among them; the weekday stays."""
    held = first + 3 * WEEK
    plan = weekly(*(held + number * WEEK for number in range(1, weeks + 1)), first=first)
    following = held + (weeks + 1) * WEEK
    assert schedule.next_meeting(plan, held + timedelta(days=1)) == following
    assert schedule.previous_meeting(plan, following) == held
    assert schedule.next_meeting(plan, following + timedelta(days=1)) == following + WEEK
    assert schedule.meeting_days(plan, held, following) == (held, following)
    assert following.weekday() == first.weekday()


def test_the_series_may_begin_with_skipped_days() -> None:
    """The first meeting is then a later one; weeks are counted from where they were."""
    plan = weekly(FIRST, FIRST + WEEK)
    assert schedule.next_meeting(plan, date(2021, 1, 1)) == FIRST + 2 * WEEK
    assert schedule.previous_meeting(plan, FIRST + 2 * WEEK) is None
    assert schedule.week(plan, FIRST + 2 * WEEK) == 3
    assert schedule.week_day(plan, FIRST) == FIRST


def test_years_of_skipped_days_end_somewhere() -> None:
    """Up to the calendar's last day: then there is none, and nothing goes round for ever."""
    all_days = tuple(Series(FIRST, 366, frozenset()).days(FIRST, date.max))
    plan = weekly(*all_days, every=366)
    assert schedule.next_meeting(plan, FIRST) == FIRST  # what a plan without a meeting says
    assert schedule.previous_meeting(plan, date.max) is None
    assert schedule.meeting_days(plan, FIRST, date.max) == ()
    but_one = replace(plan, skipped_meetings=all_days[:5000] + all_days[5001:])
    assert schedule.next_meeting(but_one, FIRST) == all_days[5000]


DAYS = st.dates(date(2020, 1, 1), date(2024, 12, 31))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Return a plan of several series with meetings written down, any of them skipped."""
    first, every = draw(DAYS), draw(st.integers(1, 40))
    start = draw(DAYS)
    marks = st.lists(st.integers(0, 60), max_size=20)
    other = Recurring("r", "R", start, meeting=True, every=draw(st.sampled_from(Every)))
    other = replace(
        other, skipped=tuple(start + timedelta(days=7 * number) for number in draw(marks))
    )
    series = [first + timedelta(days=every * number) for number in draw(marks)]
    written = sorted(set(draw(st.lists(DAYS | st.sampled_from([first]), max_size=4))))
    some = draw(st.lists(st.sampled_from(written), max_size=2)) if written else []
    return Plan(
        Path("p.toml"),
        "",
        first_meeting=first,
        meets_every_days=every,
        skipped_meetings=tuple(sorted({*series, *some})),
        meetings=tuple(map(Meeting, written)),
        recurring=(other,),
    )


@given(plans(), DAYS, st.integers(0, 80))
def test_next_before_and_between_agree_whatever_is_skipped(
    plan: Plan, start: date, length: int
) -> None:
    """Day for day: what is held is what is held without skips, less what is skipped."""
    stretch = [start + timedelta(days=number) for number in range(length + 1)]
    held = schedule.meeting_days(plan, stretch[0], stretch[-1])
    assert held == tuple(day for day in stretch if schedule.next_meeting(plan, day) == day)
    for day in stretch:
        following = schedule.next_meeting(plan, day)
        assert following >= day
        assert not schedule.meeting_days(plan, day, following - timedelta(days=1))
        before = schedule.previous_meeting(plan, day)
        if before is not None:
            assert schedule.meeting_days(plan, before, day - timedelta(days=1)) == (before,)
    whole = replace(plan, skipped_meetings=())
    all_days = schedule.meeting_days(whole, stretch[0], stretch[-1])
    others = schedule.meeting_days(
        replace(whole, first_meeting=date(2200, 1, 1), meetings=()), stretch[0], stretch[-1]
    )
    assert held == tuple(
        day for day in all_days if day not in plan.skipped_meetings or day in others
    )


@given(plans(), DAYS)
def test_whoever_skips_a_day_meets_nobody_and_can_go_back(plan: Plan, day: date) -> None:
    """All meetings of that day are left out by one act; the others stay where they are."""
    day = schedule.next_meeting(plan, day)
    found = skipping.skip(plan, day)
    own = any(isinstance(edit, SkipMeeting) for edit in found)
    marked = any(isinstance(edit, MarkOccurrence) for edit in found)
    item = plan.recurring[0]
    skipped = replace(
        plan,
        skipped_meetings=(*plan.skipped_meetings, *([day] if own else [])),
        recurring=(replace(item, skipped=(*item.skipped, *([day] if marked else []))),),
    )
    assert found
    assert day not in schedule.meeting_days(skipped, day, day)
    assert schedule.next_meeting(skipped, day + timedelta(days=1)) == schedule.next_meeting(
        plan, day + timedelta(days=1)
    )
    assert skipping.skip(skipped, day) == []
    assert skipping.unskip(skipped, day)


def test_what_is_written_for_a_skipped_meeting_stays_and_carries_over() -> None:
    """It is no meeting; its problems are last week's at the next one, with their true age."""
    problem = Problem("Why?", FIRST + WEEK)
    plan = replace(weekly(FIRST + WEEK), meetings=(Meeting(FIRST + WEEK, (problem,)),))
    following = FIRST + 2 * WEEK
    assert schedule.next_meeting(plan, FIRST + timedelta(days=1)) == following
    assert schedule.previous_meeting(plan, following) == FIRST
    view = meetings.view(plan, following)
    assert (view.last_problems, view.problems, view.skipped) == ((problem,), (), False)
    assert meetings.age_weeks(problem, following) == 1
    assert meetings.view(plan, FIRST + WEEK).skipped
    assert meetings.turned(plan, following, -1) == FIRST + WEEK
    assert meetings.turned(plan, FIRST, 1) == FIRST + WEEK
    assert meetings.turned(replace(plan, meetings=()), FIRST, 1) == following


def test_the_agenda_shows_a_skipped_meeting_as_skipped() -> None:
    """On its day; one that comes round beside it is held all the same."""
    other = Recurring("r", "R", FIRST + WEEK, meeting=True, every=Every.MONTH)
    plan = replace(weekly(FIRST + WEEK), recurring=(other,))
    found = agenda.agenda(plan, FIRST, 3)
    entries = [
        (entry.on, entry.skipped, entry.occurrence is not None)
        for week in found.weeks
        for day in week.days
        for entry in day.entries
        if entry.kind is Kind.MEETING
    ]
    assert entries == [
        (FIRST, False, False),
        (FIRST + WEEK, False, True),
        (FIRST + WEEK, True, False),
        (FIRST + 2 * WEEK, False, False),
    ]
    assert not schedule.is_skipped(plan, FIRST + WEEK)


def test_a_day_is_skipped_and_held_again_in_the_file(write: Write) -> None:
    """Behind the days between meetings; the file is as it was in the end."""
    path = write(SMALL)
    plan = store.save(path, SkipMeeting(date(2021, 8, 4)), SkipMeeting(date(2021, 7, 28)))
    assert plan.skipped_meetings == (date(2021, 7, 28), date(2021, 8, 4))
    assert "skipped_meetings = [2021-07-28, 2021-08-04]\n" in path.read_text()
    assert (plan.faults, len(plan.warnings)) == ((), 1)
    store.save(path, SkipMeeting(date(2021, 8, 4)), UnskipMeeting(date(2021, 7, 28)))
    plan = store.save(path, UnskipMeeting(date(2021, 8, 4)), UnskipMeeting(date(2021, 8, 4)))
    assert plan.skipped_meetings == ()
    assert path.read_text() == SMALL


def test_comments_inside_the_list_stay(write: Write) -> None:
    """A day more or less touches its own line only."""
    many = "skipped_meetings = [\n    2021-07-21, # summer\n    2021-07-28, # school\n]\n"
    path = write(SMALL.replace("meets_every_days = 7\n", f"meets_every_days = 7\n{many}"))
    store.save(path, SkipMeeting(date(2021, 8, 4)))
    assert many.replace("]", "    2021-08-04,\n]") in path.read_text()
    store.save(path, UnskipMeeting(date(2021, 8, 4)))
    assert many in path.read_text()
    plan = store.save(path, UnskipMeeting(date(2021, 7, 21)))
    assert plan.skipped_meetings == (date(2021, 7, 28),)
    assert "# summer" in path.read_text()


def test_a_day_without_a_meeting_is_not_skipped(small: Path) -> None:
    """By an edit; and by a person, who is told the days next to it."""
    with pytest.raises(RequestError, match="no meeting of its own on 2021-08-05"):
        store.save(small, SkipMeeting(date(2021, 8, 5)))
    plan = store.load(small)
    for act in (skipping.skip, skipping.unskip):
        with pytest.raises(RequestError, match="2021-08-04 and 2021-08-11 are next to it"):
            act(plan, date(2021, 8, 5))
        with pytest.raises(RequestError, match="the nearest day is 2021-07-07"):
            act(plan, date(2021, 7, 1))


def test_a_meeting_written_down_between_is_skipped_too(small: Path) -> None:
    """Without a warning, for there is something to skip."""
    extra = date(2021, 7, 16)
    plan = store.save(small, edits.AddProblem(extra, "Why?"), SkipMeeting(extra))
    assert schedule.next_meeting(plan, date(2021, 7, 15)) == date(2021, 7, 21)
    assert len(plan.warnings) == 1


def test_a_recurring_meetings_day_is_skipped_where_it_stands(small: Path) -> None:
    """In the item's own list."""
    item = Recurring("group", "Group", date(2021, 7, 9), meeting=True, every_days=14)
    plan = store.save(small, edits.AddRecurring(item))
    found = skipping.skip(plan, date(2021, 7, 23))
    assert found == [MarkOccurrence("group", date(2021, 7, 23), Mark.SKIPPED)]
    plan = store.save(small, *found)
    assert skipping.unskip(plan, date(2021, 7, 23)) == [
        MarkOccurrence("group", date(2021, 7, 23), Mark.OPEN)
    ]


@pytest.mark.parametrize(
    ("value", "key", "expected", "warns"),
    [
        ("2021-08-04", "skipped_meetings", "an array of dates", False),
        ('["2021-08-04"]', "skipped_meetings[0]", "a date such as", False),
        ("[2021-08-04, 5]", "skipped_meetings[1]", "a date such as", False),
        ("[2021-08-04, 2021-08-05]", "skipped_meetings[1]", "2021-07-28, 2021-08-11", True),
        ("[2021-06-30]", "skipped_meetings[0]", "such as 2021-07-07", True),
    ],
)
def test_what_is_wrong_is_named_with_line_and_key(
    write: Write, value: str, key: str, expected: str, warns: bool
) -> None:
    """A day on which nobody would meet is a slip at most; what is no day is a fault."""
    text = SMALL.replace(
        "meets_every_days = 7", f"meets_every_days = 7\nskipped_meetings = {value}"
    )
    plan = store.load(write(text))
    found = plan.warnings if warns else plan.faults
    fault = next(each for each in found if each.key == f"plan.{key}")
    assert expected in fault.expected
    assert fault.line == text[: text.index("skipped_meetings")].count("\n") + 1
    assert bool(plan.faults) is not warns


def test_a_misspelt_key_is_a_warning(write: Write) -> None:
    """With the one that was meant."""
    plan = store.load(write(SMALL.replace("meets_every", "skiped_meetings = []\nmeets_every")))
    warning = next(each for each in plan.warnings if each.key == "plan.skiped_meetings")
    assert "did you mean 'skipped_meetings'" in warning.expected
