"""Curves as an SVG, on a page of `svg_page`; they differ by dashes as well as by colour."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from l2l_tui.report import svg_page
from l2l_tui.report.svg_page import COLOURS, NARROW, TOP, WIDE, Axis, Layout, said, xml
from l2l_tui.report.words import Phrase, Words

_COLUMNS = 120
_NAME_CHARACTERS = 20
_LARGEST = 1e250  # beyond it a value counts as diverged, and arithmetic might overflow
_DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 2", "12 4", "1 4", "6 2 1 2 1 2")


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
    layout = NARROW if narrow else WIDE
    words = words or Words("en")
    picture = _translated(picture, words)
    points = [_finite(curve, picture.log) for curve in picture.curves]
    log = picture.log
    if log and not any(points):
        log, points = False, [_finite(curve, False) for curve in picture.curves]
    if not any(points):
        nothing = said(*layout.middle, words.say(Phrase.CURVE_NOWHERE), "middle")
        return svg_page.document(picture.title, len(picture.curves), [nothing], alone, layout)
    x, y = _axes(points, log, layout)
    parts = [*_grid(x, y), svg_page.frame(layout), *_labels(picture, log, layout, words)]
    lines = [*enumerate(zip(picture.curves, points, strict=True))]
    for index, (curve, line) in lines:
        parts += _line(curve, line, index, x, y)
    # The legend stands in the order of the lines' right ends, from the top down.
    for place, (index, (curve, line)) in enumerate(sorted(lines, key=_right_end, reverse=True)):
        parts += _legend(curve, line, index, layout.place(place), words)
    return svg_page.document(picture.title, len(picture.curves), parts, alone, layout)


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


def _axes(points: list[Points], log: bool, layout: Layout) -> tuple[Axis, Axis]:
    steps = [point[0] for line in points for point in line if point]
    values = [point[1] for line in points for point in line if point]
    low, high = _room(min(values), max(values), log)
    first, last = min(steps), max(steps)
    if first == last:
        first, last = first - 1, last + 1
    return (
        Axis(first, last, layout.left, layout.right),
        Axis(low, high, layout.bottom, TOP, log),
    )


def _room(low: float, high: float, log: bool) -> tuple[float, float]:
    """Widen a range a little, so that no curve lies on the frame."""
    if log:
        margin = max((math.log10(high) - math.log10(low)) * 0.04, 0.02)
        return 10 ** (math.log10(low) - margin), 10 ** (math.log10(high) + margin)
    margin = (high - low) * 0.04 or abs(high) * 0.1
    margin = max(margin, abs(high) * 1e-9, 1 / _LARGEST)
    return low - margin, high + margin


def _grid(x: Axis, y: Axis) -> list[str]:
    parts = svg_page.up(y, x.start, x.end)
    for value in x.ticks():
        if value == int(value):
            at = x.at(value)
            parts.append(f'<path class="grid" d="M{at:.1f} {TOP}V{y.start}"/>')
            parts.append(said(at, y.start + 18, f"{value:.6g}", "middle"))
    return parts


def _labels(picture: Picture, log: bool, layout: Layout, words: Words) -> list[str]:
    up = words.say(Phrase.LOG_AXIS, y=picture.y) if log else picture.y
    across = said(layout.middle[0], layout.bottom + 40, picture.x, "middle")
    return [across, svg_page.turned(layout, up)]


def _line(curve: Curve, points: Points, index: int, x: Axis, y: Axis) -> list[str]:
    parts = []
    for piece in _pieces(points):
        placed = [(x.at(step), y.at(value)) for step, value in piece]
        if len(placed) == 1:
            ((at_x, at_y),) = placed
            parts.append(
                f'<circle class="dot c{index % COLOURS}" cx="{at_x:.1f}" cy="{at_y:.1f}" r="3"/>'
            )
            continue
        line = " ".join(f"{at_x:.1f},{at_y:.1f}" for at_x, at_y in _simplified(placed))
        parts.append(f'<polyline class="line c{index % COLOURS}"{_dash(index)} points="{line}"/>')
    title = f"<title>{xml(curve.name)}</title>"
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
    name = xml(curve.name)
    if len(curve.name) > _NAME_CHARACTERS:
        name = xml(curve.name[: _NAME_CHARACTERS - 1]) + "…"
    ends = words.say(Phrase.CURVE_NOWHERE)
    if last is not None:
        ends = words.say(Phrase.CURVE_ENDS, value=f"{last:.3g}")
    if curve.values and not abs(curve.values[-1]) <= _LARGEST:
        ends = words.say(Phrase.DIVERGED)
    return [
        f'<path class="line c{index % COLOURS}"{_dash(index)} d="M{at_x} {at_y}h26"/>',
        f'<text x="{at_x + 34}" y="{at_y + 1}">{name}</text>',
        f'<text class="faint" x="{at_x + 34}" y="{at_y + 15}">{ends}</text>',
    ]


def _dash(index: int) -> str:
    dashes = _DASHES[index % len(_DASHES)]
    return f' stroke-dasharray="{dashes}"' if dashes else ""
