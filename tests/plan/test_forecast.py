"""Forecasts on made-up terms, whose answers can be worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from l2l_tui.plan.forecast import ENOUGH, Expected, forecast, in_order
from l2l_tui.plan.model import Change, Milestone, Plan, Status
from l2l_tui.plan.schedule import blocked

START = date(2021, 7, 7)


def after(days: int) -> date:
    """Return the day so many days after the first meeting."""
    return START + timedelta(days=days)


def done(name: str, day: int) -> Milestone:
    """Return a milestone that was finished so many days after the first meeting."""
    history = (Change(after(day), Status.DONE),)
    return Milestone(name, "paper", name, status=Status.DONE, history=history)


def todo(name: str, due: int | None = None, *needs: str) -> Milestone:
    """Return an open milestone."""
    day = None if due is None else after(due)
    return Milestone(name, "paper", name, due=day, needs=needs)


def term(*milestones: Milestone, first: date | None = START) -> Plan:
    """Return a plan of these milestones."""
    return Plan(Path("term.toml"), "", first_meeting=first, milestones=milestones)


THREE = (done("a", 10), done("b", 20), done("c", 30))


def test_milestones_follow_in_the_rhythm_so_far() -> None:
    """Three in thirty days: the next in ten, in the order of their due dates."""
    plan = term(*THREE, todo("late", 45), todo("first", 35), todo("undated"))
    outlook = forecast(plan, after(30))
    assert outlook.days_each == 10
    assert outlook.expected == {
        "first": Expected(after(40), 5),
        "late": Expected(after(50), 5),
        "undated": Expected(after(60), None),
    }


def test_what_is_in_time_is_not_late() -> None:
    """Nobody is told of days to spare as if they were owed."""
    assert forecast(term(*THREE, todo("x", 99)), after(30)).expected["x"].late_days == 0


def test_work_since_the_last_one_counts() -> None:
    """Five days after the last, half of the next is behind; the whole pace slows a little."""
    outlook = forecast(term(*THREE, todo("x")), after(35))
    assert outlook.expected["x"].on == after(42)


def test_days_without_progress_slow_the_pace_and_nothing_is_expected_in_the_past() -> None:
    """After seventy idle days one takes 100 / 3 days; the next is expected today at best."""
    outlook = forecast(term(*THREE, todo("x"), todo("y"), todo("z")), after(100))
    assert [item.on for item in outlook.expected.values()] == [after(100), after(134), after(167)]


def test_too_little_to_go_on_is_said() -> None:
    """Two finished ones, or a term that has not begun, make no pace."""
    outlook = forecast(term(*THREE[:2], todo("x", 50)), after(30))
    assert (outlook.finished, outlook.missing, outlook.days_each) == (2, 1, None)
    assert outlook.expected == {}
    assert forecast(term(*THREE, todo("x")), after(-5)).days_each is None
    assert forecast(term(todo("x"), first=None), START).days_each is None


def test_a_plan_without_a_first_meeting_starts_with_its_history() -> None:
    """The first day in any history stands for it."""
    assert forecast(term(*THREE, todo("x"), first=None), after(31)).days_each == 7


def test_what_is_needed_comes_first() -> None:
    """Though it is due later; what was dropped is neither waited for nor forecast."""
    dropped = Milestone("gone", "paper", "gone", status=Status.DROPPED)
    plan = term(*THREE, todo("x", 35, "y", "gone", "a"), todo("y", 90, "z"), todo("z"), dropped)
    assert [milestone.id for milestone in in_order(plan)] == ["z", "y", "x"]
    outlook = forecast(plan, after(30))
    assert outlook.expected["x"] == Expected(after(60), 25)


def test_what_blocks_a_milestone_is_what_it_needs_and_is_open() -> None:
    """Unknown names block nothing, closed milestones neither block nor are blocked."""
    plan = term(*THREE, todo("x", 35, "y", "a", "y", "nobody"), todo("y"))
    assert blocked(plan, plan.milestone("x")) == (plan.milestone("y"),)
    assert blocked(plan, plan.milestone("y")) == ()
    closed = Milestone("z", "paper", "z", status=Status.DROPPED, needs=("y",))
    assert blocked(plan, closed) == ()


_names = st.sampled_from("pqrstuv")


@given(
    st.lists(
        st.builds(
            lambda name, due, needs: todo(name, due, *needs),
            _names,
            st.none() | st.integers(-400, 400),
            st.lists(_names, max_size=3),
        ),
        max_size=7,
        unique_by=lambda milestone: milestone.id,
    ),
    st.integers(30, 3000),
)
def test_every_open_milestone_is_forecast_once_and_never_in_the_past(
    milestones: list[Milestone], day: int
) -> None:
    """Whatever they need, in circles too; and no day comes before that of the one ahead."""
    plan = term(*THREE, *milestones)
    outlook = forecast(plan, after(day))
    assert outlook.finished == ENOUGH
    days = [item.on for item in outlook.expected.values()]
    assert set(outlook.expected) == {milestone.id for milestone in milestones}
    assert days == sorted(days)
    assert all(on >= after(day) for on in days)


def test_a_chain_as_long_as_the_plan_and_a_pace_of_years_are_no_trouble() -> None:
    """A thousand milestones, each needing the next, at a hundred years each."""
    chain = [todo(f"m{number}", number, f"m{number + 1}") for number in range(1000)]
    plan = term(*THREE, *chain)
    outlook = forecast(plan, START.replace(year=2199))
    assert next(iter(outlook.expected)) == "m999"
    assert outlook.expected["m0"].on == date.max
