"""A milestone in full: what is known of it, and a form that changes it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from l2l_tui.plan.model import Milestone, Status
from l2l_tui.tui.format import dates
from l2l_tui.tui.format.milestone import about
from l2l_tui.tui.screens.form import FormScreen, needed, note
from l2l_tui.tui.widgets.field import Field

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from textual.widget import Widget

    from l2l_tui.plan.edits import Edit
    from l2l_tui.plan.model import Plan

_DAY = "YYYY-MM-DD, +7d, +2w, today; nothing for no date"
_LINKS = "one a line: arXiv:1606.04474, doi:..., a URL"


class MilestoneScreen(FormScreen):
    """Shows one milestone and changes it.

    Args:
        plan: The plan it stands in.
        milestone: The milestone.
        today: The day.
    """

    def __init__(self, plan: Plan, milestone: Milestone, today: date) -> None:
        self._about = about(plan, milestone, today)
        super().__init__(milestone.title or milestone.id, _fields(milestone, today))

    def above(self) -> Iterable[Widget]:
        """Return what is known of the milestone: evidence, needs, history."""
        return (note(self._about),) if self._about.plain else ()


class AddMilestoneScreen(FormScreen):
    """Asks for a new milestone.

    Args:
        plan: The plan it will stand in.
        track: The track that is chosen at first.
        today: The day.
    """

    def __init__(self, plan: Plan, track: str, today: date) -> None:
        from l2l_tui import experiments

        names = [("none", ""), *((name, name) for name in experiments.names())]
        tracks = tuple((one.title or one.id, one.id) for one in plan.tracks)
        fields = (
            Field("title", "Title", check=needed),
            Field("track", "Track", value=track, choices=tracks),
            Field("due", "Due", hint=_DAY, check=partial(dates.fault, today=today)),
            Field("experiment", "Experiment", choices=tuple(names)),
            Field("links", "Links", hint=_LINKS, lines=2),
        )
        super().__init__("A new milestone", fields, "Add")


def _fields(milestone: Milestone, today: date) -> tuple[Field, ...]:
    statuses = tuple((status.value, status.value) for status in Status)
    due = milestone.due.isoformat() if milestone.due is not None else ""
    return (
        Field("title", "Title", milestone.title, check=needed),
        Field("status", "Status", milestone.status.value, choices=statuses),
        Field("due", "Due", due, _DAY, partial(dates.fault, today=today)),
        Field("links", "Links", _joined(milestone), _LINKS, lines=3),
        Field("notes", "Notes", milestone.notes, "Markdown", lines=6),
    )


def changes(old: Milestone, answers: dict[str, str], today: date) -> list[Edit]:
    """Return the edits that turn a milestone into what the form says."""
    from l2l_tui.plan import edits

    found: list[Edit] = []
    status, due = Status(answers["status"]), dates.parse(answers["due"], today)
    links = _lines(answers["links"])
    if status is not old.status:
        found.append(edits.SetStatus(old.id, status, today, old.status))
    if due != old.due:
        found.append(edits.SetDue(old.id, due, today, old.due))
    if answers["title"] != old.title:
        found.append(edits.SetText(old.id, "title", answers["title"].strip(), old.title))
    if answers["links"] != _joined(old) and links != old.links:
        found.append(edits.SetText(old.id, "links", links, old.links))
    if answers["notes"] != old.notes:
        found.append(edits.SetText(old.id, "notes", answers["notes"], old.notes))
    return found


def new(plan: Plan, answers: dict[str, str], today: date) -> Edit:
    """Return the edit that adds what the form says."""
    from l2l_tui.plan import edits

    title = answers["title"].strip()
    milestone = Milestone(
        id=edits.new_id(title, {one.id for one in plan.milestones}),
        track=answers["track"],
        title=title,
        due=dates.parse(answers["due"], today),
        links=_lines(answers["links"]),
        experiments=(answers["experiment"],) if answers["experiment"] else (),
    )
    return edits.AddMilestone(milestone)


def _joined(milestone: Milestone) -> str:
    return "\n".join(milestone.links)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
