"""The schedule as a person reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.cli import meeting_text
from l2l_tui.cli.output import Cell, paint, table
from l2l_tui.plan import meetings, verdicts
from l2l_tui.plan import schedule as arithmetic
from l2l_tui.plan.forecast import forecast
from l2l_tui.plan.model import Status
from l2l_tui.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from l2l_tui.plan.forecast import Expected
    from l2l_tui.plan.model import Milestone, Plan

_STATUS_STYLE = {Status.DONE: "good", Status.DOING: "strong", Status.DROPPED: "faint"}


def schedule(plan: Plan, day: date) -> Iterator[str]:
    """The whole schedule, track by track, and what is open."""
    following = arithmetic.next_meeting(plan, day)
    yield paint(plain(plan.title), "strong")
    when = meeting_text.ahead(following, day)
    yield f"week {arithmetic.week(plan, day)}, next meeting {following} ({when})"
    ahead = forecast(plan, day)
    if ahead.missing and not all(map(arithmetic.is_closed, plan.milestones)):
        yield f"no forecast yet: {_milestones(ahead.missing)} to finish before there is a pace"
    # One table over all tracks, so that their columns stand under one another.
    rows = table([_row(plan, milestone, day) for milestone in plan.milestones])
    by_track: dict[str, list[str]] = {}
    for milestone, row in zip(plan.milestones, rows, strict=True):
        by_track.setdefault(milestone.track, []).append(row)
        by_track[milestone.track] += notes_on(plan, milestone, day, ahead.expected)
    for track in plan.tracks:
        yield ""
        yield paint(plain(track.title), "strong")
        yield from by_track.get(track.id, ["  nothing yet"])
    problems = meetings.open_problems(plan, following)
    yield ""
    yield "Open problems" if problems else "No open problems"
    yield from meeting_text.problems(
        problems, {problem: n for n, problem in enumerate(problems, 1)}, day
    )


def milestone(plan: Plan, one: Milestone, day: date) -> Iterator[str]:
    """One milestone in a line."""
    yield from table([_row(plan, one, day)])
    yield from notes_on(plan, one, day, forecast(plan, day).expected)


def _row(plan: Plan, one: Milestone, day: date) -> tuple[str | Cell, ...]:
    progress = arithmetic.progress(plan, one)
    evidence = arithmetic.evidence(plan, one)
    parts = []
    if evidence:
        parts.append("1 run" if len(evidence) == 1 else f"{len(evidence)} runs")
    if evidence or one.checklist:
        parts.append(f"{progress:.0%}")
    return (
        Cell(f"  {one.status.value}", _STATUS_STYLE.get(one.status, "")),
        one.id,
        str(one.due or ""),
        _lateness(one, day),
        ", ".join(parts),
        one.title,
    )


def notes_on(
    plan: Plan, one: Milestone, day: date, expected: Mapping[str, Expected]
) -> Iterator[str]:
    """What a milestone's own line has no room for; nothing where there is nothing to say."""
    for result, claim in verdicts.contradicted(plan, one):
        yield _note(f"contradicted: {claim} fails in {result.run}", "bad")
    quiet = []
    if one.checklist:
        ticked = sum(item.done is not None for item in one.checklist)
        quiet.append(f"{ticked} of {len(one.checklist)} ticked")
    if blocking := arithmetic.blocked(plan, one):
        quiet.append(f"blocked by {_some([needed.id for needed in blocking])}")
    if one.id in expected:
        quiet.append(_expected(expected[one.id], day))
    if quiet:
        yield _note("; ".join(quiet), "faint")
    undecided = not arithmetic.is_closed(one) and not verdicts.overruled(one)
    if undecided and verdicts.met_by(one, plan.results) is not None:
        yield _note(f"all claims hold; l2l-tui plan done {one.id}", "good")


def _note(text: str, style: str) -> str:
    return paint(f"{'':8}{plain(text)}", style)


def _some(names: Sequence[str]) -> str:
    more = len(names) - 3
    return ", ".join(names[:3]) + (f" and {more} more" if more > 0 else "")


def _expected(one: Expected, day: date) -> str:
    on = f"{one.on:%m-%d}" if one.on.year == day.year else str(one.on)
    late = f", {_days(one.late_days)} late" if one.late_days else ""
    return f"at this pace done on {on}{late}"


def _lateness(one: Milestone, day: date) -> Cell:
    late, left = arithmetic.late_days(one, day), arithmetic.days_left(one, day)
    if late and one.status is not Status.DROPPED:
        return Cell(f"{_days(late)} late", "bad")
    if left is None:
        return Cell("")
    return Cell("today" if left == 0 else f"{_days(left)} left")


def _milestones(count: int) -> str:
    return "1 more milestone" if count == 1 else f"{count} more milestones"


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"
