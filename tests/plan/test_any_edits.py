"""What holds for any sequence of edits of any kind, in a plan full of comments."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from l2l_tui.errors import L2LError
from l2l_tui.plan import edits, store
from l2l_tui.plan.document import Document
from l2l_tui.plan.edits import (
    Edit,
    MoveMilestone,
    RemoveCheck,
    RemoveMilestone,
    RemoveRecurring,
    SetText,
)
from l2l_tui.plan.layout import scan
from tests.plan.every_edit import COMMENTED, EVERY_EDIT, any_edit

_COMMENT = re.compile(r"# ([a-z0-9]+:\d+)")
_sequences = st.lists(any_edit, min_size=1, max_size=8)


def comments(text: str) -> list[str]:
    """Return the names of a text's comments, in their order."""
    return _COMMENT.findall(text)


def applied(path: Path, sequence: Sequence[Edit]) -> list[Edit]:
    """Save edits one by one; return those that were not refused."""
    taken: list[Edit] = []
    for edit in sequence:
        before = path.read_bytes()
        try:
            store.save(path, edit)
        except L2LError:
            assert path.read_bytes() == before
        else:
            taken.append(edit)
    return taken


def written(factory: pytest.TempPathFactory, crlf: bool) -> Path:
    """Return the commented plan in a folder of its own."""
    path = factory.mktemp("plans") / "commented.toml"
    path.write_bytes((COMMENTED.replace("\n", "\r\n") if crlf else COMMENTED).encode())
    return path


def test_every_kind_of_edit_is_tried() -> None:
    """Whoever adds one has to say here how it is made."""
    kinds = {name for name in edits.__all__ if hasattr(getattr(edits, name), "apply")} - {"Edit"}
    assert set(EVERY_EDIT) == kinds


@settings(max_examples=150, deadline=None)
@given(sequence=_sequences, crlf=st.booleans())
def test_comments_order_and_unknown_keys_stay_through_any_edits(
    tmp_path_factory: pytest.TempPathFactory, sequence: list[Edit], crlf: bool
) -> None:
    """Each comment is there once, in its place; only what is taken away takes its own along."""
    path = written(tmp_path_factory, crlf)
    taken = applied(path, sequence)
    text = path.read_bytes().decode()
    gone = {edit.milestone for edit in taken if isinstance(edit, RemoveMilestone)}
    gone |= {edit.item for edit in taken if isinstance(edit, RemoveRecurring)}
    given, found = _kept(comments(COMMENTED), taken), _kept(comments(text), taken)
    expected = [name for name in given if name.split(":")[0] not in gone]
    if any(isinstance(edit, MoveMilestone) for edit in taken):
        assert sorted(found) == sorted(expected)
        for owner in {name.split(":")[0] for name in expected}:
            own = [name for name in expected if name.startswith(f"{owner}:")]
            assert [name for name in found if name.startswith(f"{owner}:")] == own
    else:
        assert found == expected
    assert ("\r\n" in text) == crlf
    assert text.count("\n") == text.count("\r\n") or not crlf
    data = tomllib.loads(text)
    assert data["x-own"] == {"a key": "[[milestone]] # no comment\n"}
    assert data["plan"]["x-mine"] == {"a": 1}
    assert "l2l" in gone or any(each.get("x-mine") == [1, 2] for each in data["milestone"])


def _kept(names: list[str], taken: Sequence[Edit]) -> list[str]:
    """Leave out comments inside an array that was replaced, or went with its last item."""
    inside: set[str] = set()
    for edit in taken:
        if isinstance(edit, SetText) and (edit.milestone, edit.key) == ("l2l", "links"):
            inside |= {"l2l:8", "l2l:9", "l2l:10"}
        if isinstance(edit, RemoveCheck):
            inside |= {"maml:5", "maml:6", "maml:7"}
    return [name for name in names if name not in inside]


@settings(max_examples=80, deadline=None)
@given(sequence=_sequences, crlf=st.booleans())
def test_any_edits_are_undone_and_redone_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, sequence: list[Edit], crlf: bool
) -> None:
    """Each state on the way comes back, backwards and forwards."""
    path = written(tmp_path_factory, crlf)
    stood = [path.read_bytes()]
    for edit in sequence:
        applied(path, [edit])
        if path.read_bytes() != stood[-1]:
            stood.append(path.read_bytes())
    for expected in reversed(stood[:-1]):
        store.undo(path)
        assert path.read_bytes() == expected
    for expected in stood[1:]:
        store.redo(path)
        assert path.read_bytes() == expected


@settings(max_examples=80, deadline=None)
@given(sequence=_sequences, crlf=st.booleans())
def test_a_document_knows_itself_after_any_edits(sequence: list[Edit], crlf: bool) -> None:
    """What it holds in memory is what stands in its text."""
    document = Document(COMMENTED.replace("\n", "\r\n") if crlf else COMMENTED)
    for edit in sequence:
        before = document.text
        try:
            edit.apply(document)
        except L2LError:
            assert isinstance(edit, MoveMilestone) or document.text == before
        assert document.data == tomllib.loads(document.text)
        assert document.layout.places == scan(document.text).places
