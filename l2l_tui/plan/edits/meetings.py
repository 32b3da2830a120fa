"""Edits of meetings, their sections and their problems."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from l2l_tui.errors import ConflictError, RequestError, UnknownNameError
from l2l_tui.language import tr
from l2l_tui.plan import values
from l2l_tui.plan.blocks import add_meeting, find_meeting, problem_table
from l2l_tui.plan.edits.base import MEETING_KEYS, PROBLEM_KEYS, conflict
from l2l_tui.plan.model import Meeting, Problem, Section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from l2l_tui.plan.document import Document
    from l2l_tui.plan.layout import Key


@dataclass(frozen=True, slots=True)
class AddMeeting:
    """A new meeting with what is written for it, in its place among the dates."""

    meeting: Meeting
    """The meeting; there must be none on that day yet."""

    def apply(self, document: Document) -> None:
        """Write the meeting."""
        if find_meeting(document, self.meeting.date) is not None:
            said = tr("there is a meeting on {day} already", day=self.meeting.date)
            raise ConflictError(said)
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
            raise RequestError(tr("a problem needs words"))
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
            document.append((*key, "problem"), table, (*MEETING_KEYS, "problem"))
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
        same = _standing(document, self.meeting, self.text)
        for key, problem in same:
            if "solved" not in problem:
                document.set((*key, "solved"), self.on, PROBLEM_KEYS)
                if self.how:
                    document.set((*key, "how"), self.how, PROBLEM_KEYS)
                return
        solved = same[-1][1]["solved"]
        said = tr("the problem {text!r} was solved on {day} already", text=self.text, day=solved)
        raise ConflictError(said)


@dataclass(frozen=True, slots=True)
class ReopenProblem:
    """A problem is open again; nothing if it is."""

    meeting: date
    """The day under which it stands, or the day on which it was raised."""
    text: str
    """The problem's text."""

    def apply(self, document: Document) -> None:
        """Take the day and the solution away."""
        stood = _standing(document, self.meeting, self.text)
        key = next((key for key, problem in reversed(stood) if "solved" in problem), stood[-1][0])
        document.remove((*key, "solved"))
        document.remove((*key, "how"))


@dataclass(frozen=True, slots=True)
class SetProblemText:
    """A problem gets other words."""

    meeting: date
    """The day under which it stands, or the day on which it was raised."""
    text: str
    """The problem's text as the editor saw it."""
    new: str
    """Its text from now on."""

    def apply(self, document: Document) -> None:
        """Write the words."""
        if not self.new.strip():
            raise RequestError(tr("a problem needs words"))
        key, _ = _standing(document, self.meeting, self.text)[-1]
        document.set((*key, "text"), self.new, PROBLEM_KEYS)


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
            section = self.section.value
            what = tr("the section {section} of {day}", section=section, day=self.meeting)
            raise conflict(what, self.expected, now)
        if key is None:
            add_meeting(document, Meeting(self.meeting, (), {self.section: self.text}))
        else:
            document.set((*key, self.section.value), self.text, MEETING_KEYS)


def _standing(document: Document, day: date, text: str) -> Sequence[tuple[Key, dict[str, Any]]]:
    """Return where a problem stands: under its meeting, or raised there and carried over.

    Raises:
        UnknownNameError: There is none of these words.
    """
    stood = [
        (("meeting", index, "problem", number), problem)
        for index, meeting in enumerate(document.get(("meeting",)) or [])
        for number, problem in enumerate(meeting.get("problem", []))
        if day in {meeting["date"], problem.get("raised")}
    ]
    same = [(key, problem) for key, problem in stood if problem["text"] == text]
    if not same:
        texts = [problem["text"] for _, problem in stood]
        raise UnknownNameError("problem of {day}", text, texts, day=day)
    return same
