"""A sweep's line: sign, experiment, how many settings and seeds, progress, what was swept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from l2l_tui.language import tr
from l2l_tui.runs.model import State
from l2l_tui.states import state_word
from l2l_tui.text import duration
from l2l_tui.tui.format.runs import SIGNS, bar, name_cells, percent
from l2l_tui.tui.format.tone import ACCENT, BAD, FAINT, MUTED, cell, spread, words

if TYPE_CHECKING:
    from l2l_tui.runs.sweep.groups import Sweep

OPENED, CLOSED = "▾", "▸"
"""Before a sweep whose runs are shown below it, or not."""


def line(sweep: Sweep, cells: int, *, opened: bool) -> Content:
    """Return one sweep's line in exactly `cells` cells.

    Args:
        sweep: The sweep.
        cells: The width.
        opened: Whether its runs stand below it.
    """
    sign, tone = SIGNS[sweep.state]
    request, settings = sweep.points[0].request, len({run.request.point for run in sweep.points})
    head = Content.assemble(
        (OPENED if opened else CLOSED, FAINT),
        (sign, tone),
        " ",
        cell(request.experiment, name_cells(cells), "" if sweep.state.alive else MUTED),
        " ",
        cell(f"{settings}×{sweep.seeds}", 9 if cells >= 44 else 4, MUTED),
        " ",
    )
    return Content.assemble(head, _middle(sweep, max(0, cells - head.cell_length)))


def standing(sweep: Sweep) -> Content:
    """Return how many of its runs have finished, and where those stand that have not."""
    counts = sweep.counts
    done = tr("{n} of {all} finished", n=counts.get(State.FINISHED, 0), all=len(sweep.points))
    parts = [words(done, "" if sweep.state.alive else MUTED)]
    for state in (State.FAILED, State.INTERRUPTED, State.STOPPED, State.RUNNING):
        if state in counts:
            said = f"{counts[state]} {state_word(state)}"
            parts += [words(", ", MUTED), words(said, BAD if state is State.FAILED else MUTED)]
    return Content.assemble(*parts)


def _middle(sweep: Sweep, cells: int) -> Content:
    """Return the bar while it is under way, how it stands, and what was swept if there is room."""
    said = standing(sweep)
    if not sweep.state.alive:
        took = words(duration(sweep.elapsed_s), FAINT)
        over = ", ".join(sweep.points[0].request.swept)
        about = words(f"  {tr('over {fields}', fields=over)}" if over else "", FAINT)
        left = Content.assemble(said, about)
        room = cells - took.cell_length - 1
        if left.cell_length <= room:
            return spread(left, took, cells)
        return spread(said, took if said.cell_length <= room else Content(""), cells)
    length = max(0, min(24, cells - said.cell_length - 7))
    gauge = bar(sweep.share, length, ACCENT) if length >= 4 else Content("")
    number = cell(percent(sweep.share), 5, right=True)
    return Content.assemble(gauge, number, " ", said).truncate(cells, ellipsis=True, pad=True)
