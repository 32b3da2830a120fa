"""A text that TOML refuses for a value here and there, made readable to look at the rest.

A date that does not exist, a word without quotes or a quote that is not closed stops tomllib
at once. Each such value is named and, in a copy that is only ever looked at, replaced: by the
text that was meant where that is plain, otherwise by nothing. Damage that is not confined to
one value (a bracket, a header, a key given twice) is not guessed at.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from l2l_tui.language import tr
from l2l_tui.plan import values
from l2l_tui.plan.dates import date_flaw
from l2l_tui.plan.layout import scan
from l2l_tui.plan.lines import hint, refused_at, short
from l2l_tui.plan.table import Finding, a_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from l2l_tui.plan.layout import Key, Layout

_MOST = 50
_MOST_READ = 20_000_000
"""Characters that are read again in all; a huge file is mended a few times only."""

_NOTHING = "0"
_LOCAL = (
    *("Invalid value", "Invalid date or datetime", "Unterminated string", "Unescaped '\\'"),
    *("Expected newline or end of document", "Unclosed array", "Unclosed inline table"),
    *("Illegal character", "Escaped character", "Invalid hex value", 'Expected "\'"', "Exceeds"),
)
_PART = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_STATEMENT = re.compile(rf"[ \t]*{_PART}(?:[ \t]*\.[ \t]*{_PART})*[ \t]*=[ \t]*")
_CLOSED = re.compile(r""""(?:[^"\\\n]|\\[^\n])*"|'[^'\n]*'""")
_REST_IS_COMMENT = re.compile(r"[ \t]*(?:#.*)?")
_UNCLOSED = re.compile(r"""["'](.*?)[ \t]*(?:[ \t]#.*)?""")
_BARE = re.compile(r"""[^,\[\]{}#\n\r"'=]*""")
_BRACKETS = {"[", "{"}
_TOKEN_ENDS = set(" \t\r\n,[]{}=#\"'")
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?!\d)")
_ALMOST_A_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_LONG_NUMBER = re.compile(r"[+-]?[\d_]{4000,}")


@dataclass(frozen=True, slots=True)
class Mended:
    """A copy of the text, as far as it could be made readable."""

    text: str
    """The copy; what it has in other places than the original follows what it has there."""
    findings: tuple[Finding, ...]
    """The values that were replaced."""
    words: frozenset[Key]
    """Where a word without quotes was taken for text; whether text belongs there, who knows."""
    document: dict[str, Any]
    """What the copy says, without the values that nobody can guess."""
    refusal: ValueError | None
    """Why the copy cannot be read either."""


@dataclass(frozen=True, slots=True)
class _Slip:
    """One value that TOML refuses."""

    start: int
    stands: str
    meant: str | None
    expected: str
    is_word: bool = False


def mend(text: str, error: ValueError) -> Mended:
    """Return a text that tomllib refused with all its bad values replaced, each of them named.

    Args:
        text: The text.
        error: Why it was refused.
    """
    slips: list[_Slip] = []
    stood = (text, error)
    while (slip := _slip(text, error)) is not None:
        if slips and slip.start <= slips[-1].start:
            # What was replaced last was not what is wrong.
            text, error = stood
            slips.pop()
            break
        if len(slips) >= _MOST or len(slips) * len(text) > _MOST_READ:
            break
        stood = (text, error)
        slips.append(slip)
        meant = _NOTHING if slip.meant is None else slip.meant
        text = text[: slip.start] + meant + text[slip.start + len(slip.stands) :]
        try:
            document = tomllib.loads(text)
        except RecursionError:
            error = ValueError("nested too deeply")
        except ValueError as refusal:
            error = refusal
        else:
            keys = _keys(scan(text), slips)
            _drop(document, [key for key, slip in zip(keys, slips, strict=True) if not slip.meant])
            return _mended(text, keys, slips, document, None)
    return _mended(text, _keys(scan(text), slips) if slips else (), slips, {}, error)


def _mended(
    text: str,
    keys: Sequence[Key],
    slips: Sequence[_Slip],
    document: dict[str, Any],
    refusal: ValueError | None,
) -> Mended:
    found = list(zip(keys, slips, strict=True))
    findings = (
        Finding(key, short(slip.stands) or tr("nothing"), slip.expected) for key, slip in found
    )
    words = frozenset(key for key, slip in found if slip.is_word)
    return Mended(text, tuple(findings), words, document, refusal)


