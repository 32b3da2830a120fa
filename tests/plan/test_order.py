"""Milestones taken away and moved, the plan's own values, problems opened again."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l2l_tui.errors import ConflictError, RequestError, UnknownNameError
from l2l_tui.plan import store
from l2l_tui.plan.edits import (
    Edit,
    MoveMilestone,
    RemoveMilestone,
    ReopenProblem,
    SetPlan,
    SetProblemText,
    SetText,
    SolveProblem,
)
from l2l_tui.plan.model import Plan
from tests.plan.conftest import SMALL
from tests.plan.test_edits import ARRAYS, INLINE, edited

Write = Callable[[str | bytes], Path]
DAY, MEETING = date(2021, 7, 20), date(2021, 7, 14)
PROBLEM = "Why does it diverge?"
MAML = SMALL[SMALL.index('[[milestone]]\nid = "maml"') : SMALL.index("# TORCH")]


def order(plan: Plan) -> list[str]:
    """Return the milestones in their order."""
    return [milestone.id for milestone in plan.milestones]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_milestone_goes_with_its_own_lines_only(write: Write, newline: str) -> None:
    """Headings of tracks stay; a comment right above the milestone goes with it."""
    noted = SMALL.replace(MAML, "# soon\n" + MAML)
    path = write(noted.replace("\n", newline))
    plan = store.save(path, RemoveMilestone("maml"))
    assert path.read_bytes().decode() == SMALL.replace(MAML, "").replace("\n", newline)
    assert order(plan) == ["l2l", "resnet"]


def test_the_last_table_goes_without_a_trace() -> None:
    """No blank lines are left at the end of the file, and its tables below go too."""
    last = '\n[[milestone]]\nid = "x"\ntrack = "p"\ntitle = "X"\n\n[[milestone.history]]\non = 1\n'
    assert edited(SMALL + last, RemoveMilestone("x")) == SMALL


def test_a_milestone_between_brackets_goes_too() -> None:
    """With its comma."""
    text = edited(ARRAYS + INLINE, RemoveMilestone("a"))
    assert [each["id"] for each in tomllib.loads(text)["milestone"]] == ["b"]
    assert text.endswith(INLINE)


@pytest.mark.parametrize(
    ("milestone", "why"),
    [("l2l", "needed by maml"), ("mml", "did you mean 'maml'")],
)
def test_what_others_rest_on_is_not_taken_away(small: Path, milestone: str, why: str) -> None:
    """The message says who needs it."""
    with pytest.raises(RequestError, match=why):
        store.save(small, RemoveMilestone(milestone))
    assert small.read_text() == SMALL


def test_evidence_is_not_taken_away(small: Path) -> None:
    """A milestone with results is dropped instead; the run is named."""
    with pytest.raises(RequestError, match=r"has a result \(2021-07-20.*drop it instead"):
        store.save(small, SetText("maml", "needs", ()), RemoveMilestone("l2l"))


def test_tables_of_others_in_between_stay() -> None:
    """A milestone whose parts are torn apart by another table is left to its owner."""
    text = SMALL.replace(
        "# TORCH", '[own]\nx = 1\n[[milestone.history]]\non = 2021-07-08\nstatus = "doing"\n'
    )
    with pytest.raises(RequestError, match="own stands in the middle"):
        edited(text, RemoveMilestone("maml"))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["l2l", "maml", "resnet"]),
            st.sampled_from([None, "l2l", "maml", "resnet"]),
        ),
        max_size=5,
    ),
    st.booleans(),
)
def test_moved_milestones_keep_every_line(moves: list[tuple[str, str | None]], crlf: bool) -> None:
    """Whatever the moves: the order is as asked, and no line is lost, added or changed."""
    text = SMALL.replace("\n", "\r\n") if crlf else SMALL
    expected = ["l2l", "maml", "resnet"]
    for name, after in moves:
        text = edited(text, MoveMilestone(name, after))
        if name != after:
            expected.remove(name)
            expected.insert(0 if after is None else expected.index(after) + 1, name)
    assert [each["id"] for each in tomllib.loads(text)["milestone"]] == expected
    written = sorted(filter(str.strip, text.split("\n")))
    assert [line.rstrip("\r") for line in written] == sorted(filter(None, SMALL.split("\n")))
    assert "\r\r" not in text


def test_a_moved_milestone_takes_its_comment_along(write: Write) -> None:
    """It is set off by blank lines, and the heading of the track stays first."""
    path = write(SMALL.replace(MAML, "# soon\n" + MAML))
    plan = store.save(path, MoveMilestone("maml", None))
    assert order(plan) == ["maml", "l2l", "resnet"]
    assert f'# PAPER\n\n# soon\n{MAML}[[milestone]]\nid = "l2l"' in path.read_text()
    with pytest.raises(UnknownNameError, match="did you mean 'l2l'"):
        store.save(path, MoveMilestone("maml", "l22l"))


def test_milestones_between_brackets_are_moved_by_hand() -> None:
    """Which is said."""
    with pytest.raises(RequestError, match="in an editor only"):
        edited(ARRAYS + INLINE, MoveMilestone("b", None))


@pytest.mark.parametrize(
    ("edit", "before", "after"),
    [
        (SetPlan("title", "Large"), 'title = "Small" ', 'title = "Large" '),
        (SetPlan("language", "zh-TW"), '"en"', '"zh-TW"'),
        (SetPlan("first_meeting", DAY), "first_meeting = 2021-07-07", "first_meeting = 2021-07-20"),
        (SetPlan("meets_every_days", 14, 7), "days = 7", "days = 14"),
        (SetPlan("first_meeting", None), "first_meeting = 2021-07-07\n", ""),
        (SetPlan("title", "Small", "x"), "", ""),
    ],
)
def test_the_plans_own_values_change_in_their_lines(
    small: Path, edit: Edit, before: str, after: str
) -> None:
    """Comments beside them stay."""
    store.save(small, edit)
    assert small.read_text() == SMALL.replace(before, after, 1)


def test_values_that_a_plan_cannot_have_are_refused(small: Path) -> None:
    """Another language, an empty title, an unknown key, a value that was changed meanwhile."""
    for edit, why in (
        (SetPlan("language", "de"), "one of en, zh-TW"),
        (SetPlan("title", " "), "cannot be empty"),
        (SetPlan("title", None), "cannot be empty"),
        (SetPlan("titel", "x"), "did you mean 'title'"),
        (SetPlan("meets_every_days", 0), "1 to 366"),
    ):
        with pytest.raises(RequestError, match=why):
            store.save(small, edit)
    with pytest.raises(ConflictError, match="the plan's title"):
        store.save(small, SetPlan("title", "x", "y"))
    assert small.read_text() == SMALL


def test_a_problem_is_solved_and_opened_again(small: Path) -> None:
    """The file is as it was before."""
    store.save(small, SolveProblem(MEETING, PROBLEM, DAY, "a smaller rate"))
    store.save(small, ReopenProblem(MEETING, PROBLEM))
    assert small.read_text() == SMALL
    store.save(small, ReopenProblem(MEETING, PROBLEM))
    with pytest.raises(UnknownNameError, match="did you mean"):
        store.save(small, ReopenProblem(MEETING, "Why does it converge?"))


def test_a_problem_gets_other_words(small: Path) -> None:
    """Found by its meeting or the day on which it was raised; without words it is refused."""
    plan = store.save(small, SetProblemText(date(2021, 7, 7), PROBLEM, "Why does LSTM diverge?"))
    assert plan.meetings[0].problems[0].text == "Why does LSTM diverge?"
    with pytest.raises(RequestError, match="needs words"):
        store.save(small, SetProblemText(MEETING, "Why does LSTM diverge?", " "))
