"""Runs side by side: what differs in their settings, and their figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from l2l_tui.experiments.settings import Value
    from l2l_tui.runs.model import Run

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Several runs side by side; a run that lacks a value has None."""

    settings_differ: Mapping[str, Mapping[str, Value | None]]
    """By setting, then by run id: what is not the same in all runs. ``experiment``,
    ``preset``, ``seed`` and ``threads`` count as settings."""
    figures: Mapping[str, Mapping[str, float | None]]
    """By figure, then by run id."""


def compare(runs: Sequence[Run]) -> Comparison:
    """Return what differs between runs, and what they came to."""
    settings = {run.id: _settings(run) for run in runs}
    figures = {run.id: {} if run.result is None else run.result.figures for run in runs}
    return Comparison(
        settings_differ={
            name: values
            for name, values in _by_name(settings).items()
            if len(set(map(repr, values.values()))) > 1
        },
        figures=_by_name(figures),
    )


def _settings(run: Run) -> dict[str, Value]:
    request = run.request
    about: dict[str, Value] = {
        "experiment": request.experiment,
        "preset": request.preset,
        "seed": request.seed,
        "threads": request.threads,
    }
    return {**about, **request.settings}


def _by_name(tables: Mapping[str, Mapping[str, T]]) -> dict[str, dict[str, T | None]]:
    names = dict.fromkeys(name for table in tables.values() for name in table)
    return {name: {run: table.get(name) for run, table in tables.items()} for name in names}
