"""A run in full, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from l2l_tui.text import duration, number, plain, plain_lines, width
from l2l_tui.tui.format.claims import VERDICTS
from l2l_tui.tui.format.tone import BAD, MUTED, block, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from l2l_tui.experiments.claims import Judgement
    from l2l_tui.runs.model import Run

_LOG_LINES = 40


def details(run: Run, log: Sequence[str], cells: int) -> Content:
    """Return all that is known of a run, the most telling first."""
    parts = [_facts(run)]
    result = run.result
    if result is not None and result.error is not None:
        error = result.error
        parts.append(_heading("Error"))
        parts.append(words(f"{error.type}: {error.message}", BAD))
        parts.append(Content.styled(plain_lines(error.traceback), MUTED))
    if result is not None and result.claims:
        parts.append(_heading("Claims"))
        parts += [_claim(claim, cells) for claim in result.claims]
    if result is not None and result.figures:
        parts.append(_heading("Figures"))
        parts.append(_table({name: number(value) for name, value in result.figures.items()}))
    parts += [_heading("Settings"), _table(run.request.settings)]
    if result is not None and result.environment:
        parts += [_heading("Environment"), _table(result.environment)]
    if log:
        parts += [_heading("Log"), Content.styled("\n".join(list(log)[-_LOG_LINES:]), MUTED)]
    return Content("\n").join(parts)


def _heading(text: str) -> Content:
    return Content.styled(f"\n{text}", "bold $text-primary")


def _facts(run: Run) -> Content:
    request = run.request
    facts: dict[str, object] = {
        "experiment": request.experiment,
        "preset": request.preset,
        "seed": request.seed,
        "state": run.state,
        "milestone": request.milestone or "none",
        "asked for": f"{request.created:%Y-%m-%d %H:%M}",
        "took": duration(run.elapsed_s),
    }
    if run.status is not None and run.status.steps:
        facts["step"] = f"{run.status.step} of {run.status.steps}"
    if run.status is not None and run.status.note and run.state.alive:
        facts["doing"] = run.status.note
    return _table(facts)


def _table(values: Mapping[str, object]) -> Content:
    """Return names and values in two columns."""
    names = {plain(name): plain(str(value)) for name, value in values.items()}
    edge = min(32, max((width(name) for name in names), default=0))
    lines = [
        Content.assemble((name + " " * max(0, edge - width(name)), MUTED), "  ", value)
        for name, value in names.items()
    ]
    return Content("\n").join(lines)


def _claim(claim: Judgement, cells: int) -> Content:
    """Return a claim: the verdict, what the paper says, ours beside theirs."""
    sign, tone = VERDICTS.get(claim.verdict, ("?", MUTED))
    count = f"{claim.ours.seeds} meta-seed" + ("" if claim.ours.seeds == 1 else "s")
    ours = f"{number(claim.ours.mean)} ± {number(claim.ours.spread)}, {count}"
    return Content("\n").join(
        [
            Content.assemble((f"{sign} {claim.verdict}", tone), "  ", words(claim.id, "bold")),
            block(claim.statement, cells, indent=2),
            block(ours, cells, MUTED, indent=9, first="  ours   "),
            block(claim.paper, cells, MUTED, indent=9, first="  paper  "),
            block(claim.detail, cells, MUTED, indent=9, first="  so     "),
        ]
    )
