"""Late, left, next and since: each figure by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l2l_tui.plan import schedule
from l2l_tui.plan.model import Change, Meeting, Milestone, Plan, Result, Status

FIRST = date(2021, 7, 7)
PLAN = Plan(Path("plan.toml"), "", first_meeting=FIRST)


def milestone(status: Status = Status.TODO, *done: date, due: date | None = FIRST) -> Milestone:
    """Return a milestone that was done on the given days."""
    history = tuple(Change(day, Status.DONE) for day in done)
    return Milestone("m", "t", "M", due, status, history=history)


@pytest.mark.parametrize(
    ("item", "late", "left"),
    [
        (milestone(due=None), None, None),
        (milestone(), 3, -3),
        (milestone(due=date(2021, 7, 12)), 0, 2),
        (milestone(Status.DROPPED), 0, None),
        (milestone(Status.DONE), 0, None),
        (milestone(Status.DONE, date(2021, 7, 1)), 0, None),
        (milestone(Status.DONE, date(2021, 7, 1), date(2021, 7, 9)), 2, None),
        (milestone(Status.DOING, date(2021, 7, 8)), 3, -3),
    ],
)
def test_days_late_and_left(item: Milestone, late: int | None, left: int | None) -> None:
    """Open ones count to today, those done to the day they were last finished."""
    today = date(2021, 7, 10)
    assert schedule.late_days(item, today) == late
    assert schedule.days_left(item, today) == left


def test_only_what_is_done_has_a_day_of_finishing() -> None:
    """One that was opened again has none."""
    assert schedule.finished_on(milestone(Status.DONE, FIRST)) == FIRST
    assert schedule.finished_on(milestone(Status.DOING, FIRST)) is None


@pytest.mark.parametrize(
    ("today", "following", "before", "week"),
    [
        (date(2021, 6, 1), FIRST, None, 1),
        (FIRST, FIRST, None, 1),
        (date(2021, 7, 8), date(2021, 7, 14), FIRST, 1),
        (date(2021, 7, 14), date(2021, 7, 14), FIRST, 2),
        (date(2021, 7, 26), date(2021, 7, 28), date(2021, 7, 21), 3),
    ],
)
def test_meetings_come_in_a_series(
    today: date, following: date, before: date | None, week: int
) -> None:
    """Today's counts as the next one; the one before lies before today."""
    assert schedule.next_meeting(PLAN, today) == following
    assert schedule.previous_meeting(PLAN, today) == before
    assert schedule.week(PLAN, today) == week


def test_a_meeting_written_down_on_another_day_counts_too() -> None:
    """It is next, or previous, if it is nearer than the series' day."""
    plan = Plan(Path("p"), "", first_meeting=FIRST, meetings=(Meeting(date(2021, 7, 16)),))
    assert schedule.next_meeting(plan, date(2021, 7, 15)) == date(2021, 7, 16)
    assert schedule.previous_meeting(plan, date(2021, 7, 21)) == date(2021, 7, 16)


def test_without_any_day_of_meeting_it_is_today() -> None:
    """A plan that never says when still has a next meeting; a written one begins a series."""
    never = Plan(Path("p"), "")
    assert schedule.next_meeting(never, FIRST) == FIRST
    assert schedule.previous_meeting(never, FIRST) is None
    assert schedule.week(never, FIRST) == 1
    written = Plan(Path("p"), "", meetings=(Meeting(FIRST),))
    assert schedule.next_meeting(written, date(2021, 7, 8)) == date(2021, 7, 14)


@given(st.integers(1, 366), st.integers(-500, 5000))
def test_the_series_has_no_gap(every: int, offset: int) -> None:
    """Next and previous meeting lie one period apart with today between them."""
    plan = Plan(Path("p"), "", first_meeting=FIRST, meets_every_days=every)
    today = FIRST + timedelta(days=offset)
    following, before = schedule.next_meeting(plan, today), schedule.previous_meeting(plan, today)
    assert following >= today
    assert (following - FIRST).days % every == 0
    assert before is None if today <= FIRST else before == following - timedelta(days=every)


def test_what_moved_includes_both_days() -> None:
    """A change on either meeting's day is said; one before is not."""
    items = tuple(
        Milestone(str(day), "t", "M", history=(Change(date(2021, 7, day), Status.DOING),))
        for day in (6, 7, 10, 14, 15)
    )
    plan = Plan(Path("p"), "", milestones=items)
    moved = schedule.moved_since(plan, FIRST, date(2021, 7, 14))
    assert [(item.id, changes) for item, changes in moved] == [
        (str(day), (Change(date(2021, 7, day), Status.DOING),)) for day in (7, 10, 14)
    ]


def test_progress_is_the_share_of_claims_that_hold() -> None:
    """The latest run of each experiment counts; one without a run counts nothing."""
    item = Milestone("m", "t", "M", experiments=("a", "b"))
    results = (
        Result("1", "m", "a", claims={"x": "holds", "y": "holds"}),
        Result("2", "m", "a", claims={"x": "holds", "y": "fails"}),
        Result("3", "other", "b", claims={"x": "holds"}),
    )
    plan = Plan(Path("p"), "", milestones=(item,), results=results)
    assert schedule.evidence(plan, item) == results[:2]
    other = Milestone("other", "t", "O")
    assert schedule.evidence(plan, other) == results[2:]
    assert schedule.evidence(replace(plan, results=results[:2]), other) == ()
    assert schedule.evidence(plan, other) == results[2:]
    assert schedule.progress(plan, item) == 0.25
    assert schedule.progress(plan, Milestone("n", "t", "N")) == 0.0
    assert schedule.progress(plan, milestone(Status.DONE)) == 1.0
