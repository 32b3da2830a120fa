"""The parts of a Markdown summary that people wrote, marked so that they can be read back.

How, and what is kept at the end of the document, `plan.worklog.kept` says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from l2l_tui.plan.model import Section
from l2l_tui.plan.worklog import kept
from l2l_tui.plan.worklog.kept import Kept, KeptProblem, KeptSection
from l2l_tui.report import prose
from l2l_tui.report.prose import sentence
from l2l_tui.report.words import Phrase, Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from l2l_tui.plan.model import Problem
    from l2l_tui.report.summary import ProblemReport, Summary

_BELOW = 2
"""The level of our headings around notes."""


@dataclass(frozen=True)
class OfSection:
    """A written section as it stands in the document."""

    section: Section
    """Which."""
    text: str
    """The original."""
    shown: str
    """What stands there."""
    filler: str
    """What stands there in place of words that nobody wrote."""


@dataclass(frozen=True)
class OfProblems:
    """A list of problems as it stands in the document."""

    name: str
    """The mark's name."""
    lines: tuple[tuple[Problem, str], ...]
    """Each problem with its line, the number left out."""
    filler: str
    """What stands there without any."""


Block = str | OfSection | OfProblems
"""A block of a document: ours, or one that people wrote."""


def section(summary: Summary, which: Section, filler: str = "") -> OfSection:
    """Return a written section.

    Args:
        summary: What the document says.
        which: The section.
        filler: What stands there when there are no words.
    """
    text = summary.sections.get(which, "")
    shown = kept.quoted(prose.note(text, _BELOW)) if summary.written(which) else ""
    return OfSection(which, text, shown or filler, "" if shown else filler)


def problems(name: str, reports: Sequence[ProblemReport], words: Words) -> OfProblems:
    """Return a list of problems."""
    lines = tuple((one.problem, _problem(one, words)) for one in reports)
    return OfProblems(name, lines, words.say(Phrase.NONE))


def _problem(report: ProblemReport, words: Words) -> str:
    problem = report.problem
    age = words.say(
        Phrase.PROBLEM_AGE if report.age_weeks else Phrase.PROBLEM_NEW,
        raised=problem.raised,
        age=words.weeks(report.age_weeks),
    )
    if problem.solved is None:
        end = words.say(Phrase.PROBLEM_OPEN)
    else:
        end = words.say(Phrase.PROBLEM_SOLVED, day=problem.solved)
        if problem.how.strip():
            end += f"{words.colon}{sentence(problem.how)}"
    return f"{sentence(problem.text)} — {age}{words.semicolon}{end}"


def words(block: Block) -> str:
    """Return a block without marks."""
    match block:
        case str():
            return block
        case OfSection():
            return block.shown
    return "\n".join(f"{n}. {line}" for n, (_, line) in enumerate(block.lines, 1)) or block.filler


def document(summary: Summary, said: Words, blocks: Iterable[Block]) -> str:
    """Return the document with its marks and what it keeps."""
    blocks = tuple(blocks)
    sections = [one for one in blocks if isinstance(one, OfSection)]
    lists = [one for one in blocks if isinstance(one, OfProblems)]
    ours = [one for one in blocks if isinstance(one, str)] + [one.filler for one in lists]
    held = Kept(
        meeting=summary.meeting,
        title=summary.title,
        language=said.language,
        first_meeting=summary.first_meeting,
        meets_every_days=summary.meets_every_days,
        skipped_meetings=summary.skipped_meetings,
        sections={one.section: _kept(one) for one in sections},
        problems={
            one.name: tuple(
                KeptProblem(kept.line_digest(line), problem) for problem, line in one.lines
            )
            for one in lists
        },
        digests={one.name: kept.digest(words(one)) for one in lists},
        ours=frozenset(
            kept.line_digest(line) for block in ours for line in block.split("\n") if line.strip()
        ),
    )
    written = [_written(one) for one in blocks if one != ""]
    return "\n\n".join([*filter(None, written), kept.written(held)]) + "\n"


def _written(block: Block) -> str:
    match block:
        case str():
            return block
        case OfSection():
            name = block.section.value
            if block.section is Section.NOTES and not block.shown:
                return ""
        case OfProblems():
            name = block.name
    between = filter(None, [kept.mark(name), words(block), kept.mark(kept.END)])
    return "\n\n".join(between)


def _kept(block: OfSection) -> KeptSection:
    text, body = block.text, kept.body(block.shown)
    before, found, after = text.partition(body) if body else ("", "", "")
    same = block.filler == "" and bool(found) and not (before + after).strip()
    ending = text[len(text.rstrip()) :] if text.strip() else ""
    return KeptSection(
        digest=kept.digest(block.shown),
        base=kept.digest(text),
        before=before if same else "",
        after=after if same else ending,
        original=None if same or not text else text,
        deeper=prose.deeper(text, _BELOW) if block.shown and not block.filler else 0,
        filler=block.filler,
    )
