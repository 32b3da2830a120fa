"""What is said from tables: declared in English, translated where it is shown."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import l2l_tui.tui
from l2l_tui import errors, experiments
from l2l_tui.experiments.base import Experiment
from l2l_tui.plan import dates, lines, table
from l2l_tui.tui.commands import Command


def messages() -> Iterator[str]:
    """Yield every message of every table."""
    yield from _commands()
    yield from errors.KINDS
    yield from table.NEEDED.values()
    yield from (*lines.HINTS.values(), *dates.MONTHS)
    for experiment in experiments.catalogue():
        yield from _of_experiment(experiment)


def _commands() -> Iterator[str]:
    """Yield the words of every command that any module of the app declares."""
    for module in pkgutil.walk_packages(l2l_tui.tui.__path__, "l2l_tui.tui."):
        for value in vars(import_module(module.name)).values():
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, Command):
                    yield from (one.label, one.title, one.doc, one.group)


def _of_experiment(experiment: Experiment) -> Iterator[str]:
    """Yield what an experiment declares for people to read."""
    yield from (experiment.title, experiment.paper)
    yield from (info.doc for info in experiment.settings.fields())
    yield from (preset.cost for preset in experiment.presets)
    for claim in experiment.claims:
        yield from (claim.statement, claim.reference, claim.reads)
    for chart in experiment.charts:
        yield from (chart.title, chart.x, chart.y)
    yield from experiment.glossary.values()
    if (table := experiment.table) is not None:
        yield from (table.title, table.y, table.interval)
        for names in (table.rows, table.columns, table.costs):
            yield from names.values()
        yield from table.parts
