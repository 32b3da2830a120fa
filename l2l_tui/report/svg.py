"""Curves as a self-contained SVG: no font, script or picture from elsewhere.

It paints its own background, light or dark as the reader prefers, so that it can be read
on any page. Curves differ by dashes as well as by colour.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape, quoteattr

from l2l_tui.report.prose import clean
from l2l_tui.report.words import Phrase, Words

_TOP, _LEGEND = 44, 34
_COLUMNS = 120
_TICKS = 6
_NAME_CHARACTERS = 20
_LARGEST = 1e250  # beyond it a value counts as diverged, and arithmetic might overflow
_DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 2", "12 4", "1 4", "6 2 1 2 1 2")
_LIGHT = ("#0060a8", "#c2410c", "#15803d", "#a21caf", "#a16207", "#0891b2", "#6d28d9", "#4b5563")
_DARK = ("#60b0ff", "#fb923c", "#4ade80", "#f0abfc", "#facc15", "#22d3ee", "#c4b5fd", "#d1d5db")


Points = list[tuple[int, float] | None]
"""A curve's points; None is a gap."""


@dataclass(frozen=True)
class Curve:
    """One line of a picture."""

    name: str
    """What the legend calls it."""
    steps: Sequence[int]
    """Positions along the axis."""
    values: Sequence[float]
    """Values up the axis; what is not finite is a gap."""


@dataclass(frozen=True)
class Picture:
    """Curves over one pair of axes."""

    title: str
    """What is drawn."""
    x: str
    """The quantity along the axis."""
    y: str
    """The quantity up the axis."""
    log: bool
    """Whether the y axis is logarithmic; without a positive value it is linear after all."""
    curves: tuple[Curve, ...]
    """The lines, the most telling first."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where things lie on the page."""

    width: int
    left: int
    right: int
    bottom: int
    legend: tuple[int, int]
    columns: int = 1

    @property
    def middle(self) -> tuple[float, float]:
        """The plot's middle."""
        return (self.left + self.right) / 2, (_TOP + self.bottom) / 2

    def place(self, order: int) -> tuple[int, int]:
        """Return where a curve's entry of the legend lies."""
        line, column = divmod(order, self.columns)
        x, y = self.legend
        return x + column * self.width // self.columns, y + _LEGEND * line

    def height(self, curves: int) -> int:
        """Return how high the page is that holds so many curves' legend."""
        lines = math.ceil(curves / self.columns)
        return max(self.bottom + 52, self.legend[1] + _LEGEND * lines + 4)


_WIDE = _Layout(760, 70, 560, 348, legend=(576, 56))
_NARROW = _Layout(360, 62, 346, 270, legend=(14, 336), columns=2)


@dataclass(frozen=True, slots=True)
class _Axis:
    """A range of values, and where it lies on the page."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def at(self, value: float) -> float:
        """Return where a value lies on the page."""
        scaled = [math.log10(one) if self.log else one for one in (self.low, value, self.high)]
        share = (scaled[1] - scaled[0]) / (scaled[2] - scaled[0])
        return self.start + share * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Return round values along the axis."""
        return _decades(self.low, self.high) if self.log else _round_values(self.low, self.high)


def draw(
    picture: Picture, words: Words | None = None, *, alone: bool = True, narrow: bool = False
) -> str:
    """Return the picture as an SVG document.

    Args:
        picture: What is drawn.
        words: The language of its words; English unless given.
        alone: Whether it brings its style with it; several on one page share `style`.
        narrow: Whether it is as wide as a phone, with the legend below.
    """
    layout = _NARROW if narrow else _WIDE
    words = words or Words("en")
    picture = _translated(picture, words)
    points = [_finite(curve, picture.log) for curve in picture.curves]
    log = picture.log
    if log and not any(points):
        log, points = False, [_finite(curve, False) for curve in picture.curves]
    if not any(points):
        nothing = _words(*layout.middle, words.say(Phrase.CURVE_NOWHERE), "middle")
        return _document(picture, [nothing], alone, layout)
    x, y = _axes(points, log, layout)
    parts = [*_grid(x, y), *_labels(picture, log, layout, words)]
    lines = [*enumerate(zip(picture.curves, points, strict=True))]
    for index, (curve, line) in lines:
        parts += _line(curve, line, index, x, y)
    # The legend stands in the order of the lines' right ends, from the top down.
    for place, (index, (curve, line)) in enumerate(sorted(lines, key=_right_end, reverse=True)):
        parts += _legend(curve, line, index, layout.place(place), words)
    return _document(picture, parts, alone, layout)


def _translated(picture: Picture, words: Words) -> Picture:
    title, x, y = map(words.translated, (picture.title, picture.x, picture.y))
    return replace(picture, title=title, x=x, y=y)


