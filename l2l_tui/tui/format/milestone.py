"""What is known of a milestone beside its own fields: evidence, needs, history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from l2l_tui.plan import schedule
from l2l_tui.text import number
from l2l_tui.tui.format.schedule import waits_for, when
from l2l_tui.tui.format.tone import BAD, FAINT, GOOD, MUTED, WARN, words

if TYPE_CHECKING:
    from datetime import date

    from l2l_tui.plan.model import Change, Milestone, Plan, Result

FIGURES = 2
"""How many of a run's figures are named; the run's own screen has them all."""

RUNS = 3
"""How many runs are shown as evidence: the last one in full, those before in a line each."""

VERDICTS = {"holds": ("✓", GOOD), "fails": ("✗", BAD), "inconclusive": ("?", WARN)}
"""Sign and colour by verdict."""


def about(plan: Plan, milestone: Milestone, today: date) -> Content:
    """Return the lines above a milestone's form; empty if there is nothing to say."""
    lines = [_facts(plan, milestone, today)]
    lines += [
        Content.assemble(("needs ", WARN), words(other.title), (f" ({other.status})", MUTED))
        for other in waits_for(plan, milestone)
    ]
    results = schedule.evidence(plan, milestone)
    if len(results) > RUNS:
        lines.append(words(f"{len(results)} runs, the last {RUNS}:", MUTED))
    lines += [_in_a_line(result) for result in results[-RUNS:-1]]
    for result in results[-1:]:
        lines += _evidence(result)
    lines += [_change(change) for change in milestone.history[-5:]]
    return Content("\n").join([line for line in lines if line.plain])


def _facts(plan: Plan, milestone: Milestone, today: date) -> Content:
    mark = when(milestone, today)
    track = next((track.title for track in plan.tracks if track.id == milestone.track), "")
    parts = [words(track, MUTED), words(milestone.id, FAINT), words(mark.text, mark.style)]
    parts += [words(f"experiment {name}", MUTED) for name in milestone.experiments]
    return Content(" · ").join([part for part in parts if part.plain])


def _in_a_line(result: Result) -> Content:
    """Return one run with the signs of its verdicts."""
    signs = [Content.assemble(VERDICTS.get(one, ("?", WARN))) for one in result.claims.values()]
    return Content.assemble(("run ", MUTED), words(result.run), "  ", *signs)


def _evidence(result: Result) -> list[Content]:
    """Return one run's verdicts, and its figures in a line."""
    head = Content.assemble(("run ", MUTED), words(result.run))
    claims = [
        Content.assemble(
            "  ", VERDICTS.get(verdict, ("?", WARN)), " ", words(claim), (f" {verdict}", MUTED)
        )
        for claim, verdict in result.claims.items()
    ]
    first = list(result.figures.items())[:FIGURES]
    figures = ", ".join(f"{name} {number(value)}" for name, value in first)
    if len(result.figures) > len(first):
        figures += f", {len(result.figures) - len(first)} more"
    return [head, *claims, words(f"  {figures}", FAINT)] if figures else [head, *claims]


def _change(change: Change) -> Content:
    """Return one line of a milestone's history."""
    what = []
    if change.status is not None:
        what.append(f"{change.status}")
    if change.due is not None or change.was is not None:
        what.append(f"due {change.due or 'no more'} (was {change.was or 'open'})")
    return words(f"{change.on} {', '.join(what)}", FAINT)
