"""Two texts made of one are put together, and nothing of either is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l2l_tui.plan.merge import Side, merge

_TEXTS = st.lists(st.sampled_from(["a", "b", "c", "", "學"]), max_size=8).map("\n".join)


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        ("a\nb\nc", "A\nb\nc", "a\nb\nC", "A\nb\nC"),
        ("a\nb", "A\nb", "a\nB", "A\nB"),
        ("a\nb", "a\nb\nmine", "theirs\na\nb", "theirs\na\nb\nmine"),
        ("a\nb\nc", "a\nc", "a\nb\nc\nd", "a\nc\nd"),
        ("a", "same", "same", "same"),
        ("", "", "theirs", "theirs"),
    ],
)
def test_different_lines_merge_by_themselves(
    base: str, mine: str, theirs: str, merged: str
) -> None:
    """Neighbours, lines put in, and what both wrote alike."""
    assert merge(base, mine, theirs).text == merged


def test_of_the_same_line_somebody_decides() -> None:
    """What was changed elsewhere is merged whatever the answer."""
    found = merge("a\nb\nc", "mine\nb\nC", "theirs\nb\nc")
    assert found.text is None
    (conflict,) = found.conflicts
    assert (conflict.base, conflict.mine, conflict.theirs) == (("a",), ("mine",), ("theirs",))
    assert found.decided(Side.MINE) == "mine\nb\nC"
    assert found.decided(Side.THEIRS) == "theirs\nb\nC"
    assert found.decided(Side.BOTH) == "theirs\nmine\nb\nC"


def test_changes_inside_a_longer_one_are_decided_with_it() -> None:
    """Whatever the answer, the text is just the one side's."""
    mine, theirs = "a\nX\ne", "a\nb\nC\nd\ne"
    found = merge("a\nb\nc\nd\ne", mine, theirs)
    assert found.text is None
    assert found.decided(Side.MINE) == mine
    assert found.decided(Side.THEIRS) == theirs


def test_lines_put_in_at_one_place_are_in_doubt() -> None:
    """Nobody can know which comes first."""
    found = merge("a", "a\nmine", "a\ntheirs")
    assert found.text is None
    assert found.decided(Side.BOTH) == "a\ntheirs\nmine"


@given(_TEXTS, _TEXTS)
def test_who_changed_nothing_takes_what_the_other_made(base: str, new: str) -> None:
    """On either side; and what both made alike is agreed."""
    assert merge(base, new, base).text == new
    assert merge(base, base, new).text == new
    assert merge(base, new, new).text == new


@given(_TEXTS, _TEXTS, _TEXTS)
def test_the_sides_are_alike(base: str, mine: str, theirs: str) -> None:
    """Whoever saves first, the same text comes of it, or the same question."""
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert one.text == other.text
    assert one.decided(Side.MINE) == other.decided(Side.THEIRS)


@given(_TEXTS, _TEXTS, _TEXTS)
def test_whoever_keeps_both_loses_no_new_line(base: str, mine: str, theirs: str) -> None:
    """Every line that a side has and the base has not stands in the merged text."""
    both = merge(base, mine, theirs).decided(Side.BOTH).split("\n")
    new = (set(mine.split("\n")) | set(theirs.split("\n"))) - set(base.split("\n"))
    assert new <= set(both)