def _finite(curve: Curve, log: bool) -> Points:
    """Return a curve's points, with None for each gap; empty where nothing can be drawn."""
    points: Points = [
        (step, value) if abs(value) <= _LARGEST and (value >= 1 / _LARGEST or not log) else None
        for step, value in zip(curve.steps, curve.values, strict=True)
    ]
    return points if any(points) else []


def _axes(points: list[Points], log: bool, layout: _Layout) -> tuple[_Axis, _Axis]:
    steps = [point[0] for line in points for point in line if point]
    values = [point[1] for line in points for point in line if point]
    low, high = _room(min(values), max(values), log)
    first, last = min(steps), max(steps)
    if first == last:
        first, last = first - 1, last + 1
    return (
        _Axis(first, last, layout.left, layout.right),
        _Axis(low, high, layout.bottom, _TOP, log),
    )


def _room(low: float, high: float, log: bool) -> tuple[float, float]:
    """Widen a range a little, so that no curve lies on the frame."""
    if log:
        margin = max((math.log10(high) - math.log10(low)) * 0.04, 0.02)
        return 10 ** (math.log10(low) - margin), 10 ** (math.log10(high) + margin)
    margin = (high - low) * 0.04 or abs(high) * 0.1
    margin = max(margin, abs(high) * 1e-9, 1 / _LARGEST)
    return low - margin, high + margin


def _power(exponent: int) -> float:
    return float(f"1e{exponent}")  # exactly the float that people mean by it


def _decades(low: float, high: float) -> list[float]:
    first, last = math.ceil(math.log10(low)), math.floor(math.log10(high))
    if last - first < 2:
        factors = (1, 2, 5) if last - first == 1 else (1, 2, 3, 5, 7)
        near = [
            factor * _power(exponent)
            for exponent in range(first - 1, last + 2)
            for factor in factors
        ]
        return [value for value in near if low <= value <= high]
    stride = math.ceil((last - first + 1) / (_TICKS + 1))
    return [_power(exponent) for exponent in range(first, last + 1, stride)]


def _round_values(low: float, high: float) -> list[float]:
    raw = (high - low) / _TICKS
    power = _power(math.floor(math.log10(raw)))
    stride = next(step for f in (1, 2, 5, 10) if (step := f * power) >= raw * 0.999)
    first = math.ceil(low / stride)
    values = [(first + n) * stride for n in range(_TICKS + 2)]
    return [value for value in values if value <= high]


def _grid(x: _Axis, y: _Axis) -> list[str]:
    left, right, bottom = x.start, x.end, y.start
    parts = []
    for value in y.ticks():
        at = y.at(value)
        parts.append(f'<path class="grid" d="M{left} {at:.1f}H{right}"/>')
        parts.append(_words(left - 8, at + 4, f"{value:.4g}", "end"))
    for value in x.ticks():
        if value == int(value):
            at = x.at(value)
            parts.append(f'<path class="grid" d="M{at:.1f} {_TOP}V{bottom}"/>')
            parts.append(_words(at, bottom + 18, f"{value:.6g}", "middle"))
    frame = f"M{left} {_TOP}V{bottom}H{right}"
    return [*parts, f'<path class="axis" d="{frame}"/>']


def _labels(picture: Picture, log: bool, layout: _Layout, words: Words) -> list[str]:
    middle_x, middle_y = layout.middle
    up = words.say(Phrase.LOG_AXIS, y=picture.y) if log else picture.y
    turned = f'transform="rotate(-90 14 {middle_y:.0f})"'
    return [
        _words(middle_x, layout.bottom + 40, picture.x, "middle"),
        _words(14, middle_y, up, "middle", turned),
    ]


def _line(curve: Curve, points: Points, index: int, x: _Axis, y: _Axis) -> list[str]:
    parts = []
    for piece in _pieces(points):
        placed = [(x.at(step), y.at(value)) for step, value in piece]
        if len(placed) == 1:
            ((at_x, at_y),) = placed
            parts.append(
                f'<circle class="dot c{index % 8}" cx="{at_x:.1f}" cy="{at_y:.1f}" r="3"/>'
            )
            continue
        line = " ".join(f"{at_x:.1f},{at_y:.1f}" for at_x, at_y in _simplified(placed))
        parts.append(f'<polyline class="line c{index % 8}"{_dash(index)} points="{line}"/>')
    title = f"<title>{_xml(curve.name)}</title>"
    return [f"<g>{title}{''.join(parts)}</g>"] if parts else []


def _pieces(points: Points) -> list[list[tuple[int, float]]]:
    """Cut a curve at its gaps."""
    pieces: list[list[tuple[int, float]]] = [[]]
    for point in points:
        if point is not None:
            pieces[-1].append(point)
        elif pieces[-1]:
            pieces.append([])
    return [piece for piece in pieces if piece]


