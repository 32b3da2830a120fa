"""The reading list as BibTeX: milestones with papers behind them, and links of the notes.

An entry that stands in a milestone's notes, as the import of a BibTeX file leaves it there, goes
out as it is. Of other papers only what is known is said: a title, an address, a number; who wrote
them a reference manager finds by the number.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from l2l_tui.plan import links
from l2l_tui.plan.links import LinkKind
from l2l_tui.plan.worklog.links import links as links_in
from l2l_tui.report.prose import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from l2l_tui.plan.model import Plan

_NUMBERED = (LinkKind.DOI, LinkKind.ARXIV)
_LIGATURE = re.compile(r"([-`',<>])(?=\1)|[?!](?=`)")
_SPECIAL = {
    "\0": "{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_FORMULA = re.compile(r"(\$(?!\s)[^$]+(?<!\s)\$(?!\d))")
_YEAR = re.compile(r"(\d\d)(\d\d)\.\d{4,5}")
_OLD_YEAR = re.compile(r".*/(\d\d)\d{5}")
_FIRST_YEAR = 91
_ORIGINAL = re.compile(
    r"^```bibtex[ \t]*\n(?P<head>@\w+\s*\{\s*)(?P<key>[^\s,{}]+)(?P<rest>\s*,.*?\})\s*\n```",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class _Entry:
    key: str
    title: str
    links: tuple[links.Link, ...]
    note: str = ""
    original: str = ""
    """The whole entry, where a milestone's notes hold it."""


def render(plan: Plan) -> str:
    """Return the reading list, each paper once, in the order of the plan."""
    return "\n".join(map(_written, _entries(plan)))


def _entries(plan: Plan) -> Iterator[_Entry]:
    known: set[str] = set()
    taken: set[str] = set()
    for paper in _papers(plan):
        names = set(map(_same, paper.links))
        if known.isdisjoint(names) and (names or paper.original):
            yield _keyed(paper, taken)
        known |= names


def _keyed(paper: _Entry, taken: set[str]) -> _Entry:
    """Return a paper under a key that no other has."""
    if (match := _ORIGINAL.search(paper.original)) is None:
        return replace(paper, key=_key(paper.key, paper.links[0], taken))
    key = _free(match["key"], taken)
    return replace(paper, key=key, original=f"{match['head']}{key}{match['rest']}\n")


def _original(notes: str) -> str:
    """Return the entry that notes hold, in its fence; empty where they hold none that is whole."""
    match = _ORIGINAL.search(notes)
    if match is None or match["rest"].count("{") + 1 != match["rest"].count("}"):
        return ""
    return match[0]


def _free(key: str, taken: set[str]) -> str:
    """Return a key, or the first with a number behind it that no other entry has."""
    free, number = key, 2
    while free.casefold() in taken:
        free, number = f"{key}-{number}", number + 1
    taken.add(free.casefold())
    return free


def _papers(plan: Plan) -> Iterator[_Entry]:
    """Yield whatever could be read, under a name that may be another's too."""
    for milestone in plan.milestones:
        all_links = [links.parse(text) for text in milestone.links]
        name = next((link.text[1:] for link in all_links if _is_key(link)), milestone.id)
        found = [link for link in all_links if link.url is not None]
        if original := _original(milestone.notes):
            yield _Entry(name, milestone.title, tuple(found), original=original)
            continue
        for together in _by_paper(found):
            yield _Entry(name, milestone.title, together)
    for meeting in plan.meetings:
        for text in meeting.sections.values():
            for one in links_in(text):
                link = links.parse(one.url)
                title = one.title or link.text
                note = f"notes of {meeting.date.isoformat()}"
                yield _Entry(title, title, () if link.url is None else (link,), note)


def _by_paper(found: Sequence[links.Link]) -> Iterator[tuple[links.Link, ...]]:
    """Yield the links of each paper: one DOI and one number on arXiv are of the same."""
    numbers = [[one for one in found if one.kind is kind] for kind in _NUMBERED]
    together = tuple(one for (one,) in numbers) if all(len(each) == 1 for each in numbers) else ()
    if together:
        yield together
    for link in sorted(found, key=_rank):
        if link not in together:
            yield (link,)


def _is_key(link: links.Link) -> bool:
    return link.kind is LinkKind.BIB and link.flaw is None


def _rank(link: links.Link) -> int:
    """Put the number by which a paper is best known before others."""
    return _NUMBERED.index(link.kind) if link.kind in _NUMBERED else len(_NUMBERED)


def _same(link: links.Link) -> str:
    return re.sub(r"v\d+$", "", link.text.casefold())


def _key(name: str, link: links.Link, taken: set[str]) -> str:
    """Return a key of plain letters that no other entry has; the same name gives the same."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    base = re.sub(r"[^A-Za-z0-9:_-]+", "-", plain).strip("-").lower()[:40].strip("-")
    base = base or re.sub(r"[^A-Za-z0-9]+", "-", link.text).strip("-").lower() or "paper"
    return _free(base, taken)


def _written(entry: _Entry) -> str:
    if entry.original:
        return entry.original
    address = _address(entry.links[0].url or "")
    fields = {"title": f"{{{_escaped(entry.title)}}}", "url": address}
    for link in entry.links:
        number = link.text.partition(":")[2]
        if link.kind is LinkKind.ARXIV:
            fields |= {"eprint": number, "archiveprefix": "arXiv"}
            if year := _year(number):
                fields["year"] = year
        elif link.kind is LinkKind.DOI:
            fields["doi"] = _address(number)
    if entry.note:
        fields["note"] = entry.note
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@misc{{{entry.key},\n{lines}}}\n"


def _year(number: str) -> str:
    """Return the year that an arXiv number begins with."""
    match = _YEAR.match(number) or _OLD_YEAR.match(number)
    if match is None:
        return ""
    return f"{19 if int(match[1]) >= _FIRST_YEAR else 20}{match[1]}"


def _escaped(text: str) -> str:
    """Return words as LaTeX that says just them; formulas stay formulas."""
    line = " ".join(clean(text).split())
    parts = _FORMULA.split(line)
    return "".join(
        part if number % 2 and _is_whole(part) else _plainly(part)
        for number, part in enumerate(parts)
    )


def _plainly(text: str) -> str:
    # Two of these would be set as another sign: a dash for hyphens, quotes for accents.
    apart = _LIGATURE.sub(r"\g<0>\0", text)
    return "".join(_SPECIAL.get(sign, sign) for sign in apart)


def _is_whole(formula: str) -> bool:
    """Whether a formula ends no field and begins no comment."""
    if re.search(r"\\[{}$]|(?<!\\)%|\\\$\Z", formula):
        return False
    depth = 0
    for sign in formula:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth < 0:
            return False
    return depth == 0


def _address(url: str) -> str:
    """Return an address whose signs neither end the field nor begin a comment."""
    coded = {"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"}
    return "".join(coded.get(sign, sign) for sign in clean(url))
