"""Colours by meaning, and text fitted into cells."""

from __future__ import annotations

from textual.content import Content

from l2l_tui.text import fit, plain, width

GOOD = "$text-success"
"""Done, holds."""
WARN = "$text-warning"
"""Wants attention."""
BAD = "$text-error"
"""Late, fails."""
ACCENT = "$text-primary"
"""What is going on now."""
MUTED = "$foreground 60%"
"""Secondary."""
FAINT = "$foreground 35%"
"""There if one looks."""
STRONG = "bold"
"""Headings."""


def cell(text: str, cells: int, style: str = "", *, right: bool = False) -> Content:
    """Return text in exactly `cells` cells, cut with an ellipsis or padded.

    Args:
        text: Anything; made safe for a terminal here.
        cells: The width.
        style: A style by meaning, from this module.
        right: Whether it stands at the right edge.
    """
    safe = plain(text)
    if right and width(safe) < cells:
        safe = " " * (cells - width(safe)) + safe
    return Content.styled(fit(safe, cells), style)


def words(text: str, style: str = "") -> Content:
    """Return one line of anybody's text at its own width."""
    return Content.styled(plain(text), style)


def block(
    text: str, cells: int, style: str = "", *, indent: int = 0, first: str = "", lead: str = MUTED
) -> Content:
    """Return text wrapped to a width, with every line but the first indented alike.

    Args:
        text: Anything; made safe for a terminal here.
        cells: The width of all.
        style: A style by meaning.
        indent: Cells before every line.
        first: What stands at the beginning of the first line instead.
        lead: Its style.
    """
    lines = words(text, style).wrap(max(8, cells - indent))
    heads = [first or " " * indent, *[" " * indent] * (len(lines) - 1)]
    return Content("\n").join(
        [
            Content.assemble((head, lead), line.rstrip())
            for head, line in zip(heads, lines, strict=True)
        ]
    )


def spread(left: Content, right: Content, cells: int) -> Content:
    """Return two texts at the edges of a line; the left one is cut first."""
    room = cells - right.cell_length - 1
    if room < 1:
        return left.truncate(max(0, cells), ellipsis=True, pad=True)
    return Content.assemble(left.truncate(room, ellipsis=True, pad=True), " ", right)
