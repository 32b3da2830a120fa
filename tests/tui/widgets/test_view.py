"""Zooming, panning and following along the x axis."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from l2l_tui.tui.widgets.chart.view import follow, pan, reveal, zoom

WHOLE = (0.0, 100.0)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([0.5, 2.0, 1.25]), st.floats(-50, 150), st.floats(-2, 2)),
        max_size=40,
    )
)
def test_a_view_never_leaves_the_data(moves: list[tuple[float, float, float]]) -> None:
    """However one zooms and pans, the view lies within the steps and is not empty."""
    view = None
    for factor, around, share in moves:
        view = pan(zoom(view, WHOLE, factor, around), WHOLE, share)
        if view is not None:
            assert WHOLE[0] - 1e-9 <= view[0] < view[1] <= WHOLE[1] + 1e-9


def test_zoom_keeps_the_step_under_the_crosshair_in_place() -> None:
    """A quarter from the left before is a quarter from the left after."""
    assert zoom(None, WHOLE, 2, around=25) == (12.5, 62.5)


def test_zoom_around_a_step_out_of_sight_is_around_the_middle() -> None:
    """What cannot be seen cannot be kept in place."""
    assert zoom((40, 60), WHOLE, 2, around=0) == (45, 55)


def test_zooming_out_far_enough_shows_all() -> None:
    """And all is no view at all, so that it grows with the data."""
    assert zoom((40, 60), WHOLE, 0.1) is None


def test_panning_all_does_nothing() -> None:
    """There is nothing beyond."""
    assert pan(None, WHOLE, 0.5) is None


def test_panning_stops_at_the_end() -> None:
    """The width of the view stays."""
    assert pan((60, 80), WHOLE, 5) == (80, 100)


@pytest.mark.parametrize(
    ("step", "view"), [(50, (40, 60)), (70, (50, 70)), (10, (10, 30)), (0, (0, 20))]
)
def test_reveal_moves_just_far_enough(step: float, view: tuple[float, float]) -> None:
    """A step in sight moves nothing."""
    assert reveal((40, 60), WHOLE, step) == view


def test_a_view_of_the_newest_point_follows_it() -> None:
    """A view of the past stays where it is."""
    assert follow((80, 100), WHOLE, (0, 130)) == (110, 130)
    assert follow((60, 80), WHOLE, (0, 130)) == (60, 80)
    assert follow(None, WHOLE, (0, 130)) is None
