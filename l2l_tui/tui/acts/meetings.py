"""The main screen's commands about meetings: a problem, the next one, the past ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.language import tr
from l2l_tui.tui.acts.telling import TellingActs

if TYPE_CHECKING:
    from l2l_tui.tui.screens.form import Saving


class MeetingActs(TellingActs):
    """The meetings' part of the main screen's commands."""

    def action_add_problem(self) -> None:
        """Ask for a problem to bring to the next meeting."""
        from l2l_tui.tui.screens.form import Field, FormScreen, needed

        plan = self.open_plan()
        day = self.meeting_day(plan)
        if plan is None or day is None:
            return
        field = Field("text", tr("What is the problem?"), check=needed)

        def save(answers: dict[str, str]) -> Saving:
            from l2l_tui.plan import edits

            return tr("Problem added"), [edits.AddProblem(day, answers["text"].strip())]

        self.app.push_screen(FormScreen(tr("A problem for {day}", day=day), [field], save=save))

    def action_meeting(self) -> None:
        """Open the next meeting."""
        from l2l_tui.tui.screens.meeting import MeetingScreen

        day = self.meeting_day(self.study.plan)
        if day is not None:
            self.app.push_screen(MeetingScreen(day))

    def action_meetings(self) -> None:
        """Show all meetings, to open one or to search them."""
        from l2l_tui.tui.screens.meetings import MeetingsScreen

        self.app.push_screen(MeetingsScreen())
