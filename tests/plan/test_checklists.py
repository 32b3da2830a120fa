"""Checklists inside a milestone, in both shapes that a person may write."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from l2l_tui.errors import ConflictError, RequestError, UnknownNameError
from l2l_tui.plan import store
from l2l_tui.plan.edits import (
    AddCheck,
    AddMilestone,
    AddResult,
    Edit,
    RemoveCheck,
    SetCheckText,
    TickCheck,
    UntickCheck,
)
from l2l_tui.plan.model import CheckItem, Milestone, Result
from l2l_tui.plan.schedule import progress
from tests.plan.conftest import SMALL

Write = Callable[[str | bytes], Path]
DAY = date(2021, 7, 20)


def with_list(items: str) -> str:
    """Return the small plan with a checklist under maml."""
    return SMALL.replace('needs = ["l2l"]', f"checklist = {items}")


@pytest.mark.parametrize(
    ("before", "edit", "after"),
    [
        (
            '["Read", "Derive"]  # two',
            TickCheck("maml", "Derive", DAY),
            '["Read", { text = "Derive", done = 2021-07-20 }]  # two',
        ),
        (
            '[\n  { text = "Read" },  # first\n]',
            TickCheck("maml", "Read", DAY),
            '[\n  { text = "Read", done = 2021-07-20 },  # first\n]',
        ),
        (
            '[{ text = "Read", done = 2021-07-01 }]',
            UntickCheck("maml", "Read"),
            '[{ text = "Read" }]',
        ),
        (
            '["Read"]',
            AddCheck("maml", "Derive"),
            '["Read", { text = "Derive" }]',
        ),
        ('["Read"]', SetCheckText("maml", "Read", "Read twice"), '["Read twice"]'),
        (
            '[{ text = "Read", done = 2021-07-01 }]',
            SetCheckText("maml", "Read", "Read 讀"),
            '[{ text = "Read 讀", done = 2021-07-01 }]',
        ),
        ('["Read"]', AddCheck("maml", "Read"), '["Read"]'),
        ('["Read"]', UntickCheck("maml", "Read"), '["Read"]'),
        (
            '[{ text = "Read", done = 2021-07-01 }]',
            TickCheck("maml", "Read", DAY),
            '[{ text = "Read", done = 2021-07-01 }]',
        ),
    ],
)
def test_items_change_in_the_shape_they_have(
    write: Write, before: str, edit: Edit, after: str
) -> None:
    """Texts alone and tables, on one line or one a line, with their comments."""
    path = write(with_list(before))
    store.save(path, edit)
    assert path.read_text() == with_list(after)


def test_the_first_item_starts_a_list(small: Path) -> None:
    """One item a line, as a person would write it."""
    plan = store.save(small, AddCheck("maml", "Read"), AddCheck("maml", "Derive"))
    assert plan.milestone("maml").checklist == (CheckItem("Read"), CheckItem("Derive"))
    assert 'checklist = [\n    { text = "Read" },\n    { text = "Derive" },\n]' in small.read_text()


def test_items_in_tables_of_their_own_are_edited_there(write: Write) -> None:
    """``[[milestone.checklist]]`` is as good as an array."""
    path = write(
        SMALL.replace("# TORCH", '[[milestone.checklist]]\ntext = "Read"  # soon\n\n# TORCH')
    )
    plan = store.save(path, TickCheck("maml", "Read", DAY), AddCheck("maml", "Derive"))
    assert plan.milestone("maml").checklist == (CheckItem("Read", DAY), CheckItem("Derive"))
    assert 'text = "Read"  # soon\ndone = 2021-07-20\n' in path.read_text()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('["Read", "Derive"]  # two', '["Derive"]  # two'),
        ('["Derive", "Read"]', '["Derive"]'),
        ('["Derive", { text = "Read", done = 2021-07-01 },]', '["Derive", ]'),
        ('[\n    "Read",\n    "Derive",\n]', '[\n    "Derive",\n]'),
        (
            '[\n    "Derive",\n    { text = "Read" }\n]',
            '[\n    "Derive",\n]',
        ),
        (
            '[\n    "Read",  # the whole\n    "Derive",\n]',
            '[\n    # the whole\n    "Derive",\n]',
        ),
    ],
)
def test_an_item_is_taken_away(write: Write, before: str, after: str) -> None:
    """With its line where it has one, without the comments around it."""
    path = write(with_list(before))
    plan = store.save(path, RemoveCheck("maml", "Read"))
    assert path.read_text() == with_list(after)
    assert plan.milestone("maml").checklist == (CheckItem("Derive"),)


def test_the_last_item_takes_the_list_with_it(write: Write) -> None:
    """An empty list says nothing."""
    path = write(with_list('["Read"]'))
    plan = store.save(path, RemoveCheck("maml", "Read"))
    assert plan.milestone("maml").checklist == ()
    assert "checklist" not in path.read_text()


def test_an_item_in_a_table_of_its_own_is_taken_away(write: Write) -> None:
    """With the table."""
    tables = '[[milestone.checklist]]\ntext = "Read"\n\n[[milestone.checklist]]\ntext = "Derive"'
    path = write(SMALL.replace("# TORCH", f"{tables}\n\n# TORCH"))
    plan = store.save(path, RemoveCheck("maml", "Read"), AddCheck("maml", "Code"))
    assert plan.milestone("maml").checklist == (CheckItem("Derive"), CheckItem("Code"))
    store.save(path, RemoveCheck("maml", "Derive"), RemoveCheck("maml", "Code"))
    assert "checklist" not in path.read_text()
    assert "# TORCH" in path.read_text()


def test_a_new_milestone_brings_its_list(small: Path) -> None:
    """And it reads back as it was."""
    items = (CheckItem("Read", DAY), CheckItem("Derive"))
    plan = store.save(small, AddMilestone(Milestone("vit", "paper", "ViT", checklist=items)))
    assert plan.milestone("vit").checklist == items


def test_requests_that_make_no_sense_are_refused(write: Write) -> None:
    """An item that is not there, one without words, one that would stand there twice."""
    path = write(with_list('["Read", "Derive"]'))
    with pytest.raises(UnknownNameError, match="did you mean 'Read'"):
        store.save(path, TickCheck("maml", "Rad", DAY))
    with pytest.raises(RequestError, match="needs words"):
        store.save(path, AddCheck("maml", " "))
    with pytest.raises(RequestError, match="needs words"):
        store.save(path, SetCheckText("maml", "Read", ""))
    with pytest.raises(ConflictError, match="has 'Derive' already"):
        store.save(path, SetCheckText("maml", "Read", "Derive"))


@pytest.mark.parametrize(
    ("items", "key"),
    [
        ('"Read"', "checklist"),
        ('["Read", 5]', "checklist[1]"),
        ('["Read", " "]', "checklist[1]"),
        ("[{ done = 2021-07-01 }]", "checklist[0].text"),
        ('["x", { text = "Read", done = true }]', "checklist[1].done"),
    ],
)
def test_broken_lists_are_faults(write: Write, items: str, key: str) -> None:
    """Each with the item that is wrong."""
    (fault,) = store.load(write(with_list(items))).faults
    assert fault.key == f"milestone[1].{key}"


def test_items_and_experiments_make_progress_together(write: Write) -> None:
    """Each part counts alike: two items, and an experiment half of whose claims hold."""
    items = '["Read", { text = "Derive", done = 2021-07-01 }]\nexperiments = ["l2l-quadratic"]'
    path = write(with_list(items))
    plan = store.load(path)
    assert progress(plan, plan.milestone("maml")) == 1 / 3
    claims = {"a": "holds", "b": "fails"}
    plan = store.save(path, AddResult(Result("r", "maml", "l2l-quadratic", DAY, claims)))
    assert progress(plan, plan.milestone("maml")) == 1.5 / 3
