"""Where everything stands in a TOML text: each key, value, array element and table header.

tomllib says what a text means but not where; this scanner says where and nothing else. It
serves two masters: faults get their line from it, edits the span they may change. It trusts
tomllib to have accepted the text; of a text that is not TOML it gives what comes before the
place where it lost its way.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from contextlib import suppress
from dataclasses import dataclass, field

Key = tuple[str | int, ...]
"""A path such as ``("milestone", 3, "due")``."""

_SPACE = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_BLANK = re.compile(r"[ \t]*+")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]++")
_DOT = re.compile(r"[ \t]*+\.[ \t]*+")
_STRINGS = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r'"""(?:[^"\\]++|\\.|"{1,2}(?!"))*+"{3,5}',
        r"'''(?:[^']++|'{1,2}(?!'))*+'{3,5}",
        r'"(?:[^"\\\n]++|\\.)*+"(?!"")',
        r"'[^'\n]*+'(?!'')",
    )
)
_SCALAR = re.compile(r"\d{4}-\d\d-\d\d[ ]\d\d:[^\s,\]}#]*+|[^\s,\]}#]++")


@dataclass(slots=True)
class Place:
    """Where one thing stands, as offsets into the text."""

    start: int
    """Its first character: of the key, the array element or the header's bracket."""
    value: int
    """The value's first character; of a table with a header, the header's bracket."""
    end: int
    """Just past the value; of a table with a header, past its last own value."""
    header: bool = False
    """Whether it is a table with a header."""


@dataclass(slots=True)
class Layout:
    """All places of one text."""

    text: str
    """The text."""
    places: dict[Key, Place] = field(default_factory=dict)
    """Where each key path stands, in the text's order."""

    def end_of_block(self, key: Key) -> int:
        """Return the offset past the last value in the table `key` and all below it."""
        depth = len(key)
        return max(place.end for path, place in self.places.items() if path[:depth] == key)

    def nearest(self, key: Key) -> Place | None:
        """Return the place of `key`, or of the nearest table around it that stands written."""
        for length in range(len(key), 0, -1):
            if (place := self.places.get(key[:length])) is not None:
                return place
        return None

    def before(self, offset: int) -> Key:
        """Return the last key that starts at or before `offset`."""
        found: Key = ()
        for key, place in self.places.items():
            if place.start <= offset:
                found = key
        return found


class LineCount:
    """Line numbers of offsets.

    Args:
        text: The text.
    """

    def __init__(self, text: str) -> None:
        self._ends = [match.start() for match in re.finditer("\n", text)]

    def line(self, offset: int) -> int:
        """Return the line of an offset, counted from 1."""
        return bisect_right(self._ends, offset - 1) + 1


class _LostError(Exception):
    """The text is not TOML from here on."""


def scan(text: str) -> Layout:
    """Return where everything stands in a TOML text."""
    scanner = _Scanner(text)
    with suppress(_LostError, RecursionError):  # what was found by then is what there is
        scanner.document()
    return Layout(text, scanner.places)


def scan_table(layout: Layout, text: str, table: Key, start: int, end: int) -> bool:
    """Add the places of one table's own lines to a layout, whose text is `text` from now on.

    Args:
        layout: The places of all else.
        text: The whole text.
        table: The table's path; the empty one stands for what precedes all headers.
        start: Where the table's header begins.
        end: Where the next header begins.

    Returns:
        Whether the lines could be read.
    """
    layout.text = text
    scanner = _Scanner(text)
    scanner.places = layout.places
    try:
        scanner.table(table, start, end)
    except (_LostError, RecursionError):
        return False
    return True


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.places: dict[Key, Place] = {}
        self._counts: dict[Key, int] = {}

    def document(self) -> None:
        at = self._skip(0)
        table: Key = ()
        while at < len(self.text):
            if self.text[at] == "[":
                at, table = self._header(at)
            else:
                at = self._pair(at, table)
                if table in self.places:
                    self.places[table].end = at
            at = self._skip(at)

    def table(self, table: Key, start: int, end: int) -> None:
        at = start
        if table:
            array = self.text.startswith("[[", start)
            _, at = self._key(self._skip_blank(start + 1 + array))
            at = self._expect(self._skip_blank(at), "]]" if array else "]")
            self.places[table] = Place(start, start, at, header=True)
        while (at := self._skip(at)) < end:
            at = self._pair(at, table)
            if table:
                self.places[table].end = at

    def _skip(self, at: int) -> int:
        match = _SPACE.match(self.text, at)
        return match.end() if match else at

    def _skip_blank(self, at: int) -> int:
        match = _BLANK.match(self.text, at)
        return match.end() if match else at

    def _expect(self, at: int, sign: str) -> int:
        if not self.text.startswith(sign, at):
            raise _LostError
        return at + len(sign)

    def _header(self, start: int) -> tuple[int, Key]:
        array = self.text.startswith("[[", start)
        parts, at = self._key(self._skip_blank(start + 1 + array))
        at = self._expect(self._skip_blank(at), "]]" if array else "]")
        path: Key = ()
        for part in parts[:-1]:
            path = self._last((*path, part))
        path = (*path, parts[-1])
        if array:
            self._counts[path] = self._counts.get(path, 0) + 1
        path = self._last(path)
        self.places[path] = Place(start, start, at, header=True)
        return at, path

    def _last(self, path: Key) -> Key:
        count = self._counts.get(path)
        return path if count is None else (*path, count - 1)

    def _pair(self, start: int, table: Key) -> int:
        parts, at = self._key(start)
        path = (*table, *parts)
        for length in range(len(table) + 1, len(path)):
            self.places.setdefault(path[:length], Place(start, start, at))
        place = self.places[path] = Place(start, at, at)
        at = self._skip_blank(self._expect(self._skip_blank(at), "="))
        place.value = at
        place.end = self._value(at, path)
        return place.end

    def _key(self, at: int) -> tuple[list[str], int]:
        parts: list[str] = []
        while True:
            if match := _BARE_KEY.match(self.text, at):
                parts.append(match.group())
            elif match := self._string(at):
                parts.append(_unquoted(match.group()))
            else:
                raise _LostError
            at = match.end()
            dot = _DOT.match(self.text, at)
            if not dot:
                return parts, at
            at = dot.end()

    def _string(self, at: int) -> re.Match[str] | None:
        if self.text[at : at + 1] not in {'"', "'"}:
            return None
        for pattern in _STRINGS:
            if match := pattern.match(self.text, at):
                return match
        return None

    def _value(self, at: int, path: Key) -> int:
        sign = self.text[at : at + 1]
        if sign == "[":
            return self._array(at, path)
        if sign == "{":
            return self._inline(at, path)
        match = self._string(at) if sign in {'"', "'"} else _SCALAR.match(self.text, at)
        if not match:
            raise _LostError
        return match.end()

    def _array(self, at: int, path: Key) -> int:
        at, index = self._skip(at + 1), 0
        while not self.text.startswith("]", at):
            place = self.places[*path, index] = Place(at, at, at)
            place.end = at = self._value(at, (*path, index))
            at, index = self._skip(at), index + 1
            if not self.text.startswith("]", at):
                at = self._skip(self._expect(at, ","))
        return at + 1

    def _inline(self, at: int, path: Key) -> int:
        at = self._skip(at + 1)
        while not self.text.startswith("}", at):
            at = self._skip(self._pair(at, path))
            if not self.text.startswith("}", at):
                at = self._skip(self._expect(at, ","))
        return at + 1


def _unquoted(raw: str) -> str:
    try:
        return str(tomllib.loads(f"key = {raw}")["key"])
    except tomllib.TOMLDecodeError:
        raise _LostError from None
