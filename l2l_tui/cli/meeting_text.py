"""Meetings as a person reads them on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.cli.output import Cell, paint, table
from l2l_tui.language import tr, trn
from l2l_tui.plan import meetings, sections
from l2l_tui.plan.model import Section
from l2l_tui.report.terminal_formulas import readable
from l2l_tui.text import plain, plain_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from l2l_tui.plan.meetings import MeetingView
    from l2l_tui.plan.model import Meeting, Plan, Problem
    from l2l_tui.plan.search import Found, Match
    from l2l_tui.report.offers import Offer


def meeting(plan: Plan, view: MeetingView, numbered: Sequence[Problem], day: date) -> Iterator[str]:
    """One meeting: problems carried over, new ones, sections."""
    order = {problem: n for n, problem in enumerate(numbered, 1)}
    head = tr(
        "{title}: meeting {day} ({ahead})",
        title=plain(plan.title),
        day=view.date,
        ahead=ahead(view.date, day),
    )
    yield paint(head, "strong")
    for title, found in (
        (tr("Last week's problems"), view.last_problems),
        (tr("This week's problems"), view.problems),
    ):
        yield ""
        yield paint(title, "strong")
        yield from problems(found, order, view.date) if found else [f"  {tr('none')}"]
    for section in Section:
        text = view.sections.get(section, "")
        if text.strip() or section is not Section.NOTES:
            yield ""
            yield paint(sections.title(section), "strong")
            yield from _written(text)


def listed(held: Sequence[Meeting], found: Mapping[date, Found], day: date) -> Iterator[str]:
    """Meetings, one in a line, each with the lines in which words were found."""
    rows = [_row(one, found.get(one.date), day) for one in held]
    for line, one in zip(table(rows), held, strict=True):
        yield line
        for match in found[one.date].matches if one.date in found else ():
            yield f"    {_where(match)}: {_marked(match)}"


def _row(one: Meeting, found: Found | None, day: date) -> tuple[str | Cell, ...]:
    solved = sum(problem.solved is not None for problem in one.problems)
    counts = []
    if still := len(one.problems) - solved:
        counts.append(trn("{n} open", "{n} open", still))
    if solved:
        counts.append(trn("{n} solved", "{n} solved", solved))
    last = trn("{n} hit", "{n} hits", found.hits) if found is not None else first_words(one)
    when = Cell(ahead(one.date, day), "faint")
    return Cell(str(one.date), "strong"), when, ", ".join(counts), last


def first_words(one: Meeting) -> str:
    """Return how the first section that says something begins."""
    texts = (one.sections.get(section, "").strip() for section in Section)
    text = next((text for text in texts if text), "")
    return readable(text.split("\n")[0])


def _where(match: Match) -> str:
    return tr("problem") if match.section is None else sections.title(match.section)


def _marked(match: Match) -> str:
    """Return a line with what was looked for marked, where there is colour."""
    said, last = "", 0
    for start, end in match.spans:
        said += plain(match.line[last:start]) + paint(plain(match.line[start:end]), "middle")
        last = end
    return said + plain(match.line[last:])


def offers(found: Sequence[Offer]) -> Iterator[str]:
    """What happened since the last meeting; what is told already says where."""
    for one in found:
        told = ", ".join(map(sections.title, one.included))
        mark = tr("told in {sections}", sections=told) if told else ""
        yield from table([(str(one.on), Cell(one.name, "strong"), one.title, Cell(mark, "good"))])
        yield f"    {plain(one.said)}"


def _written(text: str) -> list[str]:
    shown = readable(text).expandtabs(4).strip() or f"  {tr('nothing written')}"
    return plain_lines(shown).split("\n")


def problems(found: Sequence[Problem], order: Mapping[Problem, int], day: date) -> Iterator[str]:
    """Problems with their numbers, their ages, and how they were solved."""
    for problem in found:
        number = f"{order[problem]}." if problem in order else "-"
        weeks = meetings.age_weeks(problem, day)
        age = tr("new") if weeks == 0 else trn("{n} week", "{n} weeks", weeks)
        yield f"  {number} {plain(readable(problem.text))} ({', '.join((age, *_solved(problem)))})"


def _solved(problem: Problem) -> Iterator[str]:
    if problem.solved is None:
        return
    if problem.how:
        yield tr("solved {day}: {how}", day=problem.solved, how=plain(readable(problem.how)))
    else:
        yield tr("solved {day}", day=problem.solved)


def ahead(one: date, day: date) -> str:
    """Return how far off a day is."""
    days = (one - day).days
    if days == 0:
        return tr("today")
    if days > 0:
        return trn("in {n} day", "in {n} days", days)
    return trn("{n} day ago", "{n} days ago", -days)
