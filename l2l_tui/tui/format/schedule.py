"""A milestone's line: sign, title, evidence, due date, and the days left or late in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from textual.content import Content

from l2l_tui.language import tr, trn
from l2l_tui.plan import schedule, verdicts
from l2l_tui.plan.model import Status
from l2l_tui.text import width
from l2l_tui.tui.format.tone import ACCENT, BAD, FAINT, GOOD, MUTED, STRONG, WARN, cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from l2l_tui.plan.forecast import Forecast
    from l2l_tui.plan.model import Milestone, Plan, Track

SIGNS = {
    Status.TODO: ("○", MUTED),
    Status.DOING: ("◐", ACCENT),
    Status.DONE: ("✓", GOOD),
    Status.DROPPED: ("✗", FAINT),
}
"""Sign and colour by status."""

LATE = ("!", f"bold {BAD}")
"""Beside what is late."""

BLOCKED = ("⊘", WARN)
"""Before the title of what waits for another milestone."""

CONTRADICTED = ("≠", f"bold {BAD}")
"""Before the title of what is done though a claim of its runs fails."""

MARKED = ("◆", f"bold {ACCENT}")
"""Beside what is marked, to be changed together."""

FOLDED, UNFOLDED = "▸", "▾"
"""Before the title of a track."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A word or two about a milestone, and its colour."""

    text: str
    """What it says."""
    style: str = MUTED
    """Its colour by meaning."""


@dataclass(frozen=True)
class View:
    """What a milestone's line is drawn from, beside the milestone."""

    plan: Plan
    """The plan."""
    today: date
    """The day."""
    live: Mapping[str, str] = field(default_factory=dict)
    """How far the runs have come that are under way, by milestone."""

    @cached_property
    def forecast(self) -> Forecast:
        """When open milestones will be done at the pace so far."""
        from l2l_tui.plan.forecast import forecast

        return forecast(self.plan, self.today)


def when(milestone: Milestone, today: date) -> Mark:
    """Return how many days are left or lost, in words."""
    late = schedule.late_days(milestone, today) or 0
    if milestone.status is Status.DROPPED:
        return Mark(tr("dropped"), FAINT)
    if milestone.status is Status.DONE:
        return Mark(trn("done {n} d late", "done {n} d late", late) if late else tr("done"), GOOD)
    if late:
        return Mark(trn("{n} day late", "{n} days late", late), BAD)
    left = schedule.days_left(milestone, today)
    if left is None:
        return Mark("")
    if left == 0:
        return Mark(tr("today"), WARN)
    return Mark(trn("in {n} day", "in {n} days", left), WARN if left <= 3 else MUTED)


def lead(sign: tuple[str, str], *, late: bool = False) -> Content:
    """Return what stands before a title: a sign, and another one beside what is late."""
    return Content.assemble(sign, LATE if late else " ", " ")


def is_late(milestone: Milestone, today: date) -> bool:
    """Whether it is open and its due date is past."""
    return not schedule.is_closed(milestone) and bool(schedule.late_days(milestone, today))


def evidence(plan: Plan, milestone: Milestone, live: Mapping[str, str] | None = None) -> Mark:
    """Return what the runs say of a milestone, or what stands in its way.

    Args:
        plan: The plan.
        milestone: The milestone.
        live: How far the runs have come that are under way, by milestone.
    """
    if live and milestone.id in live:
        return Mark(live[milestone.id], ACCENT)
    if blockers := schedule.blocked(plan, milestone):
        return Mark(tr("needs {id}", id=blockers[0].id), WARN)
    results = verdicts.latest(milestone, schedule.evidence(plan, milestone)).values()
    said = [verdict for result in results for verdict in result.claims.values()]
    if fails := said.count(verdicts.FAILS):
        return Mark(trn("{n} fails", "{n} fail", fails), BAD)
    if said:
        holds = said.count(verdicts.HOLDS)
        if not holds:
            return Mark(tr("inconclusive"), WARN)
        mark = tr("{holds}/{all} hold", holds=holds, all=len(said))
        return Mark(mark, GOOD if holds == len(said) else WARN)
    if results:
        return Mark(trn("{n} run", "{n} runs", len(results)))
    if schedule.evidence(plan, milestone):
        return Mark(tr("only tried"), FAINT)
    awaited = milestone.experiments and not schedule.is_closed(milestone)
    return Mark(tr("no evidence"), FAINT) if awaited else Mark("")


