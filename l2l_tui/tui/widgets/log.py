"""The tail of a run's log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from l2l_tui.language import tr
from l2l_tui.text import fit
from l2l_tui.tui.format.tone import FAINT, MUTED
from l2l_tui.tui.widgets.line import Drawn

if TYPE_CHECKING:
    from collections.abc import Sequence


class LogTail(Drawn):
    """The last lines of a log, as many as there is room for."""

    def show_lines(self, lines: Sequence[str]) -> None:
        """Show the end of some lines, which are safe for a terminal already."""
        self.show(lambda width, height: tail(lines, width, height))


def tail(lines: Sequence[str], width: int, height: int) -> Content:
    """Return the last `height` lines, each cut to `width` cells."""
    if not lines:
        return Content.styled(tr("Nothing logged yet."), f"italic {FAINT}")
    shown = list(lines)[-height:] if height > 0 else []
    return Content("\n").join([Content.styled(fit(line, width), MUTED) for line in shown])
