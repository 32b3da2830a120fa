"""The schedule: tracks with a colon, lines with ``～3/18`` or without a date."""

from __future__ import annotations

import re
from dataclasses import replace
from textwrap import dedent
from typing import TYPE_CHECKING

from l2l_tui.plan.worklog import dates
from l2l_tui.plan.worklog.links import links, short, without_markup
from l2l_tui.plan.worklog.marks import HEADING, ITEM, RULE, box, indent
from l2l_tui.plan.worklog.model import Item, Line, ReadTrack
from l2l_tui.plan.worklog.names import TRACKS, folded

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

UNNAMED = "Schedule"
"""The track of lines above the first name."""

_NAMED = re.compile(r"\s*(?P<name>[^:：]{1,40})[:：]\s*(?P<rest>.*)")
_MARK = r"[～~〜∼](?![～~])\s*"
_MARKED = re.compile(_MARK)
_MARKED_BEHIND = re.compile(rf"\s*[(（]?{_MARK}(?P<date>[^～~〜∼]+?)[)）]?\s*\Z")
_RANGE = re.compile(r"\s*[-–—～~〜至到]\s*(?=\d)")
_BETWEEN = re.compile(r"\s*(?:[:：,，、|)）\]]|[-–—](?=\s))?\s*")
_THIS_YEAR = {"this year", "今年", "今年度", "next year", "明年"}


def read(lines: Iterable[Line], meeting: date) -> tuple[tuple[ReadTrack, ...], list[Line]]:
    """Return the tracks in a schedule, and the lines that belong to none.

    Args:
        lines: The schedule's lines.
        meeting: The day that dates without a year are near to.
    """
    reader = _Reader(meeting)
    for line in lines:
        reader.take(line)
    return tuple(reader.whole_tracks()), reader.left


def is_dated(text: str) -> bool:
    """Whether a line is one of a schedule beyond doubt: it has the mark and a date."""
    match = ITEM.match(text)
    words, _ = box(text[match.end() :] if match else text.strip())
    marked = _MARKED.match(words)
    return marked is not None and _leading_date(words[marked.end() :], marked=True) is not None


def known_track(text: str) -> str | None:
    """Return the name if a line is one of the tracks that everybody has: ``PAPER：``."""
    match = _NAMED.fullmatch(text)
    name = folded(match["name"]) if match and not match["rest"].strip("*_ ") else ""
    return name if name in TRACKS else None


def _bare(text: str) -> str:
    """Return a name without its emphasis; an underscore on one side only is the name's own."""
    text = text.strip().strip("*").strip()
    while len(text) > 2 and text[0] == text[-1] == "_":
        text = text[1:-1].strip()
    return text


class _Reader:
    def __init__(self, meeting: date) -> None:
        self.tracks: list[tuple[str, list[Item]]] = []
        self.left: list[Line] = []
        self._meeting = meeting
        self._depth = 0
        self._follows = False
        self._bulleted = False
        self._below: dict[int, list[Line]] = {}

    def whole_tracks(self) -> Iterable[ReadTrack]:
        """Yield the tracks with what stands below their lines."""
        for name, items in self.tracks:
            yield ReadTrack(name, tuple(map(self._whole, items)))

    def _whole(self, item: Item) -> Item:
        """Return an item with the lines below it, set in no deeper than they must be."""
        below = tuple(self._below.get(item.line, ()))
        if not below:
            return item
        text = dedent("\n".join(line.text.rstrip() for line in below))
        return replace(item, notes=f"{item.notes}\n{text}".strip("\n"), below=below)

    def take(self, line: Line) -> None:
        """Place one line."""
        if not line.text.strip() or RULE.fullmatch(line.text):
            self._follows = False
            return
        if not self._is_track(line):
            self._place(line)

    def _is_track(self, line: Line) -> bool:
        heading = HEADING.match(line.text)
        bullet = ITEM.match(line.text)
        text = heading["title"] if heading else line.text[bullet.end() if bullet else 0 :]
        bare = _bare(text)
        named = _NAMED.fullmatch(bare)
        name = _bare(named["name"]) if named else bare
        rest = named["rest"].strip().strip("*_").strip() if named else ""
        known = folded(name) in TRACKS
        if bullet or not (named or known or heading):
            is_track = bool(bullet) and known and not rest
        else:
            is_track = known or (not rest and folded(name) not in _THIS_YEAR)
        if not is_track or not re.search(r"\w", name):
            return False
        self.tracks.append((name, []))
        self._follows, self._bulleted = True, False
        if rest:
            self._add(line, rest)
        return True

    def _place(self, line: Line) -> None:
        bullet = ITEM.match(line.text)
        depth = indent(line.text)
        items = self.tracks[-1][1] if self.tracks else []
        if items and depth > self._depth + 1:
            self._below.setdefault(items[-1].line, []).append(line)
            return
        words = line.text[bullet.end() if bullet else 0 :].strip()
        plain = self._follows and self.tracks and not self._bulleted
        named = _NAMED.fullmatch(words)
        of_year = named is not None and folded(named["name"]) in _THIS_YEAR
        if (bullet or is_dated(line.text) or plain or of_year) and self._add(line, words):
            self._depth = depth
            self._bulleted |= bullet is not None
        else:
            self.left.append(line)

    def _add(self, line: Line, words: str) -> bool:
        item = _item(line.number, words, self._meeting)
        if item is None:
            return False
        if not self.tracks:
            self.tracks.append((UNNAMED, []))
        self.tracks[-1][1].append(item)
        self._follows = True
        return True


def _item(number: int, words: str, meeting: date) -> Item | None:
    """Return a line's item; None if it has no words, or a date that does not exist."""
    text, ticked = box(words)
    due, rest, whole = _dated(text, meeting)
    title = without_markup(rest)
    marked = _MARKED.match(rest) is not None
    if marked or not re.search(r"\w", title):
        return None
    changed = title != rest.strip() or not whole
    return Item(
        line=number,
        raw=words,
        title=title,
        due=due,
        done=ticked is True,
        links=tuple(short(link.url) for link in links(rest)),
        notes=words if changed else "",
    )


def _dated(text: str, meeting: date) -> tuple[date | None, str, bool]:
    """Return a line's date, its other words, and whether these two are all that it says."""
    mark = _MARKED.match(text)
    body = text[mark.end() :] if mark else text
    written = _leading_date(body, marked=mark is not None)
    if written is None:
        return _dated_behind(text, meeting)
    whole = True
    between = _RANGE.match(body, written.end)
    until = _leading_date(body[between.end() :], marked=True) if between else None
    rest = body[written.end :]
    if between and until is not None:
        written, whole, rest = until, False, body[between.end() :][until.end :]
    gap = _BETWEEN.match(rest)
    due = dates.of_schedule(written, meeting)
    return (due, rest[gap.end() if gap else 0 :], whole) if due else (None, text, True)


def _dated_behind(text: str, meeting: date) -> tuple[date | None, str, bool]:
    mark = _MARKED_BEHIND.search(text)
    written = _leading_date(mark["date"], marked=True) if mark else None
    if mark is None or written is None or written.end < len(mark["date"]):
        return None, text, True
    return dates.of_schedule(written, meeting), text[: mark.start()], True


def _leading_date(text: str, *, marked: bool) -> dates.Written | None:
    written = dates.find(text, dashed=marked)
    return written if written is not None and written.start == 0 else None
