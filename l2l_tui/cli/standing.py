"""How it is with one milestone: its claims and verdicts, and who needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from l2l_tui.plan.model import Milestone, Plan


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim of one of a milestone's experiments, and what the latest run says of it."""

    experiment: str
    """The experiment's name."""
    id: str
    """The claim's id."""
    statement: str | None
    """What the paper says; None where the catalogue knows no such claim."""
    reference: str | None
    """Where the paper says it."""
    verdict: str | None
    """What the latest run says; None without one."""
    run: str | None
    """That run."""


def claims(plan: Plan, one: Milestone) -> tuple[Claimed, ...]:
    """Return all claims of a milestone's experiments, with those that its runs judged beside."""
    from l2l_tui.plan import schedule, verdicts

    latest = verdicts.latest(one, schedule.evidence(plan, one))
    names = dict.fromkeys((*one.experiments, *latest))
    return tuple(claim for name in names for claim in _of(name, latest.get(name)))


def _of(name: str, result: object) -> Iterator[Claimed]:
    from l2l_tui import experiments
    from l2l_tui.plan.model import Result

    judged = dict(result.claims) if isinstance(result, Result) else {}
    run = result.run if isinstance(result, Result) else None
    declared = experiments.get(name).claims if name in experiments.names() else ()
    for claim in declared:
        verdict = judged.pop(claim.id, None)
        of = run if verdict is not None else None
        yield Claimed(name, claim.id, claim.statement, claim.reference, verdict, of)
    for id_, verdict in judged.items():
        yield Claimed(name, id_, None, None, verdict, run)


def needed_by(plan: Plan, one: Milestone) -> tuple[Milestone, ...]:
    """Return the milestones that need this one."""
    return tuple(other for other in plan.milestones if one.id in other.needs)
