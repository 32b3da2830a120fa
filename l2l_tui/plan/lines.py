"""The line on which a fault stands. Loaded and run only for a plan that has one."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from l2l_tui.language import tr
from l2l_tui.plan.layout import LineCount, scan
from l2l_tui.plan.model import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from l2l_tui.plan.layout import Key
    from l2l_tui.plan.table import Finding

_WHERE = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of .*)\)")
_NAMED_BY = {
    "track": ("id", "title"),
    "milestone": ("id", "title"),
    "recurring": ("id", "title"),
    "meeting": ("date",),
    "result": ("run",),
}
"""What a person calls each kind of thing by; the first that stands there."""

HINTS = {
    "Invalid date or datetime": "a date that exists, such as 2021-07-28",
    "Invalid value": "a value: text in quotes, a number, true, false or a date such as 2021-07-28",
    "Cannot overwrite a value": "each key once only",
    "Cannot declare": "each [table] once only; a list of tables has [[two brackets]]",
    "Expected '='": 'a line such as: title = "Learning to learn"',
    "Expected newline or end of document": "nothing more on this line but a # comment",
    "Unterminated string": "a closing quote",
    "Unclosed array": "a closing ]",
    "Found invalid character": "no control characters, and lines that end as in any editor today",
    "Illegal character": "no control characters; text of several lines stands in three quotes",
    "Invalid statement": "a [table], a key = value or a # comment",
    "Escaped character": "an escape of a character that exists, such as \\u5B78",
    "Unescaped '\\'": "a doubled backslash, or single quotes around text with backslashes",
}
"""What should stand where tomllib refuses something, by how it says so; translated when said."""


_LONGEST = 200
"""Characters of a key's path; nobody reads on in one that damage has made."""

WHOLE = "(file)"
"""The key of a fault that is none key's."""


def locate(
    findings: Iterable[Finding], text: str, file: Path, document: Mapping[str, Any] | None = None
) -> tuple[Fault, ...]:
    """Return findings as faults with their lines, in the file's order.

    What is missing is said to be on the line of the nearest table around it. With the
    document, a fault says which milestone it is that stands at the index.
    """
    layout, lines = scan(text), LineCount(text)
    faults = []
    for finding in findings:
        place = layout.places.get((*finding.key, 0)) or layout.nearest(finding.key)
        line = 1 if place is None else lines.line(place.start)
        expected = finding.expected + _whose(finding.key, document or {})
        faults.append(Fault(file, line, path(finding.key) or WHOLE, finding.found, expected))
    return tuple(sorted(faults, key=lambda fault: fault.line))


def syntax_fault(error: ValueError, text: str, file: Path) -> Fault:
    """Return tomllib's refusal as a fault; the key is the last one begun by then."""
    what, line, _ = refused_at(error)
    lines, count = text.split("\n"), LineCount(text)
    line = _last_written(lines) if line is None else line
    starts = sum(len(content) + 1 for content in lines[: line - 1])
    layout = scan(text)
    key = layout.before(starts + len(lines[line - 1]) if line <= len(lines) else len(text))
    found = _stands(lines[line - 1]) if line <= len(lines) else tr("nothing")
    place = layout.places.get(key)
    if place is not None and what.startswith("Unterminated"):
        line = count.line(place.start)
        found = _stands(lines[line - 1])
    return Fault(file, line, path(key) or WHOLE, short(found), f"{hint(what)} ({what})")


def _stands(line: str) -> str:
    """Return what stands on a line; signs that cannot be seen may be what is wrong with it."""
    return line.strip(" \t\r") or tr("nothing")


def refused_at(error: ValueError) -> tuple[str, int | None, int | None]:
    """Return what tomllib refused, and the line and column; None at the end of the text."""
    match = _WHERE.fullmatch(str(error))
    if match is None:
        return str(error), None, None
    if match["line"] is None:
        return match["what"], None, None
    return match["what"], int(match["line"]), int(match["column"])


def hint(what: str) -> str:
    """Return what should stand where tomllib refused something."""
    found = next((hint for start, hint in HINTS.items() if what.startswith(start)), None)
    return "TOML" if found is None else tr(found)


def bytes_fault(error: UnicodeDecodeError, file: Path) -> Fault:
    """Return a fault for the first bytes that are no UTF-8."""
    before = error.object[: error.start]
    text = before.decode("utf-8")
    key = scan(text).before(len(text))
    found = " ".join(f"0x{byte:02x}" for byte in error.object[error.start : error.end])
    return Fault(
        file,
        before.count(b"\n") + 1,
        path(key) or WHOLE,
        tr("the byte {byte}", byte=found),
        tr("UTF-8; save the file in that encoding"),
    )


def path(key: Key) -> str:
    """Return a key path as a person reads it: ``milestone[3].due``, counted from 0."""
    text = ""
    for part in key:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
        if len(text) > _LONGEST:
            return f"{text[:_LONGEST]}..."
    return text


def _whose(key: Key, document: Mapping[str, Any]) -> str:
    """Return the name of the thing in whose table a key stands, such as `` (milestone maml)``."""
    match key:
        case (str(kind), int(index), str(field), *_) if kind in _NAMED_BY:
            tables = document.get(kind)
            table = tables[index] if isinstance(tables, list) and index < len(tables) else {}
            names = (table.get(name) for name in _NAMED_BY[kind] if name != field)
            found = next((name for name in names if isinstance(name, (str, date)) and name), None)
            return "" if found is None else f" ({kind} {short(str(found))})"
        case _:
            return ""


def _last_written(lines: list[str]) -> int:
    written = [number for number, content in enumerate(lines, 1) if content.strip()]
    return written[-1] if written else 1


def short(text: str) -> str:
    """Return the beginning of a text that would fill the screen."""
    return text if len(text) <= 80 else f"{text[:77]}..."
