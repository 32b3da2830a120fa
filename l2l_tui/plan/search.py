"""Looking for words in what was ever written for a meeting. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from l2l_tui.plan.model import Meeting, Plan, Problem, Section

Span = tuple[int, int]
"""Where something stands in a line: its first character, and the one behind its last."""


@dataclass(frozen=True, slots=True)
class Match:
    """One line in which the words stand."""

    section: Section | None
    """The section that it is a line of; None for a problem."""
    line: str
    """The line."""
    spans: tuple[Span, ...]
    """Where in it the words stand."""


@dataclass(frozen=True, slots=True)
class Found:
    """One meeting in which the words stand."""

    date: date
    """The day of the meeting."""
    matches: tuple[Match, ...]
    """The lines: those of problems first, then those of the sections in their order."""

    @property
    def hits(self) -> int:
        """How often the words stand there."""
        return sum(len(match.spans) for match in self.matches)


def search(plan: Plan, words: str) -> tuple[Found, ...]:
    """Return the meetings in which some words stand, the newest first; nothing for no words.

    Upper and lower case are alike, and so are full and half width: who types Chinese has
    either at hand. How many spaces stand between the words does not matter.
    """
    pattern = _pattern(words)
    if pattern is None:
        return ()
    found = (Found(each.date, tuple(_matches(each, pattern))) for each in plan.meetings)
    hit = (each for each in found if each.matches)
    return tuple(sorted(hit, key=lambda each: each.date, reverse=True))


def spans(words: str, line: str) -> tuple[Span, ...]:
    """Return where some words stand in a line."""
    pattern = _pattern(words)
    return () if pattern is None else _spans(pattern, line)


def _pattern(words: str) -> re.Pattern[str] | None:
    parts = _alike(words).split()
    return re.compile(r"\s+".join(map(re.escape, parts)), re.IGNORECASE) if parts else None


def _spans(pattern: re.Pattern[str], line: str) -> tuple[Span, ...]:
    return tuple(match.span() for match in pattern.finditer(_alike(line)))


def _alike(text: str) -> str:
    """Return text with full-width letters as half-width ones, each place where it was."""
    return "".join(map(_narrow, text)) if not text.isascii() else text


def _narrow(character: str) -> str:
    form = unicodedata.normalize("NFKC", character)
    return form if len(form) == 1 else character


def _matches(meeting: Meeting, pattern: re.Pattern[str]) -> Iterator[Match]:
    for line in (line for problem in meeting.problems for line in _told(problem)):
        if found := _spans(pattern, line):
            yield Match(None, line, found)
    for section, text in meeting.sections.items():
        for line in map(str.strip, text.split("\n")):
            if found := _spans(pattern, line):
                yield Match(section, line, found)


def _told(problem: Problem) -> Iterator[str]:
    yield problem.text
    if problem.how:
        yield problem.how
