"""What ``plan show --json`` prints: the milestone's document with all else that is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.cli import documents, standing

if TYPE_CHECKING:
    from datetime import date

    from l2l_tui.cli.documents import Document
    from l2l_tui.cli.standing import Claimed
    from l2l_tui.plan.model import Change, Milestone, Plan


def whole(plan: Plan, one: Milestone, day: date) -> Document:
    """Everything that is known of a milestone."""
    from l2l_tui.plan import links, schedule, verdicts

    parsed = [links.parse(text) for text in one.links]
    return {
        **documents.milestone(plan, one, day),
        "notes": one.notes,
        "link_targets": [
            {"n": n, "kind": each.kind, "text": each.text, "url": each.url}
            for n, each in enumerate(parsed, 1)
        ],
        "needed_by": [other.id for other in standing.needed_by(plan, one)],
        "claims": [_claim(each) for each in standing.claims(plan, one)],
        "overruled": verdicts.overruled(one),
        "done_by": _done_by(schedule.finish(one)),
        "history": [_change(change) for change in one.history],
    }


def _claim(one: Claimed) -> Document:
    return {
        "experiment": one.experiment,
        "id": one.id,
        "statement": one.statement,
        "reference": one.reference,
        "verdict": one.verdict,
        "run": one.run,
    }


def _done_by(change: Change | None) -> Document | None:
    if change is None:
        return None
    by = "claims" if change.run else "hand"
    return {"on": change.on, "by": by, "run": change.run or None}


def _change(one: Change) -> Document:
    return {
        "on": one.on,
        "status": one.status,
        "due": one.due,
        "was": one.was,
        "run": one.run or None,
        "by": one.by or None,
    }
