"""Axes: where a value stands, and which round values are written beside it.

Linear axes tick at 1, 2 or 5 times a power of ten; logarithmic ones at the decades, or
at 1, 2 and 5 within them where there are few decades.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil, copysign, floor, isfinite, log10

_LARGEST, _SMALLEST = 1.7976931348623157e308, 5e-324
_TINY = 1e-290
_FAR = 1e7
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Tick:
    """A value worth writing beside an axis."""

    value: float
    """Where it stands."""
    label: str
    """What is written there."""


@dataclass(frozen=True)
class Scale:
    """Maps values onto ``dots`` places in a row, the lowest value onto 0."""

    low: float
    """The value at place 0; positive on a logarithmic axis."""
    high: float
    """The value at the last place; above `low`."""
    dots: int
    """How many places there are."""
    log: bool = False
    """Whether equal ratios, not equal differences, are equally far apart."""
    _origin: float = field(init=False, repr=False, compare=False)
    _gain: float = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Reckoned once, because every point drawn asks for its place; and with quarters,
        # because the difference of two large floats may be infinite.
        ends = (log10(self.low), log10(self.high)) if self.log else (self.low / 4, self.high / 4)
        object.__setattr__(self, "_origin", ends[0])
        object.__setattr__(self, "_gain", (self.dots - 1) / (ends[1] - ends[0]))

    @classmethod
    def fit(cls, low: float, high: float, dots: int, *, log: bool = False) -> Scale:
        """Return a scale that shows everything from `low` to `high`, both finite.

        On a logarithmic axis both are positive. A single value comes to stand in the middle.
        """
        if log:
            if high / low < 1.0001:
                low, high = max(low / 2, _SMALLEST), min(high * 2, _LARGEST)
            return cls(low, high, max(dots, 1), log=True)
        # Below this the ticks could not be told apart in a float's digits.
        largest = max(abs(low), abs(high))
        if high - low <= max(largest * 1e-9, _TINY):
            margin = largest * 0.05 if largest > _TINY else 1.0
            low, high = max(low - margin, -_LARGEST), min(high + margin, _LARGEST)
        return cls(low, high, max(dots, 1))

    def place(self, value: float) -> int:
        """Return the place of a value; those beyond the ends are below 0 or past the last."""
        place = ((log10(value) if self.log else value / 4) - self._origin) * self._gain
        return round(place) if -_FAR < place < _FAR else int(copysign(_FAR, place))

    def value(self, place: float) -> float:
        """Return the value at a place."""
        share = place / max(1, self.dots - 1)
        if self.log:
            exponent = self._origin + share * (log10(self.high) - self._origin)
            return float(10.0**exponent) if exponent < 308 else self.high
        return self.low * (1 - share) + self.high * share

    def ticks(self, count: int) -> tuple[Tick, ...]:
        """Return about `count` round values between the ends, lowest first."""
        if count < 1:
            return ()
        return self._decades(count) if self.log else self._even(count)

    def _even(self, count: int) -> tuple[Tick, ...]:
        """Return ticks a round step apart."""
        step = round_step(self.high / count - self.low / count)
        if not step or not isfinite(step):
            return ()
        first, last = ceil(self.low / step), floor(self.high / step)
        values = [number * step for number in range(first, last + 1)]
        inside = [value for value in values if self.low <= value <= self.high]
        return tuple(Tick(value, label(value, step)) for value in inside)

    def _decades(self, count: int) -> tuple[Tick, ...]:
        """Return powers of ten, or 1, 2 and 5 times these where there are few."""
        first, last = ceil(log10(self.low) - 1e-12), floor(log10(self.high) + 1e-12)
        stride = max(1, ceil((last - first + 1) / count))
        exponents = [number for number in range(first, last + 1) if number % stride == 0]
        sparse = 3 * len(exponents) <= count
        if (len(exponents) >= 2 and not sparse) or (exponents and count < 3):
            decades = [Tick(10.0**number, power(number)) for number in exponents]
            return tuple(tick for tick in decades if self.low <= tick.value <= self.high)
        return self._within_decades(count)

    def _within_decades(self, count: int) -> tuple[Tick, ...]:
        """Return round values of a stretch of few decades."""
        lowest, highest = floor(log10(self.low)), floor(log10(self.high))
        values = [
            float(f"{digit}e{exponent}")
            for exponent in range(lowest, highest + 1)
            for digit in (1, 2, 5)
        ]
        inside = [value for value in values if self.low <= value <= self.high]
        if len(inside) < 2:
            return self._even(count)
        return tuple(Tick(value, label(value, value)) for value in inside)


def round_step(least: float) -> float:
    """Return the smallest of 1, 2 or 5 times a power of ten that is at least `least`."""
    if not least > 0 or not isfinite(least):
        return 0.0
    exponent = floor(log10(least))
    candidates = (float(f"{digit}e{exponent}") for digit in (1, 2, 5))
    return next((step for step in candidates if step >= least), float(f"1e{exponent + 1}"))


def power(exponent: int) -> str:
    """Return a power of ten as it is written: ``10⁻¹``."""
    return "10" + str(exponent).translate(_SUPERSCRIPTS)


def label(value: float, step: float) -> str:
    """Return a tick's label, with the digits that a step between ticks needs and no more."""
    if value == 0:
        return "0"
    largest = abs(value)
    if largest >= 1e6 or largest < 1e-4:
        return _scientific(value, step)
    if largest >= 1e4 and step >= 100:
        return f"{value / 1000:.{_decimals(step / 1000)}f}k"
    return f"{value:.{_decimals(step)}f}"


def _decimals(step: float) -> int:
    """Return how many decimals tell multiples of a step apart."""
    return min(12, max(0, -floor(log10(step) + 1e-9)))


def _scientific(value: float, step: float) -> str:
    exponent = floor(log10(abs(value)) + 1e-12)
    digits = max(0, exponent - floor(log10(step) + 1e-9))
    mantissa = f"{value / 10.0**exponent:.{min(digits, 12)}f}" if exponent > -300 else "1"
    if abs(float(mantissa)) == 1:
        return "-" * (value < 0) + power(exponent)
    return f"{mantissa}×{power(exponent)}"
