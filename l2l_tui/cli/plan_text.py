"""The schedule as a person reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.cli import meeting_text
from l2l_tui.cli.output import Cell, paint, table
from l2l_tui.language import tr, trn
from l2l_tui.plan import meetings, tree, verdicts
from l2l_tui.plan import schedule as arithmetic
from l2l_tui.plan.forecast import forecast
from l2l_tui.plan.model import Status
from l2l_tui.report.terminal_formulas import readable
from l2l_tui.states import status_word
from l2l_tui.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from l2l_tui.plan.forecast import Expected
    from l2l_tui.plan.model import Milestone, Plan

STATUS_STYLE = {Status.DONE: "good", Status.DOING: "strong", Status.DROPPED: "faint"}
_NOTE_CELLS = 8
_IDS = (1,)
"""The column of what one types; it is never cut."""


def schedule(
    plan: Plan, day: date, chosen: Sequence[Milestone] | None = None, *, as_list: bool = False
) -> Iterator[str]:
    """The whole schedule as a tree of tracks, and what is open; or some milestones of it.

    Args:
        plan: The plan.
        day: The day.
        chosen: The milestones to show, in this order; None for everything.
        as_list: Whether they stand in one list, each with its track, and not track by track.
    """
    following = arithmetic.next_meeting(plan, day)
    yield paint(plain(plan.title), "strong")
    yield tr(
        "week {week}, next meeting {day} ({ahead})",
        week=arithmetic.week(plan, day),
        day=following,
        ahead=meeting_text.ahead(following, day),
    )
    if chosen is None:
        yield from _pace(plan, day)
        yield from _by_track(plan, plan.milestones, day)
        problems = meetings.open_problems(plan, following)
        yield ""
        yield tr("Open problems") if problems else tr("No open problems")
        numbered = {problem: n for n, problem in enumerate(problems, 1)}
        yield from meeting_text.problems(problems, numbered, day)
        return
    if len(chosen) < len(plan.milestones):
        yield _how_many(len(chosen), len(plan.milestones))
    if as_list and chosen:
        yield ""
        yield from _listed(plan, chosen, day)
    elif chosen:
        yield from _by_track(plan, chosen, day)


def rows(plan: Plan, milestones: Sequence[Milestone], day: date) -> Iterator[str]:
    """Some milestones, each in a line, with what that line has no room for."""
    expected = forecast(plan, day).expected
    lines = table([_row(plan, one, day) for one in milestones], whole=_IDS)
    for one, line in zip(milestones, lines, strict=True):
        yield line
        yield from notes_on(plan, one, day, expected)


def _pace(plan: Plan, day: date) -> Iterator[str]:
    missing = forecast(plan, day).missing
    if missing and not all(map(arithmetic.is_closed, plan.milestones)):
        yield trn(
            "no forecast yet: {n} more milestone to finish before there is a pace",
            "no forecast yet: {n} more milestones to finish before there is a pace",
            missing,
        )


def _how_many(found: int, all_: int) -> str:
    if not found:
        return tr("none of {all} milestones matches", all=all_)
    return tr("{n} of {all} milestones", n=found, all=all_)


def _by_track(plan: Plan, milestones: Sequence[Milestone], day: date) -> Iterator[str]:
    """Yield the tracks as a tree; those without any of some chosen milestones are left out."""
    expected = forecast(plan, day).expected
    depths = {branch.track.id: branch.depth for branch in tree.branches(plan)}
    # One table over all tracks, so that their columns stand under one another.
    rows = [_row(plan, one, day, depths.get(one.track, 0)) for one in milestones]
    lines = table(rows, whole=_IDS)
    by_track: dict[str, list[str]] = {}
    for one, line in zip(milestones, lines, strict=True):
        held = by_track.setdefault(one.track, [])
        held.append(line)
        held += notes_on(plan, one, day, expected, depths.get(one.track, 0))
    everything = len(milestones) == len(plan.milestones)
    shown = set(depths) if everything else _with_those_above(plan, by_track)
    for branch in tree.branches(plan):
        if branch.track.id not in shown:
            continue
        indent = "  " * branch.depth
        yield ""
        yield indent + paint(plain(branch.track.title), "strong")
        empty = [f"{indent}  {tr('nothing yet')}"] if everything else []
        yield from by_track.get(branch.track.id, empty)


def _with_those_above(plan: Plan, ids: Iterable[str]) -> set[str]:
    parents = {track.id: track.parent for track in plan.tracks}
    found: set[str] = set()
    for id_ in ids:
        at = id_
        while at in parents and at not in found:
            found.add(at)
            at = parents[at]
    return found


def _listed(plan: Plan, milestones: Sequence[Milestone], day: date) -> Iterator[str]:
    expected = forecast(plan, day).expected
    titles = {track.id: track.title for track in plan.tracks}
    cells = [(*_row(plan, one, day), titles.get(one.track, one.track)) for one in milestones]
    for one, line in zip(
        milestones, table([(*row[:5], row[6], row[5]) for row in cells], whole=_IDS), strict=True
    ):
        yield line
        yield from notes_on(plan, one, day, expected)


def _row(plan: Plan, one: Milestone, day: date, depth: int = 0) -> tuple[str | Cell, ...]:
    progress = arithmetic.progress(plan, one)
    evidence = arithmetic.evidence(plan, one)
    parts = []
    if evidence:
        parts.append(trn("{n} run", "{n} runs", len(evidence)))
    if evidence or one.checklist:
        parts.append(f"{progress:.0%}")
    indent = "  " * (depth + 1)
    return (
        Cell(f"{indent}{status_word(one.status)}", STATUS_STYLE.get(one.status, "")),
        one.id,
        str(one.due or ""),
        lateness(one, day),
        ", ".join(parts),
        readable(one.title),
    )


def notes_on(
    plan: Plan, one: Milestone, day: date, expected: Mapping[str, Expected], depth: int = 0
) -> Iterator[str]:
    """What a milestone's own line has no room for; nothing where there is nothing to say."""
    for result, claim in verdicts.contradicted(plan, one):
        said = tr("contradicted: {claim} fails in {run}", claim=claim, run=result.run)
        yield _note(said, "bad", depth)
    quiet = []
    if one.checklist:
        ticked = sum(item.done is not None for item in one.checklist)
        quiet.append(tr("{n} of {all} ticked", n=ticked, all=len(one.checklist)))
    if blocking := arithmetic.blocked(plan, one):
        quiet.append(tr("blocked by {others}", others=_some([needed.id for needed in blocking])))
    if one.id in expected:
        quiet.append(pace(expected[one.id], day))
    if quiet:
        yield _note("; ".join(quiet), "faint", depth)
    undecided = not arithmetic.is_closed(one) and not verdicts.overruled(one)
    if undecided and verdicts.met_by(one, arithmetic.evidence(plan, one)) is not None:
        yield _note(tr("all claims hold; l2l-tui plan done {id}", id=one.id), "good", depth)


def pace(one: Expected, day: date) -> str:
    """Say when a milestone will be done at the pace so far."""
    on = f"{one.on:%m-%d}" if one.on.year == day.year else str(one.on)
    if not one.late_days:
        return tr("at this pace done on {day}", day=on)
    return trn(
        "at this pace done on {day}, {n} day late",
        "at this pace done on {day}, {n} days late",
        one.late_days,
        day=on,
    )


def lateness(one: Milestone, day: date) -> Cell:
    """How late a milestone is, or how many days are left."""
    late, left = arithmetic.late_days(one, day), arithmetic.days_left(one, day)
    if late and one.status is not Status.DROPPED:
        return Cell(trn("{n} day late", "{n} days late", late), "bad")
    if left is None:
        return Cell("")
    return Cell(tr("today") if left == 0 else trn("{n} day left", "{n} days left", left))


def _note(text: str, style: str, depth: int) -> str:
    return paint(f"{'':{_NOTE_CELLS + 2 * depth}}{plain(text)}", style)


def _some(names: Sequence[str]) -> str:
    shown, more = ", ".join(names[:3]), len(names) - 3
    if more <= 0:
        return shown
    return trn("{names} and {n} more", "{names} and {n} more", more, names=shown)
