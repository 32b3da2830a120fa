"""Edits in every shape that a hand-written plan may have."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l2l_tui.errors import ConflictError, RequestError, UnknownNameError
from l2l_tui.plan import store, values
from l2l_tui.plan.document import Document
from l2l_tui.plan.edits import (
    AddMeeting,
    AddMilestone,
    AddProblem,
    AddResult,
    AddTrack,
    Edit,
    SetDue,
    SetSection,
    SetStatus,
    SetText,
    SolveProblem,
    new_id,
)
from l2l_tui.plan.model import Change, Meeting, Milestone, Problem, Result, Section, Status, Track
from tests.plan.conftest import SMALL

Write = Callable[[str | bytes], Path]
DAY, DUE = date(2021, 7, 20), date(2021, 8, 1)

INLINE = """\
[plan]
title = "Inline"
first_meeting = 2021-07-07
[result-notes]
x = 1
"""
ARRAYS = """\
track = [{ id = "p", title = "P" }]
milestone = [
  { id = "a", track = "p", title = "A", due = 2021-07-28, status = "todo" },  # first
  { id = "b", track = "p", title = "B", history = [] }
]
meeting = [{ date = 2021-07-14 }]
result = []
"""


def edited(text: str, *edits: Edit) -> str:
    """Return a text with edits applied."""
    document = Document(text)
    for edit in edits:
        edit.apply(document)
    tomllib.loads(document.text)
    return document.text


def test_a_plan_of_inline_tables_is_edited_in_its_own_manner() -> None:
    """Values change, keys come and go and elements are added between the brackets."""
    text = edited(
        ARRAYS + INLINE,
        SetStatus("a", Status.DONE, DAY),
        SetDue("a", None, DAY),
        SetDue("b", DUE, DAY),
        AddMilestone(Milestone("c", "p", "C", history=(Change(DAY, Status.DOING),))),
        AddTrack(Track("q", "Q")),
        AddProblem(date(2021, 7, 14), "Why?"),
        AddProblem(date(2021, 7, 21), "How?"),
        AddResult(Result("r", "a")),
    )
    assert text.startswith(
        """\
track = [{ id = "p", title = "P" }, { id = "q", title = "Q" }]
milestone = [
  { id = "a", track = "p", title = "A", status = "done", history = [
    { on = 2021-07-20, status = "done" },
    { on = 2021-07-20, was = 2021-07-28 },
] },  # first
  { id = "b", track = "p", title = "B", history = [
    { on = 2021-07-20, due = 2021-08-01 },
], due = 2021-08-01 },
  { id = "c", track = "p", title = "C", status = "todo", \
history = [{ on = 2021-07-20, status = "doing" }] },
]
meeting = [{ date = 2021-07-14, problem = [
    { text = "Why?" },
] }, { date = 2021-07-21, problem = [{ text = "How?" }] }]
result = [
    { run = "r", milestone = "a" },
]
"""
    )
    assert text.endswith(INLINE)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "history = [{ on = 2021-07-01, status = 'doing' }]  # mine",
            "history = [{ on = 2021-07-01, status = 'doing' },"
            ' { on = 2021-07-20, status = "done" }]  # mine',
        ),
        (
            "history = [\n  { on = 2021-07-01, status = 'doing' }  # begun\n]",
            "history = [\n  { on = 2021-07-01, status = 'doing' },  # begun\n"
            '  { on = 2021-07-20, status = "done" },\n]',
        ),
        (
            "[[milestone.history]]\non = 2021-07-01\nstatus = 'doing'",
            "[[milestone.history]]\non = 2021-07-01\nstatus = 'doing'\n\n"
            '[[milestone.history]]\non = 2021-07-20\nstatus = "done"',
        ),
    ],
)
def test_a_history_grows_in_the_shape_it_has(before: str, after: str) -> None:
    """On one line, one a line, or one table each."""
    head = '[[milestone]]\nid = "a"\ntrack = "p"\ntitle = "A"\nstatus = "doing"\n'
    text = edited(f"{head}{before}\n\n# end\n", SetStatus("a", Status.DONE, DAY))
    assert text == f"{head.replace('doing', 'done')}{after}\n\n# end\n"


def test_a_due_date_taken_away_leaves_its_comment() -> None:
    """The comment belongs to the person who wrote it."""
    text = edited(SMALL, SetDue("l2l", None, DAY), SetDue("maml", None, DAY))
    assert '"Learning to learn"\n# the advisor\'s date\nstatus' in text
    assert 'title = "MAML"\nneeds = ["l2l"]' in text


def test_a_new_milestone_goes_behind_the_last_of_its_track() -> None:
    """The comment that heads the next track stays above that track."""
    text = edited(SMALL, AddMilestone(Milestone("vit", "paper", "ViT", DUE, links=("doi:1",))))
    block = (
        '[[milestone]]\nid = "vit"\ntrack = "paper"\ntitle = "ViT"\ndue = 2021-08-01\n'
        'status = "todo"\nlinks = ["doi:1"]\n\n'
    )
    assert text == SMALL.replace("# TORCH", f"{block}# TORCH")


def test_comments_below_a_milestone_stay_with_it() -> None:
    """A comment without a blank line above belongs to the milestone; one above a header, there."""
    text = (
        '[[track]]\nid = "p"\ntitle = "P"\n[[milestone]]\nid = "a"\ntrack = "p"\ntitle = "A"\n'
        '# links = []\n\n# next\n[[milestone]]\nid = "b"\ntrack = "q"\ntitle = "B"\n'
    )
    new = '[[milestone]]\nid = "c"\ntrack = "p"\ntitle = "C"\nstatus = "todo"\n'
    added = AddMilestone(Milestone("c", "p", "C"))
    assert edited(text, added) == text.replace("\n\n# next", f"\n\n{new}\n# next")
    tight = text.replace("\n\n# next", "\n# next")
    expected = text.replace("# links = []\n\n# next", f"\n{new}\n# links = []\n# next")
    assert edited(tight, added) == expected


def test_a_table_goes_below_a_comment_of_a_windows_file_too() -> None:
    """On a line of its own, with that file's line ends."""
    added = AddMilestone(Milestone("vit", "torch", "ViT"))
    noted = SMALL.replace('"Residual networks"\n', '"Residual networks"\n# soon\n')
    text = edited(noted.replace("\n", "\r\n"), added)
    assert text == edited(noted, added).replace("\n", "\r\n")


