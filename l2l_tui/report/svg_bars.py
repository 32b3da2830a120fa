"""A comparison as bars on a page of `svg_page`: a group for each column, a bar for each row.

Bars are numbered as the legend is, so that nothing is told by colour alone; whiskers are the
intervals.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from l2l_tui.report import svg_page
from l2l_tui.report.svg_page import COLOURS, NARROW, TOP, WIDE, Axis, said, xml
from l2l_tui.report.words import Words
from l2l_tui.text import fit

if TYPE_CHECKING:
    from l2l_tui.report.compared import Around, Compared
    from l2l_tui.report.svg_page import Layout

_GAP = 0.24
"""The share of a group's place that is left free."""
_LEAST_FOR_VALUES = 18.0
"""Bars that are at least so wide have room for their value above."""
_NAME_CELLS = 22


def draw(compared: Compared, words: Words, *, alone: bool = True, narrow: bool = False) -> str:
    """Return the bars as an SVG document.

    Args:
        compared: What is drawn.
        words: The language of its words.
        alone: Whether it brings its style with it; several in one document share one.
        narrow: Whether it is as wide as a phone, with the legend below.
    """
    layout = NARROW if narrow else WIDE
    y = Axis(0.0, 1.0, layout.bottom, TOP)
    place = (layout.right - layout.left) / len(compared.columns)
    width = place * (1 - _GAP) / len(compared.rows)
    parts = svg_page.up(y, layout.left, layout.right)
    for column, name in enumerate(compared.columns):
        begin = layout.left + place * (column + _GAP / 2)
        for index, row in enumerate(compared.rows):
            left = begin + width * index
            parts.append(said(left + width / 2, y.start + 15, f"{index + 1}", "middle", _FAINT))
            parts += _bar(row.figures[column], row.name, index, left, width, y, words)
        middle = layout.left + place * (column + 0.5)
        lines = words.translated(name).split(maxsplit=1) if narrow else [words.translated(name)]
        parts += [
            said(middle, y.start + 33 + 15 * line, text, "middle")
            for line, text in enumerate(lines)
        ]
    parts += [svg_page.frame(layout), svg_page.turned(layout, words.translated(compared.y))]
    for index, row in enumerate(compared.rows):
        parts += _legend(words.translated(row.name), index, layout)
    title = words.translated(compared.title)
    return svg_page.document(title, len(compared.rows), parts, alone, layout)


_FAINT = 'class="faint small"'


def _bar(
    one: Around | None, name: str, index: int, left: float, width: float, y: Axis, words: Words
) -> list[str]:
    """Return a bar with its whisker and, where there is room, its value; nothing without one."""
    if one is None or not math.isfinite(one.value):
        return []
    top, half = y.at(_within(one.value)), one.half_width or 0.0
    low, high = y.at(_within(one.value - half)), y.at(_within(one.value + half))
    middle, inner = left + width / 2, width * 0.84
    around = f" ± {half:.3f}" if half else ""
    title = f"{words.translated(name)}: {one.value:.3f}{around}"
    parts = [
        f'<g><title>{xml(title)}</title><rect class="dot c{index % COLOURS}" '
        f'x="{middle - inner / 2:.1f}" y="{top:.1f}" '
        f'width="{inner:.1f}" height="{y.start - top:.1f}"/>'
    ]
    if half:
        cap = min(4.0, width / 4)
        parts.append(
            f'<path class="whisker" d="M{middle:.1f} {low:.1f}V{high:.1f}'
            f"M{middle - cap:.1f} {low:.1f}h{2 * cap:.1f}"
            f'M{middle - cap:.1f} {high:.1f}h{2 * cap:.1f}"/>'
        )
    if width >= _LEAST_FOR_VALUES:
        shown = f"{one.value:.2f}".removeprefix("0")
        parts.append(said(middle, high - 5, shown, "middle", 'class="small"'))
    return [*parts, "</g>"]


def _within(value: float) -> float:
    return min(1.0, max(0.0, value))


def _legend(name: str, index: int, layout: Layout) -> list[str]:
    at_x, at_y = layout.place(index)
    return [
        f'<rect class="dot c{index % COLOURS}" x="{at_x}" y="{at_y - 9}" width="13" height="13"/>',
        said(at_x + 20, at_y + 2, f"{index + 1} {fit(name, _NAME_CELLS).rstrip()}", "start"),
    ]
