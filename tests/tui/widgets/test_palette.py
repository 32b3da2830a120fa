"""Colours of lines: readable on any theme and apart from one another."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from l2l_tui.tui.widgets.chart.inks import COLOURS
from l2l_tui.tui.widgets.chart.palette import LEAST_CONTRAST, contrast, distance, palette

WHITE, BLACK = Color(255, 255, 255), Color(0, 0, 0)


@pytest.mark.parametrize("name", [name for name in BUILTIN_THEMES if "ansi" not in name])
def test_every_theme_gets_readable_colours_that_differ(name: str) -> None:
    """Both against the background and among one another, on all of Textual's themes."""
    theme = BUILTIN_THEMES[name]
    variables = theme.to_color_system().generate()
    background = Color.parse(variables["surface"])
    chosen = palette(
        [Color.parse(variables[part]) for part in ("primary", "accent", "success", "error")],
        background,
        COLOURS,
    )
    assert len(set(chosen)) == COLOURS
    assert all(contrast(colour, background) >= LEAST_CONTRAST for colour in chosen)
    pairs = [(one, other) for one in chosen for other in chosen if one is not other]
    assert min(distance(one, other) for one, other in pairs) > 15


def test_contrast_runs_from_one_to_twenty_one() -> None:
    """As the accessibility guidelines define it."""
    assert contrast(WHITE, WHITE) == pytest.approx(1)
    assert contrast(WHITE, BLACK) == contrast(BLACK, WHITE) == pytest.approx(21)


def test_a_theme_without_colours_still_gets_some() -> None:
    """One that stands out from the background, over and over."""
    assert palette([], BLACK, 3) == (WHITE,) * 3
