"""What the collected runs say of a milestone: its claims hold, or they contradict it.

What counts is the latest result of each experiment: a claim that held once and fails in the
newest run fails. Runs of a sweep over settings do not count: they try them, and some are bad.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.plan import schedule
from l2l_tui.plan.model import DoneWhen, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from l2l_tui.plan.model import Milestone, Plan, Result

HOLDS, FAILS = "holds", "fails"


def latest(milestone: Milestone, results: Iterable[Result]) -> dict[str, Result]:
    """Return the latest result of each experiment that ran for a milestone."""
    return schedule.latest(result for result in results if result.milestone == milestone.id)


def met_by(milestone: Milestone, results: Iterable[Result]) -> Result | None:
    """Return the run with which all claims of all the milestone's experiments came to hold.

    None while an experiment has no result, a result has no claims, or a claim does not hold.
    """
    newest = latest(milestone, results)
    if not newest or not newest.keys() >= set(milestone.experiments):
        return None
    for result in newest.values():
        if not result.claims or any(verdict != HOLDS for verdict in result.claims.values()):
            return None
    return max(enumerate(newest.values()), key=lambda item: (str(item[1].on or ""), item[0]))[1]


def overruled(milestone: Milestone) -> bool:
    """Whether a person decided otherwise than the claims; then nothing is done by itself."""
    changes = [change for change in milestone.history if change.status is not None]
    if not changes:
        return False
    undone_by_hand = changes[-1].status is Status.DONE and milestone.status is not Status.DONE
    return changes[-1].by == "hand" or undone_by_hand


def due_by_claims(plan: Plan) -> tuple[Milestone, ...]:
    """Return the milestones that their claims make done, and that nobody decided otherwise."""
    return tuple(each for each in plan.milestones if finishes(each, plan.results))


def finishes(milestone: Milestone, results: Iterable[Result]) -> Result | None:
    """Return the run that makes a milestone done by itself, if one does.

    A result whose day nobody wrote down cannot date the end; a person will.
    """
    is_open = milestone.status not in {Status.DONE, Status.DROPPED}
    if milestone.done_when is not DoneWhen.CLAIMS or not is_open or overruled(milestone):
        return None
    met = met_by(milestone, results)
    return met if met is not None and met.on is not None else None


def contradicted(plan: Plan, milestone: Milestone) -> tuple[tuple[Result, str], ...]:
    """Return the latest results and the ids of their claims that fail though it is done."""
    if milestone.status is not Status.DONE:
        return ()
    return tuple(
        (result, claim)
        for result in latest(milestone, schedule.evidence(plan, milestone)).values()
        for claim, verdict in result.claims.items()
        if verdict == FAILS
    )
