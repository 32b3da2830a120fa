"""Tables of runs side by side."""

from __future__ import annotations

from math import isfinite
from statistics import fmean, stdev
from typing import TYPE_CHECKING

from textual.content import Content

from l2l_tui.language import tr, trn
from l2l_tui.runs.compare import compare
from l2l_tui.text import number, plain
from l2l_tui.tui.format.runs import standing
from l2l_tui.tui.format.tone import ACCENT, FAINT, MUTED, cell, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from l2l_tui.runs.model import Run
    from l2l_tui.tui.state import Watched

_NAME, _COLUMN, _MEAN = 26, 13, 22


def short(run: Run) -> str:
    """Return what a run is called in a column: the end of its id, and its seed."""
    return plain(f"{run.id.rpartition('-')[2]} s{run.request.seed}")


def quantities(runs: Sequence[Watched]) -> list[str]:
    """Return the measured quantities of all runs, the declared families' first."""
    order: dict[str, None] = {}
    for watched in runs:
        for family in watched.families():
            order |= dict.fromkeys(
                name for name in watched.curves if name.partition("/")[0] == family
            )
    return list(order)


def tables(runs: Sequence[Watched], name: str | None, width: int) -> Content:
    """Return all tables for a width: the curve, the figures, the settings that differ."""
    if not runs:
        return words(tr("These runs are no more."), MUTED)
    shown = list(runs)[: max(1, (width - _NAME - _MEAN) // _COLUMN)]
    found = compare([watched.run for watched in shown])
    lines = [_columns(shown)]
    if name is not None:
        lines += _curve(shown, name)
    lines += _heading(tr("Figures")) + [_figure(key, row) for key, row in found.figures.items()]
    if not found.figures:
        lines.append(words(tr("No run has finished yet."), FAINT))
    lines += _heading(tr("What differs in the settings"))
    lines += [
        _row(key, [_text(value) for value in row.values()])
        for key, row in found.settings_differ.items()
    ]
    if not found.settings_differ:
        lines.append(words(tr("Nothing."), FAINT))
    if len(shown) < len(runs):
        more = len(runs) - len(shown)
        said = trn("{n} more needs a wider terminal.", "{n} more need a wider terminal.", more)
        lines.append(words(said, FAINT))
    return Content("\n").join(lines)


def _heading(text: str) -> list[Content]:
    return [Content(""), words(text, f"bold {ACCENT}")]


def _columns(runs: Sequence[Watched]) -> Content:
    heads = [cell(short(one.run), _COLUMN, "bold", right=True) for one in runs]
    states = [cell(standing(one.run).text, _COLUMN, MUTED, right=True) for one in runs]
    mean = cell(tr("mean ± std"), _MEAN, MUTED, right=True) if len(runs) > 1 else Content("")
    first = Content.assemble(cell("", _NAME), *heads, mean)
    return Content.assemble(first, "\n", cell("", _NAME), *states)


def _curve(runs: Sequence[Watched], name: str) -> list[Content]:
    """Return lowest and last value of the overlaid curve."""
    curves = [one.curves.get(name) for one in runs]
    values = [
        [value for value in curve.values if isfinite(value)] if curve is not None else []
        for curve in curves
    ]
    low = {str(place): min(one) if one else None for place, one in enumerate(values)}
    last = {str(place): one[-1] if one else None for place, one in enumerate(values)}
    return [*_heading(name), _figure(tr("lowest"), low), _figure(tr("last"), last)]


def _figure(name: str, row: Mapping[str, float | None]) -> Content:
    """Return a figure of every run, and its mean and spread over the runs."""
    known = [value for value in row.values() if value is not None and isfinite(value)]
    mean = ""
    if len(row) > 1 and len(known) > 1:
        mean = f"{number(fmean(known))} ± {number(stdev(known))}"
    return Content.assemble(
        _row(name, [_text(value) for value in row.values()]),
        cell(mean, _MEAN, MUTED, right=True) if len(row) > 1 else "",
    )


def _row(name: str, texts: Sequence[str]) -> Content:
    parts = [cell(text, _COLUMN, right=True) for text in texts]
    return Content.assemble(cell(name, _NAME, MUTED), *parts)


def _text(value: object) -> str:
    if value is None:
        return "-"
    return number(value) if isinstance(value, float) else str(value)
