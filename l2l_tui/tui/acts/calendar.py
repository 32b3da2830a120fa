"""The main screen's commands about time: the timeline and the agenda."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.tui.screens.base import StudyScreen

if TYPE_CHECKING:
    from l2l_tui.plan.model import Milestone


class CalendarActs(StudyScreen[None]):
    """The calendar's part of the main screen's commands."""

    @property
    def milestone(self) -> Milestone | None:
        """The milestone under the cursor."""
        raise NotImplementedError

    async def action_timeline(self) -> None:
        """Show the schedule over the weeks, with the cursor where it is here."""
        from l2l_tui.tui.screens.timeline import TimelineScreen

        screen, chosen = TimelineScreen(), self.milestone
        await self.app.push_screen(screen)
        if chosen is not None:
            screen.go_to(chosen.id)

    def action_agenda(self) -> None:
        """Show this week and the next."""
        from l2l_tui.tui.screens.agenda import AgendaScreen

        self.app.push_screen(AgendaScreen())
