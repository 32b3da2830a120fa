"""A form for a new milestone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from l2l_tui.language import tr
from l2l_tui.plan.model import Milestone
from l2l_tui.tui.format import dates
from l2l_tui.tui.screens.form import FormScreen, needed
from l2l_tui.tui.screens.milestone_form import day_hint, label, lines, links_hint
from l2l_tui.tui.widgets.field import Field

if TYPE_CHECKING:
    from datetime import date

    from l2l_tui.plan.edits import AddMilestone
    from l2l_tui.plan.model import Plan
    from l2l_tui.tui.screens.form import Saving


class AddMilestoneScreen(FormScreen):
    """Asks for a new milestone.

    Args:
        plan: The plan it will stand in.
        track: The track that is chosen at first.
        today: The day.
    """

    def __init__(self, plan: Plan, track: str, today: date) -> None:
        from l2l_tui import experiments

        names = [(tr("none"), ""), *((name, name) for name in experiments.names())]
        tracks = tuple((one.title or one.id, one.id) for one in plan.tracks)
        fields = (
            Field("title", label("title"), check=needed),
            Field("track", label("track"), value=track, choices=tracks),
            Field("due", label("due"), hint=day_hint(), check=partial(dates.fault, today=today)),
            Field("experiment", tr("Experiment"), choices=tuple(names)),
            Field("links", label("links"), hint=links_hint(), lines=2),
        )
        self.added = ""
        """The id of the milestone that was added."""
        super().__init__(tr("A new milestone"), fields, tr("Add"), save=self._edits)

    def _edits(self, answers: dict[str, str]) -> Saving:
        added = new(self.study.plan, answers, self.study.today)
        self.added = added.milestone.id
        return tr("Added {title}", title=answers["title"]), [added]


def new(plan: Plan, answers: dict[str, str], today: date) -> AddMilestone:
    """Return the edit that adds what the form says."""
    from l2l_tui.plan import edits

    title = answers["title"].strip()
    milestone = Milestone(
        id=edits.new_id(title, {one.id for one in plan.milestones}),
        track=answers["track"],
        title=title,
        due=dates.parse(answers["due"], today),
        links=lines(answers["links"]),
        experiments=(answers["experiment"],) if answers["experiment"] else (),
    )
    return edits.AddMilestone(milestone)
