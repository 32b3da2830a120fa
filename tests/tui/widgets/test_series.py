"""The points behind a line: extremes, gaps, order, smoothing."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from l2l_tui.tui.widgets.chart.series import BLOCK, Pyramid, Series

values = st.floats(allow_nan=True, allow_infinity=True)
steps = st.one_of(st.integers(-50, 50), st.floats(-50, 50))
points = st.lists(st.tuples(steps, values), max_size=200)


def series_of(*batches: list[tuple[float, float]]) -> Series:
    """Return a series that got these batches of points."""
    series = Series()
    for batch in batches:
        series.extend([step for step, _ in batch], [value for _, value in batch])
    return series


@settings(deadline=None)
@given(st.lists(st.integers(-1000, 1000), max_size=40), st.integers(1, 130), st.data())
def test_pyramid_gives_the_extreme_of_any_stretch(
    seed: list[int], times: int, data: st.DataObject
) -> None:
    """Whatever the levels, the answer is the one of a plain `min`."""
    numbers = [float(number * (place % 7 + 1)) for place in range(times) for number in seed]
    pyramid = Pyramid(min, math.inf)
    cut = data.draw(st.integers(0, len(numbers)))
    pyramid.extend(numbers[:cut])
    pyramid.extend(numbers[cut:])
    start = data.draw(st.integers(0, len(numbers)))
    stop = data.draw(st.integers(start, len(numbers)))
    assert pyramid.over(start, stop) == min(numbers[start:stop], default=math.inf)


def test_pyramid_reaches_its_third_level() -> None:
    """A stretch of many blocks of blocks finds the one extreme in each of its parts."""
    size = BLOCK**3 + 5 * BLOCK + 3
    for place in (7, BLOCK + 1, size // 2, size - 2):
        pyramid = Pyramid(max, -math.inf)
        pyramid.extend([0.0] * place)
        pyramid.extend([1.0])
        pyramid.extend([0.0] * (size - place - 1))
        assert pyramid.over(5, size - 1) == 1.0
        assert pyramid.over(place + 1, size) == 0.0
        assert pyramid.over(0, place) == 0.0


@settings(deadline=None)
@given(points, points, st.data())
def test_extremes_equal_brute_force(
    first: list[tuple[float, float]], second: list[tuple[float, float]], data: st.DataObject
) -> None:
    """Lowest, lowest positive and highest value leave out what is not finite."""
    series = series_of(first, second)
    start = data.draw(st.integers(0, len(series)))
    stop = data.draw(st.integers(start, len(series)))
    finite = [value for value in series.values[start:stop] if math.isfinite(value)]
    positive = [value for value in finite if value > 0]
    assert series.low(start, stop) == min(finite, default=math.inf)
    assert series.high(start, stop) == max(finite, default=-math.inf)
    assert series.low(start, stop, positive=True) == min(positive, default=math.inf)
    assert series.unloggable(start, stop) == len(finite) - len(positive)
    gaps = [n for n in range(start, stop) if not math.isfinite(series.values[n])]
    assert series.gap(start, stop) == (gaps[0] if gaps else None)


@settings(deadline=None)
@given(st.lists(points, max_size=4))
def test_points_are_sorted_by_step_and_keep_their_order_within_one(
    batches: list[list[tuple[float, float]]],
) -> None:
    """However they arrive, the points end up as a stable sort leaves them."""
    series = series_of(*batches)
    together = sorted((point for batch in batches for point in batch), key=lambda point: point[0])
    assert series.steps == [step for step, _ in together]
    assert list(map(repr, series.values)) == [repr(float(value)) for _, value in together]


def test_points_without_a_finite_step_are_left_out() -> None:
    """A point that stands nowhere cannot be drawn; a huge integer stands at infinity."""
    series = series_of([(math.nan, 1.0), (math.inf, 2.0), (3, 10**400), (10**400, 5)])
    assert (series.steps, series.values) == ([3.0], [math.inf])


@settings(deadline=None)
@given(
    st.lists(st.floats(-1e6, 1e6) | st.just(math.nan), min_size=1, max_size=100),
    st.integers(0, 100),
    st.sampled_from([0.3, 0.6, 0.99]),
)
def test_smoothing_piece_by_piece_equals_smoothing_at_once(
    numbers: list[float], cut: int, weight: float
) -> None:
    """The average grows with its series and does not depend on when it was asked for."""
    whole, grown = Series(), Series()
    whole.extend(range(len(numbers)), numbers)
    grown.extend(range(len(numbers[:cut])), numbers[:cut])
    grown.smoothed(weight)
    grown.extend(range(len(numbers[:cut]), len(numbers)), numbers[cut:])
    assert list(map(repr, grown.smoothed(weight).values)) == list(
        map(repr, whole.smoothed(weight).values)
    )


def test_smoothing_is_the_weighted_mean_of_what_came_before() -> None:
    """Weights fall by the same factor a step and add up to one; a gap takes no part."""
    series = series_of([(0, 4.0), (1, 1.0), (2, math.nan), (3, 2.0)])
    smooth = series.smoothed(0.5).values
    assert smooth[0] == pytest.approx(4.0)
    assert smooth[1] == pytest.approx((0.5 * 4 + 1) / 1.5)
    assert math.isnan(smooth[2])
    assert smooth[3] == pytest.approx((0.25 * 4 + 0.5 * 1 + 2) / 1.75)


def test_smoothing_starts_anew_when_points_come_out_of_order() -> None:
    """An average of the old order is not kept for the new one."""
    series = series_of([(0, 1.0), (2, 3.0)])
    series.smoothed(0.5)
    series.extend([1], [2.0])
    assert series.smoothed(0.5).steps == [0, 1, 2]
    assert series.smoothed(0.5).values[1] == pytest.approx((0.5 * 1 + 2) / 1.5)


def test_no_smoothing_is_the_series_itself() -> None:
    """A weight of 0 costs nothing."""
    series = series_of([(0, 1.0)])
    assert series.smoothed(0.0) is series


def test_value_at_a_step_is_the_last_measured_by_then() -> None:
    """Between two steps the earlier value stands, and of equal steps the later arrival."""
    series = series_of([(1, 10.0), (3, 30.0), (3, 31.0)])
    assert [series.at(step) for step in (0, 1, 2, 3, 9)] == [None, 10.0, 10.0, 31.0, 31.0]


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 40), min_size=1, max_size=30),
    st.integers(-5, 45),
    st.sampled_from([-1, 1]),
    st.integers(0, 20),
)
def test_step_beyond_is_the_nearest_far_enough_or_the_farthest(
    numbers: list[int], step: int, direction: int, least: int
) -> None:
    """Moving by a distance ends on a measured step, and stops at the last one."""
    series = Series()
    series.extend(numbers, [0.0] * len(numbers))
    beyond = [n for n in numbers if (n - step) * direction > 0]
    far = [n for n in beyond if (n - step) * direction >= least]
    nearest = min(far, key=lambda n: abs(n - step), default=None)
    farthest = max(beyond, key=lambda n: abs(n - step), default=None)
    assert series.beyond(step, direction, least) == (farthest if nearest is None else nearest)


def test_steps_never_decrease() -> None:
    """Even after many batches out of order."""
    series = Series()
    for start in (30, 10, 20, 0):
        series.extend(range(start, start + 15), [float(start)] * 15)
    assert all(before <= after for before, after in pairwise(series.steps))
    assert len(series) == 60
