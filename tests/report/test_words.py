"""Both languages' phrases."""

from __future__ import annotations

import re
from datetime import date

import pytest

from l2l_tui.experiments.claims import Verdict
from l2l_tui.plan.model import Section, Status
from l2l_tui.report.words import Phrase, Words
from l2l_tui.runs.model import State


@pytest.mark.parametrize("phrase", list(Phrase), ids=lambda phrase: phrase.name)
def test_both_languages_fill_in_the_same_things(phrase: Phrase) -> None:
    """Nothing is said in one language and missing in the other."""
    english, chinese = (set(re.findall(r"{(\w+)", text)) for text in phrase.value)
    assert english == chinese


@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_every_status_state_verdict_and_section_has_a_word(language: str) -> None:
    """The names in the files are no words for a reader."""
    words = Words(language)
    for name in (*Status, *State, *Verdict):
        assert words.named(name.value)
    for section in Section:
        assert words.section(section)


def test_days_ages_and_times_read_naturally() -> None:
    """One day is no days."""
    english, chinese = Words("en"), Words("zh-TW")
    assert english.day(date(2021, 7, 28)) == "2021-07-28 (Wed)"
    assert chinese.day(date(2021, 7, 28)) == "2021-07-28（週三）"
    assert (english.days(1), english.days(2), chinese.days(2)) == ("1 day", "2 days", "2 天")
    assert [english.weeks(n) for n in range(3)] == ["new", "1 week", "2 weeks"]
    times = [english.time(s) for s in (7.6, 125, 11_400)]
    assert times == ["8 s", "2 min 05 s", "3 h 10 min"]
    assert chinese.time(125) == "2 分 05 秒"
