"""Links of a milestone open in the browser; what cannot be opened is shown, to be copied."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from l2l_tui.errors import L2LError
from l2l_tui.language import tr
from l2l_tui.plan.links import parse
from l2l_tui.tui.format.links import unopened
from l2l_tui.tui.screens.base import StudyScreen

if TYPE_CHECKING:
    from textual.screen import Screen

    from l2l_tui.plan.model import Milestone
    from l2l_tui.tui.study import StudyApp

COPY_S = 30
"""Seconds that an address stays on the screen, so that it can be copied."""


class LinkActs(StudyScreen[None]):
    """The links' part of the main screen's commands."""

    @property
    def milestone(self) -> Milestone | None:
        """The milestone under the cursor."""
        raise NotImplementedError

    def action_open_link(self) -> None:
        """Open the highlighted milestone's link, or ask which."""
        if self.milestone is None:
            self.notify(tr("There is no milestone at the cursor."), title=tr("Links"))
        else:
            open_one_of(self, self.milestone)


def open_one_of(screen: Screen[None], milestone: Milestone) -> None:
    """Open the only link of a milestone, or ask which of several.

    Args:
        screen: The screen that asks.
        milestone: The milestone.
    """
    from l2l_tui.tui.screens.chooser import LinkChooser

    app = cast("StudyApp", screen.app)
    links = milestone.links
    if not links:
        said = tr("No link stands here yet; the milestone's form takes some.")
        screen.notify(said, title=milestone.title)
    elif len(links) == 1:
        open_link(app, links[0])
    else:
        app.push_screen(
            LinkChooser(links), lambda link: open_link(app, link) if link is not None else None
        )


def open_link(app: StudyApp, link: str) -> None:
    """Open one link, or say why that cannot be."""
    reason = unopened(link)
    if reason is not None:
        app.notify(reason, severity="warning", timeout=COPY_S)
    else:
        app.do(partial(_browse, parse(link).url or link))


def _browse(address: str) -> str:
    """Open an address; called in a worker."""
    from l2l_tui.tui import outside

    if not outside.browse(address):
        raise L2LError(tr("No browser opens here. The address is {address}", address=address))
    return tr("Opened {address}", address=address)
