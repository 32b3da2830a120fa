"""How a summary of ours is written so that it can be read back: the marks and what they keep.

A summary goes out as Markdown, is perhaps written in on HackMD, and comes back. What a person
wrote stands in it between two comments that nobody sees,

    <!-- l2l-tui: paper -->
    ...
    <!-- l2l-tui: end -->

and one comment at the end of the document keeps what the words in between cannot say: the
original where it had to be altered (headings that went deeper, a fence that was closed), and
digests, by which words that somebody changed are told from those that came from us. Everything
outside the marks is ours: a line of it whose digest is known brings nothing back, any other
line is somebody's.

Line ends (CRLF) and spaces at the end of lines are no difference to a digest, for editors
change them by themselves; nor is the address of a picture, which changes with its place.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from l2l_tui.plan.model import Problem, Section
from l2l_tui.plan.worklog.model import Line

if TYPE_CHECKING:
    from collections.abc import Iterator

LAST_PROBLEMS, PROBLEMS, END = "last_problems", "problems", "end"
"""Names of marks, beside those of the sections."""

MARK = re.compile(r"[ \t]*<!--[ \t]*l2l-tui:[ \t]*(?P<name>\w+)[ \t]*-->[ \t]*")
"""A line that is a mark."""

_OPENING, _CLOSING = "<!-- l2l-tui: kept", "-->"
_OURS = re.compile(r"<!--(\s*)(\\*)l2l-tui")
_QUOTED = re.compile(r"<!--(\s*)\\(\\*)l2l-tui")
_PICTURE = re.compile(r"!\[(?P<said>[^\]]*)\]\([^)]*\)")
_NUMBER = re.compile(r"\s*\d+[.)]\s+")
_AWKWARD = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_LINE_DIGEST = 4


@dataclass(frozen=True)
class KeptSection:
    """What is kept of a written section."""

    digest: str
    """Of what stands in the document."""
    base: str
    """The digest of the original."""
    before: str = ""
    """Blank lines in front of the words."""
    after: str = ""
    """What ends the words: mostly a line break."""
    original: str | None = None
    """The original, where what stands in the document is another text."""
    deeper: int = 0
    """By how many levels its headings were put deeper."""
    filler: str = ""
    """What stands there in place of words that nobody wrote."""


@dataclass(frozen=True)
class KeptProblem:
    """What is kept of a problem."""

    line: str
    """The digest of its line."""
    problem: Problem
    """The problem."""


@dataclass(frozen=True)
class Kept:
    """What a summary keeps at its end."""

    meeting: date
    """The day of the meeting."""
    title: str = ""
    """The plan's title."""
    language: str = "en"
    """The document's language."""
    first_meeting: date | None = None
    """The day of the plan's first meeting."""
    meets_every_days: int = 7
    """Days from one meeting to the next."""
    skipped_meetings: tuple[date, ...] = ()
    """The days on which none is held."""
    sections: Mapping[Section, KeptSection] = field(default_factory=dict)
    """The written sections."""
    problems: Mapping[str, tuple[KeptProblem, ...]] = field(default_factory=dict)
    """The problems by the name of their mark."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """The digest of what stands between the marks of the problems, by name."""
    ours: frozenset[str] = frozenset()
    """The digests of all lines that the app wrote."""


def mark(name: str) -> str:
    """Return a mark."""
    return f"<!-- l2l-tui: {name} -->"


def quoted(text: str) -> str:
    """Return a text in which nothing is a mark of ours."""
    return _OURS.sub(r"<!--\1\\\2l2l-tui", text)


def unquoted(text: str) -> str:
    """Return a text as it was before `quoted`."""
    return _QUOTED.sub(r"<!--\1\2l2l-tui", text)


def body(text: str) -> str:
    """Return what stands between two marks: no blank lines around it, nor spaces behind lines."""
    lines = [line.rstrip() for line in text.split("\n")]
    return "\n".join(lines).strip("\n")


def digest(text: str) -> str:
    """Return the digest of a text between two marks."""
    return _hash("\n".join(map(_plain, body(text).split("\n"))))[:16]


def line_digest(text: str) -> str:
    """Return the digest of one line; four characters, for there are many lines."""
    return _hash(_plain(text))[:_LINE_DIGEST]


def problem_digest(text: str) -> str:
    """Return the digest of a problem's line, whatever its number."""
    return line_digest(_NUMBER.sub("", text, count=1))


def _plain(line: str) -> str:
    return _PICTURE.sub(r"![\g<said>]()", line.rstrip())


def _hash(text: str) -> str:
    return b64encode(sha256(text.encode("utf-8", "surrogatepass")).digest()).decode()


