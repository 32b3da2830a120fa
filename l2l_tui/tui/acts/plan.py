"""The commands about the plan: status and due date of one milestone or of many, the summary."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from l2l_tui.language import tr, trn
from l2l_tui.plan import tree
from l2l_tui.plan.model import Status
from l2l_tui.states import status_word
from l2l_tui.tui.acts.meetings import MeetingActs
from l2l_tui.tui.acts.undoing import UndoActs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from l2l_tui.plan.model import Milestone, Plan

_NEXT = {
    Status.TODO: Status.DOING,
    Status.DOING: Status.DONE,
    Status.DONE: Status.TODO,
    Status.DROPPED: Status.TODO,
}

_BEHIND = (Status.TODO, Status.DOING, Status.DONE, Status.DROPPED)
"""Statuses, the one that is furthest behind first."""


class PlanActs(UndoActs, MeetingActs):
    """The plan's half of the main screen's commands."""

    @property
    def milestone(self) -> Milestone | None:
        """The milestone under the cursor."""
        raise NotImplementedError

    @property
    def chosen(self) -> tuple[Milestone, ...]:
        """The milestones that are marked, or else the one under the cursor."""
        raise NotImplementedError

    @property
    def track(self) -> str | None:
        """The id of the track at the cursor."""
        raise NotImplementedError

    def action_cycle_status(self) -> None:
        """Move on what is chosen: todo, doing, done, todo.

        Of several the one furthest behind says where all go, so that they come together.
        """
        if chosen := self._need_chosen():
            behind = min((one.status for one in chosen), key=_BEHIND.index)
            self._set_status(chosen, _NEXT[behind])

    def action_done(self) -> None:
        """Mark what is chosen done."""
        if chosen := self._need_chosen():
            self._set_status(chosen, Status.DONE)

    def _set_status(self, chosen: Sequence[Milestone], status: Status) -> None:
        """Save a status for all in one step."""
        from l2l_tui.plan import edits

        today = self.study.today
        changed = [
            edits.SetStatus(one.id, status, today, one.status)
            for one in chosen
            if one.status is not status
        ]
        if not changed:
            self.notify(
                tr("It is {status} already.", status=status_word(status)), title=_titles(chosen)
            )
            return
        self.study.edit(
            _said_status([one for one in chosen if one.status is not status], status), *changed
        )

    def action_move_due(self) -> None:
        """Ask for another due date of what is chosen."""
        if chosen := self._need_chosen():
            from l2l_tui.tui.screens.due import DueScreen

            self.app.push_screen(DueScreen(chosen, self.study.today))

    def action_move_track(self) -> None:
        """Ask for another track for what is chosen."""
        from l2l_tui.tui.screens.choices import ChoiceScreen

        chosen = self._need_chosen()
        if not chosen:
            return
        tracks = [
            (branch.track.id, f"{'  ' * branch.depth}{branch.track.title}")
            for branch in tree.branches(self.study.plan)
        ]
        title = tr("Move {milestones} to", milestones=_titles(chosen))
        screen = ChoiceScreen(title, tracks, chosen[0].track)
        self.app.push_screen(screen, partial(self._move, chosen))

    def _move(self, chosen: Sequence[Milestone], track: str | None) -> None:
        from l2l_tui.plan import edits

        moved = [one for one in chosen if track is not None and one.track != track]
        if not moved or track is None:
            return
        title = next((one.title for one in self.study.plan.tracks if one.id == track), track)
        said = tr("{milestones}: now in {track}", milestones=_titles(moved), track=title)
        changes = [edits.SetText(one.id, "track", track, one.track) for one in moved]
        self.study.edit(said, *changes)

    def open_milestone(self) -> None:
        """Show and edit the highlighted milestone."""
        from l2l_tui.tui.screens.milestone import MilestoneScreen

        if chosen := self._need_milestone():
            screen = MilestoneScreen(self.study.plan, chosen, self.study.today)
            self.app.push_screen(screen)

    def action_add_milestone(self) -> None:
        """Ask for a new milestone."""
        from l2l_tui.tui.screens.add_milestone import AddMilestoneScreen

        plan = self.open_plan()
        if plan is None:
            return
        if not plan.tracks:
            self.notify(tr("The plan has no track to put it on."), title=tr("Schedule"))
            return
        track = self.track or plan.tracks[0].id
        screen = AddMilestoneScreen(plan, track, self.study.today)
        self.app.push_screen(screen, lambda answers: self.go_to(screen.added) if answers else None)

    def go_to(self, milestone: str) -> None:
        """Put the cursor on a milestone, if it is shown."""
        raise NotImplementedError

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
        return tr("The summary is in {path}", path=path)

    def _need_milestone(self) -> Milestone | None:
        if self.open_plan() is None:
            return None
        if self.milestone is None:
            self._say_none()
        return self.milestone

    def _need_chosen(self) -> tuple[Milestone, ...]:
        """Return what is to be changed, if the plan can be."""
        if self.open_plan() is None:
            return ()
        if not self.chosen:
            self._say_none()
        return self.chosen

    def _say_none(self) -> None:
        """Say that there is no milestone at the cursor."""
        if self.study.plan.milestones:
            said = tr("There is no milestone at the cursor.")
        else:
            said = tr("The plan has no milestone yet; a adds one.")
        self.notify(said, title=tr("Schedule"))


def _titles(chosen: Sequence[Milestone]) -> str:
    """Return the title of one milestone, or how many there are."""
    one = chosen[0].title or chosen[0].id
    return one if len(chosen) == 1 else trn("{n} milestone", "{n} milestones", len(chosen))


def _said_status(changed: Sequence[Milestone], status: Status) -> str:
    """Return what is said of a change of status."""
    after, befores = status_word(status), {one.status for one in changed}
    if len(befores) > 1:
        return tr("{milestones}: {after}", milestones=_titles(changed), after=after)
    before = status_word(befores.pop())
    return tr(
        "{milestones}: {before} → {after}", milestones=_titles(changed), before=before, after=after
    )
