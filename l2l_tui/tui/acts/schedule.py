"""The commands about how the schedule is seen: filter, order, folds, marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on

from l2l_tui.language import tr
from l2l_tui.plan.query import Order
from l2l_tui.tui.screens.base import StudyScreen
from l2l_tui.tui.widgets.arrangement import TRACK
from l2l_tui.tui.widgets.lines import LineList
from l2l_tui.tui.widgets.schedule import Schedule

if TYPE_CHECKING:
    from l2l_tui.tui.widgets.filter import FilterLine


class ScheduleActs(StudyScreen[None]):
    """The view of the schedule."""

    @property
    def schedule(self) -> Schedule:
        """The schedule."""
        return self.query_one(Schedule)

    # The filter's line is imported only where it is needed: its input costs time to load.

    @property
    def filter_line(self) -> FilterLine | None:
        """The line of the filter, once somebody looked for something."""
        from l2l_tui.tui.widgets.filter import FilterLine

        return next(iter(self.query(FilterLine)), None)

    async def action_filter(self) -> None:
        """Let a person type what is to be shown."""
        from l2l_tui.tui.widgets.filter import FilterLine

        self.show_half("schedule")
        line = self.filter_line
        if line is None:
            line = FilterLine(id="filter")
            await self.query_one("#left").mount(line, before="#schedule")
        line.open()
        self.count_found()

    def show_half(self, pane: str) -> None:
        """Bring the half of a pane into sight."""
        raise NotImplementedError

    def on_filter_line_changed(self, event: FilterLine.Changed) -> None:
        """Show what is looked for, while it is typed."""
        self.schedule.rearrange(filter=event.text)
        self.count_found()

    def on_filter_line_kept(self) -> None:
        """Go back to the list."""
        self.action_keep_filter()

    def action_keep_filter(self) -> None:
        """Go back to the list; a filter that asks for nothing goes."""
        if not self.schedule.arrangement.filter.strip():
            self._drop_filter()
        self.set_focus(self.schedule)

    def action_move_in_list(self, rows: int) -> None:
        """Move the cursor of the schedule while the filter is typed."""
        self.schedule.action_move(rows)

    def action_clear(self) -> None:
        """Look for nothing in particular any more; without a filter, take the marks off."""
        if self.schedule.arrangement.filter or self.filter_is_open:
            self._drop_filter()
            self.set_focus(self.schedule)
        else:
            self._mark(frozenset())

    @property
    def filter_is_open(self) -> bool:
        """Whether the line of the filter is to be seen."""
        return any(line.display for line in self.query("#filter"))

    def _drop_filter(self) -> None:
        if (line := self.filter_line) is not None:
            line.close()
        self.schedule.rearrange(filter="")

    def count_found(self) -> None:
        """Say how much is found."""
        if self.filter_is_open and (line := self.filter_line) is not None:
            line.count(len(self.schedule.shown), len(self.study.plan.milestones))

    def action_sort(self) -> None:
        """Sort by the next one of the orders."""
        orders = tuple(Order)
        after = orders[(orders.index(self.schedule.arrangement.order) + 1) % len(orders)]
        self.schedule.rearrange(order=after)
        self.show_half("schedule")  # its keys say what leads back

    def fold_track(self) -> None:
        """Fold the track at the cursor, or unfold it."""
        if (track := self.schedule.track) is not None:
            self._fold(track)

    def _fold(self, track: str) -> None:
        arrangement = self.schedule.arrangement
        if arrangement.order is not Order.PLAN:
            self.notify(tr("Tracks fold where they are headings; o leads back to that order."))
        elif arrangement.filter.strip():
            self.notify(tr("While you look for something nothing is folded; escape ends that."))
        else:
            self.schedule.fold(track)

    @on(LineList.Selected, "#schedule")
    def _choose_line(self, event: LineList.Selected) -> None:
        """Fold the track of a heading; open a milestone."""
        if event.key.startswith(TRACK):
            self._fold(event.key.removeprefix(TRACK))
        else:
            self.open_milestone()

    def open_milestone(self) -> None:
        """Show and edit the highlighted milestone."""
        raise NotImplementedError

    def mark_milestone(self) -> None:
        """Mark the milestone under the cursor, or all of the track whose heading it is."""
        schedule = self.schedule
        if schedule.milestone is not None:
            chosen = frozenset({schedule.milestone})
        elif schedule.heading is not None:
            chosen = schedule.below(schedule.heading)
        else:
            return
        marked = schedule.arrangement.marked
        self._mark(marked - chosen if chosen <= marked else marked | chosen)

    def mark_milestones(self) -> None:
        """Mark all milestones that are shown; none if they are marked already."""
        schedule = self.schedule
        shown = frozenset(milestone.id for milestone in schedule.shown)
        every = shown <= schedule.arrangement.marked
        self._mark(frozenset() if every else schedule.arrangement.marked | shown)

    def _mark(self, marked: frozenset[str]) -> None:
        self.schedule.rearrange(marked=marked)
        self.show_keys()

    def show_keys(self) -> None:
        """Show in the footer what can be done where the focus is."""
        raise NotImplementedError
