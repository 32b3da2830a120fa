"""A summary that the app wrote, read back: what came from us, and what somebody changed since.

Words that stand as they were sent are the original, to the letter. Changed ones win over it;
then headings come up again by the levels that they were put deeper. A line outside the marks
that is not ours found no place, like any other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from l2l_tui.plan.worklog import kept as marks
from l2l_tui.plan.worklog import problems
from l2l_tui.plan.worklog.links import links
from l2l_tui.plan.worklog.marks import fenced, says_something
from l2l_tui.plan.worklog.model import Asked, LeftOut, Line, Origin, Worklog

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from l2l_tui.plan.model import Section
    from l2l_tui.plan.worklog.kept import Kept, KeptProblem, KeptSection

_HEADING = re.compile(r"(?P<indent> {0,3})(?P<signs>#{1,6})(?=[ \t]|$)")


def read(lines: Sequence[Line], kept: Kept, start: int, end: int) -> Worklog:
    """Return what a summary says.

    Args:
        lines: The document's lines.
        kept: What it keeps.
        start: The index of the line with which the kept part begins.
        end: The index behind its last line.
    """
    parts = _Parts(kept)
    for line in lines[:start]:
        parts.take(line)
    parts.close()
    parts.outside += lines[end:]
    sections = {section: _words(parts, section, one) for section, one in kept.sections.items()}
    last, left_last = _problems(parts, marks.LAST_PROBLEMS)
    new, left_new = _problems(parts, marks.PROBLEMS)
    unknown = (line for line in parts.outside if marks.line_digest(line.text) not in kept.ours)
    left = sorted((*left_last, *left_new, *unknown))
    written = {section: text for section, text in sections.items() if text}
    said = "\n".join([*written.values(), *(one.text for one in (*last, *new))])
    return Worklog(
        title=kept.title,
        meeting=kept.meeting,
        last_problems=last,
        problems=new,
        sections=written,
        links=links(said),
        left_out=tuple(LeftOut(*line) for line in left if says_something(line.text)),
        origin=Origin(
            kept.title,
            kept.language,
            kept.first_meeting,
            kept.meets_every_days,
            kept.skipped_meetings,
            {section: one.base for section, one in kept.sections.items()},
        ),
    )


@dataclass
class _Parts:
    """A document cut at its marks."""

    kept: Kept
    inside: dict[str, list[Line]] = field(default_factory=dict)
    outside: list[Line] = field(default_factory=list)
    _now: list[Line] | None = None

    def take(self, line: Line) -> None:
        """Place one line."""
        found = marks.MARK.fullmatch(line.text)
        if found is None:
            (self.outside if self._now is None else self._now).append(line)
        elif found["name"] == marks.END:
            self._now = None
        else:
            self.close()
            self._now = self.inside.setdefault(found["name"], [])

    def close(self) -> None:
        """End a part whose end somebody took away: where a heading of ours begins."""
        for index, line in enumerate(self._now or ()):
            if _HEADING.match(line.text) and marks.line_digest(line.text) in self.kept.ours:
                self.outside += self._now[index:] if self._now else []
                del (self._now or [])[index:]
                break
        self._now = None

    def text(self, name: str) -> str:
        """Return what stands in a part."""
        return "\n".join(line.text for line in self.inside.get(name, ()))


def _words(parts: _Parts, section: Section, one: KeptSection) -> str:
    stands = parts.text(section.value)
    body = marks.body(stands)
    if marks.digest(stands) != one.digest:
        return _changed(body, one) if body else ""
    if one.original is not None:
        return one.original
    return "" if one.filler and body == one.filler else f"{one.before}{body}{one.after}"


def _changed(body: str, one: KeptSection) -> str:
    lines = [Line(number, text) for number, text in enumerate(body.split("\n"))]
    code = fenced(lines)
    raised = [
        line.text if line.number in code else _higher(line.text, one.deeper) for line in lines
    ]
    words = [text for text in raised if not one.filler or text.strip() != one.filler]
    text = marks.body(marks.unquoted("\n".join(words)))
    return text + (one.after or "\n") if text else ""


def _higher(text: str, levels: int) -> str:
    heading = _HEADING.match(text)
    if heading is None:
        return text
    signs = "#" * max(1, len(heading["signs"]) - levels)
    return f"{heading['indent']}{signs}{text[heading.end() :]}"


def _problems(parts: _Parts, name: str) -> tuple[tuple[Asked, ...], list[Line]]:
    known = parts.kept.problems.get(name, ())
    if marks.digest(parts.text(name)) == parts.kept.digests.get(name):
        return tuple(map(_asked, known)), []
    asked: list[Asked] = []
    left: list[Line] = []
    stands = parts.inside.get(name, ())
    for one, lines in _cut(stands, known, parts.kept.ours):
        found, others = problems.read(lines)
        asked += [*found] if one is None else [_asked(one), *found]
        left += others
    return tuple(asked), left


def _cut(
    lines: Iterable[Line], known: Sequence[KeptProblem], ours: frozenset[str]
) -> Iterator[tuple[KeptProblem | None, list[Line]]]:
    """Yield each problem that stands as it was sent, with the lines below it that do not.

    A line set in below a problem belongs to it; then somebody's words are read as they stand.
    """
    waiting = {one.line: one for one in reversed(known)}
    one: KeptProblem | None = None
    below: list[Line] = []
    head: list[Line] = []
    for line in lines:
        found = waiting.pop(marks.problem_digest(line.text), None)
        if found is not None:
            yield one, below
            one, below, head = found, [], [line]
        elif one is not None and not below and line.text[:1] in {" ", "\t"} and line.text.strip():
            one, below = None, [*head, line]
        elif marks.line_digest(line.text) not in ours:  # else it is our word for none
            below.append(line)
    yield one, below


def _asked(one: KeptProblem) -> Asked:
    problem = one.problem
    return Asked(
        text=problem.text,
        solved=problem.solved is not None,
        raised=problem.raised,
        solved_on=problem.solved,
        how=problem.how,
        as_sent=True,
    )
