"""What a person or the app may do to a plan, each as a value that says what it changes.

An edit is applied to the plan as it stands on disk at that moment. `expected` is what the
editor saw; if that very field says something else by now, the edit is refused. Changes
elsewhere in the file merge by themselves, for an edit touches its own spans only.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

from l2l_tui.errors import ConflictError, RequestError, UnknownNameError
from l2l_tui.plan import values
from l2l_tui.plan.model import Meeting, Milestone, Problem, Result, Section, Status, Track

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from l2l_tui.plan.document import Document
    from l2l_tui.plan.layout import Key

MILESTONE_KEYS = tuple(Milestone.__dataclass_fields__)
"""A milestone's keys in the order in which they are written."""

_MEETING_KEYS = ("date", *(section.value for section in Section))
_PROBLEM_KEYS = ("text", "raised", "solved", "how")
_TEXTS = ("title", "notes", "track")
_LISTS = ("links", "needs", "experiments")
_SMALL_WORDS = {"a", "an", "and", "as", "at", "by", "for", "from", "in", "is", "of", "on"}
_SMALL_WORDS |= {"or", "the", "to", "via", "with"}
_LONGEST_ID = 32


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
        document.append((*key, "history"), _without_empty(change), MILESTONE_KEYS)


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
            document.append(("milestone",), _milestone_table(self.milestone))
            return
        history = [_without_empty(_change_table(change)) for change in self.milestone.history]
        below = {"history": history} if history else {}
        block = values.block("milestone", _milestone_table(self.milestone), below=below)
        document.insert_block(block, after=_last_of_track(document, self.milestone.track))


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
        if _meeting(document, self.meeting.date) is not None:
            raise ConflictError(f"there is a meeting on {self.meeting.date} already")
        _add_meeting(document, self.meeting)


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
        key = _meeting(document, self.meeting)
        if key is None:
            _add_meeting(document, Meeting(self.meeting, (problem,)))
            return
        held = document.get((*key, "problem")) or []
        if any(item["text"] == self.text and "solved" not in item for item in held):
            return
        table = _problem_table(problem, self.meeting)
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
        key = _meeting(document, self.meeting)
        now = "" if key is None else document.get((*key, self.section.value)) or ""
        if now == self.text:
            return
        if self.expected is not None and now != self.expected:
            what = f"the section {self.section.value} of {self.meeting}"
            raise _conflict(what, self.expected, now)
        if key is None:
            _add_meeting(document, Meeting(self.meeting, (), {self.section: self.text}))
        else:
            document.set((*key, self.section.value), self.text, _MEETING_KEYS)


@dataclass(frozen=True, slots=True)
class AddResult:
    """A finished run becomes evidence; nothing if that run is there already."""

    result: Result
    """The run as the plan remembers it."""

    def apply(self, document: Document) -> None:
        """Append the result."""
        _add_results(document, [self.result])


@dataclass(frozen=True, slots=True)
class _AddResults:
    results: tuple[Result, ...]

    def apply(self, document: Document) -> None:
        _add_results(document, self.results)


def coalesced(edits: Iterable[Edit]) -> list[Edit]:
    """Return the edits with all results written in one go: a plan may collect hundreds."""
    edits = list(edits)
    results = tuple(edit.result for edit in edits if isinstance(edit, AddResult))
    others = [edit for edit in edits if not isinstance(edit, AddResult)]
    return [*others, _AddResults(results)] if results else others


def new_id(title: str, taken: Container[str]) -> str:
    """Return a short readable id for a title, in letters and digits of any script.

    ``"MAML: Model-Agnostic ..."`` gives ``maml``; a name that is taken gets a number.
    """
    name = unicodedata.normalize("NFKC", title).casefold()
    head = name.split(":")[0] if re.search(r"\w", name.split(":")[0]) else name
    words = re.findall(r"[^\W_]+", head)
    stem = words[0][:_LONGEST_ID] if words else "milestone"
    for word in words[1:]:
        if len(stem) + 1 + len(word) > _LONGEST_ID:
            break
        stem += f"-{word}"
    while stem.rpartition("-")[2] in _SMALL_WORDS and "-" in stem:
        stem = stem.rpartition("-")[0]
    number, found = 1, stem
    while found in taken:
        number += 1
        found = f"{stem}-{number}"
    return found


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


