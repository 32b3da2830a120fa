"""What the command line prints: one JSON document, or text and tables for a person."""

from __future__ import annotations

import io
import math
import os
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from l2l_tui.language import tr

if TYPE_CHECKING:
    Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

_COLOURS = {"good": "32", "bad": "31", "middle": "33", "faint": "2", "strong": "1"}
_hinted: set[str] = set()
"""The encodings whose lack of letters this command spoke of."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A table's cell with a meaning that colour may show."""

    text: str
    """What stands in it."""
    style: str = ""
    """``good``, ``bad``, ``middle``, ``faint`` or ``strong``."""


def prepare() -> None:
    """Make stdout and stderr take any text, whatever the locale."""
    _hinted.clear()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def say(message: str) -> None:
    """Tell the person something, on stderr."""
    from l2l_tui.text import plain

    _write(sys.stderr, "\n".join(plain(line) for line in message.split("\n")) + "\n")


def show(lines: Iterable[str]) -> None:
    """Print lines for a person."""
    text = "".join(f"{line.rstrip()}\n" for line in lines)
    _hint_at_encoding(text)
    _write(sys.stdout, text)


def show_json(value: object) -> None:
    """Print the command's one JSON document, in UTF-8 whatever the locale."""
    import json

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    text = json.dumps(to_json(value), ensure_ascii=False, allow_nan=False, indent=2)
    _write(sys.stdout, text + "\n")


def show_json_lines(values: Iterable[object]) -> None:
    """Print the command's one JSON document, a list that may be long, with an item a line.

    Indented, ten thousand items take Python's own encoder most of a second.
    """
    import json

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    lines = ",\n ".join(encode(to_json(value)) for value in values)
    _write(sys.stdout, f"[{lines}]\n")


def to_json(value: object) -> Json:
    """Return the value as JSON has it: dates in ISO 8601, NaN and infinity as null."""
    match value:
        case None | bool():
            return value
        case str() | Path():
            return str(value)
        case int():
            return value
        case float():
            return value if math.isfinite(value) else None
        case date():  # datetime is a date
            return value.isoformat()
        case Mapping():
            return {str(key): to_json(item) for key, item in value.items()}
        case Iterable():
            return [to_json(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no place in a JSON document")


def table(
    rows: Sequence[Sequence[str | Cell]],
    headers: Sequence[str] = (),
    *,
    whole: Collection[int] = (),
) -> list[str]:
    """Return rows as aligned lines; on a terminal the widest column gives way.

    Args:
        rows: Each with the same number of cells; supplied text is made plain here.
        headers: The columns' names, if any are needed.
        whole: The columns, from 0, that never give way, such as names that one must type.
    """
    from l2l_tui.text import plain, width

    named = [[Cell(header, "faint") for header in headers]] if headers else []
    cells = [
        [cell if isinstance(cell, Cell) else Cell(cell) for cell in row] for row in (*named, *rows)
    ]
    cells = [[Cell(plain(cell.text), cell.style) for cell in row] for row in cells]
    if not cells:
        return []
    widths = [max(width(row[i].text) for row in cells) for i in range(len(cells[0]))]
    widths = _narrowed(widths, _columns(), whole)
    return ["  ".join(_fitted(row, widths)).rstrip() for row in cells]


def paint(text: str, style: str) -> str:
    """Return the text in its colour, where stdout is a terminal that wants colour."""
    if style and is_terminal() and not os.environ.get("NO_COLOR"):
        return f"\x1b[{_COLOURS[style]}m{text}\x1b[0m"
    return text


def _fitted(row: Sequence[Cell], widths: Sequence[int]) -> list[str]:
    from l2l_tui.text import fit

    return [
        paint(fit(cell.text, cells), cell.style) for cell, cells in zip(row, widths, strict=True)
    ]


def _narrowed(widths: list[int], columns: int | None, whole: Collection[int]) -> list[int]:
    if columns is None:
        return widths
    spare = columns - 2 * (len(widths) - 1)
    widths = list(widths)
    giving = [column for column in range(len(widths)) if column not in whole]
    while giving and sum(widths) > spare:
        widest = max(giving, key=lambda column: widths[column])
        if widths[widest] <= 12:
            break
        widths[widest] -= 1
    return widths


def _columns() -> int | None:
    if not is_terminal():
        return None
    from shutil import get_terminal_size

    return get_terminal_size().columns


def is_terminal() -> bool:
    """Return whether a person looks at stdout; a closed one (``>&-``) is None."""
    return sys.stdout is not None and sys.stdout.isatty()


def _hint_at_encoding(text: str) -> None:
    """Say once why question marks stand where letters should."""
    encoding = getattr(sys.stdout, "encoding", None)
    if encoding is None or encoding in _hinted:
        return
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        _hinted.add(encoding)
        say(_lacks_letters(encoding))


def _lacks_letters(encoding: str) -> str:
    said = tr(
        "the output is {encoding}, which lacks some of these letters: they are shown as '?'; "
        "use a UTF-8 locale or set PYTHONUTF8=1",
        encoding=encoding,
    )
    return said + (tr(" (and unset PYTHONIOENCODING)") if "PYTHONIOENCODING" in os.environ else "")


def _write(stream: TextIO | None, text: str) -> None:
    """Write it all now; a reader that has gone away (``| head``) is no fault."""
    from l2l_tui.errors import L2LError

    if stream is None:
        return
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        _silence(stream)
    except OSError as error:
        _silence(stream)
        said = tr("cannot write to {file}: {reason}", file=stream.name, reason=error.strerror)
        raise L2LError(said) from error


def _silence(stream: TextIO) -> None:
    """Let what is still buffered go nowhere when the interpreter flushes at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
