"""Values as TOML text that a person likes to read."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDTH = 100
"""Columns of a line that reads well."""

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {
    **{code: f"\\u{code:04x}" for code in (*range(0x20), 0x7F)},
    0x08: "\\b",
    0x09: "\\t",
    0x0A: "\\n",
    0x0C: "\\f",
    0x0D: "\\r",
    ord('"'): '\\"',
    ord("\\"): "\\\\",
}
_LINE_ESCAPES = {
    code: sign for code, sign in _ESCAPES.items() if code not in {0x09, 0x0A, ord('"')}
}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def key(name: str) -> str:
    """Return a key, quoted where it must be."""
    return name if _BARE_KEY.fullmatch(name) else _basic(name)


def value(content: object) -> str:
    """Return a value: strings of several lines in three quotes, all others on one line.

    Raises:
        TypeError: TOML has no such value.
    """
    match content:
        case str():
            return string(content)
        case bool():
            return "true" if content else "false"
        case int():
            return str(content)
        case float():
            return _float(content)
        case date():
            return content.isoformat()
        case dict():
            return inline_table(content)
        case list() | tuple():
            return f"[{', '.join(element(item) for item in content)}]"
        case _:
            raise TypeError(f"TOML has no {type(content).__name__}")


def element(content: object) -> str:
    """Return a value that stays on one line, for inside arrays and inline tables."""
    return _one_line(content) if isinstance(content, str) else value(content)


def string(text: str) -> str:
    """Return a string, with as few escapes as its text allows."""
    if "\n" not in text:
        return _one_line(text)
    if "\\" in text and "'''" not in text and text[-1] != "'" and not _CONTROL.search(text):
        return f"'''\n{text}'''"
    escaped = text.translate(_LINE_ESCAPES).replace('"""', '""\\"')
    if escaped.endswith('"'):
        escaped = f'{escaped[:-1]}\\"'
    return f'"""\n{escaped}"""'


def inline_table(content: Mapping[str, object]) -> str:
    """Return a table on one line."""
    if not content:
        return "{}"
    pairs = ", ".join(f"{key(name)} = {element(item)}" for name, item in content.items())
    return f"{{ {pairs} }}"


def array_of_lines(items: Sequence[object]) -> str:
    """Return an array with one element a line."""
    return "[\n" + "".join(f"    {element(item)},\n" for item in items) + "]"


def block(
    name: str, content: Mapping[str, object], *, below: Mapping[str, Sequence[object]] | None = None
) -> str:
    """Return one ``[[name]]`` table of an array of tables, without a line break at its end.

    Args:
        name: The array's dotted path.
        content: Its keys; an inline table that would be wider than `WIDTH` gets a
            header of its own.
        below: Keys that come as arrays with one element a line.
    """
    lines, tables = [f"[[{name}]]"], []
    for field, item in content.items():
        line = f"{key(field)} = {value(item)}"
        if isinstance(item, dict) and len(line) > WIDTH:
            pairs = "\n".join(f"{key(name_)} = {element(held)}" for name_, held in item.items())
            tables.append(f"\n\n[{name}.{key(field)}]\n{pairs}")
        else:
            lines.append(line)
    lines += [f"{key(field)} = {array_of_lines(items)}" for field, items in (below or {}).items()]
    return "\n".join(lines) + "".join(tables)


def _one_line(text: str) -> str:
    awkward = '"' in text or "\\" in text
    if awkward and "'" not in text and "\n" not in text and not _CONTROL.search(text):
        return f"'{text}'"
    return _basic(text)


def _basic(text: str) -> str:
    return f'"{text.translate(_ESCAPES)}"'


def _float(number: float) -> str:
    if math.isnan(number):
        return "nan"
    if math.isinf(number):
        return "inf" if number > 0 else "-inf"
    return repr(number)
