"""What people wrote, made fit for a place in a Markdown document.

A note keeps its Markdown, formulas and pictures. What it must not do is break the document
around it: its headings go below ours, and what it opens is closed. Whether that worked is
asked of a Markdown parser, not guessed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_SPECIAL = re.compile(r"([\\`*_\[\]<>|$~#&])")
_BLOCK_MARK = re.compile(r"^(\d*)([-+=.)])")
_CLOSERS = ("", "-->", "</pre>", "</script>", "</style>", "</textarea>", "?>", "]]>", ">")
_DEEPEST = 6

FORMULAS = {
    "allow_labels": False,
    "allow_space": False,
    "allow_digits": False,
    "double_inline": True,
}
"""How formulas are found in Markdown: in dollars, but not in sums of money."""


def clean(text: str) -> str:
    """Return text without control characters but line breaks and tabs, and without surrogates."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        character
        for character in lines
        if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cs"}
    )


def inline(text: str) -> str:
    """Return a title or other line as plain words: nothing in it is Markdown any more."""
    return _BLOCK_MARK.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", _one_line(text)))


def code(text: str, *, in_table: bool = True) -> str:
    """Return an identifier or a value as a code span.

    Args:
        text: The identifier.
        in_table: Whether it may stand in a table, where a pipe would end its cell.
    """
    line = _one_line(text)
    if in_table:
        line = line.replace("|", r"\|")
    ticks = "`" * (_longest_run("`", line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def sentence(text: str) -> str:
    """Return what a person wrote in one line, its Markdown and formulas kept.

    A line that would be more than a paragraph (a heading, a list, a fence) is plain words.
    """
    line = _one_line(text)
    paragraph = [
        "paragraph_open",
        "inline",
        "paragraph_close",
        "list_item_close",
        "ordered_list_close",
    ]
    # The dollars behind it would end a formula that it opens and leaves open.
    shown = f"1. {line} — end\n\n$$"
    kinds = [[token.type for token in parser.parse(shown)] for parser in _parsers()]
    return line if all(kind[2:7] == paragraph for kind in kinds) else inline(line)


def cell(text: str) -> str:
    """Return a line so that it stays within its table cell, its Markdown kept."""
    return re.sub(r"(?<!\\)\|", r"\\|", sentence(text))


def note(text: str, below: int) -> str:
    """Return a note for a place under a heading.

    Args:
        text: Markdown as a person wrote it.
        below: The level of the heading that it stands under; its own come deeper.
    """
    tidy = clean(text).strip("\n").rstrip()
    demoted = _demoted(tidy, below)
    for closer in (*_CLOSERS, *_fences(demoted)):
        closed = _with_formulas_closed(f"{demoted}\n{closer}".rstrip())
        if _lets_go(closed, below):
            return closed
    fence = max(_fences(tidy), key=len)
    return f"{fence}\n{tidy}\n{fence}"


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


@cache
def _parsers() -> tuple[MarkdownIt, MarkdownIt]:
    """Return a reader that takes HTML and knows no formulas, and one the other way about."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    return _parser(), reader.use(dollarmath_plugin, **FORMULAS)


def _headings(text: str, parser: MarkdownIt | None = None) -> list[Token]:
    tokens = (parser or _parser()).parse(text)
    return [token for token in tokens if token.type == "heading_open"]


def _lets_go(text: str, below: int) -> bool:
    """Whether what follows the text is what it would be without it, to either reader."""
    for parser in _parsers():
        after = _headings(f"{text}\n\n# after\n\n$$", parser)
        own = [int(token.tag[1]) for token in after[:-1] if token.level == 0]
        line = text.count("\n") + 2
        let_go = bool(after) and after[-1].level == 0 and after[-1].map == [line, line + 1]
        if not let_go or min(own, default=_DEEPEST) <= below:
            return False
    return True


def deeper(text: str, below: int) -> int:
    """Return by how many levels `note` puts the headings of a note deeper."""
    return _shift(_headings(clean(text)), below)


def _shift(headings: list[Token], below: int) -> int:
    highest = min((int(token.tag[1]) for token in headings), default=_DEEPEST)
    return max(0, below + 1 - highest)


def _demoted(text: str, below: int) -> str:
    headings = _headings(text)
    shift = _shift(headings, below)
    lines = text.split("\n")
    for token in reversed(headings):
        start, end = token.map or (0, 0)
        level = min(_DEEPEST, int(token.tag[1]) + shift)
        if token.markup.startswith("#"):
            lines[start] = lines[start].replace(token.markup, "#" * level, 1)
        elif token.level == 0:  # underlined with === or ---
            title = " ".join(line.strip() for line in lines[start : end - 1])
            lines[start:end] = [f"{'#' * level} {title}"]
    return "\n".join(lines)


def _with_formulas_closed(text: str) -> str:
    """Close a formula block: what renders formulas would look for its end in all that follows."""
    codes = {"fence", "code_block"}
    spans = [token.map or [0, 0] for token in _parser().parse(text) if token.type in codes]
    outside = [
        line
        for number, line in enumerate(text.split("\n"))
        if not any(start <= number < end for start, end in spans)
    ]
    return f"{text}\n$$" if "\n".join(outside).count("$$") % 2 else text


def _fences(text: str) -> list[str]:
    return [sign * max(3, _longest_run(sign, text) + 1) for sign in "`~"]


def _longest_run(sign: str, text: str) -> int:
    return max(map(len, re.findall(f"{re.escape(sign)}+", text)), default=0)
