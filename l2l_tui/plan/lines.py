"""The line on which a fault stands. Loaded and run only for a plan that has one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from l2l_tui.plan.layout import LineCount, scan
from l2l_tui.plan.model import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from l2l_tui.plan.layout import Key
    from l2l_tui.plan.table import Finding

_WHERE = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of .*)\)")
_HINTS = {
    "Invalid date or datetime": "a date that exists, such as 2021-07-28",
    "Invalid value": "a value: text in quotes, a number, true, false or a date such as 2021-07-28",
    "Cannot overwrite a value": "each key once only",
    "Cannot declare": "each [table] once only; a list of tables has [[two brackets]]",
    "Expected '='": 'a line such as: title = "Learning to learn"',
    "Expected newline or end of document": "nothing more on this line but a # comment",
    "Unterminated string": "a closing quote",
    "Unclosed array": "a closing ]",
    "Illegal character": "no control characters; text of several lines stands in three quotes",
    "Invalid statement": "a [table], a key = value or a # comment",
    "Unescaped '\\'": "a doubled backslash, or single quotes around text with backslashes",
}


def locate(findings: Iterable[Finding], text: str, file: Path) -> tuple[Fault, ...]:
    """Return findings as faults with their lines, in the file's order.

    What is missing is said to be on the line of the nearest table around it.
    """
    layout, lines = scan(text), LineCount(text)
    faults = []
    for finding in findings:
        place = layout.nearest(finding.key)
        line = 1 if place is None else lines.line(place.start)
        faults.append(Fault(file, line, path(finding.key), finding.found, finding.expected))
    return tuple(sorted(faults, key=lambda fault: fault.line))


def syntax_fault(error: ValueError, text: str, file: Path) -> Fault:
    """Return tomllib's refusal as a fault; the key is the last one begun by then."""
    match = _WHERE.fullmatch(str(error))
    what = match["what"] if match else str(error)
    lines, count = text.split("\n"), LineCount(text)
    line = int(match["line"]) if match and match["line"] else _last_written(lines)
    starts = sum(len(content) + 1 for content in lines[: line - 1])
    layout = scan(text)
    key = layout.before(starts + len(lines[line - 1]) if line <= len(lines) else len(text))
    found = lines[line - 1].strip() if line <= len(lines) else ""
    place = layout.places.get(key)
    if place is not None and what.startswith("Unterminated"):
        line = count.line(place.start)
        found = lines[line - 1].strip()
    hint = next((hint for start, hint in _HINTS.items() if what.startswith(start)), "TOML")
    return Fault(file, line, path(key) or "(file)", _short(found), f"{hint} ({what})")


def bytes_fault(error: UnicodeDecodeError, file: Path) -> Fault:
    """Return a fault for the first bytes that are no UTF-8."""
    before = error.object[: error.start]
    text = before.decode("utf-8")
    key = scan(text).before(len(text))
    found = " ".join(f"0x{byte:02x}" for byte in error.object[error.start : error.end])
    expected = "UTF-8; save the file in that encoding"
    return Fault(
        file, before.count(b"\n") + 1, path(key) or "(file)", f"the byte {found}", expected
    )


def path(key: Key) -> str:
    """Return a key path as a person reads it: ``milestone[3].due``, counted from 0."""
    text = ""
    for part in key:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _last_written(lines: list[str]) -> int:
    written = [number for number, content in enumerate(lines, 1) if content.strip()]
    return written[-1] if written else 1


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}..."
