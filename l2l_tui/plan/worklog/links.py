"""Links in Markdown, whole or broken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from l2l_tui.plan.worklog.model import Link

if TYPE_CHECKING:
    from collections.abc import Iterable

_URL = r"(?:[^\s()<>]|\([^\s()<>]*\))+"
_LOOSE = r"https?://(?:[^\s()<>，。、；：！？「」『』（）《》]|\([^\s()<>]*\))+"
_LINK = re.compile(
    r"(?P<image>!?)\[(?P<title>[^\[\]\n]*)\]\("
    rf"(?:\s*<?(?P<url>{_URL})?>?(?:\s+[\"'][^\n]*?[\"'])?\s*\)|\s*(?P<open>{_LOOSE}))"
    rf"|(?P<bare>{_LOOSE})"
)
_BEHIND = ".,;:!?'\"*_。，、；：！？》」』】）"
_ARXIV = re.compile(
    r"https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/"
    r"(?P<id>\d{4}\.\d{4,5}(?:v\d+)?|[a-z.-]+/\d{7}(?:v\d+)?)(?:\.pdf)?/?(?:[?#].*)?",
    re.IGNORECASE,
)


def links(text: str) -> tuple[Link, ...]:
    """Return the links of a text, each address once, with the first title that it has.

    Pictures are no links. A link may lack its title or its closing bracket; a bare address
    ends before the punctuation of its sentence.
    """
    found: dict[str, str] = {}
    for title, url in _all(text):
        found[url] = found.get(url) or title
    return tuple(Link(title, url) for url, title in found.items())


def without_markup(text: str) -> str:
    """Return one line's words without the signs of links, emphasis and code."""
    words = _LINK.sub(_words, text)
    words = re.sub(r"(\*\*|__|~~|``?)(?=\S)(.+?)(?<=\S)\1", r"\2", words)
    return re.sub(r"(?<!\w)([*_])(?=\S)(.+?)(?<=\S)\1(?!\w)", r"\2", words).strip()


def short(url: str) -> str:
    """Return ``arXiv:1707.09835`` for an address on arXiv, any other as it is."""
    match = _ARXIV.fullmatch(url)
    return f"arXiv:{match['id']}" if match else url


def _words(match: re.Match[str]) -> str:
    return match["title"] or match["bare"] or match["url"] or match["open"] or ""


def _all(text: str) -> Iterable[tuple[str, str]]:
    for match in _LINK.finditer(text):
        if match["bare"]:
            yield "", match["bare"].rstrip(_BEHIND)
        elif (url := match["url"] or match["open"]) and not match["image"]:
            yield match["title"].strip(), url
