"""Colours for lines: the theme's own where they can be told apart, else turned from them.

Every colour stands out from the background, on dark and on light themes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from colorsys import hls_to_rgb, rgb_to_hls

from textual.color import Color, rgb_to_lab

LEAST_CONTRAST = 3.6
"""Contrast ratio to the background, as the web's accessibility guidelines reckon it."""

_APART = 32.0


def palette(theme: Sequence[Color], background: Color, count: int) -> tuple[Color, ...]:
    """Return `count` colours, the theme's first; the closest are taken only when needed."""
    chosen: list[Color] = []
    for apart in (_APART, _APART / 2, _APART / 4, 0.0):
        for colour in _candidates(theme, background):
            if len(chosen) == count:
                return tuple(chosen)
            if all(distance(colour, other) > apart for other in chosen):
                chosen.append(colour)
    return tuple((chosen or [background.inverse]) * count)[:count]


def contrast(one: Color, other: Color) -> float:
    """Return the contrast ratio of two colours: 1 for the same, 21 for black and white."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def distance(one: Color, other: Color) -> float:
    """Return how different two colours look (Euclidean distance in CIE L*a*b*)."""
    here, there = rgb_to_lab(one), rgb_to_lab(other)
    return math.dist(here, there)


def _candidates(theme: Sequence[Color], background: Color) -> Iterator[Color]:
    colours = [Color(*colour.rgb) for colour in theme]
    yield from (_readable(colour, background) for colour in colours)
    if colours:
        yield from (_readable(turned, background) for turned in _turned(colours[0]))


def _turned(colour: Color) -> Iterable[Color]:
    """Return the colour with other hues, in steps that do not come round soon."""
    hue, _, saturation = rgb_to_hls(*colour.normalized)
    for number in range(1, 25):
        red, green, blue = hls_to_rgb((hue + number * 0.38197) % 1, 0.5, max(saturation, 0.5))
        yield Color(round(red * 255), round(green * 255), round(blue * 255))


def _readable(colour: Color, background: Color) -> Color:
    """Return the colour, made lighter or darker until it stands out."""
    towards = Color(255, 255, 255) if _luminance(background) < 0.2 else Color(0, 0, 0)
    for step in range(10):
        shade = colour.blend(towards, step / 10)
        if contrast(shade, background) >= LEAST_CONTRAST:
            return shade
    return towards


def _luminance(colour: Color) -> float:
    """Return the relative luminance (WCAG 2.2)."""
    linear = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in colour.normalized
    )
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))
