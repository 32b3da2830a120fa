"""The commands that bring something to the next meeting: a run, by one key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.language import tr
from l2l_tui.plan import schedule
from l2l_tui.tui.screens.base import StudyScreen

if TYPE_CHECKING:
    from datetime import date

    from l2l_tui.plan.model import Plan


class TellingActs(StudyScreen[None]):
    """What screens share from which something is brought to the next meeting."""

    def include(self, run: str) -> None:
        """Tell a run or a sweep at the next meeting; its document then shows it in full.

        Args:
            run: The run's id, or the sweep's name.
        """
        from l2l_tui.plan import edits, meetings, sections
        from l2l_tui.plan.model import Section
        from l2l_tui.report import offers

        plan = self.open_plan()
        day = self.meeting_day(plan)
        if plan is None or day is None:
            return
        view = meetings.view(plan, day)
        runs = [one.run for one in self.study.book if run in {one.run.id, one.run.request.sweep}]
        today, told = self.study.today, view.sections
        held = offers.on_offer(plan, runs, day, today, told, runs_of_any_day=True, apart=[run])
        offer = next((one for one in held if one.name == run), None)
        if offer is None:
            self.notify(tr("It waits, or another plan asked for it."), title=run)
        elif offer.included:
            names = ", ".join(map(sections.title, offer.included))
            said = tr("The meeting of {day} tells it already: {sections}.", day=day, sections=names)
            self.notify(said, title=run)
        else:
            before = view.sections.get(Section.PROGRAMMING, "")
            text = offers.put(before, [offer])
            said = tr(
                "{run} is told at the meeting of {day}; its export shows it.", run=run, day=day
            )
            self.study.edit(said, edits.SetSection(day, Section.PROGRAMMING, text, before))

    def meeting_day(self, plan: Plan | None) -> date | None:
        """Return the day of the next meeting, if the plan meets."""
        if plan is None or plan.first_meeting is None:
            self.notify(tr("The plan has no first_meeting yet."), title=tr("Meeting"))
            return None
        return schedule.next_meeting(plan, self.study.today)

    def open_plan(self) -> Plan | None:
        """Return the plan if it can be saved to."""
        if self.study.refusal is not None:
            self.study.refuse()
            return None
        return self.study.plan
