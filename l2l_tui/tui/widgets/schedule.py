"""The schedule: tracks as a tree of headings, milestones as lines; filtered, sorted, marked.

It shows the plan that it is given, as the person arranged it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.language import tr, trn
from l2l_tui.plan import tree
from l2l_tui.plan.query import Index, Order
from l2l_tui.tui.format import schedule
from l2l_tui.tui.widgets import arrangement
from l2l_tui.tui.widgets.arrangement import MILESTONE, TRACK, Arranged, Arrangement
from l2l_tui.tui.widgets.lines import LineList

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from l2l_tui.plan.model import Milestone, Plan


class Schedule(LineList):
    """All tracks with their milestones, or those that are looked for."""

    def __init__(self, *, empty: str, id: str) -> None:  # noqa: A002 (Textual's own word)
        self._live: dict[str, str] = {}
        self._words, self._none = "", empty
        self.arrangement = Arrangement()
        """How the person arranged it."""
        self.arranged: Arranged | None = None
        """What is shown; None before there is a plan."""
        super().__init__(empty=empty, id=id)

    def show(self, plan: Plan, today: date) -> None:
        """Show a plan as it stands on a day; marks on what is no more are gone with it."""
        there = {milestone.id for milestone in plan.milestones}
        marked = self.arrangement.marked & there
        view = schedule.View(plan, today, self._live)
        self.arranged = Arranged(view, Index(plan, today), self.arrangement)
        self.rearrange(marked=marked)

    def show_live(self, live: Mapping[str, str]) -> None:
        """Show beside the milestones how far the runs have come that are under way."""
        if live != self._live:
            self._live.clear()
            self._live.update(live)
            self.set_rows(self.rows)

    def call(self, title: str, empty: str) -> None:
        """Say what is shown here, and what is said while there is nothing."""
        self._words, self._none = title, empty
        self._say()

    def rearrange(
        self,
        *,
        folded: frozenset[str] | None = None,
        filter: str | None = None,  # noqa: A002 (the person's word)
        order: Order | None = None,
        marked: frozenset[str] | None = None,
    ) -> None:
        """Show the plan in another arrangement; what is not named stays."""
        now = self.arrangement
        self.arrangement = Arrangement(
            now.folded if folded is None else folded,
            now.filter if filter is None else filter,
            now.order if order is None else order,
            now.marked if marked is None else marked,
        )
        if self.arranged is not None:
            self.arranged = Arranged(self.arranged.view, self.arranged.index, self.arrangement)
            self.set_rows(self.arranged.rows())
        self._say()

    def fold(self, track: str) -> bool:
        """Fold a track, or unfold it; return whether it is folded now."""
        folded = self.arrangement.folded ^ {track}
        self.rearrange(folded=folded)
        self.go_to(TRACK + track)
        return track in folded

    def below(self, track: str) -> frozenset[str]:
        """Return the ids of the milestones of a track and of all tracks below it."""
        depth, found = None, set[str]()
        for branch in tree.branches(self.arranged.view.plan) if self.arranged is not None else ():
            if depth is not None and branch.depth <= depth:
                break
            if branch.track.id == track:
                depth = branch.depth
            if depth is not None:
                found |= {milestone.id for milestone in branch.milestones}
        return frozenset(found)

    @property
    def milestone(self) -> str | None:
        """The id of the milestone under the cursor."""
        return _after(MILESTONE, self.key)

    @property
    def heading(self) -> str | None:
        """The id of the track whose heading is under the cursor."""
        return _after(TRACK, self.key)

    @property
    def track(self) -> str | None:
        """The id of the track at the cursor: of the heading, or of the milestone."""
        plan = self.arranged.view.plan if self.arranged is not None else None
        milestones = plan.milestones if plan is not None else ()
        of = {milestone.id: milestone.track for milestone in milestones}
        return self.heading or (of.get(self.milestone) if self.milestone is not None else None)

    @property
    def shown(self) -> tuple[Milestone, ...]:
        """The milestones that are looked for, in their order."""
        return self.arranged.milestones if self.arranged is not None else ()

    def _say(self) -> None:
        """Write into the border what is shown and how much is marked."""
        self.border_title = arrangement.title(self.arranged, self._words)
        marked = len(self.arrangement.marked)
        self.border_subtitle = trn("{n} marked", "{n} marked", marked) if marked else ""
        looking = bool(self.arrangement.filter.strip())
        self.set_empty(tr("Nothing matches.") if looking and not self.shown else self._none)


def _after(kind: str, key: str | None) -> str | None:
    return key.removeprefix(kind) if key is not None and key.startswith(kind) else None
