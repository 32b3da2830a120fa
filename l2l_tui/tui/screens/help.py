"""All keys and signs."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from textual.content import Content

from l2l_tui.text import fit
from l2l_tui.tui.commands import EVERYWHERE, Command
from l2l_tui.tui.format import runs, schedule
from l2l_tui.tui.format.tone import ACCENT, MUTED, block, words
from l2l_tui.tui.screens.base import StudyScreen
from l2l_tui.tui.screens.page import PageScreen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.screen import Screen

CHART_KEYS = (
    ("← →", "crosshair, with shift in large steps"),
    ("+ - 0", "zoom in, out, show all"),
    ("< >", "pan"),
    ("l", "linear or logarithmic axis"),
    ("s", "smoothing: none, 0.6, 0.9, 0.97"),
)
"""What the chart does with keys of its own."""


class HelpScreen(PageScreen):
    """Lists the commands of the screen that it was opened on.

    Args:
        below: That screen.
    """

    def __init__(self, below: Screen[object]) -> None:
        super().__init__()
        self._listed = below.commands if isinstance(below, StudyScreen) else ()

    def head(self, width: int) -> Content:
        """Return the first line."""
        return words(" Help", "bold").truncate(width)

    def body(self, cells: int) -> Content:
        """Return the keys by group, then the signs."""
        groups = _groups((*self._listed, *EVERYWHERE))
        parts = [_group(name, members, cells) for name, members in groups]
        parts += [_pairs("In the chart", CHART_KEYS, cells), _signs()]
        return Content("\n\n").join(parts)


def _groups(commands: Iterable[Command]) -> Iterable[tuple[str, list[Command]]]:
    ordered = sorted(commands, key=lambda command: command.group == "General")
    return [(name, list(members)) for name, members in groupby(ordered, lambda one: one.group)]


def _group(name: str, commands: list[Command], cells: int) -> Content:
    pairs = [(one.shown_key, f"{one.title}. {one.doc}".strip()) for one in commands]
    return _pairs(name, pairs, cells)


def _pairs(name: str, pairs: Iterable[tuple[str, str]], cells: int) -> Content:
    lines = [words(name, f"bold {ACCENT}")]
    lines += [
        block(does, cells, indent=12, first=fit(f"  {key}", 12), lead="bold") for key, does in pairs
    ]
    return Content("\n").join(lines)


def _signs() -> Content:
    """Return what the signs of milestones and runs mean."""
    lines = [words("Signs", f"bold {ACCENT}")]
    for signs in (schedule.SIGNS, runs.SIGNS):
        parts = [
            Content.assemble(sign, " ", words(str(meaning), MUTED), "   ")
            for meaning, sign in signs.items()
        ]
        lines.append(Content.assemble("  ", *parts))
    late = Content.assemble("  ", ("!", "bold $text-error"), words(" late   ", MUTED))
    marked = Content.assemble((runs.MARKED, f"bold {ACCENT}"), words(" marked to compare", MUTED))
    return Content("\n").join([*lines, late + marked])
