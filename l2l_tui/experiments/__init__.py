"""The catalogue: one file here is one experiment; adding an experiment is adding a file.

A file declares ``EXPERIMENT``; its name is the experiment's with underscores.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from l2l_tui.errors import UnknownNameError

if TYPE_CHECKING:
    from l2l_tui.experiments.base import Experiment

_SHARED = {
    "ablating",
    "base",
    "claims",
    "comparing",
    "few_shot",
    "forgetting",
    "perceptrons",
    "sentence",
    "settings",
    "supervising",
}


@cache
def names() -> tuple[str, ...]:
    """Return every experiment's name, without importing any."""
    modules = (module.name for module in iter_modules(__path__))
    return tuple(sorted(name.replace("_", "-") for name in modules if name not in _SHARED))


def get(name: str) -> Experiment:
    """Return the experiment of this name.

    Raises:
        UnknownNameError: There is none; the message names the nearest.
    """
    if name not in names():
        raise UnknownNameError("experiment", name, names())
    module = import_module(f"{__name__}.{name.replace('-', '_')}")
    experiment: Experiment = module.EXPERIMENT
    return experiment


def catalogue() -> tuple[Experiment, ...]:
    """Return every experiment, by name."""
    return tuple(get(name) for name in names())
