"""One line's points, kept so that any stretch's lowest and highest value is cheap to ask.

A `Pyramid` holds the extremes of blocks of points, of blocks of blocks, and so on, and
grows with the points; drawing a chart then costs by its columns, not by its points.
Nothing here knows of screens.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from math import inf, isfinite, nan
from operator import itemgetter

BLOCK = 32
"""How many entries of one level make one of the next."""

_DIRECT = 3 * BLOCK


class Pyramid:
    """The extreme of any stretch of a growing sequence, in time logarithmic in its length.

    Args:
        pick: `min` or `max`.
        nothing: What the extreme of nothing is: infinity for `min`, minus infinity for `max`.
    """

    __slots__ = ("_levels", "_nothing", "_pick")

    def __init__(self, pick: Callable[..., float], nothing: float) -> None:
        self._pick, self._nothing = pick, nothing
        self._levels: list[list[float]] = [[]]

    def extend(self, values: Iterable[float]) -> None:
        """Append values; only blocks that are full climb to the next level."""
        self._levels[0].extend(values)
        pick = self._pick
        for number, level in enumerate(self._levels):
            full = len(level) // BLOCK
            if not full:
                return
            if number + 1 == len(self._levels):
                self._levels.append([])
            above = self._levels[number + 1]
            above.extend(
                pick(level[block * BLOCK : (block + 1) * BLOCK])
                for block in range(len(above), full)
            )

    def over(self, start: int, stop: int) -> float:
        """Return the extreme of the entries from `start` up to, not including, `stop`."""
        pick, best = self._pick, self._nothing
        for level, above in pairwise([*self._levels, []]):
            first, last = -(-start // BLOCK), stop // BLOCK
            if stop - start <= _DIRECT or not above:
                return pick(best, pick(level[start:stop])) if start < stop else best
            if start < first * BLOCK:
                best = pick(best, pick(level[start : first * BLOCK]))
            if last * BLOCK < stop:
                best = pick(best, pick(level[last * BLOCK : stop]))
            start, stop = first, last
        raise AssertionError("the last level has none above it")


class Series:
    """The points of one line, by step.

    Steps may repeat and may arrive out of order; the points are kept sorted, those of
    the same step in the order of arrival. A value that is not finite is a gap.
    """

    def __init__(self) -> None:
        self.steps: list[float] = []
        """The steps, never decreasing."""
        self.values: list[float] = []
        """The value at each step; NaN or infinite in a gap."""
        self._gaps: list[int] = []
        self._unloggable: list[int] = []
        self._low = self._high = self._low_positive = Pyramid(min, inf)
        self._smoothed: dict[float, Series] = {}
        self._reset()

    def __len__(self) -> int:
        return len(self.steps)

    def extend(self, steps: Sequence[float], values: Sequence[float]) -> None:
        """Append points.

        Points without a finite step are left out; the longer sequence's tail is ignored.
        """
        points = [
            (step, value)
            for step, value in zip(map(as_float, steps), map(as_float, values), strict=False)
            if isfinite(step)
        ]
        if not points:
            return
        last = self.steps[-1] if self.steps else -inf
        if _ordered(last, points):
            self._append(points)
        else:
            merged = [*zip(self.steps, self.values, strict=True), *points]
            self._reset()
            self._append(sorted(merged, key=itemgetter(0)))

    def smoothed(self, weight: float) -> Series:
        """Return the exponential moving average of the values, or the series itself for 0.

        Each average is ``weight`` parts of the one before and ``1 - weight`` of the value,
        freed of the bias towards the start; gaps stay gaps and are not averaged. It is kept,
        and grows with the series.
        """
        if weight <= 0 or not self.steps:
            return self
        kept = self._smoothed.get(weight)
        if kept is None:
            self._smoothed.clear()
            kept = self._smoothed[weight] = Average(weight)
        if len(kept) < len(self):
            kept.extend(self.steps[len(kept) :], self.values[len(kept) :])
        return kept

    def find(self, step: float) -> int:
        """Return the index of the first point at or after a step."""
        return bisect_left(self.steps, step)

    def at(self, step: float) -> float | None:
        """Return the value at a step: the last one measured there or before; None before any."""
        index = bisect_right(self.steps, step)
        return self.values[index - 1] if index else None

    def beyond(self, step: float, direction: int, least: float) -> float | None:
        """Return the nearest step before (-1) or after (1) a step, at least so far off.

        Without one as far off, the farthest in that direction; None if there is none.
        """
        steps = self.steps
        if direction > 0:
            first = bisect_right(steps, step)
            found = max(first, bisect_left(steps, step + least))
            return steps[min(found, len(steps) - 1)] if first < len(steps) else None
        stop = bisect_left(steps, step)
        found = min(stop, bisect_right(steps, step - least)) - 1
        return steps[max(found, 0)] if stop else None

    def low(self, start: int, stop: int, *, positive: bool = False) -> float:
        """Return the lowest finite (and `positive`) value of a stretch; infinity if none."""
        return (self._low_positive if positive else self._low).over(start, stop)

    def high(self, start: int, stop: int) -> float:
        """Return the highest finite value of a stretch; minus infinity if there is none."""
        return self._high.over(start, stop)

    def gap(self, start: int, stop: int) -> int | None:
        """Return the index of the first gap of a stretch; None if there is none."""
        place = bisect_left(self._gaps, start)
        found = self._gaps[place] if place < len(self._gaps) else stop
        return found if found < stop else None

    def unloggable(self, start: int, stop: int) -> int:
        """Return how many finite values of a stretch have no logarithm."""
        return bisect_left(self._unloggable, stop) - bisect_left(self._unloggable, start)

    def _reset(self) -> None:
        self.steps, self.values = [], []
        self._gaps, self._unloggable = [], []
        self._low = Pyramid(min, inf)
        self._high = Pyramid(max, -inf)
        self._low_positive = Pyramid(min, inf)
        self._smoothed.clear()

    def _append(self, points: Sequence[tuple[float, float]]) -> None:
        """Append points that come in order after the last."""
        count = len(self.steps)
        values = [value for _, value in points]
        self.steps.extend([step for step, _ in points])
        self.values.extend(values)
        self._low.extend([value if isfinite(value) else inf for value in values])
        self._high.extend([value if isfinite(value) else -inf for value in values])
        self._low_positive.extend([value if 0 < value < inf else inf for value in values])
        for index, value in enumerate(values, count):
            if not isfinite(value):
                self._gaps.append(index)
            elif value <= 0:
                self._unloggable.append(index)


class Average(Series):
    """The moving average of what it is given."""

    def __init__(self, weight: float) -> None:
        super().__init__()
        self._weight = weight
        self._sum = self._mass = 0.0

    def _append(self, points: Sequence[tuple[float, float]]) -> None:
        averaged = []
        weight, total, mass = self._weight, self._sum, self._mass
        for step, value in points:
            if isfinite(value):
                total = weight * total + (1 - weight) * value
                mass = weight * mass + (1 - weight)
                averaged.append((step, total / mass))
            else:
                averaged.append((step, nan))
        self._sum, self._mass = total, mass
        super()._append(averaged)


def as_float(number: float) -> float:
    """Return a number as a float; an integer too large for one is infinite."""
    try:
        return float(number)
    except OverflowError:
        return inf if number > 0 else -inf


def _ordered(last: float, points: Iterable[tuple[float, float]]) -> bool:
    """Return whether no step is below the one before it."""
    for step, _ in points:
        if step < last:
            return False
        last = step
    return True
