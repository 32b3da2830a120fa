"""Words are found in whatever was written for a meeting."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from l2l_tui.plan.model import Meeting, Plan, Problem, Section
from l2l_tui.plan.search import search, spans

FIRST, SECOND = date(2026, 2, 18), date(2026, 2, 25)
PLAN = Plan(
    Path("study.toml"),
    "",
    meetings=(
        Meeting(
            FIRST,
            (
                Problem(
                    "Batch norm in eval mode?", FIRST, SECOND, "running statistics of batch norm"
                ),
            ),
            {Section.PAPER: "Read.\n  Batch  norm and batch norm\n顯示卡記憶體"},
        ),
        Meeting(SECOND, (Problem("顯示卡記憶體不夠", SECOND),), {Section.NEXT: "ＧＰＵ 時間"}),
    ),
)


def test_every_line_is_found_with_its_places() -> None:
    """Problems, how they were solved, and sections; upper and lower case are alike."""
    (found,) = search(PLAN, "BATCH norm")
    assert (found.date, found.hits) == (FIRST, 4)
    assert [(match.section, match.line) for match in found.matches] == [
        (None, "Batch norm in eval mode?"),
        (None, "running statistics of batch norm"),
        (Section.PAPER, "Batch  norm and batch norm"),
    ]
    assert found.matches[2].spans == ((0, 11), (16, 26))


def test_the_newest_meeting_comes_first() -> None:
    """Chinese is found as it stands, full-width letters as half-width ones."""
    assert [found.date for found in search(PLAN, "記憶體")] == [SECOND, FIRST]
    assert [found.date for found in search(PLAN, "gpu")] == [SECOND]


def test_no_words_find_nothing() -> None:
    """Nor do signs of a pattern mean anything."""
    assert search(PLAN, "  ") == ()
    assert search(PLAN, ".*") == ()


@given(st.text(), st.text(min_size=1), st.text())
def test_a_word_is_found_where_it_stands(before: str, word: str, after: str) -> None:
    """Anybody's; a place is one of the line."""
    line = f"{before}{word}{after}"
    found = spans(word, line)
    assert bool(found) == bool(word.strip())
    assert all(0 <= start < end <= len(line) for start, end in found)
