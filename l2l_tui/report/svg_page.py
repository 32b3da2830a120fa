"""The page of a drawing: its layout, axes, words and colours, in SVG.

A page is self-contained: no font, script or picture from elsewhere. It paints its own
background, light or dark as the reader prefers, so that it can be read on any other page.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from l2l_tui.report.prose import clean

TOP = 44
"""Where a plot begins, below its title."""

COLOURS = 8
"""How many colours there are."""

_LEGEND = 34
_TICKS = 6
_LIGHT = ("#0060a8", "#c2410c", "#15803d", "#a21caf", "#a16207", "#0891b2", "#6d28d9", "#4b5563")
_DARK = ("#60b0ff", "#fb923c", "#4ade80", "#f0abfc", "#facc15", "#22d3ee", "#c4b5fd", "#d1d5db")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things lie on the page."""

    width: int
    """Of the whole page."""
    left: int
    """Where the plot begins."""
    right: int
    """Where it ends."""
    bottom: int
    """Where its axis lies."""
    legend: tuple[int, int]
    """Where the legend's first entry lies."""
    columns: int = 1
    """In how many columns the legend stands."""

    @property
    def middle(self) -> tuple[float, float]:
        """The plot's middle."""
        return (self.left + self.right) / 2, (TOP + self.bottom) / 2

    def place(self, order: int) -> tuple[int, int]:
        """Return where an entry of the legend lies."""
        line, column = divmod(order, self.columns)
        x, y = self.legend
        return x + column * self.width // self.columns, y + _LEGEND * line

    def height(self, entries: int) -> int:
        """Return how high the page is that holds so many entries of a legend."""
        lines = math.ceil(entries / self.columns)
        return max(self.bottom + 52, self.legend[1] + _LEGEND * lines + 4)


WIDE = Layout(760, 70, 560, 348, legend=(576, 56))
"""A page on a desk, the legend beside the plot."""
NARROW = Layout(360, 62, 346, 270, legend=(14, 336), columns=2)
"""One as wide as a phone, the legend below."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A range of values, and where it lies on the page."""

    low: float
    """The lowest value."""
    high: float
    """The highest one."""
    start: float
    """Where the lowest one lies."""
    end: float
    """Where the highest one lies."""
    log: bool = False
    """Whether equal factors lie equally far apart."""

    def at(self, value: float) -> float:
        """Return where a value lies on the page."""
        scaled = [math.log10(one) if self.log else one for one in (self.low, value, self.high)]
        share = (scaled[1] - scaled[0]) / (scaled[2] - scaled[0])
        return self.start + share * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Return round values along the axis."""
        return _decades(self.low, self.high) if self.log else _round_values(self.low, self.high)


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


def up(y: Axis, left: float, right: float) -> list[str]:
    """Return the lines and values of an axis that goes up, from one side of a plot to the other."""
    parts = []
    for value in y.ticks():
        at = y.at(value)
        parts.append(f'<path class="grid" d="M{left} {at:.1f}H{right}"/>')
        parts.append(said(left - 8, at + 4, f"{value:.4g}", "end"))
    return parts


def frame(layout: Layout) -> str:
    """Return the two lines that the axes are."""
    return f'<path class="axis" d="M{layout.left} {TOP}V{layout.bottom}H{layout.right}"/>'


def turned(layout: Layout, text: str) -> str:
    """Return what goes up, in words beside its axis."""
    middle = layout.middle[1]
    return said(14, middle, text, "middle", f'transform="rotate(-90 14 {middle:.0f})"')


def said(x: float, y: float, text: str, anchor: str, more: str = "") -> str:
    """Return words at a place, from there on (``start``), around it or up to it (``end``)."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {more}>{xml(text)}</text>'


def xml(text: str) -> str:
    """Return text as it may stand in a document, in one line."""
    return escape(" ".join(clean(text).replace("\ufffe", "").replace("\uffff", "").split()))


def document(title: str, entries: int, parts: list[str], alone: bool, layout: Layout) -> str:
    """Return a whole drawing.

    Args:
        title: What is drawn.
        entries: How many entries its legend has.
        parts: What stands on the page.
        alone: Whether it brings its style with it; several in one document share `style`.
        layout: The page.
    """
    width, height = layout.width, layout.height(entries)
    chart = "chart narrow" if layout is NARROW else "chart"
    title_x = min(layout.left, layout.legend[0])
    named, label = xml(title), quoteattr(" ".join(clean(title).split()))
    # Within an HTML page the name of the language is known, and an address would look fetched.
    language = ' xmlns="http://www.w3.org/2000/svg"' if alone else f' class="{chart}"'
    return "\n".join(
        [
            f'<svg{language} viewBox="0 0 {width} {height}"'
            f' width="{width}" height="{height}" role="img" aria-label={label}>',
            f"<title>{named}</title>",
            *([f"<style>{style()}</style>"] if alone else []),
            '<rect class="page" width="100%" height="100%" rx="6"/>',
            f'<text class="title" x="{title_x}" y="26">{named}</text>',
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
            f"path.grid{{stroke:{grid}}}path.axis{{stroke:{faint}}}path.whisker{{stroke:{text}}}"
            f"{lines}"
        )

    light = colours(_LIGHT, "#ffffff", "#1f2937", "#6b7280", "#e5e7eb")
    dark = colours(_DARK, "#111827", "#e5e7eb", "#9ca3af", "#374151")
    return (
        "text{font:13px system-ui,sans-serif}text.title{font-size:15px;font-weight:600}"
        "text.small{font-size:11px}path.whisker{fill:none;stroke-width:1.2}"
        ".line{fill:none;stroke-width:1.8;stroke-linejoin:round}path.grid,path.axis{fill:none}"
        f"{light}@media screen and (prefers-color-scheme:dark){{{dark}}}"
    )
