"""What a person or the app may do to a plan, each as a value that says what it changes.

An edit is applied to the plan as it stands on disk at that moment. `expected` is what the
editor saw; if that very field says something else by now, the edit is refused. Changes
elsewhere in the file merge by themselves, for an edit touches its own spans only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from l2l_tui.errors import ConflictError, RequestError, UnknownNameError
from l2l_tui.plan import values
from l2l_tui.plan.blocks import (
    add_meeting,
    add_results,
    change_table,
    find_meeting,
    last_of_track,
    milestone_table,
    problem_table,
    without_empty,
)
from l2l_tui.plan.blocks import (
    new_id as new_id,
)
from l2l_tui.plan.model import Meeting, Milestone, Problem, Result, Section, Status, Track

if TYPE_CHECKING:
    from collections.abc import Iterable

    from l2l_tui.plan.document import Document
    from l2l_tui.plan.layout import Key

MILESTONE_KEYS = tuple(Milestone.__dataclass_fields__)
"""A milestone's keys in the order in which they are written."""

_MEETING_KEYS = ("date", *(section.value for section in Section))
_PROBLEM_KEYS = ("text", "raised", "solved", "how")
_TEXTS = ("title", "notes", "track")
_LISTS = ("links", "needs", "experiments")


class Unset(Enum):
    """The editor does not say what it saw."""

    UNSET = "unset"
    """The only one."""


UNSET = Unset.UNSET


class Edit(Protocol):
    """One change of a plan."""

    def apply(self, document: Document) -> None:
        """Make the change.

        Raises:
            ConflictError: The field was changed since the editor saw it.
            RequestError: What it names is not there, or the new value is not allowed.
        """
        ...


@dataclass(frozen=True, slots=True)
class SetStatus:
    """A milestone is begun, done, dropped or open again; its history remembers the day."""

    milestone: str
    """The milestone's id."""
    status: Status
    """Where it stands from now on."""
    on: date
    """The day of the change."""
    expected: Status | None = None
    """Where the editor saw it stand, if that matters."""

    def apply(self, document: Document) -> None:
        """Set the status and write the day into the history."""
        key = _milestone(document, self.milestone)
        now = Status(document.get((*key, "status")) or Status.TODO)
        if now == self.status:
            return
        if self.expected is not None and now != self.expected:
            raise _conflict(f"{self.milestone}'s status", self.expected, now)
        document.set((*key, "status"), self.status.value, MILESTONE_KEYS)
        change = {"on": self.on, "status": self.status.value}
        document.append((*key, "history"), change, MILESTONE_KEYS)


@dataclass(frozen=True, slots=True)
class SetDue:
    """A milestone's due date is moved, set or taken away; its history remembers both dates."""

    milestone: str
    """The milestone's id."""
    due: date | None
    """The new date, or None for none."""
    on: date
    """The day of the change."""
    expected: date | Unset | None = UNSET
    """The date that the editor saw, if that matters."""

    def apply(self, document: Document) -> None:
        """Set the date and write both dates into the history."""
        key = _milestone(document, self.milestone)
        now = document.get((*key, "due"))
        if now == self.due:
            return
        if self.expected is not UNSET and now != self.expected:
            raise _conflict(f"{self.milestone}'s due date", self.expected, now)
        if self.due is None:
            document.remove((*key, "due"))
        else:
            document.set((*key, "due"), self.due, MILESTONE_KEYS)
        change = {"on": self.on, "due": self.due, "was": now}
        document.append((*key, "history"), without_empty(change), MILESTONE_KEYS)


@dataclass(frozen=True, slots=True)
class SetText:
    """A milestone's title, notes, track, links, needs or experiments get another value."""

    milestone: str
    """The milestone's id."""
    key: str
    """Which of them."""
    value: str | tuple[str, ...]
    """The new text (title, notes, track) or texts (links, needs, experiments)."""
    expected: str | tuple[str, ...] | None = None
    """What the editor saw, if that matters."""

    def apply(self, document: Document) -> None:
        """Set the value."""
        table = _milestone(document, self.milestone)
        if self.key not in (*_TEXTS, *_LISTS):
            raise UnknownNameError("text of a milestone", self.key, (*_TEXTS, *_LISTS))
        if self.key == "title" and not str(self.value).strip():
            raise RequestError("a milestone's title cannot be empty")
        now = document.get((*table, self.key))
        now = tuple(now or ()) if self.key in _LISTS else now or ""
        if now == self.value:
            return
        if self.expected is not None and now != self.expected:
            raise _conflict(f"{self.milestone}'s {self.key}", self.expected, now)
        new = list(self.value) if isinstance(self.value, tuple) else self.value
        document.set((*table, self.key), new, MILESTONE_KEYS)


@dataclass(frozen=True, slots=True)
class AddMilestone:
    """A new milestone, behind the last one of its track."""

    milestone: Milestone
    """All of it; its id must be new (`new_id`)."""

    def apply(self, document: Document) -> None:
        """Write the milestone."""
        milestones = document.get(("milestone",)) or []
        if any(item["id"] == self.milestone.id for item in milestones):
            raise ConflictError(f"there is a milestone {self.milestone.id!r} already")
        if document.is_inline(("milestone",)):
            document.append(("milestone",), milestone_table(self.milestone))
            return
        history = [without_empty(change_table(change)) for change in self.milestone.history]
        below = {"history": history} if history else {}
        block = values.block("milestone", milestone_table(self.milestone), below=below)
        document.insert_block(block, after=last_of_track(document, self.milestone.track))


