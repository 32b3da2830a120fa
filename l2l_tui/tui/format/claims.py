"""The experiments of a milestone and what their latest runs say of each claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from l2l_tui.language import tr, trn
from l2l_tui.plan import schedule, verdicts
from l2l_tui.plan.model import Status
from l2l_tui.states import verdict_word
from l2l_tui.text import number
from l2l_tui.tui.format.tone import BAD, FAINT, GOOD, MUTED, STRONG, WARN, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from l2l_tui.experiments.base import Experiment
    from l2l_tui.plan.model import Milestone, Plan, Result

FIGURES = 2
"""How many of a run's figures are named; the run's own screen has them all."""

VERDICTS = {"holds": ("✓", GOOD), "fails": ("✗", BAD), "inconclusive": ("?", WARN)}
"""Sign and colour by verdict."""

_NOT_RUN = ("○", MUTED)


def hung(first: Content, body: Content, cells: int, indent: int) -> list[Content]:
    """Return a text in lines of a width, behind what stands before its first line."""
    wrapped = body.wrap(max(8, cells - indent))
    heads = [first, *[Content(" " * indent)] * (len(wrapped) - 1)]
    return [Content.assemble(head, one.rstrip()) for head, one in zip(heads, wrapped, strict=True)]


def of(plan: Plan, milestone: Milestone, cells: int) -> list[Content]:
    """Return the lines of all experiments that a milestone lists or that ran for it."""
    results = schedule.evidence(plan, milestone)
    newest = verdicts.latest(milestone, results)
    lines: list[Content] = []
    ran = (result.experiment for result in results)
    for name in dict.fromkeys((*milestone.experiments, *ran)):
        count = sum(result.experiment == name for result in results)
        done = milestone.status is Status.DONE
        lines += _experiment(name, newest.get(name), count, cells, done=done)
    return lines


def contradiction(plan: Plan, milestone: Milestone) -> str:
    """Say that claims fail though the milestone is done; nothing if they do not."""
    found = verdicts.contradicted(plan, milestone)
    if not found:
        return ""
    return trn(
        "Contradicted: it is done, but a claim fails in its latest run.",
        "Contradicted: it is done, but {n} claims fail in their latest runs.",
        len(found),
    )


def _experiment(
    name: str, result: Result | None, count: int, cells: int, *, done: bool
) -> Iterator[Content]:
    declared = _declared(name)
    title = words(f"  {tr(declared.title)}", MUTED) if declared is not None else Content("")
    yield Content.assemble(words(name, STRONG), title).truncate(cells, ellipsis=True)
    if declared is None and name:
        yield words(f"  {tr('This experiment is not in the catalogue.')}", WARN)
    yield from _run(result, count, cells)
    statements = {one.id: tr(one.statement) for one in declared.claims} if declared else {}
    found = result.claims if result is not None else {}
    for claim in dict.fromkeys((*statements, *found)):
        yield from _claim(statements.get(claim, claim), found.get(claim), cells, loud=done)


def _run(result: Result | None, count: int, cells: int) -> Iterator[Content]:
    """Yield which run the verdicts come from, and its first figures."""
    if result is None:
        tried = trn("{n} run that tried a setting", "{n} runs that tried settings", count)
        yield words(f"  {tried if count else tr('not run yet')}", MUTED)
        return
    day = f" · {result.on}" if result.on is not None else ""
    more = trn(", {n} run in all", ", {n} runs in all", count) if count > 1 else ""
    body = words(f"{tr('latest run')} {result.run}{day}{more}", MUTED)
    yield from hung(Content("  "), body, cells, 2)
    first = list(result.figures.items())[:FIGURES]
    figures = ", ".join(f"{name} {number(value)}" for name, value in first)
    if more_figures := len(result.figures) - len(first):
        figures += trn(", {n} more", ", {n} more", more_figures)
    if figures:
        yield from hung(Content("  "), words(figures, FAINT), cells, 2)


def _claim(statement: str, found: str | None, cells: int, *, loud: bool) -> list[Content]:
    """Return a claim with the verdict on it; one that fails stands out where it contradicts."""
    sign, tone = _NOT_RUN if found is None else VERDICTS.get(found, ("?", WARN))
    said = tr("not run yet") if found is None else verdict_word(found)
    against = loud and found == verdicts.FAILS
    tail = words(f" · {said}", f"bold {BAD}" if against else tone)
    lead = Content.assemble("  ", (f"{sign} ", f"bold {BAD}" if against else tone))
    return hung(lead, Content.assemble(words(statement), tail), cells, 4)


def _declared(name: str) -> Experiment | None:
    """Return what the catalogue says of an experiment, if it has it."""
    from l2l_tui import experiments

    return experiments.get(name) if name in experiments.names() else None
