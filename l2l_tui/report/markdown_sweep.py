"""A sweep as Markdown: how many runs of what, and the table of its settings."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from l2l_tui.report.markdown_table import table
from l2l_tui.report.prose import code, sentence
from l2l_tui.report.words import Phrase, Words
from l2l_tui.runs.model import State, point, setting_text
from l2l_tui.text import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from l2l_tui.experiments.claims import Ours
    from l2l_tui.experiments.settings import Value
    from l2l_tui.report.swept import Row, Swept
    from l2l_tui.report.week_of_runs import Changed, SweepReport


def sweep(report: SweepReport, words: Words) -> Iterator[str]:
    """Yield the blocks about one sweep.

    Args:
        report: The sweep.
        words: The language.
    """
    yield f"##### {words.say(Phrase.SWEEP, sweep=code(report.name))}"
    yield _about(report, words)
    yield from changed(report.changed, words)
    if report.table.columns:
        yield _table(report.table, words)
        yield from _remarks(report.table, words)


def changed(settings: Sequence[Changed], words: Words) -> Iterator[str]:
    """Yield what differs from the preset, if anything does."""
    if not settings:
        return
    yield words.say(Phrase.CHANGED)
    headers = (Phrase.COLUMN_SETTING, Phrase.COLUMN_PRESET, Phrase.COLUMN_USED)
    rows = [(code(one.name), _value(one.preset), _value(one.used)) for one in settings]
    yield table([words.say(phrase) for phrase in headers], rows)


def figure(value: float | None, words: Words) -> str:
    """Return a figure; nothing where there is none."""
    if value is None:
        return ""
    return number(value) if math.isfinite(value) else words.say(Phrase.DIVERGED)


def ours(one: Ours, words: Words) -> str:
    """Return a figure over seeds."""
    mean = figure(one.mean, words)
    return f"{mean} ± {number(one.spread)}" if one.seeds > 1 and math.isfinite(one.mean) else mean


def setting(swept: Mapping[str, Value], words: Words) -> str:
    """Return a setting in words; it may stand in a table."""
    return code(point(swept)) if swept else words.say(Phrase.SWEEP_ONLY_SEEDS)


def _about(report: SweepReport, words: Words) -> str:
    others = "".join(
        words.say(Phrase.SWEEP_OTHERS, n=n, state=words.named(state.value).lower())
        for state, n in report.counts.items()
        if state is not State.FINISHED
    )
    return words.say(
        Phrase.SWEEP_ABOUT,
        settings=len(report.table.rows),
        seeds=report.seeds,
        finished=report.counts.get(State.FINISHED, 0),
        runs=sum(report.counts.values()),
        others=others,
        preset=report.preset,
        time=words.time(report.elapsed_s),
    )


def _table(swept: Swept, words: Words) -> str:
    headers = [
        *map(code, swept.fields),
        words.say(Phrase.COLUMN_SEEDS),
        *(code(column.name) for column in swept.columns),
        "",
    ]
    return table(headers, [_row(row, words) for row in swept.rows])


def _row(row: Row, words: Words) -> list[str]:
    seeds = str(row.seeds) if row.finished == row.seeds else f"{row.finished}/{row.seeds}"
    cells = ["" if one is None else ours(one, words) for one in row.cells]
    best = f"**{words.say(Phrase.BEST)}**" if row.best else ""
    return [*(code(setting_text(value)) for value in row.swept.values()), seeds, *cells, best]


def _remarks(swept: Swept, words: Words) -> Iterator[str]:
    """Yield what the reader of the table must know."""
    said = []
    if any(cell and cell.seeds > 1 for row in swept.rows for cell in row.cells):
        said.append(words.say(Phrase.SWEEP_SPREAD))
    best = next((row for row in swept.rows if row.best), None)
    if swept.ranked_by is not None and best is not None:
        phrase = Phrase.SWEEP_LOWER if swept.ranked_by.lower else Phrase.SWEEP_HIGHER
        named = code(swept.ranked_by.name, in_table=False)
        said.append(words.say(phrase, figure=named, setting=setting(best.swept, words)))
    if said:
        yield (" " if words.language == "en" else "").join(said)
    lines = [
        f"- {code(column.name, in_table=False)} — {sentence(words.translated(column.reads))}"
        for column in swept.columns
        if column.reads
    ]
    if lines:
        yield "\n".join(lines)


def _value(value: object) -> str:
    if value is None:
        return ""
    return code(str(value).lower() if isinstance(value, bool) else str(value))
