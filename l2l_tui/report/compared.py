"""What a run compares, as a report tells it: a table's rows, from the run's figures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from l2l_tui.experiments.base import Table


@dataclass(frozen=True)
class Around:
    """A figure with its interval."""

    value: float
    """The figure; what is not finite diverged."""
    half_width: float | None
    """Half the width of its interval; None where the run did not measure it."""


@dataclass(frozen=True)
class Row:
    """One of those that are compared."""

    name: str
    """What a person reads."""
    figures: tuple[Around | None, ...]
    """One a column; None where the run has none."""
    costs: tuple[float | None, ...]
    """One a column of costs, likewise."""


@dataclass(frozen=True)
class Compared:
    """A table, which can be drawn as bars."""

    title: str
    """What is compared."""
    y: str
    """What the figures are."""
    interval: str
    """What the half widths are of; empty where there are none."""
    columns: tuple[str, ...]
    """The headings of the figures."""
    costs: tuple[str, ...]
    """Those of the costs that the run knows."""
    rows: tuple[Row, ...]
    """Those that the run has, in the experiment's order."""
    told: frozenset[str]
    """The names of the figures that stand in it."""


def compared(
    table: Table | None, figures: Mapping[str, float], cpu_s: Mapping[str, float]
) -> Compared | None:
    """Return what a run compares; None if nothing, or if it has no such figures.

    Args:
        table: What its experiment declares.
        figures: The run's, means over its meta-seeds.
        cpu_s: Its CPU-seconds by part; empty where only the plan remembers the run.
    """
    if table is None:
        return None
    costs = {
        heading: {row: figures.get(f"{row}_{cost}") for row in table.rows}
        for cost, heading in table.costs.items()
    } | {
        heading: {row: _spent(row, parts, cpu_s) for row in table.rows}
        for heading, parts in table.parts.items()
    }
    known = {
        heading: of for heading, of in costs.items() if any(v is not None for v in of.values())
    }
    rows = (
        Row(
            name,
            tuple(_around(figures, f"{row}_{column}") for column in table.columns),
            tuple(of[row] for of in known.values()),
        )
        for row, name in table.rows.items()
    )
    there = tuple(row for row in rows if any(row.figures))
    if not there:
        return None
    names = [f"{row}_{end}" for row in table.rows for end in (*table.columns, *table.costs)]
    sure = any(one and one.half_width is not None for row in there for one in row.figures)
    return Compared(
        title=table.title,
        y=table.y,
        interval=table.interval if sure else "",
        columns=tuple(table.columns.values()),
        costs=tuple(known),
        rows=there,
        told=frozenset([*names, *(f"{name}_half_width" for name in names)]),
    )


def _spent(row: str, parts: tuple[str, ...], cpu_s: Mapping[str, float]) -> float | None:
    known = [cpu_s[name] for part in parts if (name := f"{part} {row}") in cpu_s]
    return sum(known) if known else None


def _around(figures: Mapping[str, float], name: str) -> Around | None:
    if name not in figures:
        return None
    half_width = figures.get(f"{name}_half_width")
    known = half_width is not None and math.isfinite(half_width)
    return Around(figures[name], half_width if known else None)
