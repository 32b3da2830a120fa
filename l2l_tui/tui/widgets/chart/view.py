"""Which stretch of the x axis is in sight: zooming, panning, following the newest point.

A view is its lowest and highest step; None is the whole axis.
"""

from __future__ import annotations

View = tuple[float, float]

_DEEPEST = 1e-5


def zoom(view: View | None, whole: View, factor: float, around: float | None = None) -> View | None:
    """Return the view `factor` times nearer.

    The step `around` keeps its place; without one in sight, the middle does.
    """
    low, high = view or whole
    span = (high - low) / factor
    if span >= whole[1] - whole[0]:
        return None
    span = max(span, (whole[1] - whole[0]) * _DEEPEST)
    middle = around if around is not None and low <= around <= high else (low + high) / 2
    share = (middle - low) / (high - low) if high > low else 0.5
    return _inside(middle - share * span, span, whole)


def pan(view: View | None, whole: View, share: float) -> View | None:
    """Return the view moved by a share of its own width, no farther than the data."""
    if view is None:
        return None
    low, high = view
    return _inside(low + share * (high - low), high - low, whole)


def reveal(view: View | None, whole: View, step: float) -> View | None:
    """Return the view, moved just far enough to show a step."""
    if view is None or view[0] <= step <= view[1]:
        return view
    low, high = view
    moved = step if step < low else step - (high - low)
    return _inside(moved, high - low, whole)


def follow(view: View | None, before: View, whole: View) -> View | None:
    """Return the view after the data grew: one that showed the newest point still does."""
    if view is None or view[1] < before[1] or whole[1] <= before[1]:
        return view
    return _inside(whole[1] - (view[1] - view[0]), view[1] - view[0], whole)


def _inside(low: float, span: float, whole: View) -> View:
    low = max(whole[0], min(low, whole[1] - span))
    return (low, low + span)
