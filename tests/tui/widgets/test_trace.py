"""From points to dots: nothing lost, nothing broken, gaps left open."""

from __future__ import annotations

import math

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from l2l_tui.tui.widgets.chart.canvas import EMPTY
from l2l_tui.tui.widgets.chart.scale import Scale
from l2l_tui.tui.widgets.chart.series import Series
from l2l_tui.tui.widgets.chart.trace import extent, trace

curves = st.lists(st.floats(-100, 100) | st.just(math.nan), min_size=1, max_size=300)


def series_of(values: list[float]) -> Series:
    """Return a series with a value at each step from 0 on."""
    series = Series()
    series.extend(range(len(values)), values)
    return series


def axes(series: Series, columns: int, rows: int, *, log: bool = False) -> tuple[Scale, Scale]:
    """Return axes that show all of a series."""
    x = Scale.fit(series.steps[0], series.steps[-1], columns)
    return x, Scale.fit(*extent(series, x, log=log), rows, log=log)


def on_a_border(x: Scale, step: int) -> bool:
    """Return whether a step stands half-way between two columns."""
    place = (step - x.low) / (x.high - x.low) * (x.dots - 1)
    return abs(place % 1 - 0.5) < 1e-9


@settings(deadline=None)
@example([0.0, -1.0, 0.0, math.nan, math.nan], 3, 2, False)
@given(curves, st.integers(1, 60), st.integers(1, 40), st.booleans())
def test_every_column_spans_exactly_its_points_and_joins(
    values: list[float], columns: int, rows: int, log: bool
) -> None:
    """A point drawn lies in its column's span; on the border of two, in either's."""
    series = series_of(values)
    shown = [value for value in values if math.isfinite(value) and (value > 0 or not log)]
    assume(shown)
    x, y = axes(series, columns, rows, log=log)
    spans = trace(series, x, y).spans
    by_column: dict[int, list[int]] = {}
    for step, value in enumerate(values):
        if value in shown and not on_a_border(x, step):
            by_column.setdefault(x.place(step), []).append(rows - 1 - y.place(value))
    for column, places in by_column.items():
        assert spans.tops[column] <= min(places) <= max(places) <= spans.bottoms[column]
    drawn = [column for column in range(columns) if spans.tops[column] != EMPTY]
    assert all(0 <= spans.tops[c] <= spans.bottoms[c] < rows for c in drawn)


@settings(deadline=None)
@given(st.lists(st.floats(-100, 100), min_size=2, max_size=300), st.integers(2, 60))
def test_a_curve_without_gaps_is_drawn_without_holes(values: list[float], columns: int) -> None:
    """Each column from the first to the last is covered and touches the next."""
    series = series_of(values)
    spans = trace(series, *axes(series, columns, 40)).spans
    for column in range(columns - 1):
        assert spans.tops[column + 1] <= spans.bottoms[column] + 1
        assert spans.tops[column] <= spans.bottoms[column + 1] + 1


@settings(deadline=None)
@given(st.lists(st.lists(st.floats(-9, 9), max_size=8), min_size=2, max_size=30), st.booleans())
def test_envelope_equals_brute_force(columns: list[list[float]], log: bool) -> None:
    """Without joins, a column spans its lowest to its highest point, exactly."""
    # A gap before every column's points keeps the line from being joined.
    x = Scale.fit(0, len(columns) - 1, len(columns))
    y = Scale.fit(0.01 if log else -9, 9, 50, log=log)
    series = Series()
    for column, values in enumerate(columns):
        series.extend([column] * (len(values) + 1), [math.nan, *values])
    spans = trace(series, x, y).spans
    for column, values in enumerate(columns):
        shown = [49 - y.place(value) for value in values if value > 0 or not log]
        assert spans.tops[column] == min(shown, default=EMPTY)
        assert spans.bottoms[column] == max(shown, default=-EMPTY)


def test_a_gap_breaks_the_line_and_is_marked_once() -> None:
    """Columns between stay empty; the mark stands at the height where the line broke off."""
    series = series_of([0.0, 0.0, *[math.nan] * 6, 10.0, 10.0])
    x, y = Scale.fit(0, 9, 10), Scale.fit(0, 10, 11)
    traced = trace(series, x, y)
    assert [traced.spans.tops[column] == EMPTY for column in range(10)] == (
        [False] * 2 + [True] * 6 + [False] * 2
    )
    assert traced.breaks == ((2, 10),)
    assert traced.end == (9, 0)


def test_each_run_of_gaps_is_marked() -> None:
    """A line that comes back and breaks off again is marked twice."""
    series = series_of([1.0, math.inf, math.inf, 1.0, math.nan, 1.0])
    traced = trace(series, Scale.fit(0, 5, 6), Scale.fit(0, 2, 3))
    assert [column for column, _ in traced.breaks] == [1, 4]


def test_values_without_a_logarithm_break_the_line_unmarked() -> None:
    """Zero and below are left out on a logarithmic axis; they did not diverge."""
    series = series_of([1.0, 0.0, 1.0, -1.0, 1.0])
    traced = trace(series, Scale.fit(0, 4, 5), Scale.fit(0.5, 2, 3, log=True))
    assert [traced.spans.tops[column] == EMPTY for column in range(5)] == [
        False,
        True,
        False,
        True,
        False,
    ]
    assert traced.breaks == ()


def test_a_line_passes_through_a_view_between_two_points() -> None:
    """Zoomed in so far that no point is in sight, the line still is."""
    series = Series()
    series.extend([0, 100], [0.0, 100.0])
    spans = trace(series, Scale.fit(40, 60, 20), Scale.fit(0, 100, 101)).spans
    assert all(spans.tops[column] != EMPTY for column in range(20))
    assert spans.bottoms[0] > spans.tops[19]


def test_a_line_enters_from_beside_the_view() -> None:
    """The first point in sight is joined to the last one before."""
    series = Series()
    series.extend([0, 50, 100], [0.0, 50.0, 100.0])
    spans = trace(series, Scale.fit(40, 60, 21), Scale.fit(0, 100, 101)).spans
    assert all(spans.tops[column] != EMPTY for column in range(21))