def joined(mended: Mended, findings: Sequence[Finding]) -> list[Finding]:
    """Return what was replaced and what else is wrong, one finding a value.

    Of a word without quotes the check knows better what belongs there: a date, one of a few.
    """
    replaced = {finding.key for finding in mended.findings}
    known = {each.key: each.expected for each in findings if not each.only_warns}
    said = [
        replace(each, expected=known.get(each.key, each.expected))
        if each.key in mended.words
        else each
        for each in mended.findings
    ]
    return said + [each for each in findings if each.key not in replaced]


def _keys(layout: Layout, slips: Sequence[_Slip]) -> list[Key]:
    by_value = {place.value: key for key, place in layout.places.items()}
    return [by_value.get(slip.start) or layout.before(slip.start) for slip in slips]


def _drop(document: dict[str, Any], keys: Sequence[Key]) -> None:
    """Leave out values of tables; an array keeps its length, so that the others keep theirs."""
    for key in filter(None, keys):
        held: Any = document
        for part in key[:-1]:
            held = held[part]
        if isinstance(held, dict):
            held.pop(key[-1], None)


def _slip(text: str, error: ValueError) -> _Slip | None:
    what, line, column = refused_at(error)
    if not what.startswith(_LOCAL):
        return None
    if line is None or column is None:
        return _long_number(text) if what.startswith("Exceeds") else _at_the_end(text, what)
    start = 0
    for _ in range(line - 1):
        start = text.index("\n", start) + 1
    return _on_line(text, start, start + column - 1, what)


def _long_number(text: str) -> _Slip | None:
    for place in scan(text).places.values():
        if _LONG_NUMBER.fullmatch(text, place.value, place.end):
            stands = text[place.value : place.end]
            return _Slip(place.value, stands, None, tr("a number that a person can read"))
    return None


def _at_the_end(text: str, what: str) -> _Slip | None:
    """Return the quote that is open until the end."""
    layout = scan(text)
    place = layout.places.get(layout.before(len(text)))
    if place is None:
        return None
    return _on_line(text, text.rfind("\n", 0, place.start) + 1, place.value, what)


def _on_line(text: str, start: int, at: int, what: str) -> _Slip | None:
    end = text.find("\n", start)
    line = text[start : len(text) if end < 0 else end].removesuffix("\r")
    statement = _STATEMENT.match(line)
    if (
        statement is None
        or at < start + statement.end()
        or line[statement.end() :][:1] in _BRACKETS
    ):
        return _element(text, at, what)
    rest, at = line[statement.end() :], start + statement.end()
    if rest.startswith(('"""', "'''")):
        return None
    return _text(at, rest, what) if rest[:1] in {'"', "'"} else _scalar(at, rest, what)


def _text(at: int, rest: str, what: str) -> _Slip | None:
    closed = _CLOSED.match(rest)
    if closed is None:
        unclosed = _UNCLOSED.fullmatch(rest)
        content = unclosed[1] if unclosed else rest[1:]
        expected = tr("a closing quote at the end of the text")
        return _Slip(at, rest[: 1 + len(content)], values.element(content), expected)
    stands = closed[0] if _REST_IS_COMMENT.fullmatch(rest, closed.end()) else rest.rstrip()
    return _Slip(at, stands, values.element(stands[1:].rstrip("'\"")), hint(what))


def _scalar(at: int, rest: str, what: str) -> _Slip | None:
    if what.startswith(("Illegal", "Unescaped", "Escaped")):
        return None
    return _bare(at, rest.partition("#")[0].rstrip(), what)


def _element(text: str, at: int, what: str) -> _Slip | None:
    """Return what stands for a value in an array or an inline table."""
    guess = what.startswith(("Unclosed", "Invalid date"))
    if not guess and not what.startswith("Invalid value"):
        return None
    while guess and at and text[at - 1] not in _TOKEN_ENDS:
        at -= 1
    match = _BARE.match(text, at)
    stands = match[0].rstrip() if match else ""
    if not match or not stands or text[match.end() : match.end() + 1] not in set(",]}#\n\r"):
        return None
    return None if guess and not stands[0].isdigit() else _bare(at, stands, what)


def _bare(at: int, stands: str, what: str) -> _Slip:
    if match := _DATE.match(stands):
        return _Slip(at, stands, None, date_flaw(*map(int, match.groups())))
    if _ALMOST_A_DATE.match(stands):
        return _Slip(at, stands, None, a_date())
    if stands.casefold() in {"true", "false"}:
        small = stands.casefold()
        return _Slip(at, stands, small, tr("{word}, in small letters", word=small))
    if stands[:1].isalpha():
        quoted = values.element(stands)
        expected = tr("text in quotes, such as {quoted}", quoted=short(quoted))
        return _Slip(at, stands, quoted, expected, is_word=True)
    return _Slip(at, stands, None, hint(what))