def _simplified(placed: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Keep each column's first, lowest, highest and last point: what the eye can see."""
    if len(placed) <= 2 * _COLUMNS:
        return placed
    cells = (placed[-1][0] - placed[0][0]) / _COLUMNS or 1.0
    columns: dict[int, list[tuple[int, float, float]]] = {}
    for order, (at_x, at_y) in enumerate(placed):
        columns.setdefault(int(at_x / cells), []).append((order, at_x, at_y))
    kept: list[tuple[float, float]] = []
    for column in columns.values():
        ends = (column[0], min(column, key=_height), max(column, key=_height), column[-1])
        kept += [(at_x, at_y) for _, at_x, at_y in sorted(set(ends))]
    return kept


def _height(point: tuple[int, float, float]) -> float:
    return point[2]


def _right_end(line: tuple[int, tuple[Curve, Points]]) -> float:
    last = _last(line[1][1])
    return -math.inf if last is None else last


def _last(points: Points) -> float | None:
    return next((point[1] for point in reversed(points) if point), None)


def _legend(
    curve: Curve, points: Points, index: int, place: tuple[int, int], words: Words
) -> list[str]:
    at_x, at_y = place
    last = _last(points)
    name = _xml(curve.name)
    if len(curve.name) > _NAME_CHARACTERS:
        name = _xml(curve.name[: _NAME_CHARACTERS - 1]) + "…"
    said = words.say(Phrase.CURVE_NOWHERE)
    if last is not None:
        said = words.say(Phrase.CURVE_ENDS, value=f"{last:.3g}")
    if curve.values and not abs(curve.values[-1]) <= _LARGEST:
        said = words.say(Phrase.DIVERGED)
    return [
        f'<path class="line c{index % 8}"{_dash(index)} d="M{at_x} {at_y}h26"/>',
        f'<text x="{at_x + 34}" y="{at_y + 1}">{name}</text>',
        f'<text class="faint" x="{at_x + 34}" y="{at_y + 15}">{said}</text>',
    ]


def _dash(index: int) -> str:
    dashes = _DASHES[index % len(_DASHES)]
    return f' stroke-dasharray="{dashes}"' if dashes else ""


def _words(x: float, y: float, text: str, anchor: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {more}>{_xml(text)}</text>'


def _xml(text: str) -> str:
    return escape(" ".join(clean(text).replace("\ufffe", "").replace("\uffff", "").split()))


def _document(picture: Picture, parts: list[str], alone: bool, layout: _Layout) -> str:
    width, height = layout.width, layout.height(len(picture.curves))
    chart = "chart narrow" if layout is _NARROW else "chart"
    title_x = min(layout.left, layout.legend[0])
    title, label = _xml(picture.title), quoteattr(" ".join(clean(picture.title).split()))
    # Within an HTML page the name of the language is known, and an address would look fetched.
    language = ' xmlns="http://www.w3.org/2000/svg"' if alone else f' class="{chart}"'
    return "\n".join(
        [
            f'<svg{language} viewBox="0 0 {width} {height}"'
            f' width="{width}" height="{height}" role="img" aria-label={label}>',
            f"<title>{title}</title>",
            *([f"<style>{style()}</style>"] if alone else []),
            '<rect class="page" width="100%" height="100%" rx="6"/>',
            f'<text class="title" x="{title_x}" y="26">{title}</text>',
            *parts,
            "</svg>",
            "",
        ]
    )


def style() -> str:
    """Return the style sheet, whose rules reach SVG drawings alone."""

    def colours(palette: tuple[str, ...], page: str, text: str, faint: str, grid: str) -> str:
        lines = "".join(
            f".line.c{n}{{stroke:{colour}}}.dot.c{n}{{fill:{colour}}}"
            for n, colour in enumerate(palette)
        )
        return (
            f"rect.page{{fill:{page}}}text{{fill:{text}}}text.faint{{fill:{faint}}}"
            f"path.grid{{stroke:{grid}}}path.axis{{stroke:{faint}}}{lines}"
        )

    light = colours(_LIGHT, "#ffffff", "#1f2937", "#6b7280", "#e5e7eb")
    dark = colours(_DARK, "#111827", "#e5e7eb", "#9ca3af", "#374151")
    return (
        "text{font:13px system-ui,sans-serif}text.title{font-size:15px;font-weight:600}"
        ".line{fill:none;stroke-width:1.8;stroke-linejoin:round}path.grid,path.axis{fill:none}"
        f"{light}@media screen and (prefers-color-scheme:dark){{{dark}}}"
    )
