"""What people wrote, made fit for a place in a Markdown document.

A note keeps its Markdown, formulas and pictures. What it must not do is break the document
around it: its headings go below ours, and what it opens it closes.
"""

from __future__ import annotations

import re
import unicodedata

_HEADING = re.compile(r" {0,3}(#{1,6})(?=[ \t]|$)(.*)")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_SPECIAL = re.compile(r"([\\`*_\[\]<>|$~#])")
_DEEPEST = 6


def inline(text: str) -> str:
    """Return a title or other line as plain words: nothing in it is Markdown any more."""
    return _SPECIAL.sub(r"\\\1", " ".join(clean(text).split()))


def code(text: str) -> str:
    """Return an identifier or a value as a code span that may stand in a table."""
    line = " ".join(clean(text).split()).replace("|", r"\|")
    ticks = max(map(len, re.findall(r"`+", line)), default=0) + 1
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{'`' * ticks}{pad}{line}{pad}{'`' * ticks}"


def sentence(text: str) -> str:
    """Return what a person wrote in one line, its Markdown and formulas kept."""
    return " ".join(clean(text).split()).replace("<!--", "&lt;!--")


def cell(text: str) -> str:
    """Return Markdown of ours or a person's so that it stays within its table cell."""
    return re.sub(r"(?<!\\)\|", r"\\|", sentence(text))


def note(text: str, below: int) -> str:
    """Return a note for a place under a heading.

    Args:
        text: Markdown as a person wrote it.
        below: The level of the heading that it stands under; its own come deeper.
    """
    lines, fence = _outside_fences(clean(text).strip("\n").rstrip())
    written = _with_one_kind_of_heading(lines)
    levels = [
        len(found[1]) for line, outside in written if outside and (found := _HEADING.match(line))
    ]
    shift = max(0, below + 1 - min(levels, default=_DEEPEST))
    body = [_deeper(line, shift) if outside else line for line, outside in written]
    return "\n".join([*body, *_closing(written, fence)])


def clean(text: str) -> str:
    """Return text without control characters but line breaks and tabs, and without surrogates."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        character
        for character in lines
        if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cs"}
    )


def _outside_fences(text: str) -> tuple[list[tuple[str, bool]], str]:
    """Return each line and whether it lies outside code, and the fence still open at the end."""
    lines, fence = [], ""
    for line in text.split("\n"):
        found = _FENCE.fullmatch(line)
        if fence:
            lines.append((line, False))
            if found and found[1].startswith(fence) and not found[2].strip():
                fence = ""
        else:
            opens = found and not (found[1][0] == "`" and "`" in found[2])
            lines.append((line, not opens))
            fence = found[1] if found and opens else ""
    return lines, fence


def _with_one_kind_of_heading(lines: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Write headings that are underlined with hashes instead."""
    written: list[tuple[str, bool]] = []
    for line, outside in lines:
        underline = _UNDERLINE.fullmatch(line) if outside else None
        if underline and written and written[-1][1] and _is_words(written[-1][0]):
            hashes = "#" if underline[1][0] == "=" else "##"
            written[-1] = (f"{hashes} {written[-1][0].strip()}", True)
        else:
            written.append((line, outside))
    return written


def _is_words(line: str) -> bool:
    """Whether a line is a paragraph's, so that a line of dashes below makes it a heading."""
    return bool(line.strip()) and not re.match(r" {0,3}([#>|]|[-*+] |\d+[.)] |\$\$)|    |\t", line)


def _deeper(line: str, shift: int) -> str:
    found = _HEADING.match(line)
    return f"{'#' * min(_DEEPEST, len(found[1]) + shift)}{found[2]}" if found else line


def _closing(lines: list[tuple[str, bool]], fence: str) -> list[str]:
    """Return the lines that close what a note left open."""
    if fence:
        return [fence]
    outside = "\n".join(line for line, out in lines if out)
    closing = []
    if outside.rfind("<!--") > outside.rfind("-->"):
        closing.append("-->")
    if outside.count("$$") % 2:
        closing.append("$$")
    return closing
