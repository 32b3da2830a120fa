"""A run's line: sign, experiment, seed, progress, time left or verdict, sparkline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from l2l_tui.experiments.claims import Verdict
from l2l_tui.language import tr, trn
from l2l_tui.runs.model import State
from l2l_tui.text import duration
from l2l_tui.tui.format.schedule import Mark
from l2l_tui.tui.format.tone import ACCENT, BAD, FAINT, GOOD, MUTED, WARN, cell, words

if TYPE_CHECKING:
    from l2l_tui.runs.model import Run

SIGNS = {
    State.QUEUED: ("◌", MUTED),
    State.RUNNING: ("▶", ACCENT),
    State.PAUSED: ("‖", WARN),
    State.FINISHED: ("✓", GOOD),
    State.FAILED: ("✗", BAD),
    State.STOPPED: ("■", MUTED),
    State.INTERRUPTED: ("!", WARN),
}
"""Sign and colour by state."""

MARKED = "◆"
"""Beside a run that is marked for comparison."""


def share(run: Run) -> float:
    """Return how much of a run is done, from 0 to 1."""
    return run.share


def verdict(run: Run) -> Mark:
    """Return the verdicts of a finished run in few words."""
    if run.result is None or not run.result.claims:
        return Mark(tr("finished"), GOOD)
    verdicts = [claim.verdict for claim in run.result.claims]
    if fails := verdicts.count(Verdict.FAILS):
        said = trn("{n} of {all} fails", "{n} of {all} fail", fails, all=len(verdicts))
        return Mark(said, BAD)
    holds = verdicts.count(Verdict.HOLDS)
    if holds == len(verdicts):
        return Mark(tr("{holds}/{all} hold", holds=holds, all=holds), GOOD)
    open_ = len(verdicts) - holds
    if not holds:
        return Mark(trn("{n} inconclusive", "{n} inconclusive", open_), WARN)
    return Mark(tr("{holds}/{all} hold", holds=holds, all=len(verdicts)), WARN)


def standing(run: Run) -> Mark:
    """Return in words where a run stands: time left, verdict, or how it broke off."""
    match run.state:
        case State.QUEUED:
            if run.place is not None:
                return Mark(tr("queued, place {n}", n=run.place))
            return Mark(tr("queued"))
        case State.RUNNING:
            left = run.remaining_s
            if left is None:
                return Mark(tr("starting"))
            return Mark(tr("{time} left", time=duration(left)))
        case State.PAUSED:
            return Mark(tr("paused"), WARN)
        case State.FINISHED:
            return verdict(run)
        case State.FAILED:
            error = run.result.error if run.result is not None else None
            said = tr("failed: {error}", error=error.type) if error else tr("failed")
            return Mark(said, BAD)
        case State.INTERRUPTED:
            return Mark(tr("interrupted"), WARN)
        case _:
            return Mark(tr("stopped"))


def bar(done: float, cells: int, style: str = ACCENT) -> Content:
    """Return a progress bar, to half a cell."""
    halves = round(done * cells * 2)
    full, half = divmod(min(halves, cells * 2), 2)
    filled = "━" * full + "╸" * half
    return Content.assemble((filled, style), ("─" * (cells - len(filled)), FAINT))


def percent(done: float) -> str:
    """Return a share as whole percents; 100 only at the very end."""
    return f"{int(done * 100)} %"


def line(run: Run, spark: str, cells: int, *, marked: bool = False) -> Content:
    """Return one run's line in exactly `cells` cells.

    Args:
        run: The run.
        spark: Its sparkline, already as wide as it should be.
        cells: The width.
        marked: Whether it is marked for comparison.
    """
    sign, tone = SIGNS[run.state]
    tail = Content.assemble(" ", (spark, MUTED)) if spark and cells >= 50 else Content("")
    seed = tr("seed {n}", n=run.request.seed) if cells >= 44 else f"s{run.request.seed}"
    head = Content.assemble(
        (MARKED if marked else " ", f"bold {ACCENT}"),
        (sign, tone),
        " ",
        cell(_name(run), name_cells(cells), "" if run.state.alive else MUTED),
        " ",
        cell(seed, 9 if cells >= 44 else 4, MUTED),
        " ",
    )
    room = max(0, cells - head.cell_length - tail.cell_length)
    return Content.assemble(head, _middle(run, room), tail)


def name_cells(cells: int) -> int:
    """Return how many of a line's cells the experiment's name has."""
    return max(8, min(24, cells // 4))


def _name(run: Run) -> str:
    """Return what tells a run from its neighbours: in a sweep its setting, else the experiment."""
    if run.request.sweep is None:
        return run.request.experiment
    return f" {run.request.point or run.request.experiment}"


def _middle(run: Run, cells: int) -> Content:
    """Return the bar with the percents and the time left, or the verdict and how long it took."""
    mark = standing(run)
    if run.place is not None and not share(run):
        return cell(mark.text, cells, mark.style)  # a bar would be empty for long
    if run.state in {State.FINISHED, State.FAILED} or cells < 18:
        took = duration(run.elapsed_s) if cells >= 34 else ""
        return Content.assemble(cell(mark.text, cells - len(took), mark.style), words(took, FAINT))
    length = max(0, min(24, cells - 20))
    done = share(run)
    gauge = bar(done, length, tone_of(run)) if length >= 4 else Content("")
    rest = max(0, cells - gauge.cell_length - 6)
    return Content.assemble(
        gauge, cell(percent(done), 5, right=True), " ", cell(mark.text, rest, mark.style)
    )


def tone_of(run: Run) -> str:
    """Return the colour of a run's bar."""
    return ACCENT if run.state is State.RUNNING else SIGNS[run.state][1]
