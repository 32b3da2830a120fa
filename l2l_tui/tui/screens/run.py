"""Everything about one run: where it stands, claims, figures, settings, error."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content

from l2l_tui.language import tr
from l2l_tui.tui.acts.telling import TellingActs
from l2l_tui.tui.commands import BACK, INCLUDE_RUN, bindings
from l2l_tui.tui.format import rundetails
from l2l_tui.tui.format.runs import SIGNS, standing
from l2l_tui.tui.format.tone import MUTED, spread, words
from l2l_tui.tui.screens.page import PageScreen

if TYPE_CHECKING:
    from textual.binding import BindingType

    from l2l_tui.runs.follow import RunUpdate


class RunScreen(TellingActs, PageScreen):
    """One run in full; it follows the run while that goes on.

    Args:
        run: The run's id.
    """

    commands = (INCLUDE_RUN, BACK)
    BINDINGS: ClassVar[list[BindingType]] = bindings((INCLUDE_RUN,))

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

    def action_include_run(self) -> None:
        """Tell the run at the next meeting."""
        if self.study.book.get(self._run) is not None:
            self.include(self._run)

    def take(self, updates: tuple[RunUpdate, ...]) -> None:
        """Show the run as it stands, if it changed."""
        if any(update.run.id == self._run for update in updates):
            self.renew()
