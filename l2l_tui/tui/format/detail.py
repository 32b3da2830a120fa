"""What the schedule has no room for: all about the milestone under the cursor, in two lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from l2l_tui.language import tr, trn
from l2l_tui.plan import links, schedule, verdicts
from l2l_tui.plan.model import Status
from l2l_tui.tui.format.schedule import BLOCKED, CONTRADICTED, checked
from l2l_tui.tui.format.tone import BAD, FAINT, GOOD, MUTED, WARN, words

if TYPE_CHECKING:
    from l2l_tui.plan.forecast import Forecast
    from l2l_tui.plan.model import Milestone, Plan
    from l2l_tui.tui.format.schedule import View


def lines(view: View, milestone: Milestone, cells: int, rows: int) -> Content:
    """Return at most so many lines: how it goes, then what belongs to it."""
    first = _obstacles(view.plan, milestone)
    if schedule.is_closed(milestone):
        first.insert(0, _end(milestone))
    else:  # a pace is short and comes before long titles; that there is none can wait
        first.insert(len(first) if view.forecast.missing else 0, pace(milestone, view.forecast))
    second = [_checklist(milestone), *_links(milestone), words(milestone.id, FAINT)]
    parts = [_joined(first), _joined(second)]
    shown = [part for part in parts if part.plain][: max(0, rows)]
    return Content("\n").join([part.truncate(cells, ellipsis=True) for part in shown])


def pace(milestone: Milestone, found: Forecast) -> Content:
    """Return when an open milestone will be done at the pace so far, or that there is none yet."""
    if found.missing:
        return words(
            trn(
                "{n} more milestone to finish before there is a pace",
                "{n} more milestones to finish before there is a pace",
                found.missing,
            ),
            FAINT,
        )
    expected = found.expected.get(milestone.id)
    if expected is None:  # the first meeting is still to come
        return words(tr("no pace yet"), FAINT)
    day = f"{expected.on:%m-%d}" if expected.on.year == _year(milestone, expected.on.year) else ""
    day = day or expected.on.isoformat()
    if expected.late_days is None:
        return words(tr("at this pace {day}", day=day), MUTED)
    if not expected.late_days:
        return words(tr("at this pace {day}, in time", day=day), GOOD)
    return words(
        trn(
            "at this pace {day}, {n} day late",
            "at this pace {day}, {n} days late",
            expected.late_days,
            day=day,
        ),
        WARN,
    )


def _year(milestone: Milestone, otherwise: int) -> int:
    return milestone.due.year if milestone.due is not None else otherwise


def _obstacles(plan: Plan, milestone: Milestone) -> list[Content]:
    """Return what it waits for, and the claims that say otherwise."""
    said = []
    if blockers := schedule.blocked(plan, milestone):
        titles = ", ".join(one.title or one.id for one in blockers)
        said.append(
            Content.assemble(BLOCKED, " ", words(tr("waits for {title}", title=titles), WARN))
        )
    if against := verdicts.contradicted(plan, milestone):
        count = trn(
            "{n} claim fails in {run}",
            "{n} claims fail in {run}",
            len(against),
            run=against[0][0].run,
        )
        said.append(Content.assemble(CONTRADICTED, " ", words(count, BAD)))
    return said


def _end(milestone: Milestone) -> Content:
    """Return when and by whom it was done."""
    change = schedule.finish(milestone)
    if change is None:
        return words(tr("done"), GOOD) if milestone.status is Status.DONE else Content("")
    day = change.on.isoformat()
    if change.run:
        return words(tr("done on {day} by the claims of {run}", day=day, run=change.run), GOOD)
    if change.by == "hand":
        return words(tr("done on {day} by hand, whatever the claims say", day=day), MUTED)
    return words(tr("done on {day} by hand", day=day), MUTED)


def _checklist(milestone: Milestone) -> Content:
    """Return how much of the checklist is done, and what comes next on it."""
    if not milestone.checklist:
        return Content("")
    waiting = [item.text for item in milestone.checklist if item.done is None]
    if not waiting:
        return words(tr("checklist {count}, all done", count=checked(milestone)), GOOD)
    return words(
        tr("checklist {count}, next: {text}", count=checked(milestone), text=waiting[0]), MUTED
    )


def _links(milestone: Milestone) -> list[Content]:
    return [words(links.parse(text).text, MUTED) for text in milestone.links]


def _joined(parts: list[Content]) -> Content:
    return Content(" · ").join([part for part in parts if part.plain])
