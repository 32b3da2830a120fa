"""Lines of the screen as pure functions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from l2l_tui.plan import store
from l2l_tui.plan.model import Milestone, Plan, Result, Status
from l2l_tui.text import width
from l2l_tui.tui.format import agenda, dates, head, schedule
from l2l_tui.tui.format.tone import BAD, FAINT, GOOD, WARN, block, cell, spread, words
from tests.tui.script import NOW, PLAN

TODAY = NOW.date()


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """Return the plan of the tests."""
    return store.parse(tmp_path / "study.toml", PLAN.encode())


@pytest.mark.parametrize("cells", [24, 40, 53, 74, 120])
def test_every_line_of_the_schedule_has_the_width_asked_for(plan: Plan, cells: int) -> None:
    """Double-width titles included, so that columns align."""
    for milestone in plan.milestones:
        line = schedule.line(schedule.View(plan, TODAY), milestone, cells, depth=1, track="TORCH")
        assert line.cell_length == cells


@pytest.mark.parametrize(
    ("days", "said"),
    [(-3, "3 days late"), (-1, "1 day late"), (0, "today"), (1, "in 1 day"), (22, "in 22 days")],
)
def test_days_left_or_late_are_said_in_words(days: int, said: str) -> None:
    """Lateness shows without colour."""
    milestone = Milestone("m", "t", "M", due=TODAY + timedelta(days=days))
    assert schedule.when(milestone, TODAY).text == said


def test_a_late_milestone_carries_a_mark_and_words(plan: Plan) -> None:
    """The sign of its status stays."""
    line = schedule.line(schedule.View(plan, TODAY), plan.milestone("maml"), 74).plain
    assert line.startswith(" ○!")
    assert "3 days late" in line
    assert "03-01" in line


def test_a_milestone_that_waits_says_for_what(plan: Plan) -> None:
    """The first unmet need is named."""
    assert schedule.evidence(plan, plan.milestone("survey")).text == "needs maml"


@pytest.mark.parametrize(
    ("claims", "said", "style"),
    [
        ({"a": "holds", "b": "holds"}, "2/2 hold", GOOD),
        ({"a": "holds", "b": "fails"}, "1 fails", BAD),
        ({"a": "holds", "b": "inconclusive"}, "1/2 hold", WARN),
        ({"a": "inconclusive"}, "inconclusive", WARN),
    ],
)
def test_evidence_is_counted_from_the_latest_run(
    plan: Plan, claims: dict[str, str], said: str, style: str
) -> None:
    """An older run of the same experiment no longer counts."""
    results = (
        Result("old", "l2l", "l2l-quadratic", claims={"a": "fails", "b": "fails"}),
        Result("new", "l2l", "l2l-quadratic", claims=claims),
    )
    mark = schedule.evidence(replace(plan, results=results), plan.milestone("l2l"))
    assert (mark.text, mark.style) == (said, style)


def test_runs_that_tried_settings_are_no_verdict(plan: Plan) -> None:
    """That there are some is said."""
    tried = Result("run", "l2l", "l2l-quadratic", claims={"a": "holds"}, sweep="s")
    mark = schedule.evidence(replace(plan, results=(tried,)), plan.milestone("l2l"))
    assert (mark.text, mark.style) == ("only tried", FAINT)


def test_each_status_has_its_own_sign() -> None:
    """They are told apart without colour."""
    assert len({sign for sign, _ in schedule.SIGNS.values()}) == len(Status)


@pytest.mark.parametrize("cells", [30, 60, 80, 160])
def test_the_header_says_the_next_meeting_as_far_as_it_fits(plan: Plan, cells: int) -> None:
    """It is exactly as wide as the terminal."""
    line = head.header(plan, TODAY, cells)
    assert line.cell_length == cells
    assert "week 3" in line.plain
    assert ("next meeting Wed 03-04, today" in line.plain) == (cells >= 90)


def test_the_agenda_counts_what_is_carried_over_and_what_is_due(plan: Plan) -> None:
    """Each problem with its age."""
    shown = [line.plain for line in agenda.lines(plan, TODAY, 70, 8)]
    assert shown[0] == "1 carried over · 1 new · 1 due by then · 1 late"
    assert shown[1].endswith("2 weeks")
    assert shown[2].endswith("new")
    assert shown[3].startswith("○! MAML")


def test_an_agenda_too_long_says_how_much_is_left_out(plan: Plan) -> None:
    """It takes no more lines than it may."""
    shown = [line.plain for line in agenda.lines(plan, TODAY, 70, 3)]
    assert len(shown) == 3
    assert shown[-1].strip() == "… and 3 more"


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-08-17", date(2026, 8, 17)),
        ("+7d", TODAY + timedelta(days=7)),
        (" +2W ", TODAY + timedelta(days=14)),
        ("today", TODAY),
        ("", None),
    ],
)
def test_days_are_read_as_people_type_them(typed: str, day: date | None) -> None:
    """Dates, distances, today, nothing."""
    assert dates.parse(typed, TODAY) == day
    assert dates.fault(typed, TODAY) is None


@pytest.mark.parametrize("typed", ["soon", "2026-13-01", "+7", "17.8.", "+9999w" * 2])
def test_a_day_that_is_none_is_refused_with_an_example(typed: str) -> None:
    """The message says how to write one."""
    assert "YYYY-MM-DD" in (dates.fault(typed, TODAY) or "")


@pytest.mark.parametrize("text", ["plain", "中文標題很長很長很長", "a\x1b[31mb", "[/]", ""])
def test_a_cell_is_as_wide_as_asked(text: str) -> None:
    """Whatever it holds, and without anything that a terminal obeys."""
    made = cell(text, 9)
    assert width(made.plain) == 9
    assert "\x1b" not in made.plain


def test_two_edges_keep_the_right_one() -> None:
    """The left text gives way."""
    line = spread(words("a title much too long"), words("3 weeks"), 20)
    assert line.plain.endswith(" 3 weeks")
    assert line.cell_length == 20


def test_wrapped_text_is_indented_alike() -> None:
    """The first line may begin with a word of its own."""
    made = block("one two three four five", 16, indent=5, first="say  ").plain.splitlines()
    assert made[0].startswith("say  one")
    assert all(line.startswith("     ") for line in made[1:])
    assert len(made) > 1
