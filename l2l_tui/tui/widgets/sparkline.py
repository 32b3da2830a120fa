"""A curve in one line of text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import isfinite, log10, nan
from statistics import fmean

BARS = "▁▂▃▄▅▆▇█"
GAP = "×"
"""Stands where nothing measured was finite."""


def sparkline(values: Sequence[float], cells: int, *, log: bool = False) -> str:
    """Return the values as bars, exactly `cells` wide.

    More values than cells are averaged; fewer stand at the left, one a cell, so a curve
    grows to the right. Bars reach from the lowest to the highest; where all are the same
    they are half high. A cell without any finite value (with `log`: any above 0) is a
    gap, marked so that divergence is seen.
    """
    if cells <= 0:
        return ""
    heights = [_height(group, log=log) for group in _groups(values, cells)]
    finite = [height for height in heights if isfinite(height)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 0.0)
    return "".join(_bar(height, low, high) for height in heights).ljust(cells)


def _groups(values: Sequence[float], cells: int) -> list[Sequence[float]]:
    """Share the values out among at most `cells` groups of nearly the same size."""
    count = min(cells, len(values))
    edges = [number * len(values) // count for number in range(count + 1)] if count else [0]
    return [values[start:stop] for start, stop in pairwise(edges)]


def _height(group: Sequence[float], *, log: bool) -> float:
    """Return the mean of a group's drawable values, or of their logarithms; NaN if none."""
    drawable = [value for value in group if isfinite(value) and (value > 0 or not log)]
    if not drawable:
        return nan
    # Scaled, because the sum of large floats may be infinite where their mean is not.
    return fmean(map(log10, drawable)) if log else fmean(value / 8 for value in drawable)


def _bar(height: float, low: float, high: float) -> str:
    if not isfinite(height):
        return GAP
    if high <= low:
        return BARS[len(BARS) // 2 - 1]
    return BARS[min(len(BARS) - 1, int((height - low) / (high - low) * len(BARS)))]
