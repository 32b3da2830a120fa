"""The grid of a sweep: every combination of some settings' values, each with the same seeds."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from l2l_tui.errors import RequestError, UnknownNameError
from l2l_tui.language import tr
from l2l_tui.runs import sharing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from l2l_tui.experiments.base import Experiment
    from l2l_tui.experiments.settings import Value

MOST = 10_000
"""So many runs a sweep may have."""
_TAIL = 6


@dataclass(frozen=True, slots=True)
class Point:
    """One run that a grid calls for."""

    changes: Mapping[str, object]
    """What differs from the preset: what all points share, and the values of this one."""
    swept: Mapping[str, Value]
    """The values of this one alone."""
    seed: int
    """Its seed."""


@dataclass(frozen=True, slots=True)
class Grid:
    """What a sweep asks for, every value checked; made by `lay`."""

    name: str
    """The sweep's name: the same for the same experiment, preset, fixed settings and swept
    fields, so that more values or seeds belong to the sweep that there is."""
    experiment: Experiment
    """What is to run."""
    preset: str
    """The settings to start from."""
    over: Mapping[str, tuple[Value, ...]]
    """The values of each swept field, in the order given, each once."""
    seeds: int
    """Seeds from 0 to one less than this."""
    points: tuple[Point, ...]
    """All runs; every setting with the first seed comes before any with the second."""
    ranks: int = 1
    """Processes that share the work of each. They give what one gives, to rounding, so a run is
    the same point with any number."""

    @property
    def settings(self) -> tuple[Mapping[str, Value], ...]:
        """The values of each setting, in order."""
        return tuple(point.swept for point in self.points if point.seed == 0)


def lay(
    experiment: Experiment,
    preset: str,
    changes: Mapping[str, object],
    over: Mapping[str, Sequence[object]],
    seeds: int,
    *,
    ranks: int = 1,
) -> Grid:
    """Return a grid of which every point is one that can run.

    Args:
        experiment: What is to run.
        preset: The settings to start from.
        changes: Settings that differ from the preset's in every point.
        over: The values of each swept field, as typed or of its type.
        seeds: How many seeds each setting has.
        ranks: Processes that share the work of each run.

    Raises:
        RequestError: An unknown preset or field, a bad value, a field that is fixed and swept, or
            no runs, or too many, or a number of ranks that cannot share the work of one.
    """
    if seeds < 1:
        raise RequestError(tr("--seeds {seeds}: there must be at least 1", seeds=seeds))
    experiment.configure(preset, changes)
    for name in over:
        if name in changes:
            said = tr(
                "{field} is fixed by --set and swept by --over; do one of the two", field=name
            )
            raise RequestError(said)
    checked = {name: _checked(experiment, name, values) for name, values in over.items()}
    count = seeds * math.prod(map(len, checked.values()))
    if count > MOST:
        said = tr("these would be {n} runs; a sweep may have {most}", n=count, most=MOST)
        raise RequestError(said)
    settings = [dict(zip(checked, values, strict=True)) for values in _product(checked)]
    # Values that are fine by themselves may not go together.
    configured = [experiment.configure(preset, {**changes, **one}) for one in settings]
    for one in configured:
        sharing.check(experiment, one, ranks)
    values = configured[0].values()
    fixed = {name: value for name, value in values.items() if name not in checked}
    return Grid(
        name=_name(experiment.name, preset, fixed, checked),
        experiment=experiment,
        preset=preset,
        over=checked,
        seeds=seeds,
        points=tuple(
            Point({**changes, **one}, one, seed) for seed in range(seeds) for one in settings
        ),
        ranks=ranks,
    )


def _product(over: Mapping[str, tuple[Value, ...]]) -> itertools.product[tuple[Value, ...]]:
    return itertools.product(*over.values())


def _checked(experiment: Experiment, name: str, values: Sequence[object]) -> tuple[Value, ...]:
    fields = {field.name: field for field in experiment.settings.fields()}
    if name not in fields:
        raise UnknownNameError("setting", name, list(fields))
    return tuple(dict.fromkeys(fields[name].check(value) for value in values))


def _name(
    experiment: str, preset: str, fixed: Mapping[str, Value], over: Mapping[str, object]
) -> str:
    what = json.dumps([experiment, preset, sorted(fixed.items()), sorted(over)])
    digest = base64.b32encode(hashlib.sha256(what.encode()).digest()).decode().lower()
    fields = "-".join(over) or "seeds"
    return f"{experiment}-over-{fields}-{digest[:_TAIL]}"
