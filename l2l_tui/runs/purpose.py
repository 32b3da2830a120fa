"""Which milestone a new run serves.

This room does not see the plan's; it reads no more of a plan file than the milestones' ids
and the experiments that they list, and leaves a broken plan to those who report on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from l2l_tui import files
from l2l_tui.errors import RequestError, UnknownNameError
from l2l_tui.files import BrokenFileError
from l2l_tui.language import tr

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from l2l_tui.experiments.base import Experiment
    from l2l_tui.workspace import Workspace

Milestones = dict[str, tuple[str, ...]]
"""Experiments by milestone id, in the plan's order."""


class Purpose(NamedTuple):
    """A milestone of a plan."""

    plan: str
    """The plan's name."""
    milestone: str
    """The milestone's id."""


def choose(
    workspace: Workspace, experiment: Experiment, milestone: str | None, plan: str | None
) -> Purpose | None:
    """Return the milestone that a run of `experiment` serves, or None.

    Args:
        workspace: Where the plans are.
        experiment: What is run.
        milestone: The milestone's id, where somebody named one.
        plan: The plan's name, where somebody named one.

    Raises:
        UnknownNameError: No plan, or no milestone, is called so.
        RequestError: Several plans have that milestone.
    """
    paths = [workspace.plan_file(plan)] if plan is not None else workspace.plan_files()
    plans = {path.stem: _milestones(path) for path in paths}
    if milestone is not None:
        return _named(plans, milestone)
    if len(plans) != 1:
        return None
    name, milestones = next(iter(plans.items()))
    found = _default(milestones, experiment)
    return None if found is None else Purpose(name, found)


def _named(plans: Mapping[str, Milestones], milestone: str) -> Purpose:
    having = [name for name, milestones in plans.items() if milestone in milestones]
    if not having:
        known = [one for milestones in plans.values() for one in milestones]
        raise UnknownNameError("milestone", milestone, known)
    if len(having) > 1:
        said = tr(
            "several plans have {milestone!r} ({plans}); name one with --plan",
            milestone=milestone,
            plans=", ".join(having),
        )
        raise RequestError(said)
    return Purpose(having[0], milestone)


def _default(milestones: Milestones, experiment: Experiment) -> str | None:
    for milestone, experiments in milestones.items():
        if experiment.name in experiments:
            return milestone
    return experiment.milestone if experiment.milestone in milestones else None


def _milestones(path: Path) -> Milestones:
    try:
        entries = files.read_toml(path).get("milestone", [])
    except (FileNotFoundError, BrokenFileError):
        return {}
    if not isinstance(entries, list):
        return {}
    tables = [entry for entry in entries if isinstance(entry, dict)]
    return {
        table["id"]: _words(table.get("experiments"))
        for table in tables
        if isinstance(table.get("id"), str)
    }


def _words(value: object) -> tuple[str, ...]:
    words = value if isinstance(value, list) else []
    return tuple(word for word in words if isinstance(word, str))
