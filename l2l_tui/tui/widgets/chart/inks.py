"""What a cell may be drawn with. A picture names inks; the widget knows their colours."""

from __future__ import annotations

PLAIN, AXIS, GRID, LABEL, TITLE, HINT, CROSS, STRONG, FOCUS = range(9)

COLOURS = 8
"""How many colours series take turns with."""

MARKS = "●■▲◆○□△◇★▼☆▽"
"""What series are told apart by without colour, in turn."""

_LINE, _FAINT = 16, 16 + COLOURS


def line(slot: int) -> int:
    """Return the ink of the series in a slot (its place by order of appearance)."""
    return _LINE + slot % COLOURS


def faint(slot: int) -> int:
    """Return the pale ink of what is behind that series."""
    return _FAINT + slot % COLOURS


def mark(slot: int) -> str:
    """Return the sign of the series in a slot."""
    return MARKS[slot % len(MARKS)]
