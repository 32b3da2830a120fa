"""Braille cells: what is drawn, and that nothing is drawn elsewhere."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from l2l_tui.tui.widgets.chart.canvas import EMPTY, Canvas, Spans, runs

anywhere = st.integers(-100, 100)


def text(canvas: Canvas) -> list[str]:
    """Return a canvas' rows."""
    return ["".join(canvas.row(y)[0]) for y in range(canvas.height)]


def dots(canvas: Canvas) -> set[tuple[int, int]]:
    """Return which dots are set, by column and row."""
    bits = {0: (0, 0), 1: (0, 1), 2: (0, 2), 3: (1, 0), 4: (1, 1), 5: (1, 2), 6: (0, 3), 7: (1, 3)}
    return {
        (x * 2 + bits[bit][0], y * 4 + bits[bit][1])
        for y, row in enumerate(text(canvas))
        for x, cell in enumerate(row)
        for bit in range(8)
        if cell != " " and (ord(cell) - 0x2800) >> bit & 1
    }


@settings(deadline=None)
@given(
    st.integers(0, 6),
    st.integers(0, 6),
    st.lists(st.tuples(st.integers(0, 15), anywhere, anywhere), max_size=20),
)
def test_drawn_dots_are_the_spans_that_lie_inside(
    width: int, height: int, covers: list[tuple[int, int, int]]
) -> None:
    """Every dot of a span that is on the canvas is set, and no other."""
    spans = Spans(16)
    for column, one, other in covers:
        spans.cover(column, min(one, other), max(one, other))
    canvas = Canvas(width, height)
    canvas.draw(spans, 1)
    wanted = {
        (column, row)
        for column in range(min(16, width * 2))
        for row in range(height * 4)
        if spans.tops[column] <= row <= spans.bottoms[column]
    }
    assert dots(canvas) == wanted


@settings(deadline=None)
@given(anywhere, anywhere, anywhere, anywhere)
def test_a_joined_line_has_no_holes(x0: int, y0: int, x1: int, y1: int) -> None:
    """Neighbouring columns touch, both ends are reached, and it never leaves its box."""
    spans = Spans(60)
    spans.join(x0, y0, x1, y1)
    inside = [column for column in range(60) if x0 <= column <= x1 and x0 < x1]
    covered = [column for column in range(60) if spans.tops[column] != EMPTY]
    assert covered == inside
    for column in covered:
        assert min(y0, y1) <= spans.tops[column] <= spans.bottoms[column] <= max(y0, y1)
    for left, right in pairwise(covered):
        assert spans.tops[right] <= spans.bottoms[left] + 1
        assert spans.tops[left] <= spans.bottoms[right] + 1
    for column, row in ((x0, y0), (x1, y1)):
        if column in covered:
            assert spans.tops[column] <= row <= spans.bottoms[column]


def test_a_steep_line_is_unbroken() -> None:
    """From corner to corner in two columns of dots: each goes half way."""
    spans = Spans(2)
    spans.join(0, 0, 1, 7)
    canvas = Canvas(1, 2)
    canvas.draw(spans, 1)
    assert text(canvas) == ["⣇", "⢸"]


def test_the_ink_drawn_last_wins_and_dots_add_up() -> None:
    """Two lines in one cell share it; an untouched cell has no ink."""
    canvas = Canvas(2, 1)
    for column, ink in ((0, 7), (1, 9)):
        spans = Spans(4)
        spans.cover(column, 0, 0)
        canvas.draw(spans, ink)
    cells, inks = canvas.row(0)
    assert cells == ["⠉", " "]
    assert list(inks) == [9, 0]


def test_what_is_settled_shows_only_where_nothing_else_is() -> None:
    """A line in front stands alone in its cells."""
    canvas = Canvas(2, 1)
    behind, front = Spans(4), Spans(4)
    for column in range(4):
        behind.cover(column, 0, 3)
    front.cover(0, 2, 2)
    canvas.draw(behind, 1)
    canvas.settle()
    canvas.draw(front, 2)
    cells, inks = canvas.row(0)
    assert cells == ["⠄", "⣿"]
    assert list(inks) == [2, 1]


def test_runs_are_maximal() -> None:
    """Equal inks side by side are one run, line breaks among the codes or not."""
    assert list(runs(bytes([10, 10, 0, 13, 13, 13]))) == [(0, 2, 10), (2, 3, 0), (3, 6, 13)]
    assert list(runs(b"")) == []
