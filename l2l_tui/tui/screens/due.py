"""Another due date, of one milestone or of each that is marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from l2l_tui.language import tr, trn
from l2l_tui.plan.daynames import named_day_near
from l2l_tui.tui.format import dates
from l2l_tui.tui.format.tone import ACCENT, MUTED, cell, words
from l2l_tui.tui.screens.form import Field, FormScreen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from textual.widget import Widget

    from l2l_tui.plan.model import Milestone
    from l2l_tui.tui.screens.form import Saving
    from l2l_tui.tui.widgets.field import FieldBox

NONE = "none"
"""What takes the date away."""

LISTED = 6
"""How many milestones are listed with both dates."""


class DueScreen(FormScreen):
    """Asks for a day or a distance, and shows where each milestone comes.

    Args:
        chosen: The milestones.
        today: The day.
    """

    def __init__(self, chosen: Sequence[Milestone], today: date) -> None:
        self._chosen, self._today = tuple(chosen), today
        one = chosen[0].title or chosen[0].id
        title = (
            tr("When is {milestone} due?", milestone=one)
            if len(chosen) == 1
            else trn("When is {n} milestone due?", "When are {n} milestones due?", len(chosen))
        )
        field = Field(
            "due",
            tr("Due"),
            hint=tr("a day, or +7d, -3d, +2w from each one's own; none for no date"),
            check=self._fault,
        )
        super().__init__(title, [field], save=self._saving_of)

    def below(self) -> Iterable[Widget]:
        """Return the list of what comes of it."""
        yield Static(words(""), id="outcome")

    def on_mount(self) -> None:
        """Show the dates as they are."""
        self._show("")

    def on_field_box_changed(self, event: FieldBox.Changed) -> None:
        """Show where each one comes, while it is typed."""
        self._show(event.box.value)

    def _show(self, text: str) -> None:
        lines = [self._outcome(one, text) for one in self._chosen[:LISTED]]
        more = len(self._chosen) - LISTED
        if more > 0:
            lines.append(words(trn("and {n} more", "and {n} more", more), MUTED))
        self.query_one("#outcome", Static).update(Content("\n").join(lines))

    def _outcome(self, milestone: Milestone, text: str) -> Content:
        """Return one milestone's line: its date now, and then."""
        now = self._day(milestone.due)
        line = Content.assemble(cell(milestone.title or milestone.id, 30), "  ", (now, MUTED))
        if self._fault(text) is None:
            after = self._day(self._due(milestone, text))
            line = Content.assemble(line, (" → ", MUTED), words(after, ACCENT))
        return line

    def _fault(self, text: str) -> str | None:
        """Say what is wrong with what was typed."""
        if text.strip().casefold() == NONE:
            return None
        if not text.strip():
            return tr("a day is needed here, or none for no date")
        faults = (dates.fault(text, self._today, one.due) for one in self._chosen)
        return next((fault for fault in faults if fault is not None), None)

    def _due(self, milestone: Milestone, text: str) -> date | None:
        if text.strip().casefold() == NONE:
            return None
        return dates.parse(text, self._today, milestone.due)

    def _saving_of(self, answers: dict[str, str]) -> Saving:
        """Return the edits: one step for all."""
        from l2l_tui.plan import edits

        text = answers["due"]
        changes = [
            edits.SetDue(one.id, due, self._today, one.due)
            for one in self._chosen
            if (due := self._due(one, text)) != one.due
        ]
        if len(self._chosen) == 1:
            return tr("Due {day}", day=self._day(self._due(self._chosen[0], text))), changes
        return trn("{n} due date moved", "{n} due dates moved", len(changes)), changes

    def _day(self, day: date | None) -> str:
        """Return a day as it reads; with the year, unless it is this one."""
        if day is None:
            return tr("no date")
        return named_day_near(day, self._today)
