"""A hand-written TOML text and changes to it that touch nothing but what they name.

Every change replaces or inserts a span of the text; all around it stays to the last byte:
comments (those on the changed line too), blank lines, order, quoting, CRLF line ends, keys
that nobody here knows. (tomlkit 0.15 puts a milestone inserted into the list below the
comment that heads the next track, writes new keys of a CRLF file with LF, and parses 1,000
milestones in 0.74 s where reading and scanning them here takes 0.15 s.)
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from l2l_tui.errors import RequestError
from l2l_tui.language import tr
from l2l_tui.plan import values
from l2l_tui.plan.layout import Key, Layout, Place, scan
from l2l_tui.plan.refresh import refresh

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

_REST_OF_LINE = re.compile(r"[^\n]*")
_COMMENT_LINES = re.compile(r"(?:\r?\n[ \t]*#[^\r\n]*)+(?=\r?\n[ \t]*\r?(?:\n|\Z)|\r?\n?\Z)")
_HEADING_COMMENTS = re.compile(r"(?:^[ \t]*#[^\n]*\n)+\Z", re.MULTILINE)
_BLANK_LINES = re.compile(r"(?:[ \t]*\r?\n)*")
_SPACE_BEFORE = re.compile(r"[ \t]*\Z")
_COMMA = re.compile(r"(?:[ \t\r\n]|#[^\n]*\n)*,")


class Document:
    """A TOML text that can be edited in place.

    Args:
        text: TOML that tomllib accepts.
        data: What it means, if somebody knows; it is the document's own from now on.
    """

    def __init__(self, text: str, data: dict[str, Any] | None = None) -> None:
        self.text = text
        if data is not None:
            self.data = data
        self._line_end = "\r\n" if "\r\n" in text else "\n"

    @cached_property
    def data(self) -> dict[str, Any]:
        """What the text means now."""
        return tomllib.loads(self.text)

    @cached_property
    def layout(self) -> Layout:
        """Where everything stands now."""
        return scan(self.text)

    def get(self, key: Key) -> Any:  # noqa: ANN401 (whatever the file holds)
        """Return the value at a key path, or None."""
        found: Any = self.data
        for part in key:
            try:
                found = found[part]
            except (KeyError, IndexError):
                return None
        return found

    def set(self, key: Key, value: object, order: Sequence[str] = ()) -> None:
        """Give a key a value, in its place if it stands already.

        Args:
            key: The path.
            value: The new value.
            order: The table's keys in the order in which a person would write them; a new
                key goes behind the last of those before it that stands.
        """
        if self.get(key) == value and type(self.get(key)) is type(value):
            return
        place = self.layout.places.get(key)
        if place is None:
            self._insert(key, values.value(value), order)
        else:
            self._splice(place.value, place.end, values.value(value))

    def remove(self, key: Key) -> None:
        """Take a key and its value away; a comment on its line stays."""
        place = self.layout.places.get(key)
        if place is None:
            return
        if self.layout.places[key[:-1]].header:
            self._remove_line(place)
        else:
            self._remove_pair(place)

    def append(
        self, key: Key, element: Mapping[str, object] | date, order: Sequence[str] = ()
    ) -> None:
        """Append a table or a day to an array, in the array's own manner.

        Where there is no such array yet, it is written with one element a line.
        """
        held = self.get(key)
        if held is None:
            self._insert(key, values.array_of_lines([element]), order)
        elif (place := self.layout.places.get(key)) is not None:
            self._append_inline(key, place, len(held), values.element(element))
        elif isinstance(element, Mapping):
            name = ".".join(values.key(part) for part in key if isinstance(part, str))
            self.insert_block(values.block(name, element), after=(*key, len(held) - 1))

    def insert_block(
        self, block: str, *, after: Key | None = None, before: Key | None = None
    ) -> None:
        """Write a block of lines, set off by blank lines.

        Args:
            block: The lines, without a line break at the end.
            after: The table behind which, with all below it, the block goes.
            before: The table in front of whose header and comments it goes; without either
                the block goes to the end of the text.
        """
        if before is not None:
            start = self.layout.places[before].start
            comments = _HEADING_COMMENTS.search(self.text[:start])
            at = comments.start() if comments else start
            self._splice(at, at, f"{block}\n\n", within_table=False)
        elif after is not None:
            at = self._end_of_table(after)
            tail = self.text[at:]
            gap = "" if not tail.strip() or re.match(r"\r?\n[ \t]*\r?\n", tail) else "\n"
            self._splice(at, at, f"\n\n{block}{gap}", within_table=False)
        else:
            end = len(self.text.rstrip())
            new = f"\n\n{block}\n" if end else f"{block}\n"
            self._splice(end, len(self.text), new, within_table=False)

    def remove_table(self, key: Key) -> str:
        """Take one table of an array away, with all below it; return its lines.

        Comments right above its header go with it; those set off by a blank line stay.

        Raises:
            RequestError: Other tables stand between its parts.
        """
        place = self.layout.places[key]
        if not place.header:
            self._remove_pair(place)
            return ""
        comments = _HEADING_COMMENTS.search(self.text[: place.start])
        start = comments.start() if comments else place.start
        end = self._end_of_table(key)
        for other, stands in self.layout.places.items():
            if stands.header and start <= stands.start < end and other[: len(key)] != key:
                where = ".".join(str(part) for part in other)
                said = tr(
                    "{where} stands in the middle of it; change that in an editor", where=where
                )
                raise RequestError(said)
        block = self.text[start:end]
        behind = _BLANK_LINES.match(self.text, end)
        after = behind.end() if behind else end
        if after == len(self.text):
            start = len(self.text[:start].rstrip())
            after = end
        self._splice(start, after, "", within_table=False)
        return block.replace("\r\n", "\n")

    def is_inline(self, key: Key) -> bool:
        """Whether an array is written with brackets behind its key."""
        place = self.layout.places.get(key)
        return place is not None and not place.header

    def is_one_line(self, key: Key) -> bool:
        """Whether a value stands on one line, or not at all yet: no comment is inside it."""
        place = self.layout.places.get(key)
        return place is None or "\n" not in self.text[place.value : place.end]

    def _splice(self, start: int, end: int, new: str, *, within_table: bool = True) -> None:
        new = new.replace("\n", self._line_end)
        layout, data = self.layout, self.data
        self.text = self.text[:start] + new + self.text[end:]
        if not (within_table and refresh(layout, data, self.text, start, end, len(new))):
            self.__dict__.pop("data", None)
            self.__dict__.pop("layout", None)

    def _end_of_line(self, at: int) -> int:
        match = _REST_OF_LINE.match(self.text, at)
        end = match.end() if match else at
        return end - 1 if self.text[end - 1 : end] == "\r" else end

    def _end_of_table(self, key: Key) -> int:
        """Return the end of a table's last line; comments right below it are its own."""
        end = self._end_of_line(self.layout.end_of_block(key))
        comments = _COMMENT_LINES.match(self.text, end)
        return self._end_of_line(comments.end()) if comments else end

    def _insert(self, key: Key, value: str, order: Sequence[str]) -> None:
        table, name = key[:-1], str(key[-1])
        place = self.layout.places[table]
        pair = f"{values.key(name)} = {value}"
        earlier = order[: order.index(name)] if name in order else order
        anchors = [self.layout.places.get((*table, item)) for item in earlier]
        own = [anchor for anchor in anchors if anchor is not None and self._is_own(anchor, place)]
        if not place.header:
            self._insert_pair(place, pair)
            return
        anchor = max(own, key=lambda item: item.end) if own else None
        line_start = anchor.start if anchor else place.start
        indent = _SPACE_BEFORE.search(
            self.text[self.text.rfind("\n", 0, line_start) + 1 : line_start]
        )
        at = self._end_of_line(anchor.end if anchor else self._end_of_header(place))
        self._splice(at, at, f"\n{indent.group() if indent else ''}{pair}")

    def _is_own(self, anchor: Place, table: Place) -> bool:
        return not anchor.header and table.start <= anchor.start < table.end

    def _end_of_header(self, table: Place) -> int:
        return self.text.index("]", table.start)

    def _insert_pair(self, table: Place, pair: str) -> None:
        inside = self.text[table.value + 1 : table.end - 1]
        if not inside.strip():
            self._splice(table.value, table.end, f"{{ {pair} }}")
        else:
            at = table.value + 1 + len(inside.rstrip())
            self._splice(at, at, f", {pair}")

    def _remove_line(self, place: Place) -> None:
        start = self.text.rfind("\n", 0, place.start) + 1
        end = self._end_of_line(place.end)
        if comment := self.text[place.end : end].strip():
            self._splice(place.start, end, comment)
            return
        at = self.text.find("\n", end)
        self._splice(start, len(self.text) if at < 0 else at + 1, "")

    def _remove_pair(self, place: Place) -> None:
        comma = _COMMA.match(self.text, place.end)
        line = self.text.rfind("\n", 0, place.start) + 1
        behind = self.text.find("\n", comma.end() if comma else place.end)
        rest = self.text[comma.end() if comma else place.end : behind]
        if line and behind > 0 and not (self.text[line : place.start] + rest).strip():
            self._splice(line, behind + 1, "")
        elif comma:
            end = comma.end()
            while self.text[end] in " \t":
                end += 1
            self._splice(place.start, end, "")
        else:
            start = len(self.text[: place.start].rstrip())
            self._splice(start - 1 if self.text[start - 1] == "," else place.start, place.end, "")

    def _append_inline(self, key: Key, array: Place, count: int, element: str) -> None:
        if not count:
            self._splice(array.value, array.end, f"[\n    {element},\n]")
            return
        last = self.layout.places[*key, count - 1]
        line_start = self.text.rfind("\n", 0, last.start) + 1
        indent = self.text[line_start : last.start]
        comma = _COMMA.match(self.text, last.end)
        if line_start <= array.value or indent.strip():
            self._splice(last.end, last.end, f", {element}")
            return
        at = self._end_of_line(comma.end() if comma else last.end)
        if not comma:
            self._splice(last.end, last.end, ",")
            at += 1
        self._splice(at, at, f"\n{indent}{element},")
