"""Due days and meetings as an iCalendar file, which calendar programs take.

Each is an event of a whole day: of tasks (``VTODO``) most programs take no notice. Nothing in
it depends on the clock, so the same plan gives the same file; a new version of an event
replaces the old one by its name.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from l2l_tui import __version__
from l2l_tui.plan import links, meetings, schedule
from l2l_tui.plan.model import Status
from l2l_tui.report.prose import clean
from l2l_tui.report.words import Phrase, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icalendar import Event

    from l2l_tui.plan.model import Milestone, Plan

_MOST_MEETINGS = 200
_EPOCH = date(1970, 1, 1)


def render(plan: Plan, language: str, *, until: date) -> str:
    """Return the calendar.

    Args:
        plan: The plan; what it dropped is marked as cancelled.
        language: ``zh-TW`` or ``en``.
        until: A meeting that it tells of whatever else is planned.

    Raises:
        UnknownNameError: There is no such language.
    """
    from icalendar import Calendar

    words = Words(language)
    calendar = Calendar()
    calendar.add("prodid", f"-//l2l-tui//{__version__}//{words.language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _line(plan.title))
    for milestone in plan.milestones:
        if milestone.due is not None and milestone.due < date.max:
            calendar.add_component(_due(plan, milestone, milestone.due, words))
    for day in _meeting_days(plan, until):
        calendar.add_component(_meeting(plan, day, words))
    content: bytes = calendar.to_ical()
    return content.decode("utf-8")


def _due(plan: Plan, milestone: Milestone, due: date, words: Words) -> Event:
    sign = {Status.DONE: "✓ ", Status.DROPPED: "✗ "}.get(milestone.status, "")
    stamp = max((change.on for change in milestone.history), default=_beginning(plan))
    event = _event(f"due-{milestone.id}", plan, due, f"{sign}{_line(milestone.title)}", stamp)
    addresses = [link.url for link in map(links.parse, milestone.links) if link.url]
    said = [words.named(milestone.status.value), *addresses, _lines(milestone.notes)]
    event.add("description", "\n".join(filter(None, said)))
    track = next((one.title for one in plan.tracks if one.id == milestone.track), milestone.track)
    event.add("categories", [_line(track)])
    event.add("sequence", len(milestone.history))
    dropped = milestone.status is Status.DROPPED
    event.add("status", "CANCELLED" if dropped else "CONFIRMED")
    if addresses:
        event.add("url", addresses[0])
    return event


def _meeting(plan: Plan, day: date, words: Words) -> Event:
    title = words.say(Phrase.MEETING, title=_line(plan.title))
    event = _event(f"meeting-{day.isoformat()}", plan, day, title, _beginning(plan))
    if written := next((one for one in plan.meetings if one.date == day), None):
        open_ones = meetings.open_problems(plan, written.date)
        event.add("description", "\n".join(f"- {_lines(one.text)}" for one in open_ones))
    return event


def _event(name: str, plan: Plan, day: date, title: str, stamp: date) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{name}.{plan.name}@l2l-tui")
    event.add("dtstamp", datetime.combine(stamp, time(), UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", title)
    event.add("transp", "TRANSPARENT")
    return event


def _meeting_days(plan: Plan, until: date) -> Iterator[date]:
    """Yield the meetings from the first to the last thing that is planned."""
    dues = [milestone.due for milestone in plan.milestones if milestone.due is not None]
    last = max([until, *dues, *(meeting.date for meeting in plan.meetings)])
    day = schedule.next_meeting(plan, _beginning(plan))
    for _ in range(_MOST_MEETINGS):
        if day > last or day == date.max:
            return
        yield day
        day = schedule.next_meeting(plan, day + timedelta(days=1))


def _beginning(plan: Plan) -> date:
    days = [meeting.date for meeting in plan.meetings]
    days += [plan.first_meeting] if plan.first_meeting else []
    return min(days, default=_EPOCH)


def _line(text: str) -> str:
    return " ".join(clean(text).split())


def _lines(text: str) -> str:
    return clean(text).strip()
