"""Meetings as a person reads them on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.cli.output import paint
from l2l_tui.language import tr, trn
from l2l_tui.plan import meetings, sections
from l2l_tui.plan.model import Section
from l2l_tui.text import plain, plain_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from l2l_tui.plan.meetings import MeetingView
    from l2l_tui.plan.model import Plan, Problem


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


def _written(text: str) -> list[str]:
    shown = text.expandtabs(4).strip() or f"  {tr('nothing written')}"
    return plain_lines(shown).split("\n")


def problems(found: Sequence[Problem], order: Mapping[Problem, int], day: date) -> Iterator[str]:
    """Problems with their numbers, their ages, and how they were solved."""
    for problem in found:
        number = f"{order[problem]}." if problem in order else "-"
        weeks = meetings.age_weeks(problem, day)
        age = tr("new") if weeks == 0 else trn("{n} week", "{n} weeks", weeks)
        yield f"  {number} {plain(problem.text)} ({', '.join((age, *_solved(problem)))})"


def _solved(problem: Problem) -> Iterator[str]:
    if problem.solved is None:
        return
    if problem.how:
        yield tr("solved {day}: {how}", day=problem.solved, how=plain(problem.how))
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
