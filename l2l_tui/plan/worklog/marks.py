"""The signs of Markdown that decide where a line belongs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from l2l_tui.plan.worklog.model import Line

HEADING = re.compile(r" {0,3}(?P<signs>#{1,6})(?P<title>(?![#!])[^\n]*?)[ \t]*#*[ \t]*$")
"""A heading; worklogs forget the space behind the signs."""

RULE = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})")
"""A line that only divides."""

ITEM = re.compile(r"[ \t]*(?:[-*+](?=[ \t]|$)|[•・‧●]|\(?\d{1,3}[.)](?=[ \t]|$)|\d{1,3}、)[ \t]*")
"""The sign before a bulleted or numbered line."""

_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})")
_BOX = re.compile(r"\[(?P<tick>[ xXvV✓✔])\](?=\s|$)\s*")


def indent(text: str) -> int:
    """Return how many columns a line is set in; a tab fills up to the next fourth."""
    columns = text.expandtabs(4)
    return len(columns) - len(columns.lstrip())


def box(text: str) -> tuple[str, bool | None]:
    """Return a line's words without its box, and whether that is ticked (None: no box)."""
    match = _BOX.match(text)
    return (text[match.end() :], match["tick"] != " ") if match else (text, None)


def trimmed(lines: list[str]) -> str:
    """Return lines as text, without the blank lines and rules around it.

    A rule right below words stays, for it makes a heading of them.
    """
    first, last = 0, len(lines)
    while first < last and (not lines[first].strip() or RULE.fullmatch(lines[first])):
        first += 1
    while last > first and (
        not lines[last - 1].strip()
        or (RULE.fullmatch(lines[last - 1]) and not lines[last - 2].strip())
    ):
        last -= 1
    return "\n".join(lines[first:last])


def says_something(text: str) -> bool:
    """Whether a line is neither blank nor only divides."""
    return bool(text.strip()) and not RULE.fullmatch(text)


def fenced(lines: Iterable[Line]) -> set[int]:
    """Return the numbers of the lines in code; a fence that nobody closes opens nothing."""
    inside: set[int] = set()
    pending: list[int] = []
    fence = ""
    for line in lines:
        match = _FENCE.match(line.text)
        if fence:
            pending.append(line.number)
            if match and match["fence"].startswith(fence):
                inside.update(pending)
                fence, pending = "", []
        elif match:
            fence, pending = match["fence"], [line.number]
    return inside
