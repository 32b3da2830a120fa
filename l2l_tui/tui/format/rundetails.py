"""A run in full, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from l2l_tui.language import tr, trn
from l2l_tui.states import state_word, verdict_word
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
        parts.append(_heading(tr("Error")))
        parts.append(words(f"{error.type}: {error.message}", BAD))
        parts.append(Content.styled(plain_lines(error.traceback), MUTED))
    if result is not None and result.claims:
        parts.append(_heading(tr("Claims")))
        parts += [_claim(claim, cells) for claim in result.claims]
    if result is not None and result.figures:
        parts.append(_heading(tr("Figures")))
        parts.append(_table({name: number(value) for name, value in result.figures.items()}))
    parts += [_heading(tr("Settings")), _table(run.request.settings)]
    if result is not None and result.environment:
        parts += [_heading(tr("Environment")), _table(result.environment)]
    if log:
        parts += [_heading(tr("Log")), Content.styled("\n".join(list(log)[-_LOG_LINES:]), MUTED)]
    return Content("\n").join(parts)


def _heading(text: str) -> Content:
    return Content.styled(f"\n{text}", "bold $text-primary")


def _facts(run: Run) -> Content:
    request = run.request
    facts: dict[str, object] = {
        tr("experiment"): request.experiment,
        tr("preset"): request.preset,
        tr("seed"): request.seed,
        tr("state"): state_word(run.state),
        tr("milestone"): request.milestone or tr("none"),
        tr("asked for"): f"{request.created:%Y-%m-%d %H:%M}",
        tr("took"): duration(run.elapsed_s),
    }
    if run.job is not None:
        facts[tr("cluster's job")] = run.job
    if run.status is not None and run.status.steps:
        steps, all_steps = run.status.step, run.status.steps
        facts[tr("step")] = tr("{n} of {all}", n=steps, all=all_steps)
    if run.status is not None and run.status.note and run.state.alive:
        facts[tr("at work on")] = run.status.note
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
    count = trn("{n} meta-seed", "{n} meta-seeds", claim.ours.seeds)
    ours = f"{number(claim.ours.mean)} ± {number(claim.ours.spread)}, {count}"
    said = verdict_word(claim.verdict)
    heads = (tr("ours"), tr("paper"), tr("so"))
    edge = 4 + max(map(width, heads))
    first, second, third = (f"  {head}{' ' * (edge - 2 - width(head))}" for head in heads)
    return Content("\n").join(
        [
            Content.assemble((f"{sign} {said}", tone), "  ", words(claim.id, "bold")),
            block(tr(claim.statement), cells, indent=2),
            block(ours, cells, MUTED, indent=edge, first=first),
            block(tr(claim.paper), cells, MUTED, indent=edge, first=second),
            block(claim.detail, cells, MUTED, indent=edge, first=third),
        ]
    )