@dataclass(frozen=True, slots=True)
class AddTrack:
    """A new track, behind the last one; nothing if there is one of this id."""

    track: Track
    """The track."""

    def apply(self, document: Document) -> None:
        """Write the track."""
        tracks = document.get(("track",)) or []
        if any(item["id"] == self.track.id for item in tracks):
            return
        table = {"id": self.track.id, "title": self.track.title}
        if document.is_inline(("track",)):
            document.append(("track",), table)
            return
        after = ("track", len(tracks) - 1) if tracks else ("plan",)
        block = values.block("track", table)
        document.insert_block(block, after=after if after in document.layout.places else None)


@dataclass(frozen=True, slots=True)
class AddMeeting:
    """A new meeting with what is written for it, in its place among the dates."""

    meeting: Meeting
    """The meeting; there must be none on that day yet."""

    def apply(self, document: Document) -> None:
        """Write the meeting."""
        if find_meeting(document, self.meeting.date) is not None:
            raise ConflictError(f"there is a meeting on {self.meeting.date} already")
        add_meeting(document, self.meeting)


@dataclass(frozen=True, slots=True)
class AddProblem:
    """A problem is written down for a meeting; nothing if it stands there open already."""

    meeting: date
    """The day of the meeting; it is written into the plan if it is not there yet."""
    text: str
    """What the problem is."""
    raised: date | None = None
    """The day of the meeting at which it first stood, if that was an earlier one."""

    def apply(self, document: Document) -> None:
        """Write the problem."""
        if not self.text.strip():
            raise RequestError("a problem needs words")
        problem = Problem(self.text, self.raised or self.meeting)
        key = find_meeting(document, self.meeting)
        if key is None:
            add_meeting(document, Meeting(self.meeting, (problem,)))
            return
        held = document.get((*key, "problem")) or []
        if any(item["text"] == self.text and "solved" not in item for item in held):
            return
        table = problem_table(problem, self.meeting)
        if held or document.layout.places[key].header is False:
            document.append((*key, "problem"), table, (*_MEETING_KEYS, "problem"))
        else:
            document.insert_block(values.block("meeting.problem", table), after=key)


@dataclass(frozen=True, slots=True)
class SolveProblem:
    """A problem is solved."""

    meeting: date
    """The day under which it stands, or the day on which it was raised."""
    text: str
    """The problem's text."""
    on: date
    """The day it was solved."""
    how: str = ""
    """How it was solved."""

    def apply(self, document: Document) -> None:
        """Write the day and the solution to the problem.

        Raises:
            ConflictError: Somebody solved it meanwhile.
            UnknownNameError: There is no such problem.
        """
        stood = [
            (("meeting", index, "problem", number), problem)
            for index, meeting in enumerate(document.get(("meeting",)) or [])
            for number, problem in enumerate(meeting.get("problem", []))
            if self.meeting in {meeting["date"], problem.get("raised")}
        ]
        same = [(key, problem) for key, problem in stood if problem["text"] == self.text]
        if not same:
            kind = f"problem of {self.meeting}"
            raise UnknownNameError(kind, self.text, [problem["text"] for _, problem in stood])
        for key, problem in same:
            if "solved" not in problem:
                document.set((*key, "solved"), self.on, _PROBLEM_KEYS)
                if self.how:
                    document.set((*key, "how"), self.how, _PROBLEM_KEYS)
                return
        solved = same[-1][1]["solved"]
        raise ConflictError(f"the problem {self.text!r} was solved on {solved} already")


@dataclass(frozen=True, slots=True)
class SetSection:
    """A section of a meeting gets another text; the meeting is written down if it is not yet."""

    meeting: date
    """The day of the meeting."""
    section: Section
    """Which section."""
    text: str
    """Its Markdown."""
    expected: str | None = None
    """The text that the editor saw, if that matters."""

    def apply(self, document: Document) -> None:
        """Set the section's text."""
        key = find_meeting(document, self.meeting)
        now = "" if key is None else document.get((*key, self.section.value)) or ""
        if now == self.text:
            return
        if self.expected is not None and now != self.expected:
            what = f"the section {self.section.value} of {self.meeting}"
            raise _conflict(what, self.expected, now)
        if key is None:
            add_meeting(document, Meeting(self.meeting, (), {self.section: self.text}))
        else:
            document.set((*key, self.section.value), self.text, _MEETING_KEYS)


@dataclass(frozen=True, slots=True)
class AddResult:
    """A finished run becomes evidence; nothing if that run is there already."""

    result: Result
    """The run as the plan remembers it."""

    def apply(self, document: Document) -> None:
        """Append the result."""
        add_results(document, [self.result])


@dataclass(frozen=True, slots=True)
class _AddResults:
    results: tuple[Result, ...]

    def apply(self, document: Document) -> None:
        add_results(document, self.results)


def coalesced(edits: Iterable[Edit]) -> list[Edit]:
    """Return the edits with all results written in one go: a plan may collect hundreds."""
    edits = list(edits)
    results = tuple(edit.result for edit in edits if isinstance(edit, AddResult))
    others = [edit for edit in edits if not isinstance(edit, AddResult)]
    return [*others, _AddResults(results)] if results else others


def _conflict(what: str, expected: object, found: object) -> ConflictError:
    return ConflictError(
        f"{what} was changed meanwhile: you saw {_quoted(expected)}, it is {_quoted(found)} now; "
        "nothing was written, look again and decide"
    )


def _quoted(value: object) -> str:
    if value is None:
        return "none"
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    return repr(text if len(text) <= 80 else f"{text[:77]}...")


def _milestone(document: Document, id: str) -> Key:  # noqa: A002 (the file's own word)
    milestones = document.get(("milestone",)) or []
    for index, milestone in enumerate(milestones):
        if milestone["id"] == id:
            return ("milestone", index)
    raise UnknownNameError("milestone", id, [milestone["id"] for milestone in milestones])
