"""A milestone in full: what is known of it, and a form that changes it."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from l2l_tui.errors import ConflictError
from l2l_tui.plan.model import Milestone, Status
from l2l_tui.tui.format import dates
from l2l_tui.tui.format.milestone import about
from l2l_tui.tui.screens.form import FormScreen, needed, note
from l2l_tui.tui.widgets.field import Field

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from l2l_tui.plan.edits import Edit
    from l2l_tui.plan.model import Plan
    from l2l_tui.tui.screens.form import Saving

_DAY = "YYYY-MM-DD, today; +7d, -3d, +2w from today; nothing for no date"
_MOVED = "YYYY-MM-DD, today; +7d, -3d, +2w from {due}; nothing for no date"
Value = date | str | tuple[str, ...] | None
"""What a field of a milestone may be."""

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
        self._came = self._seen = milestone
        title = milestone.title or milestone.id
        super().__init__(title, _fields(milestone, today), save=self._edits)

    def _edits(self, answers: dict[str, str]) -> Saving:
        found = changes(self._came, answers, self.study.today, self._seen)
        return f"Saved {self._came.title}", found

    def refused(self, error: Exception) -> str:
        """Say both values of every field that somebody else changed too, and go on from those."""
        now = next((one for one in self.study.plan.milestones if one.id == self._came.id), None)
        if not isinstance(error, ConflictError) or now is None:
            return str(error)
        seen, self._seen = self._seen, now
        said = contested(self._came, seen, now, self.answers, self.study.today)
        if not said:
            return str(error)
        return f"{'; '.join(said)}. Save again to write yours over it, esc leaves it as it is."

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
        super().__init__("A new milestone", fields, "Add", save=self._edits)

    def _edits(self, answers: dict[str, str]) -> Saving:
        return f"Added {answers['title']}", [new(self.study.plan, answers, self.study.today)]


def _fields(milestone: Milestone, today: date) -> tuple[Field, ...]:
    statuses = tuple((status.value, status.value) for status in Status)
    due = milestone.due.isoformat() if milestone.due is not None else ""
    day = _MOVED.format(due=due) if due else _DAY
    return (
        Field("title", "Title", milestone.title, check=needed),
        Field("status", "Status", milestone.status.value, choices=statuses),
        Field("due", "Due", due, day, partial(dates.fault, today=today, start=milestone.due)),
        Field("links", "Links", _joined(milestone), _LINKS, lines=3),
        Field("notes", "Notes", milestone.notes, "Markdown", lines=6),
    )


def changes(
    old: Milestone, answers: dict[str, str], today: date, seen: Milestone | None = None
) -> list[Edit]:
    """Return the edits that turn a milestone into what the form says.

    Args:
        old: The milestone as it came into the form; only what differs from it is written.
        answers: What the form says.
        today: The day.
        seen: The milestone as the person knows it to be on disk, if that is another one.
    """
    from l2l_tui.plan import edits

    now = seen or old
    found: list[Edit] = []
    for key, value in wanted(old, answers, today).items():
        if key == "status":
            assert isinstance(value, Status)
            found.append(edits.SetStatus(old.id, value, today, now.status))
        elif key == "due":
            assert value is None or isinstance(value, date)
            found.append(edits.SetDue(old.id, value, today, now.due))
        else:
            assert isinstance(value, str | tuple)
            found.append(edits.SetText(old.id, key, value, getattr(now, key)))
    return found


def wanted(old: Milestone, answers: dict[str, str], today: date) -> dict[str, Value]:
    """Return the fields that the form changes, with their new values."""
    links = _lines(answers["links"])
    new: dict[str, Value] = {
        "status": Status(answers["status"]),
        "due": dates.parse(answers["due"], today, old.due),
        "title": answers["title"].strip() if answers["title"] != old.title else old.title,
        "links": links if answers["links"] != _joined(old) else old.links,
        "notes": answers["notes"],
    }
    return {key: value for key, value in new.items() if value != getattr(old, key)}


def contested(
    old: Milestone, seen: Milestone, now: Milestone, answers: dict[str, str], today: date
) -> list[str]:
    """Return what is said of every field that the form changes and somebody else changed too.

    Args:
        old: The milestone as it came into the form.
        seen: As the person knew it to be on disk.
        now: As it is on disk.
        answers: What the form says.
        today: The day.
    """
    return [
        f"the {key} was changed meanwhile: you saw {_quoted(getattr(seen, key))}, it is "
        f"{_quoted(getattr(now, key))} now"
        for key, value in wanted(old, answers, today).items()
        if getattr(now, key) not in (getattr(seen, key), value)
    ]


def _quoted(value: Value) -> str:
    text = "none" if not value else "\n".join(value) if isinstance(value, tuple) else str(value)
    return repr(text if len(text) <= 80 else f"{text[:77]}...")


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