def test_a_milestone_of_an_empty_track_follows_the_track_before() -> None:
    """The order of tracks is the order of the file; without any milestones it heads the file."""
    plan = (
        '[plan]\ntitle = "x"\n\n[[track]]\nid = "p"\ntitle = "P"\n\n[[meeting]]\ndate = 2021-07-14'
    )
    text = edited(
        plan,
        AddMilestone(Milestone("a", "p", "A")),
        AddTrack(Track("q", "Q")),
        AddMilestone(Milestone("b", "q", "B", history=(Change(DAY, Status.DOING),))),
        AddMilestone(Milestone("c", "p", "C")),
    )
    data = tomllib.loads(text)
    assert [item["id"] for item in data["milestone"]] == ["a", "c", "b"]
    assert data["milestone"][2]["history"] == [{"on": DAY, "status": "doing"}]
    assert text.index("[[milestone]]") < text.index("[[meeting]]")


def test_meetings_stand_in_the_order_of_their_days() -> None:
    """Whichever comes last is written in its place, and problems make their own meeting."""
    text = edited(
        SMALL,
        AddProblem(date(2021, 7, 28), "later"),
        AddMeeting(Meeting(date(2021, 7, 7), (Problem("earlier", date(2021, 6, 30)),))),
        SetSection(date(2021, 7, 21), Section.NEXT, "between"),
    )
    meetings = tomllib.loads(text)["meeting"]
    assert [item["date"].day for item in meetings] == [7, 14, 21, 28]
    assert meetings[0]["problem"] == [{"text": "earlier", "raised": date(2021, 6, 30)}]
    assert meetings[2]["next"] == "between"


def test_a_problem_is_solved_under_its_meeting_or_its_day() -> None:
    """Both days name it; a second solution is a conflict, an unknown text an unknown name."""
    for day in (date(2021, 7, 14), date(2021, 7, 7)):
        solve = SolveProblem(day, "Why does it diverge?", DAY, "smaller steps")
        text = edited(SMALL, solve)
        assert 'raised = 2021-07-07\nsolved = 2021-07-20\nhow = "smaller steps"\n' in text
        with pytest.raises(ConflictError, match="was solved on 2021-07-20"):
            edited(text, solve)
    with pytest.raises(UnknownNameError, match="did you mean 'Why does it diverge"):
        edited(SMALL, SolveProblem(day, "Why does it converge?", DAY))


