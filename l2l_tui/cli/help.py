"""Help texts: argparse's layout with words of ours, lines broken where cells end."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from typing import Any

from l2l_tui.language import tr

_PIECE = re.compile(r"\s+|[^\s\u2e80-\uffef]+|[\u2e80-\uffef]")
_NOT_FIRST = "，。；：、！？）」』…"
"""What begins no line."""


class Help(argparse.RawDescriptionHelpFormatter):
    """Help in the language in use, whose examples keep their lines."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        """Put the usage in front, behind a word of ours."""
        super().add_usage(usage, actions, groups, tr("usage: ") if prefix is None else prefix)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        """Break the lines of a text, but those of an example, which begin with a space."""
        filled = []
        for line in text.splitlines():
            filled += [line] if line.startswith(" ") else broken(line, width) or [""]
        return "\n".join(f"{indent}{line}" for line in filled)

    def _split_lines(self, text: str, width: int) -> list[str]:
        return broken(text, width)


def broken(text: str, width: int) -> list[str]:
    """Return a text in lines of at most `width` cells; Chinese may break between letters."""
    from l2l_tui.text import width as cells_of

    lines: list[str] = []
    line = ""
    for piece in _PIECE.findall(" ".join(text.split())):
        fits = cells_of(line + piece) <= width or (piece in _NOT_FIRST and line)
        if fits or not line.strip():
            line += piece
        else:
            lines.append(line.rstrip())
            line = piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines
