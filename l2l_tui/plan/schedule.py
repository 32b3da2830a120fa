"""Schedule arithmetic: late, left, next and since. Pure; today is always an argument."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING, ClassVar

from l2l_tui.plan.model import Status
from l2l_tui.plan.recurring import days
from l2l_tui.plan.series import Series

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from l2l_tui.plan.model import Change, Milestone, Plan, Recurring, Result

_CLOSED = {Status.DONE, Status.DROPPED}


def is_closed(milestone: Milestone) -> bool:
    """Whether it is done or dropped: nothing is left to do."""
    return milestone.status in _CLOSED


def blocked(plan: Plan, milestone: Milestone) -> tuple[Milestone, ...]:
    """Return the milestones that come first and are still open, in the order of its needs.

    One that was dropped blocks nothing; nor does anything block what is closed.
    """
    if is_closed(milestone) or not milestone.needs:
        return ()
    held = _Named.of(plan.milestones)
    needed = (held[id_] for id_ in dict.fromkeys(milestone.needs) if id_ in held)
    return tuple(each for each in needed if not is_closed(each))


def late_days(milestone: Milestone, today: date) -> int | None:
    """Return how many days late a milestone is, or was when it was done; None without a date.

    One whose day of finishing nobody wrote down, and one that was dropped, count as 0.
    """
    if milestone.due is None:
        return None
    if milestone.status is Status.DROPPED:
        return 0
    done = milestone.status is Status.DONE
    until = (finished_on(milestone) or milestone.due) if done else today
    return max(0, (until - milestone.due).days)


def days_left(milestone: Milestone, today: date) -> int | None:
    """Return the days until it is due, negative when late; None if closed or without a date."""
    if milestone.due is None or is_closed(milestone):
        return None
    return (milestone.due - today).days


def finished_on(milestone: Milestone) -> date | None:
    """Return the day on which a milestone that is done was last finished, if it is known."""
    change = finish(milestone)
    return None if change is None else change.on


def finish(milestone: Milestone) -> Change | None:
    """Return the change with which a milestone that is done was last finished, if it is known."""
    if milestone.status is not Status.DONE:
        return None
    changes = reversed(milestone.history)
    return next((change for change in changes if change.status is Status.DONE), None)


def next_meeting(plan: Plan, today: date) -> date:
    """Return the day of the next meeting; today's counts.

    Meetings come every so many days from the first one on; one that is written down on
    another day counts too, and so does a recurring one. A day that is skipped is none, though
    something may have been written for it. A plan without any day of meeting meets today.
    """
    series = Series.of(plan)
    coming = [one.date for one in plan.meetings if today <= one.date not in series.skipped]
    for item in _recurring_meetings(plan):
        end = item.until or date.max
        coming += islice(_held(item, today, end), 1)
    coming += islice(series.held(today, date.max), 1)
    return min(coming, default=today)


def previous_meeting(plan: Plan, day: date) -> date | None:
    """Return the day of the last meeting before `day`: of a series or written down."""
    series = Series.of(plan)
    before = [one.date for one in plan.meetings if day > one.date not in series.skipped]
    for item in _recurring_meetings(plan):
        before += _held(item, item.first, day - timedelta(days=1))
    before += filter(None, [series.before(day)])
    return max(before, default=None)


def meeting_days(plan: Plan, start: date, end: date) -> tuple[date, ...]:
    """Return the days of all meetings from `start` to `end`, both included.

    Those are the days that `next_meeting` finds; a plan without any has none here.
    """
    series = Series.of(plan)
    written = (one.date for one in plan.meetings if start <= one.date <= end)
    found = {day for day in written if day not in series.skipped}
    for item in _recurring_meetings(plan):
        found.update(_held(item, start, end))
    found.update(series.held(start, end))
    return tuple(sorted(found))


def skipped_days(plan: Plan, start: date, end: date) -> tuple[date, ...]:
    """Return the days from `start` to `end` of the plan's own meetings that are skipped.

    Those of the series and those written down; a day on which none would be is left out.
    """
    series, written = Series.of(plan), {one.date for one in plan.meetings}
    found = {day for day in series.skipped if start <= day <= end}
    return tuple(sorted(day for day in found if series.has(day) or day in written))


def is_skipped(plan: Plan, day: date) -> bool:
    """Whether the plan's own meeting of a day is skipped, and no other one is held."""
    return bool(skipped_days(plan, day, day)) and not meeting_days(plan, day, day)


