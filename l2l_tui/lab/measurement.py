"""What the lab yields. This module loads no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

Figures = Mapping[str, float]
"""Named figures of one seed; a non-finite one means divergence."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """One value of one quantity at one step."""

    name: str
    """``family/series`` or just ``series``: the chart draws one family at a time."""
    step: int
    """Position on the quantity's own axis (an outer step, an inner step, an epoch)."""
    value: float
    """The measured value; NaN and infinity are allowed and mean divergence."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A safe point of a procedure: its state here is whole and can be handed out."""

    step: int
    """Steps done so far, of the procedure's `steps`."""
    measurements: tuple[Measurement, ...] = ()
    """What was measured since the last safe point."""
    note: str = ""
    """A line for the log, or nothing."""
    part: str = ""
    """What the work since the last safe point was for: a trainer adds its CPU time up by it."""


@dataclass(frozen=True)
class Outcome:
    """What a procedure ends with."""

    seeds: tuple[Figures, ...]
    """The figures of each meta-seed; the run reports their mean."""
    weights: Mapping[str, Tensor] = field(default_factory=dict)
    """What was trained and is worth keeping; saved beside the result."""
    about: Mapping[str, str] = field(default_factory=dict)
    """What a reader of the weights must know; saved with them."""
    pictures: Mapping[str, Tensor] = field(default_factory=dict)
    """What is to be looked at, by a name that can be a file's: (3, height, width), black 0 and
    white 1; what lies outside is cut off when it is saved."""
