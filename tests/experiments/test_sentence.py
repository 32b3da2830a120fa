"""A sentence that is said in English or in another language."""

from __future__ import annotations

from l2l_tui.experiments.sentence import Sentence

WORDS = {"{what} is {size}": "{what}：{size}", "the gap": "差距"}


def test_a_sentence_is_told_with_the_sentences_in_it() -> None:
    """Each part by itself; figures and names stay."""
    said = Sentence("{what} is {size}", what=Sentence("the gap"), size=0.5)
    assert str(said) == "the gap is 0.5"
    assert said.told(lambda message: WORDS.get(message, message)) == "差距：0.5"


def test_braces_of_a_text_without_values_are_its_own() -> None:
    """As in what a run wrote; and nothing is nothing in every language."""
    assert str(Sentence("{a} of {")) == "{a} of {"
    assert Sentence("").told(lambda _: "the catalogue's head") == ""


def test_the_same_of_the_same_is_equal() -> None:
    """As values are."""
    assert Sentence("{n}", n=1) == Sentence("{n}", n=1)
    assert Sentence("{n}", n=1) != Sentence("{n}", n=2)
    assert Sentence("1") != "1"
    assert len({Sentence("{n}", n=1), Sentence("{n}", n=1)}) == 1
