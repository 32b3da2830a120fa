"""Sweeps as a person reads them: where one stands, and its table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from l2l_tui.cli.output import Cell, table
from l2l_tui.language import tr, trn
from l2l_tui.runs.model import State, setting_text
from l2l_tui.states import state_word
from l2l_tui.text import number, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from l2l_tui.experiments.claims import Ours
    from l2l_tui.report.swept import Column, Row, Swept
    from l2l_tui.runs.sweep.groups import Sweep

_BEST = "*"


def counts(sweep: Sweep) -> str:
    """Return how many of a sweep's runs stand where."""
    found = sweep.counts
    done = tr("{n} of {all} finished", n=found.get(State.FINISHED, 0), all=len(sweep.points))
    others = (f"{n} {state_word(state)}" for state, n in found.items() if state != State.FINISHED)
    return ", ".join([done, *others])


def swept(whole: Swept) -> Iterator[str]:
    """A row a setting, over its seeds; the best has a star."""
    headers = ["", *whole.fields, tr("seeds"), *(column.name for column in whole.columns)]
    yield from table([_row(row) for row in whole.rows], headers)
    yield ""
    if any(cell and cell.seeds > 1 for row in whole.rows for cell in row.cells):
        yield tr("After ±: the standard deviation over the seeds.")
    for column in whole.columns:
        if column.reads:
            yield f"  {plain(column.name)}: {plain(tr(column.reads))}"
    if whole.ranked_by is not None:
        yield _ranking(whole.ranked_by)


def _ranking(column: Column) -> str:
    if column.lower:
        return tr("* is best by {figure}: lower is better.", figure=column.name)
    return tr("* is best by {figure}: higher is better.", figure=column.name)


def _row(row: Row) -> list[str | Cell]:
    style = "good" if row.best else ""
    seeds = str(row.seeds) if row.finished == row.seeds else f"{row.finished}/{row.seeds}"
    return [
        Cell(_BEST if row.best else "", style),
        *(setting_text(value) for value in row.swept.values()),
        seeds,
        *(Cell(_ours(cell), style) for cell in row.cells),
    ]


def _ours(one: Ours | None) -> str:
    if one is None:
        return "-"
    if not math.isfinite(one.mean):
        return tr("not finite")
    return number(one.mean) + (f" ± {number(one.spread)}" if one.seeds > 1 else "")


def what_to_do(sweep: Sweep) -> str:
    """Say how to go on with a sweep that did not finish."""
    failed = [run.id for run in sweep.points if run.state is State.FAILED]
    if failed:
        return trn(
            "{n} run failed: `l2l-tui show {run}` says why; the same command again runs only "
            "what is missing or failed",
            "{n} runs failed: `l2l-tui show {run}` says why of one; the same command again runs "
            "only what is missing or failed",
            len(failed),
            run=failed[0],
        )
    return tr("not all has finished; the same command again goes on with what is missing")
