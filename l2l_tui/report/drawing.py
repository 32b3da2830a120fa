"""What is drawn of a run: what it compares as bars, or else its most telling curves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.report import svg, svg_bars
from l2l_tui.report.compared import Compared

if TYPE_CHECKING:
    from l2l_tui.report.words import Words

Drawn = Compared | svg.Picture


def draw(drawn: Drawn, words: Words, *, alone: bool = True, narrow: bool = False) -> str:
    """Return an SVG document; see `svg.draw`."""
    if isinstance(drawn, Compared):
        return svg_bars.draw(drawn, words, alone=alone, narrow=narrow)
    return svg.draw(drawn, words, alone=alone, narrow=narrow)
