"""Pictures of curves: whole, self-contained, small, whatever the values."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from l2l_tui.report.svg import Curve, Picture, draw

SVG = "{http://www.w3.org/2000/svg}"


def picture(*curves: Curve, log: bool = False, title: str = "Loss") -> Picture:
    """Return a picture of curves."""
    return Picture(title, "step", "loss", log, curves)


def points(svg: str) -> list[list[tuple[float, float]]]:
    """Return the points of every polyline."""
    return [
        [(float(x), float(y)) for x, y in (pair.split(",") for pair in line.split())]
        for line in re.findall(r'points="([^"]*)"', svg)
    ]


@settings(deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 10**9), st.floats()), max_size=30), min_size=1, max_size=4
    ),
    st.booleans(),
    st.text(max_size=20),
)
def test_any_values_and_names_make_a_whole_document(
    values: list[list[tuple[int, float]]], log: bool, name: str
) -> None:
    """NaN, infinity, denormals and `]]>` included; every coordinate is a number on the page."""
    curves = [Curve(name, [step for step, _ in one], [v for _, v in one]) for one in values]
    svg = draw(picture(*curves, log=log, title=name))
    root = ET.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    assert (
        "nan" not in re.sub(r"<text.*?</text>|<title>.*?</title>|aria-label=\S*", "", svg).lower()
    )
    for line in points(svg):
        assert all(math.isfinite(x) and math.isfinite(y) for x, y in line)


def test_nothing_outside_is_referred_to() -> None:
    """No font, script, picture or style sheet from elsewhere."""
    svg = draw(picture(Curve("a", [0, 1], [1.0, 2.0])))
    assert re.findall(r"https?://[^\"]*", svg) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"@import|url\(|<script|href", svg)


def test_it_is_readable_on_light_and_on_dark_pages() -> None:
    """It paints its own background in both."""
    svg = draw(picture(Curve("a", [0, 1], [1.0, 2.0])))
    assert "prefers-color-scheme:dark" in svg
    assert svg.count("rect.page{fill:") == 2


def test_ten_thousand_points_become_a_few_hundred_and_keep_their_peak() -> None:
    """A single spike is still seen."""
    values = [1.0] * 10_000
    values[5_000] = 9.0
    (line,) = points(draw(picture(Curve("a", range(10_000), values))))
    assert len(line) < 500
    heights = [y for _, y in line]
    assert min(heights) < 80 < max(heights)
    assert all(a <= b for (a, _), (b, _) in pairwise(line))


def test_a_logarithmic_axis_spaces_decades_evenly() -> None:
    """And has a tick at each."""
    svg = draw(picture(Curve("a", [0, 1, 2], [1.0, 10.0, 100.0]), log=True))
    ((_, first), (_, second), (_, third)) = points(svg)[0]
    assert first - second == pytest.approx(second - third, abs=0.2)
    labels = [one.text for one in ET.fromstring(svg).iter(f"{SVG}text")]
    assert {"1", "10", "100", "loss (log)"} <= set(labels)


def test_a_gap_is_left_where_a_value_is_not_finite() -> None:
    """The line does not jump over it."""
    svg = draw(picture(Curve("a", [0, 1, 2, 3, 4], [1.0, 2.0, math.nan, 2.0, 1.0])))
    assert len(points(svg)) == 2


def test_the_legend_gives_each_curve_its_last_value_or_its_end() -> None:
    """In the order of their ends, and by dashes as well as colours."""
    svg = draw(
        picture(
            Curve("low", [0, 1], [3.0, 0.1]),
            Curve("high", [0, 1], [3.0, 2.0]),
            Curve("lost", [0, 1], [3.0, math.inf]),
        )
    )
    labels = [one.text or "" for one in ET.fromstring(svg).iter(f"{SVG}text")]
    assert labels.index("high") < labels.index("low")
    assert labels[labels.index("low") + 1] == "last 0.1"
    assert labels[labels.index("lost") + 1] == "diverged"
    assert len(set(re.findall(r'stroke-dasharray="([^"]*)"', svg))) == 2


def test_a_picture_without_a_value_says_so() -> None:
    """Instead of empty axes."""
    assert "no finite value" in draw(picture(Curve("a", [0], [math.nan]), log=True))


def test_a_narrow_picture_has_its_legend_below_the_curves() -> None:
    """All of it within a phone's width, so that nothing needs to be scrolled to."""
    curves = [Curve(f"optimizer-{n}", [0, 100], [1.0, 0.1 * n + 0.1]) for n in range(6)]
    svg = draw(picture(*curves, log=True), alone=False, narrow=True)
    root = ET.fromstring(svg)
    assert float(root.attrib["width"]) <= 390
    below = max(y for line in points(svg) for _, y in line)
    named = [one for one in root.iter("text") if (one.text or "").startswith("optimizer-")]
    assert len(named) == 6
    for one in named:
        assert below < float(one.attrib["y"]) < float(root.attrib["height"])
        assert 0 < float(one.attrib["x"]) < float(root.attrib["width"]) - 90
