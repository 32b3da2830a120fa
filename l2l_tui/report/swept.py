"""What a sweep came to: a row a setting, what decides each claim over the seeds, the best marked.

What decides a claim is the figure that it compares with its bound, lower being better. A figure
that a claim only reads can be asked for as well; whether lower or higher is better then follows
from how the claim's own figure moves with it.
"""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from l2l_tui.errors import UnknownNameError
from l2l_tui.experiments.claims import Ours, read_by
from l2l_tui.runs.model import State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from l2l_tui.experiments.base import Experiment
    from l2l_tui.experiments.claims import Claim, Figures
    from l2l_tui.experiments.settings import Value
    from l2l_tui.runs.model import Run

_FACTORS = (2.0, 100.0)
"""By how much a figure is made smaller and larger to see what a claim makes of it."""


@dataclass(frozen=True)
class Column:
    """A figure of the table."""

    name: str
    """The claim's id, or the figure's name."""
    reads: str
    """What it is, in words; empty where the catalogue does not say."""
    lower: bool = True
    """Whether lower is better."""


@dataclass(frozen=True)
class Row:
    """One setting of the sweep."""

    swept: Mapping[str, Value]
    """Its values."""
    finished: int
    """How many of its seeds have finished."""
    seeds: int
    """How many there are."""
    cells: tuple[Ours | None, ...]
    """Over the seeds that finished, one a column; None where no run has the figure."""
    runs: tuple[str, ...]
    """The runs' ids, by seed."""
    best: bool = False
    """Whether it ranks first."""


@dataclass(frozen=True)
class Swept:
    """The table of a sweep."""

    fields: tuple[str, ...]
    """The swept settings."""
    columns: tuple[Column, ...]
    """The figures."""
    rows: tuple[Row, ...]
    """The settings, in the order in which they were asked for."""
    ranked_by: Column | None
    """The figure that says which setting is best; None if no run says anything of it."""


def check_figure(experiment: Experiment, name: str) -> None:
    """Refuse the name of a figure by which no run of an experiment could be ranked.

    Raises:
        UnknownNameError: It is no claim's, and no claim reads such a figure.
    """
    known = [claim.id for claim in experiment.claims]
    if name not in known and not experiment.meaning(name):
        read = [field for claim in experiment.claims for field in _read_of_nothing(claim)]
        if name not in read:
            known += [field for field in dict.fromkeys(read) if field not in known]
            raise UnknownNameError(
                "figure of {experiment}", name, known, experiment=experiment.name
            )


def tabulate(
    points: Sequence[Run], experiment: Experiment | None, figure: str | None = None
) -> Swept:
    """Return the table of a sweep.

    Args:
        points: The run that counts of each point, whole; at least one.
        experiment: What was run; None where the catalogue no longer has it.
        figure: What ranks the settings: a claim's id, or a figure that a claim reads; without it
            the experiment's first claim.
    """
    columns = _columns(points, experiment, figure)
    by_setting: dict[str, list[Run]] = {}
    for run in points:
        by_setting.setdefault(run.request.point, []).append(run)
    rows = tuple(_row(runs, columns) for runs in by_setting.values())
    wanted = figure or (columns[0].name if columns else None)
    place = next((n for n, column in enumerate(columns) if column.name == wanted), None)
    best = None if place is None else _best(rows, place, lower=columns[place].lower)
    return Swept(
        fields=tuple(points[0].request.swept),
        columns=columns,
        rows=tuple(
            Row(row.swept, row.finished, row.seeds, row.cells, row.runs, best=row is best)
            for row in rows
        ),
        ranked_by=None if place is None or best is None else columns[place],
    )


def figures(runs: Sequence[Run], experiment: Experiment | None) -> dict[str, Ours]:
    """Return the figures that the claims read, over the runs of one setting that have them."""
    ended = [run.result.figures for run in _finished(runs) if run.result is not None]
    claims = experiment.claims if experiment is not None else ()
    names = dict.fromkeys(name for one in ended for name in read_by(claims, one))
    return {name: Ours.over([one[name] for one in ended if name in one]) for name in names}


