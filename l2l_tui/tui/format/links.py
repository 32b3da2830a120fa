"""Links of a milestone as they are shown: each with its kind, and what is wrong with it."""

from __future__ import annotations

from textual.content import Content

from l2l_tui.language import tr
from l2l_tui.plan.links import Link, LinkKind, parse
from l2l_tui.tui.format.tone import FAINT, MUTED, WARN, cell, words

_KIND_CELLS = 8


def kind(link: Link) -> str:
    """Return the kind of a link in a word."""
    return {
        LinkKind.ARXIV: tr("arXiv"),
        LinkKind.DOI: tr("DOI"),
        LinkKind.URL: tr("web"),
        LinkKind.BIB: tr("BibTeX"),
        LinkKind.TEXT: tr("note"),
    }[link.kind]


def line(text: str) -> Content:
    """Return one link with its kind, and its flaw if it has one."""
    link = parse(text)
    flaw = (
        words(f"  {tr('malformed; expected {expected}', expected=link.flaw)}", WARN)
        if link.flaw
        else Content("")
    )
    shown = words(link.text, MUTED if link.url is None else "")
    return Content.assemble(cell(kind(link), _KIND_CELLS, FAINT), shown, flaw)


def unopened(text: str) -> str | None:
    """Say why a link cannot be opened; None if it can."""
    link = parse(text)
    if link.flaw is not None:
        return tr("{link} is malformed; expected {expected}.", link=link.text, expected=link.flaw)
    if link.kind is LinkKind.BIB:
        return tr("{key} is a BibTeX key; it has no address to open.", key=link.text)
    if link.url is None:
        return tr("{link} is a note; it has no address to open.", link=link.text)
    return None
