"""The study plan as values: tracks, milestones, meetings, problems, results.

Everything here is frozen and comes from a file (`plan.store.load`); nothing here reads one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from l2l_tui.errors import UnknownNameError
from l2l_tui.language import tr


class Status(StrEnum):
    """Where a milestone stands."""

    TODO = "todo"
    DOING = "doing"
    DONE = "done"
    DROPPED = "dropped"


class DoneWhen(StrEnum):
    """What makes a milestone done."""

    HAND = "hand"
    CLAIMS = "claims"


class Every(StrEnum):
    """In which rhythm a recurring item comes round."""

    WEEK = "week"
    MONTH = "month"


class Section(StrEnum):
    """A meeting's written sections."""

    PAPER = "paper"
    PROGRAMMING = "programming"
    NEXT = "next"
    NOTES = "notes"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a plan file."""

    file: Path
    """The file."""
    line: int
    """The line, counted from 1."""
    key: str
    """The key's path, e.g. ``milestone[3].due``."""
    found: str
    """What stands there."""
    expected: str
    """What should stand there, with the nearest valid name where one exists."""

    def __str__(self) -> str:
        where = f"{self.file.name}:{self.line}"
        return tr(
            "{where}: {key}: found {found}, expected {expected}",
            where=where,
            key=self.key,
            found=self.found,
            expected=self.expected,
        )


@dataclass(frozen=True, slots=True)
class Track:
    """A column of the schedule."""

    id: str
    """Unique name."""
    title: str
    """What a person reads."""
    parent: str = ""
    """The id of the track above it; empty at the top."""


@dataclass(frozen=True, slots=True)
class Change:
    """One dated change of a milestone, kept by the app so that a week can be summed up."""

    on: date
    """The day of the change."""
    status: Status | None = None
    """The new status, if that changed."""
    due: date | None = None
    """The new due date, if that changed."""
    was: date | None = None
    """The due date before."""
    run: str = ""
    """The run whose claims brought it about, if one did."""
    by: str = ""
    """``hand`` where a person decided what the claims decide otherwise."""


@dataclass(frozen=True, slots=True)
class CheckItem:
    """One item of a milestone's checklist."""

    text: str
    """What is to do."""
    done: date | None = None
    """The day it was done."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """One line of the schedule."""

    id: str
    """Unique name."""
    track: str
    """The track's id."""
    title: str
    """What a person reads."""
    due: date | None = None
    """The day by which it should be done."""
    status: Status = Status.TODO
    """Where it stands."""
    links: tuple[str, ...] = ()
    """``arXiv:1606.04474``, ``doi:...`` or a URL."""
    needs: tuple[str, ...] = ()
    """Ids of milestones that come first."""
    experiments: tuple[str, ...] = ()
    """Names of experiments whose runs are evidence for it."""
    done_when: DoneWhen = DoneWhen.HAND
    """Whether a person says that it is done, or the claims of its experiments do."""
    checklist: tuple[CheckItem, ...] = ()
    """What is to do for it, one by one."""
    notes: str = ""
    """Markdown."""
    history: tuple[Change, ...] = ()
    """What the app changed, oldest first."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A question that stays open until it is solved."""

    text: str
    """What the problem is."""
    raised: date
    """The day of the meeting at which it first stood."""
    solved: date | None = None
    """The day it was solved."""
    how: str = ""
    """How it was solved."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """What was written for one meeting."""

    date: date
    """The day of the meeting."""
    problems: tuple[Problem, ...] = ()
    """Problems first written down for this meeting (an import may bring earlier ones)."""
    sections: Mapping[Section, str] = field(default_factory=dict)
    """Markdown by section; a missing section is empty."""


@dataclass(frozen=True, slots=True)
class Result:
    """A finished run as the plan remembers it: evidence for a milestone."""

    run: str
    """The run's id."""
    milestone: str
    """The milestone's id."""
    experiment: str = ""
    """The experiment's name."""
    on: date | None = None
    """The day the run ended."""
    claims: Mapping[str, str] = field(default_factory=dict)
    """Verdict by claim id."""
    figures: Mapping[str, float] = field(default_factory=dict)
    """The run's figures."""
    sweep: str = ""
    """The sweep over settings that the run belongs to; empty for a run that tried none."""


@dataclass(frozen=True, slots=True)
class Recurring:
    """Something that comes round: a weekly reading slot, a monthly seminar."""

    id: str
    """Unique name."""
    title: str
    """What a person reads."""
    first: date
    """The first day."""
    track: str = ""
    """The track that it belongs to; empty for a meeting."""
    meeting: bool = False
    """Whether it is a meeting."""
    every_days: int | None = None
    """Days from one to the next; None where `every` says it."""
    every: Every | None = None
    """Each week, or each month on the first one's day or the month's last."""
    until: date | None = None
    """The last day on which it may come round."""
    done: tuple[date, ...] = ()
    """The days on which it was done."""
    skipped: tuple[date, ...] = ()
    """The days on which it was left out."""

    @property
    def period_days(self) -> int:
        """Days from one to the next, unless it comes each month."""
        return self.every_days or 7


@dataclass(frozen=True)
class Plan:
    """A whole plan as it stood on disk."""

    path: Path
    """The file."""
    digest: str
    """SHA-256 of the file's bytes when it was read."""
    title: str = ""
    """What a person reads."""
    language: str = "en"
    """Language of exports: ``zh-TW`` or ``en``."""
    interface: str = ""
    """Language of the app and of what the command line says; empty for the locale's."""
    first_meeting: date | None = None
    """The day of the first meeting."""
    meets_every_days: int = 7
    """Days from one meeting to the next."""
    skipped_meetings: tuple[date, ...] = ()
    """The days on which the plan's own meeting is not held, in their order."""
    tracks: tuple[Track, ...] = ()
    """In the file's order."""
    milestones: tuple[Milestone, ...] = ()
    """In the file's order."""
    meetings: tuple[Meeting, ...] = ()
    """By date."""
    results: tuple[Result, ...] = ()
    """In the order collected."""
    recurring: tuple[Recurring, ...] = ()
    """What comes round, in the file's order."""
    faults: tuple[Fault, ...] = ()
    """Everything wrong with the file; a plan with faults is shown but never saved over."""
    warnings: tuple[Fault, ...] = ()
    """What may be a slip: unknown keys (they stay as they are), malformed links; saving goes on."""

    @property
    def name(self) -> str:
        """What ``--plan`` takes: the file's name without its ending."""
        return self.path.stem

    def milestone(self, id: str) -> Milestone:  # noqa: A002 (the file's own word)
        """Return the milestone of this id.

        Raises:
            UnknownNameError: There is none.
        """
        for milestone in self.milestones:
            if milestone.id == id:
                return milestone
        raise UnknownNameError("milestone", id, [milestone.id for milestone in self.milestones])
