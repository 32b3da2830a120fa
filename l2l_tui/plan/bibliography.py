"""A BibTeX file's papers become milestones: added to a plan, never doubled."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from l2l_tui import extras
from l2l_tui.errors import RequestError
from l2l_tui.language import tr
from l2l_tui.plan import edits, links, store
from l2l_tui.plan.importing import Imported, LeftOut, Link, read_text
from l2l_tui.plan.links import LinkKind
from l2l_tui.plan.model import Milestone, Track

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from bibtexparser.library import Library
    from bibtexparser.model import Entry, ParsingFailedBlock

    from l2l_tui.plan.edits import Edit
    from l2l_tui.plan.model import Plan

# The converter drops the braces, and makes a letter of the sign.
_SIGNS = {"braceleft": r"\{", "braceright": r"\}"}
_TEXT_SIGNS = re.compile(r"\\text(braceleft|braceright)(?:\{\}|(?![A-Za-z]) ?)")
_CIRCUMFLEX = "\u02c6"
_ARXIV = re.compile(r"arxiv:\s*([\w.-]+(?:/\d{7})?(?:v\d+)?)", re.IGNORECASE)


def import_bibliography(path: Path, file: Path, *, track: str = "paper") -> Imported:
    """Add a BibTeX file's papers to a plan as milestones to be done.

    A paper that the plan has already, by its number on arXiv, its DOI or its title, is left
    out, and so is an entry that cannot be read or has no title.

    Args:
        path: The plan's file.
        file: The BibTeX file.
        track: Id of the track that they go to; made if the plan has none of that name.

    Raises:
        RequestError: The file cannot be read or holds no entry, or the plan has faults.
    """
    library = _parsed(read_text(file))
    if not library.blocks or not (library.entries or library.failed_blocks):
        said = tr(
            "{file} holds no BibTeX entry; one begins with {sign}", file=file, sign="@article{key,"
        )
        raise RequestError(said)
    plan = store.load(path)
    taking = _Taking(plan, track)
    for entry in library.entries:
        taking.take(entry)
    for block in library.failed_blocks:
        taking.left_out.append(LeftOut((block.start_line or 0) + 1, _why_not(block)))
    if taking.edits:
        store.save(path, *taking.edits)
    return Imported(
        plan=path,
        meeting=None,
        milestones=tuple(taking.milestones),
        problems=(),
        links=tuple(taking.links),
        left_out=tuple(sorted(taking.left_out, key=lambda left: left.line)),
    )


class _Taking:
    """What comes of a file's entries, one after the other."""

    def __init__(self, plan: Plan, track: str) -> None:
        self.edits: list[Edit] = []
        self.milestones: list[Milestone] = []
        self.links: list[Link] = []
        self.left_out: list[LeftOut] = []
        self._track = track
        self._has_track = any(one.id == track for one in plan.tracks)
        self._ids = {one.id for one in plan.milestones}
        self._known: dict[str, str] = {}
        for one in plan.milestones:
            self._remember(one)

    def take(self, entry: Entry) -> None:
        """Make a milestone of one entry, or say why not."""
        line = (entry.start_line or 0) + 1
        fields = {name.lower(): str(one.value) for name, one in entry.fields_dict.items()}
        begins = f"@{entry.entry_type}{{{entry.key}"
        title = _words(fields.get("title", ""))
        if not title:
            self.left_out.append(LeftOut(line, tr("{entry} (no title)", entry=begins)))
            return
        found = tuple(dict.fromkeys(_links(fields)))
        names = _names(title, found)
        known = next((self._known[name] for name in names if name in self._known), "")
        if known:
            said = tr("{entry} (there is {known!r} already)", entry=begins, known=known)
            self.left_out.append(LeftOut(line, said))
            return
        id_ = edits.new_id(entry.key or title, self._ids)
        notes = _kept(entry.raw or "")
        milestone = Milestone(id_, self._track, title, links=found, notes=notes)
        self.milestones.append(milestone)
        if not self._has_track:
            self.edits.append(edits.AddTrack(Track(self._track, self._track.upper())))
            self._has_track = True
        self.edits.append(edits.AddMilestone(milestone))
        self.links += [Link(title, one.url) for one in map(links.parse, found) if one.url]
        self._ids.add(id_)
        self._remember(milestone)

    def _remember(self, milestone: Milestone) -> None:
        for name in _names(milestone.title, milestone.links):
            self._known.setdefault(name, milestone.id)


def _kept(entry: str) -> str:
    """Return an entry as notes, from which the reading list takes it again as it was."""
    text = entry.strip()
    return f"```bibtex\n{text}\n```\n" if text and "```" not in text else ""


def _why_not(block: ParsingFailedBlock) -> str:
    """Return how a part of the file begins that was not taken, and why."""
    from bibtexparser.model import DuplicateBlockKeyBlock

    begins = (block.raw or "").strip().split("\n")[0]
    if isinstance(block, DuplicateBlockKeyBlock):
        return tr("{entry} (there is {known!r} already)", entry=begins, known=block.key)
    return tr("{entry} (not read)", entry=begins)


def _parsed(text: str) -> Library:
    extras.require("documents", tr("a BibTeX file"), "bibtexparser", "pylatexenc")
    from bibtexparser.entrypoint import parse_string

    # It says on stderr what we report by line.
    logging.getLogger("bibtexparser").addHandler(logging.NullHandler())
    return parse_string(text)


def _words(title: str) -> str:
    """Return a title without LaTeX: accents as letters, braces gone, formulas as they are."""
    from pylatexenc.latex2text import LatexNodes2Text

    known = _TEXT_SIGNS.sub(lambda match: _SIGNS[match[1]], title)
    words = LatexNodes2Text(math_mode="verbatim", keep_comments=True).latex_to_text(known)
    return " ".join(words.replace(_CIRCUMFLEX, "^").split())


def _links(fields: Mapping[str, str]) -> Iterable[str]:
    """Yield what leads to the paper: its number on arXiv, its DOI, or else its address."""
    kind = fields.get("archiveprefix") or fields.get("eprinttype") or ""
    number = fields.get("eprint", "") if kind.lower() == "arxiv" else ""
    told = _ARXIV.search(f"{fields.get('journal', '')} {fields.get('note', '')}")
    doi = re.sub(r"(?i)^(?:https?://(?:dx\.)?doi\.org/|doi:)", "", fields.get("doi", "").strip())
    address = fields.get("url", "").strip()
    named = [
        f"arXiv:{number.removeprefix('arXiv:')}" if number else f"arXiv:{told[1]}" if told else "",
        f"doi:{doi}" if doi else "",
        address,
    ]
    parsed = [links.parse(text) for text in named if text]
    sound = [link for link in parsed if link.flaw is None]
    numbered = [link.text for link in sound if link.kind in {LinkKind.ARXIV, LinkKind.DOI}]
    return numbered or [link.url or link.text for link in sound]


def _names(title: str, found: Iterable[str]) -> Iterable[str]:
    """Return everything by which a paper is known again."""
    numbered = [
        re.sub(r"v\d+$", "", link.text.casefold())
        for link in map(links.parse, found)
        if link.kind in {LinkKind.ARXIV, LinkKind.DOI}
    ]
    words = re.sub(r"[\W_]+", " ", title.casefold()).strip()
    return [*numbered, f"title:{words or title}"]
