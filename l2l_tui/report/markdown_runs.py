"""The runs of a week as Markdown: what was tested, the verdicts, figures and curves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from l2l_tui.report import markdown_sweep
from l2l_tui.report.compared import Compared
from l2l_tui.report.markdown_sweep import figure
from l2l_tui.report.markdown_table import table
from l2l_tui.report.prose import cell, code, inline, sentence
from l2l_tui.report.svg import Picture
from l2l_tui.report.words import Phrase, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from l2l_tui.report.compared import Around
    from l2l_tui.report.drawing import Drawn
    from l2l_tui.report.week_of_runs import ClaimReport, ExperimentReport, RunReport

_VERDICTS = {"holds": "✓", "fails": "✗", "inconclusive": "?"}
_FIGURES_A_ROW = 3
_LEAST_MEASURES = 2


def experiment(report: ExperimentReport, words: Words, figures: str) -> Iterator[str]:
    """Yield the blocks about one experiment's runs.

    Args:
        report: The runs.
        words: The language.
        figures: The pictures' folder as it stands in a link.
    """
    named = inline(words.translated(report.title))
    title = f"{words.colon}{named}" if report.title else ""
    yield f"#### {code(report.name)}{title}"
    if report.claims:
        yield words.say(Phrase.TESTS, paper=inline(words.translated(report.paper)))
        yield "\n".join(
            f"- {code(one.id)}{words.colon}{sentence(words.translated(one.statement))}"
            f" {words.say(Phrase.COLUMN_PAPER)}{words.colon}"
            f"{sentence(words.translated(one.reference))}"
            for one in report.claims
        )
    elif not report.title:
        yield words.say(Phrase.UNKNOWN_EXPERIMENT)
    for sweep in report.sweeps:
        yield from markdown_sweep.sweep(sweep, words)
    explained: set[str] = set()
    for run in report.runs:
        yield from _run(run, words, figures, {one.reference for one in report.claims})
        yield from (sentence(words.told(one)) for one in run.remarks)
        yield _glossary(run, explained, words)


def verdict(name: str, words: Words) -> str:
    """Return a verdict with its sign."""
    return f"{_VERDICTS[name]} {words.named(name)}" if name in _VERDICTS else inline(name)


def _run(run: RunReport, words: Words, figures: str, papers: set[str]) -> Iterator[str]:
    yield f"##### {words.say(Phrase.RUN, run=code(run.run))}"
    yield _about(run, words)
    yield from markdown_sweep.changed(run.changed, words)
    if run.claims:
        yield _claims(run, words, papers)
    if run.compared is not None:
        yield _compared(run.compared, words)
        if run.compared.interval:
            interval = words.translated(run.compared.interval)
            yield words.say(Phrase.INTERVALS, interval=sentence(interval))
    if run.drawn is not None:
        yield f"![{_caption(run.drawn, words)}]({figures}/{run.run}.svg)"
    yield from _figures(run, words)


def _about(run: RunReport, words: Words) -> str:
    day = words.say(Phrase.RUN_DAY, day=run.on) if run.on else ""
    if run.gone:
        return words.say(Phrase.RUN_GONE, day=day)
    parts = [
        words.say(
            Phrase.RUN_ABOUT,
            state=words.named(run.state.value),
            day=day,
            preset=run.preset,
            seed=run.seed,
            time=words.time(run.elapsed_s),
        )
    ]
    if run.state.value not in {"finished", "failed"} and run.steps:
        parts.append(words.say(Phrase.RUN_STEP, step=run.step, steps=run.steps))
    if run.error:
        parts.append(words.say(Phrase.RUN_ERROR, error=code(run.error, in_table=False)))
    return (" " if words.language == "en" else "").join(parts)


def _claims(run: RunReport, words: Words, papers: set[str]) -> str:
    """Return the verdicts; where the paper says it only if the head did not say so before."""
    told = all(one.paper in papers for one in run.claims)
    headers = [
        Phrase.COLUMN_CLAIM,
        Phrase.COLUMN_VERDICT,
        Phrase.COLUMN_OURS,
        *([] if told else [Phrase.COLUMN_PAPER]),
        Phrase.COLUMN_WHY,
    ]
    rows = [
        [
            code(one.id),
            f"**{verdict(one.verdict.value, words)}**",
            _ours(one, words),
            *([] if told else [cell(words.translated(one.paper))]),
            cell(words.told(one.detail)),
        ]
        for one in run.claims
    ]
    return table([words.say(phrase) for phrase in headers], rows)


def _ours(claim: ClaimReport, words: Words) -> str:
    if claim.ours is None:
        return ""
    mean = figure(claim.ours.mean, words)
    reads = f"{words.colon}{cell(words.translated(claim.reads))}" if claim.reads else ""
    if claim.ours.seeds == 1:
        return words.say(Phrase.ONE_SEED, mean=mean) + reads
    spread = figure(claim.ours.spread, words)
    return words.say(Phrase.SEEDS, mean=mean, spread=spread, n=claim.ours.seeds) + reads


def _compared(compared: Compared, words: Words) -> str:
    """Return what the run compares: a row each, figures with their intervals, then costs."""
    headers = [cell(words.translated(one)) for one in (*compared.columns, *compared.costs)]
    rows = [
        (
            cell(words.translated(row.name)),
            *(_around(one, words) for one in row.figures),
            *(figure(one, words) for one in row.costs),
        )
        for row in compared.rows
    ]
    return table(["", *headers], rows)


def _around(one: Around | None, words: Words) -> str:
    if one is None or not math.isfinite(one.value):
        return figure(None if one is None else one.value, words)
    return f"{one.value:.3f}" + ("" if one.half_width is None else f" ± {one.half_width:.3f}")


def _figures(run: RunReport, words: Words) -> Iterator[str]:
    """Yield the figures: those of each curve as one table, the others before it.

    What stands in the table of what is compared is not said again.
    """
    figures, by_curve = dict(run.figures or {}), _by_curve(run)
    measures = list(dict.fromkeys(measure for own in by_curve.values() for measure in own))
    told = {f"{measure}_{curve}" for curve, own in by_curve.items() for measure in own}
    told |= run.compared.told if run.compared else set()
    others = {name: value for name, value in figures.items() if name not in told}
    if others:
        yield _side_by_side(others, words)
    if measures:
        yield table(
            ["", *map(code, measures)],
            [
                (code(curve), *(figure(own.get(measure), words) for measure in measures))
                for curve, own in by_curve.items()
            ],
        )


def _glossary(run: RunReport, explained: set[str], words: Words) -> str:
    """Say what the figures are that no run before said, each by the name that its table uses.

    Figures that are the same of several are said together.
    """
    columns = {
        f"{measure}_{curve}": measure for curve, own in _by_curve(run).items() for measure in own
    }
    compared = run.compared.told if run.compared else frozenset()
    said: dict[str, list[str]] = {}
    for name in run.figures or {}:
        shown = columns.get(name, name)
        meaning = run.meanings.get(name)
        if meaning is not None and shown not in explained and name not in compared:
            explained.add(shown)
            said.setdefault(meaning, []).append(code(shown, in_table=False))
    return "\n".join(
        f"- {words.list_comma.join(names)} — {sentence(words.translated(meaning))}"
        for meaning, names in said.items()
    )


def _by_curve(run: RunReport) -> dict[str, dict[str, float]]:
    """Return the figures of each curve; none where they would make a table of one column."""
    picture = run.drawn
    curves = [curve.name for curve in picture.curves] if isinstance(picture, Picture) else []
    found = {curve: _of_curve(curve, run.figures or {}) for curve in curves}
    return found if len({name for own in found.values() for name in own}) >= _LEAST_MEASURES else {}


def _of_curve(curve: str, figures: Mapping[str, float]) -> dict[str, float]:
    """Return the figures named after a curve, e.g. ``final_adam``, by what they measure."""
    end = f"_{curve}"
    return {name.removesuffix(end): value for name, value in figures.items() if name.endswith(end)}


def _side_by_side(figures: Mapping[str, float], words: Words) -> str:
    """Lay figures side by side, so that a page is not one long column."""
    said = [(code(name), figure(value, words)) for name, value in figures.items()]
    height = math.ceil(len(said) / _FIGURES_A_ROW)
    columns = math.ceil(len(said) / height)
    said += [("", "")] * (columns * height - len(said))
    rows = [
        [text for column in range(columns) for text in said[column * height + line]]
        for line in range(height)
    ]
    headers = [words.say(Phrase.COLUMN_FIGURE), words.say(Phrase.COLUMN_VALUE)] * columns
    return table(headers, rows)


def _caption(picture: Drawn, words: Words) -> str:
    if isinstance(picture, Compared):
        title, y = (inline(words.translated(one)) for one in (picture.title, picture.y))
        return words.say(Phrase.BARS, title=title, y=y)
    scale = words.say(Phrase.LOG_SCALE) if picture.log else ""
    return words.say(
        Phrase.PICTURE,
        title=inline(words.translated(picture.title)),
        x=inline(words.translated(picture.x)),
        y=inline(words.translated(picture.y)),
        scale=scale,
    )
