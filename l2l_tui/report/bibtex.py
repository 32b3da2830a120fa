"""The reading list as BibTeX: milestones with papers behind them, and links of the notes.

Only what is known is said: a title, an address, a number. Who wrote a paper the plan does not
know; a reference manager finds it by the number.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from l2l_tui.plan import links
from l2l_tui.plan.links import LinkKind
from l2l_tui.plan.worklog.links import links as links_in
from l2l_tui.report.prose import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from l2l_tui.plan.model import Plan

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


@dataclass(frozen=True, slots=True)
class _Entry:
    key: str
    title: str
    link: links.Link
    note: str = ""


def render(plan: Plan) -> str:
    """Return the reading list, each paper once, in the order of the plan."""
    return "\n".join(map(_written, _entries(plan)))


def _entries(plan: Plan) -> Iterator[_Entry]:
    known: set[str] = set()
    taken: set[str] = set()
    for name, title, link, note in _papers(plan):
        if link.url is None or _same(link) in known:
            continue
        known.add(_same(link))
        yield _Entry(_key(name, link, taken), title, link, note)


def _papers(plan: Plan) -> Iterator[tuple[str, str, links.Link, str]]:
    """Yield name, title, link and note of whatever could be read."""
    for milestone in plan.milestones:
        all_links = [links.parse(text) for text in milestone.links]
        name = next((link.text[1:] for link in all_links if _is_key(link)), milestone.id)
        for link in sorted(all_links, key=_rank):
            yield name, milestone.title, link, ""
    for meeting in plan.meetings:
        for text in meeting.sections.values():
            for one in links_in(text):
                link = links.parse(one.url)
                title = one.title or link.text
                yield title, title, link, f"notes of {meeting.date.isoformat()}"


def _is_key(link: links.Link) -> bool:
    return link.kind is LinkKind.BIB and link.flaw is None


def _rank(link: links.Link) -> int:
    """Put the number by which a paper is best known before others."""
    return {LinkKind.DOI: 0, LinkKind.ARXIV: 1}.get(link.kind, 2)


def _same(link: links.Link) -> str:
    return re.sub(r"v\d+$", "", link.text.casefold())


def _key(name: str, link: links.Link, taken: set[str]) -> str:
    """Return a key of plain letters that no other entry has; the same name gives the same."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    base = re.sub(r"[^A-Za-z0-9:_-]+", "-", plain).strip("-").lower()[:40].strip("-")
    base = base or re.sub(r"[^A-Za-z0-9]+", "-", link.text).strip("-").lower() or "paper"
    key, number = base, 2
    while key.casefold() in taken:
        key, number = f"{base}-{number}", number + 1
    taken.add(key.casefold())
    return key


def _written(entry: _Entry) -> str:
    link = entry.link
    fields = {"title": f"{{{_escaped(entry.title)}}}", "url": _address(link.url or "")}
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