def week_day(plan: Plan, today: date) -> date:
    """Return a day from whose weekday the plan's weeks count: that of its own meetings.

    A skipped meeting, or another one in between, does not shift them; without a series it is
    the day of the next meeting.
    """
    first = Series.of(plan).first
    return next_meeting(plan, today) if first is None else first


def week(plan: Plan, today: date) -> int:
    """Return the week of the plan, counted from 1 on the day of the first meeting."""
    start = Series.of(plan).first
    return 1 if start is None else max(0, (today - start).days) // 7 + 1


def moved_since(plan: Plan, since: date, until: date) -> list[tuple[Milestone, tuple[Change, ...]]]:
    """Return the milestones that changed from `since` to `until`, with those changes.

    Both days count: a change on the day of a meeting may have come before or after it, and
    saying it twice is better than never.
    """
    moved = []
    for milestone in plan.milestones:
        changes = tuple(change for change in milestone.history if since <= change.on <= until)
        if changes:
            moved.append((milestone, changes))
    return moved


def evidence(plan: Plan, milestone: Milestone) -> tuple[Result, ...]:
    """Return the results of a milestone's runs, in the order collected."""
    return _Grouped.of(plan.results).get(milestone.id, ())


def latest(results: Iterable[Result]) -> dict[str, Result]:
    """Return the latest of a milestone's results of each experiment, by its name.

    That is the one of the last day; of one day, or where nobody wrote a day down, the one that
    stands last: a run that comes from the cluster late is no newer for that. A run that tried a
    setting for a sweep never counts.
    """
    found: dict[str, Result] = {}
    for result in results:
        if result.sweep:
            continue
        held = found.get(result.experiment)
        if held is None or held.on is None or result.on is None or held.on <= result.on:
            found[result.experiment] = result
    return found


class _Named:
    """The milestones last asked about, by id: a whole plan is rendered in one pass."""

    _last: ClassVar[tuple[tuple[Milestone, ...], Mapping[str, Milestone]]] = ((), {})

    @classmethod
    def of(cls, milestones: tuple[Milestone, ...]) -> Mapping[str, Milestone]:
        held, named = cls._last
        if held is milestones:
            return named
        named = {each.id: each for each in milestones}
        cls._last = (milestones, named)
        return named


class _Grouped:
    """The results last asked about, by milestone: a whole plan is rendered in one pass."""

    # Results hold mappings and have no hash; that one tuple is held here, so its identity tells.
    _last: ClassVar[tuple[tuple[Result, ...], Mapping[str, tuple[Result, ...]]]] = ((), {})

    @classmethod
    def of(cls, results: tuple[Result, ...]) -> Mapping[str, tuple[Result, ...]]:
        held, grouped = cls._last
        if held is results:
            return grouped
        found: dict[str, list[Result]] = defaultdict(list)
        for result in results:
            found[result.milestone].append(result)
        grouped = {id_: tuple(mine) for id_, mine in found.items()}
        cls._last = (results, grouped)
        return grouped


def progress(plan: Plan, milestone: Milestone) -> float:
    """Return how far a milestone is, from 0 to 1.

    1 when it is done; otherwise the mean over its parts, each of which counts alike: an item
    of its checklist is 1 when ticked, an experiment the share of claims that hold in its
    latest result (0 without a run).
    """
    if milestone.status is Status.DONE:
        return 1.0
    newest = latest(evidence(plan, milestone))
    names = dict.fromkeys((*milestone.experiments, *newest))
    parts = [_share(newest[name]) if name in newest else 0.0 for name in names]
    parts += [0.0 if item.done is None else 1.0 for item in milestone.checklist]
    return sum(parts) / len(parts) if parts else 0.0


def _share(result: Result) -> float:
    verdicts = list(result.claims.values())
    return verdicts.count("holds") / len(verdicts) if verdicts else 0.0


def _recurring_meetings(plan: Plan) -> list[Recurring]:
    return [item for item in plan.recurring if item.meeting]


def _held(item: Recurring, start: date, end: date) -> Iterator[date]:
    return (day for day in days(item, start, end) if day not in item.skipped)