def _columns(
    points: Sequence[Run], experiment: Experiment | None, figure: str | None
) -> tuple[Column, ...]:
    ended = [run.result for run in _finished(points) if run.result is not None]
    ids = dict.fromkeys(claim.id for result in ended for claim in result.claims)
    declared = {claim.id: claim for claim in experiment.claims} if experiment else {}
    order = [*(id_ for id_ in declared if id_ in ids), *(id_ for id_ in ids if id_ not in declared)]
    columns = [Column(id_, declared[id_].reads if id_ in declared else "") for id_ in order]
    asked = figure is not None and figure not in ids and experiment is not None
    if asked and any(figure in result.figures for result in ended):
        assert figure is not None
        assert experiment is not None
        known = next(result.figures for result in ended if figure in result.figures)
        lower = lower_is_better(experiment.claims, figure, known)
        if lower is not None:
            columns.insert(0, Column(figure, experiment.meaning(figure), lower))
    return tuple(columns)


def lower_is_better(claims: Sequence[Claim], figure: str, known: Figures) -> bool | None:
    """Return in which direction a figure is better for the first claim that it matters to.

    Args:
        claims: The experiment's, each of which holds where its own figure is low.
        figure: The figure's name.
        known: The figures of a run that has it.

    Returns:
        None if it matters to no claim.
    """
    for claim in claims:
        for factor in _FACTORS:
            rises = _measured(claim, figure, known, factor)
            rises -= _measured(claim, figure, known, 1 / factor)
            if rises and math.isfinite(rises):
                return rises * _moved(known, figure) > 0
    return None


def _measured(claim: Claim, figure: str, known: Figures, factor: float) -> float:
    try:
        return claim.measure({**known, figure: _moved(known, figure) * factor})
    except (ArithmeticError, ValueError, LookupError):
        return math.nan


def _moved(known: Figures, figure: str) -> float:
    return known[figure] or 1.0  # nothing makes 0 larger or smaller


def _row(runs: Sequence[Run], columns: Sequence[Column]) -> Row:
    runs = sorted(runs, key=lambda run: run.request.seed)
    finished = _finished(runs)
    return Row(
        swept=runs[0].request.swept,
        finished=len(finished),
        seeds=len(runs),
        cells=tuple(_cell(finished, column.name) for column in columns),
        runs=tuple(run.id for run in runs),
    )


def _finished(runs: Sequence[Run]) -> list[Run]:
    return [run for run in runs if run.state is State.FINISHED]


def _cell(finished: Sequence[Run], name: str) -> Ours | None:
    values = [value for run in finished if (value := _value(run, name)) is not None]
    return Ours.over(values) if values else None


def _value(run: Run, name: str) -> float | None:
    if run.result is None:
        return None
    of_claims = {claim.id: claim.ours.mean for claim in run.result.claims}
    return of_claims.get(name, run.result.figures.get(name))


def _best(rows: Sequence[Row], place: int, *, lower: bool) -> Row | None:
    """Return the row that ranks first; where a seed diverged a setting does not rank."""
    means = [(cell.mean, row) for row in rows if (cell := row.cells[place]) is not None]
    ranked = [(mean, row) for mean, row in means if math.isfinite(mean)]
    choose = min if lower else max
    return choose(ranked, key=lambda pair: pair[0])[1] if ranked else None


def _read_of_nothing(claim: Claim) -> tuple[str, ...]:
    """Return what a claim reads first, as far as that shows without figures."""
    watched = _Names()
    with suppress(ArithmeticError, ValueError, LookupError):
        claim.measure(watched)
    return tuple(watched.read)


class _Names(dict[str, float]):
    """No figures, of which any may be asked."""

    def __init__(self) -> None:
        super().__init__()
        self.read: dict[str, None] = {}

    def __getitem__(self, name: str) -> float:
        self.read[name] = None
        return math.nan
