"""Links of a milestone: what kind each is, its words, and the address that opens it.

``arXiv:1606.04474``, ``doi:10.1145/3065386``, ``https://...`` and ``bib:finn2017maml`` (or
``@finn2017maml``, as in Markdown) have a kind; anything else is a note that nothing opens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, urlsplit

from l2l_tui.language import tr


class LinkKind(StrEnum):
    """What a link leads to."""

    ARXIV = "arxiv"
    DOI = "doi"
    URL = "url"
    BIB = "bib"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Link:
    """One link."""

    kind: LinkKind
    """What it leads to."""
    text: str
    """What a person reads: ``arXiv:1606.04474``, or an address without its scheme."""
    url: str | None = None
    """The address to open; None where there is none (a BibTeX key, a note)."""
    flaw: str | None = None
    """What is expected instead, where it is malformed."""


_PREFIX = re.compile(r"\s*(arxiv|doi|bib|bibtex)\s*:\s*(.*?)\s*", re.IGNORECASE | re.DOTALL)
# Numbers have four digits until 2014 and five since; before April 2007 they had an archive's name.
_ARXIV = re.compile(
    r"(?:(?:0[7-9]|1[0-4])\d\d\.\d{4}|(?:1[5-9]|[2-9]\d)\d\d\.\d{5}"
    r"|[a-z][a-z-]*(?:\.[a-z]{2})?/\d{7})(?:v\d+)?",
    re.IGNORECASE,
)
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+")
_BIB = re.compile(r"[^\s{},%#\"'()=~\\]+")
_ARXIV_PAGE = re.compile(
    r"https?://(?:www\.)?arxiv\.org/(?:abs|pdf)/(.+?)(?:\.pdf)?/?", re.IGNORECASE
)
_DOI_PAGE = re.compile(r"https?://(?:dx\.)?doi\.org/(.+)", re.IGNORECASE)


def parse(text: str) -> Link:
    """Return what a link says; a malformed one has a `flaw` and nothing to open."""
    if match := _PREFIX.fullmatch(text):
        name, rest = match[1].casefold(), match[2]
        return {"arxiv": _arxiv, "doi": _doi}.get(name, _bib)(rest)
    stripped = text.strip()
    if re.match(r"https?:", stripped, re.IGNORECASE):
        return _page(stripped)
    if stripped.startswith("@"):
        return _bib(stripped[1:])
    return Link(LinkKind.TEXT, stripped)


def _arxiv(number: str) -> Link:
    text = f"arXiv:{number}"
    if not _ARXIV.fullmatch(number):
        return Link(LinkKind.ARXIV, text, flaw=tr("an arXiv number such as arXiv:1606.04474"))
    return Link(LinkKind.ARXIV, text, f"https://arxiv.org/abs/{number}")


def _doi(number: str) -> Link:
    text = f"doi:{number}"
    if not _DOI.fullmatch(number):
        return Link(LinkKind.DOI, text, flaw=tr("a DOI such as doi:10.1145/3065386"))
    return Link(LinkKind.DOI, text, f"https://doi.org/{quote(number, safe='/:;().')}")


def _bib(key: str) -> Link:
    if _BIB.fullmatch(key):
        return Link(LinkKind.BIB, f"@{key}")
    flaw = tr("a BibTeX key without spaces, such as bib:finn2017maml")
    return Link(LinkKind.BIB, f"@{key}", flaw=flaw)


def _page(address: str) -> Link:
    """Return a web address; those of arXiv and of DOIs are known by their numbers."""
    if (paper := _ARXIV_PAGE.fullmatch(address)) and _ARXIV.fullmatch(paper[1]):
        return Link(LinkKind.ARXIV, f"arXiv:{paper[1]}", f"https://arxiv.org/abs/{paper[1]}")
    if (number := _DOI_PAGE.fullmatch(address)) and _DOI.fullmatch(number[1]):
        return Link(LinkKind.DOI, f"doi:{number[1]}", address)
    if not _is_whole(address):
        flaw = tr("a whole address such as https://arxiv.org")
        return Link(LinkKind.URL, address, flaw=flaw)
    text = address.split("//", 1)[-1].removeprefix("www.").rstrip("/")
    return Link(LinkKind.URL, text, address)


def _is_whole(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and (parts.port or 0) >= 0 and not re.search(r"\s", address)
    except ValueError:
        return False
