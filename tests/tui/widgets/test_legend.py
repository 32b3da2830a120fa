"""The legend: told apart without colour, and never wider than the chart."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from l2l_tui.text import plain, width
from l2l_tui.tui.widgets.chart import inks
from l2l_tui.tui.widgets.chart.legend import Run, arrange, draw
from l2l_tui.tui.widgets.chart.plot import Line
from l2l_tui.tui.widgets.chart.series import Series


def lines_of(**last: float) -> list[Line]:
    """Return lines of two points, at steps 0 and 10, with these last values."""
    lines = []
    for slot, (name, value) in enumerate(last.items()):
        series = Series()
        series.extend([0, 10], [1.0, value])
        lines.append(Line(name, slot, series))
    return lines


def texts(rows: list[list[Run]]) -> list[str]:
    """Return rows as text."""
    return ["".join(text for text, _ in row).rstrip() for row in rows]


def test_items_stand_in_one_line_where_they_fit() -> None:
    """Sign, name, last value."""
    lines = lines_of(learned=0.1423, adam=0.33)
    assert texts(draw(lines, arrange(lines, 60, 2), 60)) == ["● learned 0.142   ■ adam 0.33"]


def test_items_stand_in_columns_where_they_do_not_fit_in_a_line() -> None:
    """Signs below signs, values below values."""
    lines = lines_of(learned=0.1423, adam=0.33, momentum=0.27, sgd=0.82)
    assert texts(draw(lines, arrange(lines, 44, 2), 44)) == [
        "● learned  0.142   ■ adam     0.33",
        "▲ momentum 0.27    ◆ sgd      0.82",
    ]


def test_series_without_room_are_counted() -> None:
    """Nobody takes what is left out for not there."""
    lines = lines_of(**{f"a rather long name {n}": float(n) for n in range(9)})
    (row,) = texts(draw(lines, arrange(lines, 40, 1), 40))
    assert row.endswith("more")
    assert "…" in row


def test_values_at_a_step_are_those_of_series_that_were_measured_then() -> None:
    """Beyond its last step a series has no value."""
    lines = lines_of(a=2.0)
    other = Series()
    other.extend([20], [5.0])
    lines.append(Line("b", 1, other))
    layout = arrange(lines, 60, 1)
    assert texts(draw(lines, layout, 60, at=10)) == ["● a 2       ■ b –"]
    assert texts(draw(lines, layout, 60, at=20)) == ["● a –       ■ b 5"]


def test_a_value_that_is_not_finite_is_said_to_have_diverged() -> None:
    """In words, not as nan."""
    lines = lines_of(a=math.nan, b=math.inf)
    assert texts(draw(lines, arrange(lines, 60, 1), 60)) == ["● a diverged   ■ b diverged"]


def test_signs_differ_among_the_first_series() -> None:
    """Two series of the same colour still have different signs."""
    marked = {(inks.mark(slot), inks.line(slot)) for slot in range(24)}
    assert len(marked) == 24
    assert len({inks.mark(slot) for slot in range(12)}) == 12


@settings(deadline=None)
@given(
    st.lists(st.text(max_size=30), max_size=12),
    st.integers(0, 120),
    st.integers(0, 4),
    st.floats(allow_nan=True),
)
def test_the_legend_is_no_wider_than_the_chart(
    names: list[str], cells: int, rows: int, value: float
) -> None:
    """Whatever the names are, in whatever script."""
    lines = []
    for slot, name in enumerate(names):
        series = Series()
        series.extend([0], [value])
        lines.append(Line(plain(name), slot, series))
    drawn = texts(draw(lines, arrange(lines, cells, rows), cells))
    assert len(drawn) <= rows
    for row in drawn:
        assert width(row) <= cells
