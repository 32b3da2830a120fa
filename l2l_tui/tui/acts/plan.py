"""The commands about the plan: status, milestones, the summary."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from l2l_tui.plan.model import Status
from l2l_tui.tui.acts.meetings import MeetingActs

if TYPE_CHECKING:
    from datetime import date

    from l2l_tui.plan.model import Milestone, Plan

_NEXT = {
    Status.TODO: Status.DOING,
    Status.DOING: Status.DONE,
    Status.DONE: Status.TODO,
    Status.DROPPED: Status.TODO,
}


class PlanActs(MeetingActs):
    """The plan's half of the main screen's commands."""

    @property
    def milestone(self) -> Milestone | None:
        """The milestone under the cursor."""
        raise NotImplementedError

    def action_cycle_status(self) -> None:
        """Move the highlighted milestone on: todo, doing, done, todo."""
        if chosen := self._need_milestone():
            self._set_status(chosen, _NEXT[chosen.status])

    def action_done(self) -> None:
        """Mark the highlighted milestone done."""
        if chosen := self._need_milestone():
            self._set_status(chosen, Status.DONE)

    def _set_status(self, chosen: Milestone, status: Status) -> None:
        from l2l_tui.plan import edits

        if status is chosen.status:
            self.notify(f"It is {status} already.", title=chosen.title)
            return
        edit = edits.SetStatus(chosen.id, status, self.study.today, chosen.status)
        self.study.edit(f"{chosen.title}: {chosen.status} → {status}", edit)

    def open_milestone(self) -> None:
        """Show and edit the highlighted milestone."""
        from l2l_tui.tui.screens.milestone import MilestoneScreen

        if chosen := self._need_milestone():
            screen = MilestoneScreen(self.study.plan, chosen, self.study.today)
            self.app.push_screen(screen)

    def action_add_milestone(self) -> None:
        """Ask for a new milestone."""
        from l2l_tui.tui.screens.milestone import AddMilestoneScreen

        plan = self.open_plan()
        if plan is None:
            return
        if not plan.tracks:
            self.notify("The plan has no track to put it on.", title="Schedule")
            return
        track = self.milestone.track if self.milestone is not None else plan.tracks[0].id
        self.app.push_screen(AddMilestoneScreen(plan, track, self.study.today))

    def action_export(self) -> None:
        """Write the next meeting's summary as Markdown."""
        plan = self.open_plan()
        day = self.meeting_day(plan)
        if plan is not None and day is not None:
            self.study.do(partial(self._export, plan, day))

    def _export(self, plan: Plan, day: date) -> str:
        """Write the summary; called in a worker."""
        from l2l_tui.report import export

        study = self.study
        path = export.export(
            study.workspace, plan, meeting=day, language=None, output=None, today=study.today
        )
        return f"The summary is in {path}"

    def _need_milestone(self) -> Milestone | None:
        if self.open_plan() is None:
            return None
        if self.milestone is None:
            self.notify("The plan has no milestone yet; a adds one.", title="Schedule")
        return self.milestone
