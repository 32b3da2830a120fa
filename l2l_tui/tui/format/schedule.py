"""A milestone's line: sign, title, evidence, due date, and the days left or late in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content

from l2l_tui.plan import schedule
from l2l_tui.plan.model import Status
from l2l_tui.tui.format.tone import ACCENT, BAD, FAINT, GOOD, MUTED, STRONG, WARN, cell

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from l2l_tui.plan.model import Milestone, Plan, Result, Track

SIGNS = {
    Status.TODO: ("○", MUTED),
    Status.DOING: ("◐", ACCENT),
    Status.DONE: ("✓", GOOD),
    Status.DROPPED: ("✗", FAINT),
}
"""Sign and colour by status."""

CLOSED = {Status.DONE, Status.DROPPED}
"""Statuses that no longer wait for anything."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A word or two about a milestone, and its colour."""

    text: str
    """What it says."""
    style: str = MUTED
    """Its colour by meaning."""


def days(count: int) -> str:
    """Return ``1 day``, ``2 days``."""
    return "1 day" if count == 1 else f"{count} days"


def when(milestone: Milestone, today: date) -> Mark:
    """Return how many days are left or lost, in words."""
    late = schedule.late_days(milestone, today) or 0
    if milestone.status is Status.DROPPED:
        return Mark("dropped", FAINT)
    if milestone.status is Status.DONE:
        return Mark(f"done {late} d late" if late else "done", GOOD)
    if late:
        return Mark(f"{days(late)} late", BAD)
    left = schedule.days_left(milestone, today)
    if left is None:
        return Mark("")
    if left == 0:
        return Mark("today", WARN)
    return Mark(f"in {days(left)}", WARN if left <= 3 else MUTED)


def waits_for(plan: Plan, milestone: Milestone) -> tuple[Milestone, ...]:
    """Return the needs of an open milestone that are not met yet."""
    if not milestone.needs or milestone.status in CLOSED:
        return ()
    needs = set(milestone.needs)
    return tuple(
        other for other in plan.milestones if other.id in needs and other.status not in CLOSED
    )


def latest(results: tuple[Result, ...]) -> tuple[Result, ...]:
    """Return the last result of each experiment."""
    return tuple({result.experiment: result for result in results}.values())


def evidence(plan: Plan, milestone: Milestone, live: Mapping[str, str] | None = None) -> Mark:
    """Return what the runs say of a milestone, or what stands in its way.

    Args:
        plan: The plan.
        milestone: The milestone.
        live: How far the runs have come that are under way, by milestone.
    """
    if live and milestone.id in live:
        return Mark(live[milestone.id], ACCENT)
    results = latest(schedule.evidence(plan, milestone))
    verdicts = [verdict for result in results for verdict in result.claims.values()]
    if fails := verdicts.count("fails"):
        return Mark(f"{fails} fail" + ("s" if fails == 1 else ""), BAD)
    if verdicts:
        holds = verdicts.count("holds")
        if not holds:
            return Mark("inconclusive", WARN)
        return Mark(f"{holds}/{len(verdicts)} hold", GOOD if holds == len(verdicts) else WARN)
    if results:
        return Mark(f"{len(results)} run" + ("s" if len(results) > 1 else ""))
    if blockers := waits_for(plan, milestone):
        return Mark(f"needs {blockers[0].id}", WARN)
    awaited = milestone.experiments and milestone.status not in CLOSED
    return Mark("no evidence", FAINT) if awaited else Mark("")


def heading(track: Track, milestones: tuple[Milestone, ...], cells: int) -> Content:
    """Return a track's heading: its title, and how many of its milestones are done."""
    wanted = [one for one in milestones if one.status is not Status.DROPPED]
    done = sum(milestone.status is Status.DONE for milestone in wanted)
    count = f"{done}/{len(wanted)} done" if wanted else "nothing yet"
    room = max(0, cells - len(count) - 1)
    return Content.assemble(cell(track.title, room, STRONG), " ", (count, FAINT))


def line(
    plan: Plan, milestone: Milestone, today: date, live: Mapping[str, str], cells: int
) -> Content:
    """Return one milestone's line in exactly `cells` cells."""
    sign, tone = SIGNS[milestone.status]
    due, mark = when(milestone, today), evidence(plan, milestone, live)
    late = due.style == BAD
    blocked = bool(waits_for(plan, milestone))
    title_style = FAINT if milestone.status is Status.DROPPED else MUTED if blocked else ""
    if milestone.status is Status.DONE:
        title_style = MUTED
    marks = _marks(milestone, due, mark, cells)
    return Content.assemble(
        (sign, tone),
        ("!" if late else " ", f"bold {BAD}"),
        " ",
        cell(milestone.title or milestone.id, max(0, cells - 3 - marks.cell_length), title_style),
        marks,
    )


def _marks(milestone: Milestone, due: Mark, mark: Mark, cells: int) -> Content:
    """Return the columns at the right, as many as a line of this width has room for."""
    stamp = f"{milestone.due:%m-%d}" if milestone.due else ""
    columns = [(due, 14 if cells >= 46 else 12)]
    if cells >= 40:
        columns.insert(0, (Mark(stamp), 6))
    if cells >= 54:
        columns.insert(0, (mark, 12))
    while columns and not columns[0][0].text:
        columns.pop(0)  # the title takes what room nothing else needs
    if cells < 24:
        return Content("")
    return Content.assemble(*[cell(one.text, room, one.style, right=True) for one, room in columns])
