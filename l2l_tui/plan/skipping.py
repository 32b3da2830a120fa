"""A meeting is skipped, or held after all: the edits that say so.

On one day the plan's own meeting and others that come round may fall together; whoever skips
that day's meeting skips them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.errors import RequestError
from l2l_tui.language import tr
from l2l_tui.plan import edits
from l2l_tui.plan.recurring import Mark, comes_round, mark_of
from l2l_tui.plan.schedule import next_meeting, previous_meeting
from l2l_tui.plan.series import Series

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from l2l_tui.plan.edits import Edit
    from l2l_tui.plan.model import Plan, Recurring


def skip(plan: Plan, day: date) -> list[Edit]:
    """Return the edits after which nobody meets on a day; none if that is so.

    Raises:
        RequestError: There is no meeting on that day; the message names those next to it.
    """
    _check(plan, day)
    found: list[Edit] = []
    if _is_own(plan, day) and day not in plan.skipped_meetings:
        found.append(edits.SkipMeeting(day))
    held = (item.id for item in _others(plan, day) if mark_of(item, day) is not Mark.SKIPPED)
    return [*found, *(edits.MarkOccurrence(id_, day, Mark.SKIPPED) for id_ in held)]


def unskip(plan: Plan, day: date) -> list[Edit]:
    """Return the edits after which all meetings of a day are held; none if that is so.

    Raises:
        RequestError: There is no meeting on that day; the message names those next to it.
    """
    found: list[Edit] = []
    if day in plan.skipped_meetings:
        found.append(edits.UnskipMeeting(day))
    else:
        _check(plan, day)
    skipped = (item.id for item in _others(plan, day) if mark_of(item, day) is Mark.SKIPPED)
    return [*found, *(edits.MarkOccurrence(id_, day, Mark.OPEN) for id_ in skipped)]


def _check(plan: Plan, day: date) -> None:
    if _is_own(plan, day) or any(True for _ in _others(plan, day)):
        return
    said = tr("there is no meeting on {day}", day=day)
    before, after = previous_meeting(plan, day), next_meeting(plan, day)
    near = [one for one in (before, after) if one is not None and one != day]
    if len(near) > 1:
        said = tr(
            "{said}; {before} and {after} are next to it", said=said, before=near[0], after=near[1]
        )
    elif near:
        said = tr("{said}; the nearest day is {near}", said=said, near=near[0])
    raise RequestError(said)


def _is_own(plan: Plan, day: date) -> bool:
    return Series.of(plan).has(day) or any(one.date == day for one in plan.meetings)


def _others(plan: Plan, day: date) -> Iterator[Recurring]:
    """Yield the meetings of a day that come round beside the plan's own."""
    return (item for item in plan.recurring if item.meeting and comes_round(item, day))
