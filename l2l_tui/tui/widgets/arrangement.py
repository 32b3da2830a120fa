"""How a person arranged the schedule: what is folded, looked for, sorted and marked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

from l2l_tui.language import tr
from l2l_tui.plan import tree
from l2l_tui.plan.query import Index, Order, Query
from l2l_tui.tui.format import schedule
from l2l_tui.tui.widgets.lines import Row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.content import Content

    from l2l_tui.plan.model import Milestone
    from l2l_tui.plan.tree import Branch

TRACK, MILESTONE = "track:", "milestone:"
"""What the keys of headings and of milestones begin with."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A person's own view of a plan; it stays while the plan changes."""

    folded: frozenset[str] = frozenset()
    """The ids of the tracks of which only the heading is shown."""
    filter: str = ""
    """What is looked for, as typed."""
    order: Order = Order.PLAN
    """What the milestones are sorted by."""
    marked: frozenset[str] = frozenset()
    """The ids of the milestones to be changed together."""


class Arranged:
    """A plan as one arrangement shows it.

    Args:
        view: What lines are drawn from.
        index: The plan, ready to be filtered and sorted; made anew for another plan only.
        arrangement: The arrangement.
    """

    def __init__(self, view: schedule.View, index: Index, arrangement: Arrangement) -> None:
        self.view, self.index, self.arrangement = view, index, arrangement

    @cached_property
    def milestones(self) -> tuple[Milestone, ...]:
        """The milestones that are looked for, in their order, folded ones too."""
        wanted = self.arrangement
        query = Query.parse(wanted.filter)
        if not query and wanted.order is Order.PLAN:
            return self.view.plan.milestones
        return self.index.select(query, wanted.order)

    def rows(self) -> list[Row]:
        """Return the rows: a tree of headings with milestones, or the milestones alone."""
        if self.arrangement.order is Order.PLAN:
            return list(self._tree())
        titles = {track.id: track.title for track in self.view.plan.tracks}
        return [self._milestone(one, track=titles.get(one.track, "")) for one in self.milestones]

    def _tree(self) -> Iterator[Row]:
        """Yield each track's heading and its milestones; a filter leaves out what has none."""
        found = tree.branches(self.view.plan)
        filtered = bool(self.arrangement.filter.strip())
        chosen = {one.id for one in self.milestones} if filtered else None
        counts, hits = _counts(found, self.view), _hits(found, chosen)
        hidden = None
        for branch, count, hit in zip(found, counts, hits, strict=True):
            if hidden is not None and branch.depth > hidden:
                continue
            hidden = None
            if not hit:
                continue
            folded = not filtered and branch.track.id in self.arrangement.folded
            hidden = branch.depth if folded else None
            mine = () if folded else branch.milestones
            if chosen is not None:
                mine = tuple(one for one in mine if one.id in chosen)
            yield self._heading(branch, count, folded=folded, alone=not mine)
            for one in mine:
                yield self._milestone(one, depth=branch.depth)

    def _heading(
        self, branch: Branch, counts: schedule.Counts, *, folded: bool, alone: bool
    ) -> Row:
        """Return a heading; the cursor stands on it only where no milestone is below it."""
        draw = partial(_heading, branch, counts, folded)
        return Row(TRACK + branch.track.id, draw, selectable=alone, at_once=True)

    def _milestone(self, milestone: Milestone, *, depth: int = 0, track: str = "") -> Row:
        marked = milestone.id in self.arrangement.marked
        return Row(
            MILESTONE + milestone.id, partial(_line, self.view, milestone, marked, depth, track)
        )


def title(arranged: Arranged | None, what: str) -> str:
    """Return the schedule's title: what it is, what it is sorted by, how many are found."""
    if arranged is None:
        return what
    order, parts = arranged.arrangement.order, [what]
    if order is not Order.PLAN:
        parts.append(tr("by {order}", order=order_word(order)))
    if arranged.arrangement.filter.strip():
        found, all_ = len(arranged.milestones), len(arranged.view.plan.milestones)
        parts.append(tr("{n} of {all}", n=found, all=all_))
    return " · ".join(parts)


def order_word(order: Order) -> str:
    """Return what milestones are sorted by, as a person reads it."""
    return {
        Order.PLAN: tr("the plan's order"),
        Order.DUE: tr("due date"),
        Order.LATE: tr("lateness"),
        Order.STATUS: tr("status"),
        Order.TRACK: tr("track"),
    }[order]


def _counts(found: Sequence[Branch], view: schedule.View) -> list[schedule.Counts]:
    """Return for each branch the counts of it and of all below it."""
    made, below = [], dict[int, schedule.Counts]()
    for branch in reversed(found):
        counts = schedule.counted(branch.milestones, view.today)
        counts += below.pop(branch.depth + 1, schedule.Counts())
        below[branch.depth] = below.get(branch.depth, schedule.Counts()) + counts
        made.append(counts)
    return made[::-1]


def _hits(found: Sequence[Branch], chosen: set[str] | None) -> list[bool]:
    """Return for each branch whether it or one below it has what is looked for."""
    if chosen is None:
        return [True] * len(found)
    made, below = [], dict[int, bool]()
    for branch in reversed(found):
        hit = below.pop(branch.depth + 1, False) or any(
            one.id in chosen for one in branch.milestones
        )
        below[branch.depth] = below.get(branch.depth, False) or hit
        made.append(hit)
    return made[::-1]


def _heading(branch: Branch, counts: schedule.Counts, folded: bool, cells: int) -> Content:
    return schedule.heading(branch.track, counts, cells, depth=branch.depth, folded=folded)


def _line(
    view: schedule.View, milestone: Milestone, marked: bool, depth: int, track: str, cells: int
) -> Content:
    return schedule.line(view, milestone, cells, marked=marked, depth=depth, track=track)
