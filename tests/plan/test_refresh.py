"""What a document knows after an edit is what it would read from its text."""

from __future__ import annotations

import contextlib
import tomllib
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from l2l_tui.errors import ConflictError, L2LError
from l2l_tui.plan.document import Document
from l2l_tui.plan.edits import AddMilestone, Edit, SetDue, SetStatus, SolveProblem
from l2l_tui.plan.layout import scan
from l2l_tui.plan.model import Milestone, Status
from tests.plan.conftest import SMALL
from tests.plan.strategies import edits_of_any_kind, edits_that_add_and_move

DAY = date(2021, 7, 20)
_TABLES = """
[result.more]
a.b = 1
a."c d" = [1, { x = 2 }]

[[milestone]]
id = "last"
track = "paper"
title = "Last"  # [[not a header]]
[[milestone.history]]
on = 2021-07-08
status = "doing"

[extra]
x = '''
[[milestone]]
'''
"""


def check(document: Document) -> None:
    """Compare what is known with what stands there."""
    assert document.data == tomllib.loads(document.text)
    assert document.layout.places == scan(document.text).places
    assert document.layout.text == document.text


@settings(max_examples=80, deadline=None)
@given(
    edits=st.lists(edits_of_any_kind | edits_that_add_and_move, min_size=1, max_size=6),
    crlf=st.booleans(),
)
def test_layout_and_data_stay_true_through_any_edits(edits: list[Edit], crlf: bool) -> None:
    """In a text of tables, tables below tables, dotted keys and strings that look like tables."""
    text = SMALL + _TABLES
    document = Document(text.replace("\n", "\r\n") if crlf else text)
    for edit in edits:
        with contextlib.suppress(ConflictError):  # the problem may be solved already
            edit.apply(document)
        check(document)


def test_edits_below_headers_of_their_own_stay_true() -> None:
    """A history of tables, a problem solved, a date taken away, a milestone between others."""
    document = Document(SMALL + _TABLES)
    for edit in (
        SetStatus("last", Status.DONE, DAY),
        SetDue("last", DAY, DAY),
        SolveProblem(date(2021, 7, 14), "Why does it diverge?", DAY, "smaller rate"),
        SetDue("l2l", None, DAY),
        AddMilestone(Milestone("vit", "paper", "ViT")),
        SetStatus("vit", Status.DOING, DAY),
    ):
        edit.apply(document)
        check(document)
    document.remove(("milestone", 0, "links"))
    document.set(("extra", "y"), {"z": [1]})
    document.remove(("extra", "x"))
    check(document)


def test_a_refused_edit_leaves_what_is_known_true() -> None:
    """The text is as it was, and so is all that is known of it."""
    document = Document(SMALL)
    check(document)
    try:
        SetDue("l2l", DAY, DAY, expected=DAY).apply(document)
    except L2LError:
        check(document)
    assert document.text == SMALL