def written(kept: Kept) -> str:
    """Return the comment at the end of a summary."""
    pairs = {
        "version": 1,
        "meeting": kept.meeting.isoformat(),
        "title": kept.title,
        "language": kept.language,
        "first_meeting": _day(kept.first_meeting),
        "meets_every_days": kept.meets_every_days,
        **_skipped(kept),
        **{section.value: _section_table(one) for section, one in kept.sections.items()},
        **{
            name: {
                "digest": kept.digests[name],
                "problems": [_problem_table(one) for one in problems],
            }
            for name, problems in kept.problems.items()
        },
        "ours": "".join(sorted(kept.ours)),
    }
    lines = ",\n".join(f"{_json(name)}: {_json(value)}" for name, value in pairs.items())
    return f"{_OPENING}\n{{\n{lines}\n}}\n{_CLOSING}"


def _json(value: object) -> str:
    """Return JSON in which nothing ends a comment and nothing is lost on the way."""
    said = json.dumps(value, ensure_ascii=False)
    for sign in "<>":
        said = said.replace(sign, f"\\u{ord(sign):04x}")
    said = said.replace("--", "-\\u002d")
    return _AWKWARD.sub(lambda match: f"\\u{ord(match[0]):04x}", said)


def _section_table(one: KeptSection) -> dict[str, object]:
    told = {
        "digest": one.digest,
        "base": one.base,
        "before": one.before,
        "after": one.after,
        "original": one.original,
        "deeper": one.deeper,
        "filler": one.filler,
    }
    return {name: value for name, value in told.items() if value not in ("", 0, None)}


def _problem_table(one: KeptProblem) -> dict[str, object]:
    problem = one.problem
    told = {
        "raised": _day(problem.raised),
        "solved": _day(problem.solved),
        "how": problem.how,
    }
    said = {name: value for name, value in told.items() if value not in ("", None)}
    return {"line": one.line, "text": problem.text, **said}


def _skipped(kept: Kept) -> dict[str, object]:
    days = [day.isoformat() for day in kept.skipped_meetings]
    return {"skipped_meetings": days} if days else {}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def find(lines: Sequence[Line]) -> tuple[Kept, int, int] | None:
    """Return what a document keeps and where that stands; None if it is none of our summaries.

    What somebody wrote in that comment may make it unreadable; then it keeps nothing.
    """
    for start, line in enumerate(lines):
        if line.text.strip() == _OPENING:
            for end in range(start + 1, len(lines)):
                if lines[end].text.strip() == _CLOSING:
                    kept = _read("\n".join(one.text for one in lines[start + 1 : end]))
                    return None if kept is None else (kept, start, end + 1)
    return None


def without_marks(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines, blank ones in place of marks: what is read without what was kept."""
    for line in lines:
        yield Line(line.number, "") if MARK.fullmatch(line.text) else line


def _read(text: str) -> Kept | None:
    try:
        return _kept(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None  # somebody wrote in it: the document is read like anybody's


def _kept(data: dict[str, Any]) -> Kept:
    first, ours = data.get("first_meeting"), str(data["ours"])
    held = [name for name in (LAST_PROBLEMS, PROBLEMS) if name in data]
    return Kept(
        meeting=date.fromisoformat(data["meeting"]),
        title=str(data["title"]),
        language=str(data["language"]),
        first_meeting=date.fromisoformat(first) if first else None,
        meets_every_days=max(1, int(data["meets_every_days"])),
        skipped_meetings=tuple(map(date.fromisoformat, data.get("skipped_meetings", ()))),
        sections={one: _section(data[one.value]) for one in Section if one.value in data},
        problems={name: tuple(map(_problem, data[name]["problems"])) for name in held},
        digests={name: str(data[name]["digest"]) for name in held},
        ours=frozenset(ours[at : at + _LINE_DIGEST] for at in range(0, len(ours), _LINE_DIGEST)),
    )


def _section(table: dict[str, Any]) -> KeptSection:
    original = table.get("original")
    return KeptSection(
        digest=str(table["digest"]),
        base=str(table["base"]),
        before=str(table.get("before", "")),
        after=str(table.get("after", "")),
        original=None if original is None else str(original),
        deeper=int(table.get("deeper", 0)),
        filler=str(table.get("filler", "")),
    )


def _problem(table: dict[str, Any]) -> KeptProblem:
    solved = table.get("solved")
    problem = Problem(
        text=str(table["text"]),
        raised=date.fromisoformat(table["raised"]),
        solved=date.fromisoformat(solved) if solved else None,
        how=str(table.get("how", "")),
    )
    return KeptProblem(str(table["line"]), problem)
