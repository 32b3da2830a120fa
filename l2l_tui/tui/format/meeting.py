"""A problem's line on the meeting screen, and the meeting's day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from l2l_tui.tui.format.agenda import age
from l2l_tui.tui.format.head import distance, stamp
from l2l_tui.tui.format.tone import FAINT, GOOD, MUTED, WARN, spread, words

if TYPE_CHECKING:
    from datetime import date

    from l2l_tui.plan.model import Problem


def day(meeting: date, today: date) -> str:
    """Return a meeting's day in words."""
    return f"{stamp(meeting)}, {distance(meeting, today)}"


def problem(one: Problem, meeting: date, number: int, cells: int) -> Content:
    """Return a problem's line: sign, text, and its age or how it was solved."""
    if one.solved is not None:
        how = f" · {one.how}" if one.how else ""
        left = Content.assemble(("✓ ", GOOD), words(one.text + how, MUTED))
        return spread(left, words(f"solved {one.solved:%m-%d}", GOOD), cells)
    left = Content.assemble((f"{number} ", FAINT), words(one.text))
    how_old = age(one, meeting)
    return spread(left, words(how_old, MUTED if how_old == "new" else WARN), cells)