def test_adding_what_is_there_changes_nothing_or_is_refused() -> None:
    """Tracks, runs and open problems are there once; a second id or day is a conflict."""
    run = Result("2021-07-20-1000-l2l-quadratic-abcd", "l2l")
    problem = AddProblem(date(2021, 7, 14), "Why does it diverge?")
    assert edited(SMALL, AddTrack(Track("paper", "x")), AddResult(run), problem) == SMALL
    with pytest.raises(ConflictError):
        edited(SMALL, AddMilestone(Milestone("l2l", "paper", "x")))
    with pytest.raises(ConflictError):
        edited(SMALL, AddMeeting(Meeting(date(2021, 7, 14))))


@pytest.mark.parametrize(
    ("edit", "what"),
    [
        (SetStatus("l2l", Status.DONE, DAY, Status.DOING), "l2l's status"),
        (SetDue("resnet", DUE, DAY, DAY), "resnet's due date"),
        (SetText("maml", "title", "x", "y"), "maml's title"),
        (SetText("maml", "needs", (), ("x",)), "maml's needs"),
        (SetSection(date(2021, 7, 14), Section.PAPER, "x", "y"), "the section paper"),
    ],
)
def test_what_the_editor_saw_is_compared_field_by_field(edit: Edit, what: str) -> None:
    """Another value in that very field is a conflict; one equal to the new value is none."""
    with pytest.raises(ConflictError, match=what):
        edited(SMALL, edit)
    assert edited(SMALL, SetStatus("l2l", Status.TODO, DAY, Status.DONE)) == SMALL


def test_requests_that_make_no_sense_are_refused() -> None:
    """An unknown milestone, an unknown text, an empty title, a problem without words."""
    with pytest.raises(UnknownNameError, match="did you mean 'maml'"):
        edited(SMALL, SetStatus("mml", Status.DONE, DAY))
    with pytest.raises(UnknownNameError, match="did you mean 'notes'"):
        edited(SMALL, SetText("maml", "note", "x"))
    with pytest.raises(RequestError, match="cannot be empty"):
        edited(SMALL, SetText("maml", "title", " "))
    with pytest.raises(RequestError, match="needs words"):
        edited(SMALL, AddProblem(DAY, "\n"))


def test_many_figures_get_a_table_of_their_own(small: Path) -> None:
    """A result stays pleasant to read, and reads back as it was, infinities included."""
    figures = {f"final_{number}": number / 3 for number in range(12)} | {"worst": float("inf")}
    result = Result("r", "l2l", "l2l-quadratic", DAY, {"ahead": "fails"}, figures)
    plan = store.save(small, AddResult(result), AddResult(Result("s", "maml")))
    assert plan.results[1:] == (result, Result("s", "maml"))
    assert "\n\n[result.figures]\nfinal_0 = 0.0\n" in small.read_text()
    assert max(map(len, small.read_text().splitlines())) <= values.WIDTH


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("MAML: Model-Agnostic Meta-Learning", "maml"),
        ("Matching Networks for one shot learning", "matching-networks-for-one-shot"),
        (
            "Learning to learn by gradient descent by GD",
            "learning-to-learn-by-gradient",
        ),
        ("THIS YEAR: Meta | Few-shot", "this-year"),
        ("讀 Meta-SGD 的論文", "讀-meta-sgd-的論文"),
        ("綜述：元學習", "綜述"),
        ("***", "milestone"),
        ("l2l", "l2l-3"),
    ],
)
def test_ids_are_short_readable_and_free(title: str, expected: str) -> None:
    """A title in any script has an id; a taken one gets a number."""
    assert new_id(title, {"l2l", "l2l-2"}) == expected


@given(st.text(st.characters(exclude_categories=["Cs"])), st.booleans())
def test_any_text_reads_back_as_it_was_written(text: str, crlf: bool) -> None:
    """Quotes, backslashes, control characters and line breaks survive the way to TOML."""
    written = (
        f"a = {values.string(text)}\nb = [{values.element(text)}]\n[c]\n{values.key(text)} = 1\n"
    )
    data = tomllib.loads(written.replace("\n", "\r\n") if crlf else written)
    assert data == {"a": text, "b": [text], "c": {text: 1}}
