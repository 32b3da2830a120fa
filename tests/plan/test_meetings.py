"""Problems carry over from meeting to meeting until they are solved."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from l2l_tui.plan import meetings
from l2l_tui.plan.model import Meeting, Plan, Problem, Section

W0, W1, W2, W3, W4 = (date(2021, 7, day) for day in (7, 14, 21, 28, 31))
OLD = Problem("old", date(2021, 6, 30))
SOLVED = Problem("solved in the second week", W0, solved=date(2021, 7, 16))
OPEN = Problem("open", W1)
NEW = Problem("new", W2)
PLAN = Plan(
    Path("plan.toml"),
    "",
    first_meeting=W0,
    meetings=(
        Meeting(W0, (OLD, SOLVED)),
        Meeting(W1, (OPEN,), {Section.PAPER: "read"}),
        Meeting(W2, (NEW,)),
    ),
)


def test_a_problem_stands_until_the_meeting_after_its_solution() -> None:
    """Last week's problems are those still open and those solved since the meeting before."""
    assert meetings.view(PLAN, W0).last_problems == (OLD,)
    assert meetings.view(PLAN, W1).last_problems == (OLD, SOLVED)
    assert meetings.view(PLAN, W2).last_problems == (OLD, SOLVED, OPEN)
    assert meetings.view(PLAN, W3).last_problems == (OLD, OPEN, NEW)


def test_a_meeting_shows_its_own_problems_and_sections() -> None:
    """One that nobody wrote down yet shows what carries over and nothing else."""
    view = meetings.view(PLAN, W1)
    assert (view.problems, view.sections) == ((OPEN,), {Section.PAPER: "read"})
    coming = meetings.view(PLAN, W3)
    assert (coming.date, coming.problems, coming.sections) == (W3, (), {})


def test_open_problems_are_numbered_from_the_oldest() -> None:
    """Solved ones and those of a later meeting are not among them."""
    assert meetings.open_problems(PLAN, W1) == (OLD, SOLVED, OPEN)
    assert meetings.open_problems(PLAN, W3) == (OLD, OPEN, NEW)
    solved = date(2021, 7, 16)
    assert SOLVED in meetings.open_problems(PLAN, solved - timedelta(days=1))
    assert SOLVED not in meetings.open_problems(PLAN, solved)


def test_a_problem_ages_in_whole_weeks() -> None:
    """Six days are no week, and one of a coming meeting is not negative."""
    assert meetings.age_weeks(OLD, date(2021, 7, 6)) == 0
    assert meetings.age_weeks(OLD, W2) == 3
    assert meetings.age_weeks(NEW, W0) == 0
