"""The form of a milestone: its fields, what is wrong with them, and the edits that they make."""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from l2l_tui.errors import UnknownNameError
from l2l_tui.language import tr
from l2l_tui.plan.model import DoneWhen, Milestone, Status
from l2l_tui.states import status_word
from l2l_tui.tui.format import dates
from l2l_tui.tui.screens.form import needed
from l2l_tui.tui.widgets.field import Field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from l2l_tui.plan.edits import Edit
    from l2l_tui.plan.model import Plan

Value = date | str | tuple[str, ...] | None
"""What a field of a milestone may be."""

_LISTS = ("links", "needs", "experiments")


def fields(plan: Callable[[], Plan], milestone: Milestone, today: date) -> tuple[Field, ...]:
    """Return the fields as a milestone fills them.

    Args:
        plan: Returns the plan as it is when a field is checked.
        milestone: The milestone.
        today: The day.
    """
    tracks = tuple((one.title or one.id, one.id) for one in plan().tracks)
    statuses = tuple((status_word(status), status.value) for status in Status)
    done_when = (
        (tr("a person says so"), DoneWhen.HAND.value),
        (tr("its claims hold"), DoneWhen.CLAIMS.value),
    )
    due = milestone.due.isoformat() if milestone.due is not None else ""
    check_due = partial(dates.fault, today=today, start=milestone.due)
    id_ = milestone.id
    return (
        Field("title", label("title"), milestone.title, check=needed),
        Field("track", label("track"), milestone.track, choices=tracks),
        Field("status", label("status"), milestone.status.value, choices=statuses),
        Field("due", label("due"), due, day_hint(milestone.due), check_due),
        Field("done_when", label("done_when"), milestone.done_when.value, choices=done_when),
        Field(
            "needs",
            label("needs"),
            joined(milestone.needs),
            tr("ids of milestones that come first, one a line or with commas"),
            lambda text: needs_fault(plan(), id_, text),
            lines=2,
        ),
        Field(
            "experiments",
            label("experiments"),
            joined(milestone.experiments),
            tr("names from the catalogue, one a line or with commas"),
            experiments_fault,
            lines=2,
        ),
        Field("links", label("links"), joined(milestone.links), links_hint(), lines=3),
        Field("notes", label("notes"), milestone.notes, tr("Markdown"), lines=6, suffix=".md"),
    )


def label(key: str) -> str:
    """Return what a milestone's key is called."""
    return {
        "title": tr("Title"),
        "track": tr("Track"),
        "status": tr("Status"),
        "due": tr("Due"),
        "done_when": tr("Done when"),
        "needs": tr("Needs"),
        "experiments": tr("Experiments"),
        "links": tr("Links"),
        "notes": tr("Notes"),
    }[key]


def day_hint(start: date | None = None) -> str:
    """Return what may stand in the place of a day."""
    if start is None:
        return tr("YYYY-MM-DD, today; +7d, -3d, +2w from today; nothing for no date")
    return tr("YYYY-MM-DD, today; +7d, -3d, +2w from {due}; nothing for no date", due=start)


def links_hint() -> str:
    """Return what may stand among the links."""
    return tr("one a line: arXiv:1606.04474, doi:..., bib:KEY, a URL")


def joined(names: Iterable[str]) -> str:
    """Return names one a line."""
    return "\n".join(names)


def parted(text: str) -> tuple[str, ...]:
    """Return names that stand one a line or with commas between them, each once."""
    return tuple(dict.fromkeys(name for part in re.split(r"[,\n]", text) if (name := part.strip())))


def needs_fault(plan: Plan, milestone: str, text: str) -> str | None:
    """Say what is wrong with the needs of a milestone: an unknown id, or a circle.

    Args:
        plan: The plan.
        milestone: The milestone's id.
        text: What was typed.
    """
    held = {one.id: one.needs for one in plan.milestones}
    if joined(held.get(milestone, ())) == text:
        return None  # what stands in the file is the file's business
    new = parted(text)
    for id_ in new:
        if id_ not in held:
            return str(UnknownNameError("milestone", id_, held))
    found = circle({**held, milestone: new}, milestone)
    return tr("a circle: {circle}", circle=" → ".join(found)) if found else None


def circle(needs: dict[str, tuple[str, ...]], milestone: str) -> list[str]:
    """Return the circle that goes through a milestone, back to where it began; or nothing."""
    from l2l_tui.plan.cycles import cycles

    ids = list(needs)
    for found in cycles(needs):
        names = [ids[index] for index in found]
        if milestone in names:
            at = names.index(milestone)
            return [*names[at:], *names[:at], milestone]
    return []


def experiments_fault(text: str) -> str | None:
    """Say which experiment is not in the catalogue, if one is not."""
    from l2l_tui import experiments

    known = experiments.names()
    unknown = next((name for name in parted(text) if name not in known), None)
    return None if unknown is None else str(UnknownNameError("experiment", unknown, known))


def wanted(old: Milestone, answers: dict[str, str], today: date) -> dict[str, Value]:
    """Return the fields that the form changes, with their new values."""
    new: dict[str, Value] = {
        "title": answers["title"].strip() if answers["title"] != old.title else old.title,
        "track": answers["track"],
        "status": Status(answers["status"]),
        "due": dates.parse(answers["due"], today, old.due),
        "done_when": answers["done_when"],
        "notes": answers["notes"],
    }
    for key in _LISTS:
        held, text = getattr(old, key), answers[key]
        read = lines if key == "links" else parted
        new[key] = read(text) if text != joined(held) else held
    return {key: value for key, value in new.items() if value != getattr(old, key)}


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
        tr(
            "{field} was changed meanwhile: you saw {seen}, it is {now} now",
            field=label(key),
            seen=_quoted(getattr(seen, key)),
            now=_quoted(getattr(now, key)),
        )
        for key, value in wanted(old, answers, today).items()
        if getattr(now, key) not in (getattr(seen, key), value)
    ]


def lines(text: str) -> tuple[str, ...]:
    """Return the lines that say something."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _quoted(value: Value) -> str:
    if not value:
        return tr("none")
    text = "\n".join(value) if isinstance(value, tuple) else str(value)
    return repr(text if len(text) <= 80 else f"{text[:77]}...")