def _without_empty(table: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in table.items() if value not in (None, "", [], {})}


def _milestone(document: Document, id: str) -> Key:  # noqa: A002 (the file's own word)
    milestones = document.get(("milestone",)) or []
    for index, milestone in enumerate(milestones):
        if milestone["id"] == id:
            return ("milestone", index)
    raise UnknownNameError("milestone", id, [milestone["id"] for milestone in milestones])


def _meeting(document: Document, day: date) -> Key | None:
    for index, meeting in enumerate(document.get(("meeting",)) or []):
        if meeting["date"] == day:
            return ("meeting", index)
    return None


def _milestone_table(milestone: Milestone) -> dict[str, Any]:
    table = {
        "id": milestone.id,
        "track": milestone.track,
        "title": milestone.title,
        "due": milestone.due,
        "status": milestone.status.value,
        "links": list(milestone.links),
        "needs": list(milestone.needs),
        "experiments": list(milestone.experiments),
        "notes": milestone.notes,
    }
    return _without_empty(table)


def _change_table(change: Any) -> dict[str, Any]:  # noqa: ANN401
    status = change.status and change.status.value
    return {"on": change.on, "status": status, "due": change.due, "was": change.was}


def _problem_table(problem: Problem, meeting: date) -> dict[str, Any]:
    raised = None if problem.raised == meeting else problem.raised
    table = {"text": problem.text, "raised": raised, "solved": problem.solved, "how": problem.how}
    return _without_empty(table)


def _last_of_track(document: Document, track: str) -> Key | None:
    """Return the table behind which a track's new milestone goes.

    That is the track's last milestone, or that of the nearest track before it, or the last
    of all milestones, or what heads the file.
    """
    milestones = document.get(("milestone",)) or []
    last = {item["track"]: index for index, item in enumerate(milestones)}
    tracks = [item["id"] for item in document.get(("track",)) or []]
    before = tracks[: tracks.index(track) + 1] if track in tracks else []
    for name in reversed(before):
        if name in last:
            return ("milestone", last[name])
    if milestones:
        return ("milestone", len(milestones) - 1)
    return _first_standing(document, [("track", len(tracks) - 1), ("plan",)])


def _first_standing(document: Document, keys: Sequence[Key]) -> Key | None:
    places = document.layout.places
    return next((key for key in keys if key in places and places[key].header), None)


def _add_meeting(document: Document, meeting: Meeting) -> None:
    problems = [_problem_table(problem, meeting.date) for problem in meeting.problems]
    texts = {section.value: meeting.sections.get(section, "") for section in Section}
    table = {"date": meeting.date, **_without_empty(texts)}
    if document.is_inline(("meeting",)):
        held = {"problem": problems} if problems else {}
        document.append(("meeting",), {**table, **held})
        return
    blocks = [values.block("meeting", table)]
    blocks += [values.block("meeting.problem", problem) for problem in problems]
    days = [item["date"] for item in document.get(("meeting",)) or []]
    earlier = [index for index, day in enumerate(days) if day < meeting.date]
    if earlier:
        document.insert_block("\n\n".join(blocks), after=("meeting", earlier[-1]))
    else:
        before = _first_standing(document, [("meeting", 0), ("result", 0)])
        document.insert_block("\n\n".join(blocks), before=before)


def _add_results(document: Document, results: Sequence[Result]) -> None:
    held = document.get(("result",)) or []
    there = {item["run"] for item in held}
    tables = {item.run: _result_table(item) for item in results if item.run not in there}
    if not tables:
        return
    if document.is_inline(("result",)):
        for table in tables.values():
            document.append(("result",), table)
        return
    blocks = "\n\n".join(values.block("result", table) for table in tables.values())
    document.insert_block(blocks, after=("result", len(held) - 1) if held else None)


def _result_table(result: Result) -> dict[str, Any]:
    table = {
        "run": result.run,
        "milestone": result.milestone,
        "experiment": result.experiment,
        "on": result.on,
        "claims": dict(result.claims),
        "figures": dict(result.figures),
    }
    return _without_empty(table)
