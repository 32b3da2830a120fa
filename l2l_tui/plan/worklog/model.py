"""What a worklog says, before it becomes part of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from l2l_tui.plan.model import Section


class Line(NamedTuple):
    """A line of the file."""

    number: int
    """Counted from 1."""
    text: str
    """Without its end."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line that found no place of its own; it is kept in the meeting's notes."""

    line: int
    """Its number in the file, from 1."""
    text: str
    """The line."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link as the worklog has it."""

    title: str
    """Its words; empty where the worklog gives none."""
    url: str
    """Its address."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A problem as the worklog has it."""

    text: str
    """What it is; several lines where it goes on below."""
    solved: bool = False
    """Whether its box is ticked, or a summary says that it is solved."""
    raised: date | None = None
    """The day on which it was raised, if a summary of ours says so."""
    solved_on: date | None = None
    """The day on which it was solved, likewise."""
    how: str = ""
    """How it was solved, likewise."""
    as_sent: bool = False
    """Whether it stands as a summary of ours sent it."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the schedule."""

    line: int
    """Its number in the file."""
    raw: str
    """The line's words as written."""
    title: str
    """The words without date, box and Markdown."""
    due: date | None = None
    """Its date."""
    done: bool = False
    """Whether its box is ticked."""
    links: tuple[str, ...] = ()
    """Addresses in it."""
    notes: str = ""
    """What its title cannot hold: Markdown, a beginning, lines below it."""
    below: tuple[Line, ...] = ()
    """The lines below it that belong to it."""


@dataclass(frozen=True)
class Origin:
    """What a summary of ours says of the plan that it came from."""

    title: str
    """The plan's title."""
    language: str
    """The document's language."""
    first_meeting: date | None
    """The day of the plan's first meeting."""
    meets_every_days: int
    """Days from one meeting to the next."""
    skipped_meetings: tuple[date, ...] = ()
    """The days on which none is held."""
    bases: Mapping[Section, str] = field(default_factory=dict)
    """The digest of what each section's text was when the summary was written."""


@dataclass(frozen=True, slots=True)
class ReadTrack:
    """One track of the schedule."""

    title: str
    """Its name as written."""
    items: tuple[Item, ...] = ()
    """Its lines."""


@dataclass(frozen=True, slots=True)
class Worklog:
    """Everything that a worklog says."""

    title: str = ""
    """The heading's words without the date."""
    heading: str = ""
    """The heading as written."""
    meeting: date | None = None
    """The day of the meeting, if the heading says one."""
    front_matter: str = ""
    """The lines between the first two rules."""
    last_problems: tuple[Asked, ...] = ()
    """Last week's problems."""
    problems: tuple[Asked, ...] = ()
    """This week's problems."""
    sections: Mapping[Section, str] = field(default_factory=dict)
    """Markdown by section, to the letter; empty ones are left out."""
    tracks: tuple[ReadTrack, ...] = ()
    """The schedule."""
    links: tuple[Link, ...] = ()
    """All links, each address once."""
    left_out: tuple[LeftOut, ...] = ()
    """Lines that found no place."""
    origin: Origin | None = None
    """Where it came from, if it is a summary of ours: then its texts are exact."""
