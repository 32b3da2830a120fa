"""What is known of a section while it is written."""

from __future__ import annotations

from l2l_tui.tui.drafts import Draft


def test_an_untouched_section_follows_the_plan() -> None:
    """It shows what somebody else wrote."""
    draft = Draft("old", "old")
    assert draft.take("new", "old") == "new"
    assert not draft.touched("new")


def test_what_was_typed_stays_and_is_contested() -> None:
    """Until it is put together with what somebody else wrote."""
    draft = Draft("one\ntwo", "one\ntwo")
    assert draft.take("one\nTWO", "ONE\ntwo") == "ONE\ntwo"
    assert draft.contested
    assert draft.merged("ONE\ntwo").text == "ONE\nTWO"
    draft.settle()
    assert not draft.contested


def test_who_wrote_the_same_has_nothing_to_save() -> None:
    """Both hands made the same change."""
    draft = Draft("old", "old")
    assert draft.take("new", "new") == "new"
    assert not draft.touched("new")


def test_a_text_on_its_way_is_not_taken_for_saved() -> None:
    """The plan is shown as it will be; if it comes to nothing, the text is not lost."""
    draft = Draft("old", "old", sent="mine")
    assert not draft.touched("mine")
    assert draft.take("mine", "mine") == "mine"
    assert draft.take("old", "mine") == "mine"
    draft.sent = None
    assert draft.touched("mine")


def test_what_is_typed_while_it_is_saved_is_not_saved() -> None:
    """It goes on from what was sent."""
    draft = Draft("old", "old", sent="mine")
    assert draft.take("mine", "mine and more") == "mine and more"
    draft.saved()
    assert draft.touched("mine and more")
    assert not draft.contested
