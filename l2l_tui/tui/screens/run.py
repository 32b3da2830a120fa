"""Everything about one run: where it stands, claims, figures, settings, error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from l2l_tui.language import tr
from l2l_tui.tui.format import rundetails
from l2l_tui.tui.format.runs import SIGNS, standing
from l2l_tui.tui.format.tone import MUTED, spread, words
from l2l_tui.tui.screens.page import PageScreen

if TYPE_CHECKING:
    from l2l_tui.runs.follow import RunUpdate


class RunScreen(PageScreen):
    """One run in full; it follows the run while that goes on.

    Args:
        run: The run's id.
    """

    def __init__(self, run: str) -> None:
        super().__init__()
        self._run = run

    def head(self, width: int) -> Content:
        """Return the run's id and where it stands."""
        watched = self.study.book.get(self._run)
        if watched is None:
            return words(f" {tr('The directory of this run is no more.')}", MUTED)
        mark = standing(watched.run)
        left = Content.assemble(" ", SIGNS[watched.run.state], " ", words(self._run, "bold"))
        return spread(left, words(f"{mark.text} ", mark.style), width)

    def body(self, cells: int) -> Content:
        """Return all that is known of the run."""
        watched = self.study.book.get(self._run)
        if watched is None:
            return Content("")
        return rundetails.details(watched.run, list(watched.log), cells)

    def take(self, updates: tuple[RunUpdate, ...]) -> None:
        """Show the run as it stands, if it changed."""
        if any(update.run.id == self._run for update in updates):
            self.renew()
