"""Axes: places, ticks and their labels."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from l2l_tui.tui.widgets.chart.scale import Scale, label, power, round_step

finite = st.floats(allow_nan=False, allow_infinity=False)
positive = st.floats(min_value=5e-324, allow_infinity=False)


def labels(scale: Scale, count: int) -> list[str]:
    """Return the labels of a scale's ticks."""
    return [tick.label for tick in scale.ticks(count)]


@settings(deadline=None)
@given(finite, finite, st.integers(1, 300), st.integers(1, 20))
@example(0.0, 5e-324, 10, 4)
@example(-1.7976931348623157e308, 1.7976931348623157e308, 10, 4)
@example(1e300, 1.0000000000000002e300, 100, 5)
def test_linear_ticks_rise_within_the_axis(one: float, other: float, dots: int, count: int) -> None:
    """No tick lies outside, none comes twice, and there are not many more than asked for."""
    scale = Scale.fit(min(one, other), max(one, other), dots)
    ticks = scale.ticks(count)
    assert all(scale.low <= tick.value <= scale.high for tick in ticks)
    assert all(before.value < after.value for before, after in pairwise(ticks))
    assert len(ticks) <= count + 1
    assert all(0 <= scale.place(tick.value) < dots for tick in ticks)


@settings(deadline=None)
@given(positive, positive, st.integers(1, 300), st.integers(1, 20))
@example(5e-324, 1.7976931348623157e308, 10, 4)
@example(5e-324, 5e-324, 10, 4)
@example(1e-5, 1e-5, 10, 4)
def test_log_ticks_rise_within_the_axis(one: float, other: float, dots: int, count: int) -> None:
    """The same on a logarithmic axis, of however many decades."""
    scale = Scale.fit(min(one, other), max(one, other), dots, log=True)
    ticks = scale.ticks(count)
    assert all(scale.low <= tick.value <= scale.high for tick in ticks)
    assert all(before.value < after.value for before, after in pairwise(ticks))
    assert all(0 <= scale.place(tick.value) < dots for tick in ticks)


@settings(deadline=None)
@given(finite, finite, st.integers(2, 200), st.floats(0, 1))
def test_every_value_between_the_ends_has_a_place(
    one: float, other: float, dots: int, share: float
) -> None:
    """Places run from 0 to the last, and higher values never stand lower."""
    low, high = min(one, other), max(one, other)
    scale = Scale.fit(low, high, dots)
    inside = min(max(low + share * (high / 2 - low / 2) * 2, low), high)
    assert 0 <= scale.place(low) <= scale.place(inside) <= scale.place(high) < dots


@settings(deadline=None)
@given(st.floats(-1e9, 1e9), st.floats(1e-3, 1e9), st.integers(2, 300), st.data())
def test_value_of_a_place_has_that_place(
    low: float, span: float, dots: int, data: st.DataObject
) -> None:
    """What stands under the crosshair is what was put there."""
    scale = Scale.fit(low, low + span, dots)
    place = data.draw(st.integers(0, dots - 1))
    assert scale.place(scale.value(place)) == place


def test_linear_ticks_are_one_two_five() -> None:
    """Steps between ticks are round."""
    assert labels(Scale.fit(0, 100, 100), 5) == ["0", "20", "40", "60", "80", "100"]
    assert labels(Scale.fit(0.11, 0.48, 100), 4) == ["0.2", "0.3", "0.4"]
    assert labels(Scale.fit(-1, 1, 100), 4) == ["-1.0", "-0.5", "0", "0.5", "1.0"]


def test_log_ticks_are_decades_with_superscripts() -> None:
    """Many decades are thinned out evenly."""
    assert labels(Scale.fit(0.05, 20, 100, log=True), 5) == ["10⁻¹", "10⁰", "10¹"]
    assert labels(Scale.fit(1e-12, 1, 100, log=True), 5) == ["10⁻¹²", "10⁻⁹", "10⁻⁶", "10⁻³", "10⁰"]


def test_log_ticks_within_a_decade_are_plain_numbers() -> None:
    """Few decades on a high axis are ticked at 1, 2 and 5; a sliver of one linearly."""
    assert labels(Scale.fit(0.15, 0.9, 100, log=True), 5) == ["0.2", "0.5"]
    assert labels(Scale.fit(0.15, 12, 100, log=True), 7) == ["0.2", "0.5", "1", "2", "5", "10"]
    assert labels(Scale.fit(3.1, 3.9, 100, log=True), 5) == ["3.2", "3.4", "3.6", "3.8"]


def test_one_value_stands_in_the_middle() -> None:
    """A constant line is drawn half way up, on either axis."""
    for log in (False, True):
        assert Scale.fit(7, 7, 101, log=log).place(7) == 50
    assert Scale.fit(0, 0, 101).place(0) == 50


def test_values_far_outside_have_a_finite_place() -> None:
    """A neighbour that is enormously far off can still be drawn towards."""
    scale = Scale.fit(0, 1e-200, 100)
    assert scale.place(1e300) > 100
    assert scale.place(-1e300) < 0


@pytest.mark.parametrize(
    ("least", "step"),
    [(0.1, 0.1), (0.11, 0.2), (3, 5), (5.1, 10), (0, 0), (math.inf, 0), (math.nan, 0)],
)
def test_round_step_is_the_next_of_one_two_five(least: float, step: float) -> None:
    """And there is none for what is no step."""
    assert round_step(least) == step


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [
        (0, 1, "0"),
        (5, 5, "5"),
        (0.25, 0.05, "0.25"),
        (2000, 500, "2000"),
        (20000, 5000, "20k"),
        (12500, 500, "12.5k"),
        (3e6, 1e6, "3×10⁶"),
        (1e7, 1e6, "10⁷"),
        (-2e-5, 1e-5, "-2×10⁻⁵"),
        (-1e-6, 1e-6, "-10⁻⁶"),
    ],
)
def test_labels_have_the_digits_that_tell_them_apart(value: float, step: float, text: str) -> None:
    """No more and no fewer."""
    assert label(value, step) == text


def test_power_is_written_with_superscripts() -> None:
    """Negative exponents included."""
    assert power(-12) == "10⁻¹²"