def checked(milestone: Milestone) -> str:
    """Return how much of the checklist is done, as ``2/5``; empty without one."""
    ticked = sum(item.done is not None for item in milestone.checklist)
    return f"{ticked}/{len(milestone.checklist)}" if milestone.checklist else ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many milestones of a track, and of those below it, stand how."""

    done: int = 0
    """How many are done."""
    wanted: int = 0
    """How many there are but for those that were dropped."""
    late: int = 0
    """How many are open and late."""

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.done + other.done, self.wanted + other.wanted, self.late + other.late)


def counted(milestones: Iterable[Milestone], today: date) -> Counts:
    """Return how many milestones stand how."""
    wanted = [one for one in milestones if one.status is not Status.DROPPED]
    done = sum(one.status is Status.DONE for one in wanted)
    open_ = (one for one in wanted if one.status is not Status.DONE)
    late = sum(bool(schedule.late_days(one, today)) for one in open_)
    return Counts(done, len(wanted), late)


def heading(
    track: Track, counts: Counts, cells: int, *, depth: int = 0, folded: bool = False
) -> Content:
    """Return a track's heading: its title, and how many of its milestones are done.

    Args:
        track: The track.
        counts: How its milestones stand.
        cells: The width.
        depth: How many tracks stand above it.
        folded: Whether nothing below it is shown; then it says how many are late, too.
    """
    done = tr("{done}/{all} done", done=counts.done, all=counts.wanted)
    count = done if counts.wanted else tr("nothing yet")
    late = tr("{n} late", n=counts.late) + " · " if folded and counts.late else ""
    left = f"{indent(depth, cells)}{FOLDED if folded else UNFOLDED} "
    room = max(0, cells - width(count) - width(late) - width(left) - 1)
    return Content.assemble(
        (left, FAINT), cell(track.title, room, STRONG), " ", (late, BAD), (count, FAINT)
    )


def indent(depth: int, cells: int) -> str:
    """Return what stands left of a track's lines, so that its depth is seen."""
    return "  " * min(depth, cells // 12)


def line(
    view: View,
    milestone: Milestone,
    cells: int,
    *,
    marked: bool = False,
    depth: int = 0,
    track: str = "",
) -> Content:
    """Return one milestone's line in exactly `cells` cells.

    Args:
        view: What it is drawn from.
        milestone: The milestone.
        cells: The width.
        marked: Whether it is marked, to be changed together with others.
        depth: How many tracks stand above its own.
        track: The track's title, where it stands under no heading.
    """
    due, signs = when(milestone, view.today), _signs(view.plan, milestone)
    marks = _marks(view, milestone, due, cells, track)
    left = indent(depth, cells)
    room = max(0, cells - 4 - len(left) - signs.cell_length - marks.cell_length)
    return Content.assemble(
        MARKED if marked else " ",
        left,
        lead(SIGNS[milestone.status], late=is_late(milestone, view.today)),
        signs,
        cell(milestone.title or milestone.id, room, _tone(view.plan, milestone)),
        marks,
    )


def _signs(plan: Plan, milestone: Milestone) -> Content:
    """Return what stands before the title of a milestone that is not as it should be."""
    signs = []
    if schedule.blocked(plan, milestone):
        signs.append(BLOCKED)
    if verdicts.contradicted(plan, milestone):
        signs.append(CONTRADICTED)
    return Content("").join([Content.assemble(sign, " ") for sign in signs])


def _tone(plan: Plan, milestone: Milestone) -> str:
    if milestone.status is Status.DROPPED:
        return FAINT
    quiet = milestone.status is Status.DONE or schedule.blocked(plan, milestone)
    return MUTED if quiet else ""


def _marks(view: View, milestone: Milestone, due: Mark, cells: int, track: str) -> Content:
    """Return the columns at the right, as many as a line of this width has room for."""
    if cells < 24:
        return Content("")
    wide = cells >= 60
    by_claims = (change := schedule.finish(milestone)) is not None and bool(change.run)
    if by_claims and wide and due.text == tr("done"):
        due = Mark(tr("done by claims"), GOOD)
    columns = [(due, 16 if wide else 14 if cells >= 46 else 12)]
    if cells >= 100:
        columns.insert(0, (_expected(view, milestone), 22))
    if cells >= 40:
        stamp = f"{milestone.due:%m-%d}" if milestone.due else ""
        columns.insert(0, (Mark(stamp), 7 if wide else 6))
    spare = cells - (36 if track else 0)  # the title needs what is left
    if spare >= 54:
        columns.insert(0, (evidence(view.plan, milestone, view.live), 13 if wide else 12))
    if spare >= 60:
        columns.insert(0, (Mark(checked(milestone)), 6))
    while columns and not columns[0][0].text and not track:
        columns.pop(0)  # the title takes what room nothing else needs
    parts = [cell(f" {one.text}", room, one.style, right=True) for one, room in columns]
    if track and cells >= 54:
        parts.insert(0, Content.assemble(" ", cell(track, min(16, cells // 6), FAINT)))
    return Content("").join(parts)


def _expected(view: View, milestone: Milestone) -> Mark:
    """Return when it will be done at the pace so far, for a column of its own."""
    found = view.forecast.expected.get(milestone.id)
    if found is None:
        return Mark("")
    if not found.late_days:
        return Mark(f"→ {found.on:%m-%d}", FAINT)
    late = trn("{n} day late", "{n} days late", found.late_days)
    return Mark(f"→ {found.on:%m-%d}, {late}", WARN)
