"""From a worklog's text to a `Worklog`: cut into stretches, then each read in its own way.

A summary that the app wrote says itself what is what; `summaries` reads it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from l2l_tui.plan.worklog import dates, kept, names, problems, schedule, summaries
from l2l_tui.plan.worklog.links import links
from l2l_tui.plan.worklog.marks import HEADING, fenced, says_something, trimmed
from l2l_tui.plan.worklog.model import LeftOut, Line, Worklog
from l2l_tui.plan.worklog.names import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from l2l_tui.plan.model import Section

_UNDERLINE = re.compile(r" {0,3}=+[ \t]*")
_OWN_DATE = re.compile(r"\s*date\s*[:：]\s*(?P<date>.+)", re.IGNORECASE)


@dataclass
class _Stretch:
    """Lines that belong together."""

    kind: Kind
    level: int
    lines: list[Line] = field(default_factory=list)


def read(text: str, *, today: date, year: int | None = None) -> Worklog:
    """Return what a worklog says.

    Args:
        text: The file's text.
        today: The day to which a heading's date without a year is nearest in the past.
        year: The year of the heading's date, if it has none itself.

    Raises:
        RequestError: The heading's date does not exist in that year.
    """
    unix = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = [Line(number, content) for number, content in enumerate(unix.split("\n"), 1)]
    if (found := kept.find(lines)) is not None:
        return summaries.read(lines, *found)
    lines = list(kept.without_marks(lines))
    front, body = _front_matter(lines)
    cutter = _Cutter(body)
    written = dates.find(cutter.title) or _date_of_front_matter(front)
    meeting = None if written is None else dates.of_meeting(written, today, year)
    return _assemble(cutter, front, unix, meeting, meeting or today)


def _assemble(
    cutter: _Cutter, front: list[Line], text: str, meeting: date | None, near: date
) -> Worklog:
    left = list(cutter.lines_of(Kind.UNPLACED))
    last, left_last = problems.read(cutter.lines_of(Kind.LAST))
    asked, left_asked = problems.read(cutter.lines_of(Kind.PROBLEMS))
    tracks, left_tracks = schedule.read(cutter.lines_of(Kind.SCHEDULE), near)
    unplaced = sorted((*left, *left_last, *left_asked, *left_tracks))
    return Worklog(
        title=_without_date(cutter.title),
        heading=cutter.title,
        meeting=meeting,
        front_matter="\n".join(line.text for line in front),
        last_problems=last,
        problems=asked,
        sections=cutter.sections(),
        tracks=tracks,
        links=links(text),
        left_out=tuple(LeftOut(*line) for line in unplaced if says_something(line.text)),
    )


def _front_matter(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    if lines[0].text.rstrip() != "---":
        return [], lines
    for index, line in enumerate(lines[1:], 1):
        if line.text.rstrip() in {"---", "..."}:
            inside = [line for line in lines[1:index] if line.text.strip()]
            return inside, lines[index + 1 :]
    return [], lines


def _date_of_front_matter(lines: list[Line]) -> dates.Written | None:
    for line in lines:
        if (match := _OWN_DATE.fullmatch(line.text)) and (written := dates.find(match["date"])):
            return written
    return None


def _without_date(heading: str) -> str:
    written = dates.find(heading)
    if written is None:
        return heading
    words = f"{heading[: written.start]} {heading[written.end :]}"
    return re.sub(r"\s+", " ", re.sub(r"[(（\[]\s*[)）\]]", "", words)).strip(" -–—:：,，")


class _Cutter:
    """Cuts the body into stretches at headings and at names with a colon."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.title = ""
        self._title_level = 0
        self._closed = False
        self._lines = _joined_underlines(lines)
        self._fenced = fenced(self._lines)
        self._any_name = not any(self._known_heading(line) for line in self._lines)
        self._now = _Stretch(Kind.UNPLACED, 0)
        self._stretches = [self._now]
        for index, line in enumerate(self._lines):
            self._take(index, line)

    def lines_of(self, kind: Kind) -> list[Line]:
        """Return all lines of the stretches of a kind."""
        return [line for item in self._stretches if item.kind is kind for line in item.lines]

    def sections(self) -> dict[Section, str]:
        """Return the Markdown of each written section that has any."""
        texts: dict[Section, list[str]] = {}
        for item in self._stretches:
            text = trimmed([line.text for line in item.lines])
            if item.kind.is_text and text:
                texts.setdefault(item.kind.value, []).append(text)
        return {section: "\n\n".join(parts) for section, parts in texts.items()}

    def _known_heading(self, line: Line) -> bool:
        heading = HEADING.match(line.text)
        return heading is not None and names.section(heading["title"])[0] is not None

    def _take(self, index: int, line: Line) -> None:
        if self._closed or line.number in self._fenced:
            self._now.lines.append(line)
        elif heading := HEADING.match(line.text):
            self._heading(line, len(heading["signs"]), heading["title"].strip())
        elif not self._begins_plainly(index, line):
            self._now.lines.append(line)

    def _heading(self, line: Line, level: int, title: str) -> None:
        kind, rest = names.section(title)
        if self._is_track(kind, level, title):
            self._now.lines.append(line)
        elif kind is Kind.REFERENCES and not self._now.kind.is_text:
            self._begin(Kind.NOTES, level, line)
        elif kind is Kind.REFERENCES or (
            self._now.kind.is_text and names.is_deeper_part(kind, level, self._now.level)
        ):
            self._now.lines.append(line)
        elif kind is not None:
            self._begin(kind, level)
            if rest:
                self._now.lines.append(Line(line.number, rest))
        else:
            self._unknown_heading(line, level, title)

    def _is_track(self, kind: Kind | None, level: int, title: str) -> bool:
        if self._now.kind is not Kind.SCHEDULE or level <= self._now.level:
            return False
        return kind is None or names.folded(title) in names.TRACKS

    def _unknown_heading(self, line: Line, level: int, title: str) -> None:
        if not self.title and len(self._stretches) == 1:
            self.title, self._title_level = title, level
        elif level <= self._title_level and dates.find(title) is not None:
            # Another meeting begins; its sections must not run into this one's.
            self._begin(Kind.UNPLACED, level, line)
            self._closed = True
        elif level > self._now.level or self._now.kind is Kind.UNPLACED:
            self._now.lines.append(line)
        else:
            self._begin(Kind.UNPLACED, level, line)

    def _begins_plainly(self, index: int, line: Line) -> bool:
        if self._now.kind is not Kind.SCHEDULE and self._schedule_begins(index, line):
            self._begin(Kind.SCHEDULE, self._now.level, line)
            return True
        any_name = self._any_name and self._now.kind is not Kind.SCHEDULE
        kind = names.plain_section(line.text, any_name=any_name)
        if kind is None or kind is Kind.REFERENCES:
            return False
        self._begin(kind, self._now.level)
        return True

    def _schedule_begins(self, index: int, line: Line) -> bool:
        if schedule.known_track(line.text) is None:
            return False
        following = (item.text for item in self._lines[index + 1 :] if item.text.strip())
        return schedule.is_dated(next(following, ""))

    def _begin(self, kind: Kind, level: int, *lines: Line) -> None:
        self._now = _Stretch(kind, level, list(lines))
        self._stretches.append(self._now)


def _joined_underlines(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with ``Title`` above ``=====`` written as ``# Title``."""
    joined: list[Line] = []
    for line in lines:
        above = joined[-1].text if joined else ""
        if _UNDERLINE.fullmatch(line.text) and above.strip() and not HEADING.match(above):
            joined[-1] = Line(joined[-1].number, f"# {above.strip()}")
        else:
            joined.append(line)
    return joined
