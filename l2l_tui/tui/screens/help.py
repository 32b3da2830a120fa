"""All keys and signs."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from textual.content import Content

from l2l_tui.language import tr
from l2l_tui.states import state_word, status_word
from l2l_tui.text import fit
from l2l_tui.tui.commands import EVERYWHERE, Command
from l2l_tui.tui.format import runs, schedule
from l2l_tui.tui.format.tone import ACCENT, MUTED, block, words
from l2l_tui.tui.screens.base import StudyScreen
from l2l_tui.tui.screens.page import PageScreen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.screen import Screen


_KEYS = 14
"""The cells of the column of keys."""


class HelpScreen(PageScreen):
    """Lists the commands of the screen that it was opened on.

    Args:
        below: That screen.
    """

    def __init__(self, below: Screen[object]) -> None:
        super().__init__()
        self._listed = below.commands if isinstance(below, StudyScreen) else ()

    def footer_commands(self) -> tuple[Command, ...]:
        """Return the commands but the one that leads here."""
        return tuple(one for one in super().footer_commands() if one.action != "show_help")

    def head(self, width: int) -> Content:
        """Return the first line."""
        return words(f" {tr('Help')}", "bold").truncate(width)

    def body(self, cells: int) -> Content:
        """Return the keys by group, then the signs."""
        groups = _groups((*self._listed, *EVERYWHERE))
        parts = [_group(name, members, cells) for name, members in groups]
        parts += [_pairs(tr("In the chart"), _chart_keys(), cells), _signs(cells)]
        return Content("\n\n").join(parts)


def _groups(commands: Iterable[Command]) -> Iterable[tuple[str, list[Command]]]:
    ordered = sorted(commands, key=lambda command: command.group == "General")
    return [(name, list(members)) for name, members in groupby(ordered, lambda one: one.group)]


def _group(name: str, commands: list[Command], cells: int) -> Content:
    return _pairs(tr(name), [(one.shown_key, _does(one)) for one in commands], cells)


def _does(command: Command) -> str:
    title = tr(command.title)
    if not command.doc:
        return tr("{title}.", title=title)
    return tr("{title}. {doc}", title=title, doc=tr(command.doc))


def _pairs(name: str, pairs: Iterable[tuple[str, str]], cells: int) -> Content:
    lines = [words(name, f"bold {ACCENT}")]
    lines += [
        block(does, cells, indent=_KEYS, first=fit(f"  {key}", _KEYS - 1) + " ", lead="bold")
        for key, does in pairs
    ]
    return Content("\n").join(lines)


def _chart_keys() -> tuple[tuple[str, str], ...]:
    """Return what the chart does with keys of its own."""
    return (
        ("← →", tr("crosshair, with shift in large steps")),
        ("+ - 0", tr("zoom in, out, show all")),
        ("< >", tr("pan")),
        ("l", tr("linear or logarithmic axis")),
        ("s", tr("smoothing: none, 0.6, 0.9, 0.97")),
    )


def _signs(cells: int) -> Content:
    """Return what the signs of milestones and runs mean."""
    statuses = [(sign, status_word(status)) for status, sign in schedule.SIGNS.items()]
    states = [(sign, state_word(state)) for state, sign in runs.SIGNS.items()]
    others = [
        (schedule.LATE, tr("late")),
        (schedule.BLOCKED, tr("blocked")),
        (schedule.CONTRADICTED, tr("done, but claims fail")),
        (schedule.MARKED, tr("marked")),
    ]
    lines = [words(tr("Signs"), f"bold {ACCENT}")]
    lines += [_row(signs, cells) for signs in (statuses, others, states)]
    return Content("\n").join(lines)


def _row(signs: Sequence[tuple[tuple[str, str], str]], cells: int) -> Content:
    """Return signs with their meanings, as many lines as they need."""
    lines, line = [], Content("  ")
    for sign, meaning in signs:
        part = Content.assemble(sign, " ", words(meaning, MUTED), "   ")
        if line.cell_length + part.cell_length > cells and line.plain.strip():
            lines.append(line)
            line = Content("  ")
        line += part
    return Content("\n").join([*lines, line])
