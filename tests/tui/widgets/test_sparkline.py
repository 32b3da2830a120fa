"""A curve in one line of text."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from l2l_tui.tui.widgets.sparkline import BARS, GAP, sparkline


@settings(deadline=None)
@given(st.lists(st.floats(), max_size=80), st.integers(0, 30), st.booleans())
def test_it_is_exactly_as_wide_as_asked(values: list[float], cells: int, log: bool) -> None:
    """Whatever the values are, and of nothing but bars, gaps and blanks."""
    text = sparkline(values, cells, log=log)
    assert len(text) == cells
    assert set(text) <= {*BARS, GAP, " "}


def test_nothing_measured_is_blank() -> None:
    """Not a flat line."""
    assert sparkline([], 4) == "    "


def test_constant_values_are_a_flat_line() -> None:
    """Half high, since none is lowest or highest."""
    assert sparkline([3.0] * 9, 3) == "▄▄▄"


def test_it_reaches_from_the_lowest_bar_to_the_highest() -> None:
    """Fewer values than cells stand at the left."""
    assert sparkline([0, 1, 2, 3, 4, 5, 6, 7], 10) == "▁▂▃▄▅▆▇█  "


def test_more_values_than_cells_are_averaged() -> None:
    """All of them count."""
    assert sparkline([0, 2, 8, 8, 4, 6], 3) == "▁█▅"


def test_a_cell_without_a_finite_value_is_marked() -> None:
    """Beside finite values, those that are not finite do not count."""
    assert sparkline([1, math.nan, math.inf, 2], 4) == "▁××█"
    assert sparkline([1, math.nan, 2, 2], 2) == "▁█"


def test_logarithms_show_a_geometric_fall_as_a_straight_one() -> None:
    """Zero has none and is marked."""
    falling = [10.0**-n for n in range(8)]
    assert sparkline(falling, 8, log=True) == "█▇▆▅▄▃▂▁"
    assert sparkline([*falling, 0.0], 9, log=True)[-1] == GAP


@pytest.mark.parametrize("log", [False, True])
def test_the_largest_floats_do_not_overflow(log: bool) -> None:
    """Their mean is finite even where their sum is not."""
    assert sparkline([1e308] * 8 + [1.0] * 8, 2, log=log) == "█▁"
