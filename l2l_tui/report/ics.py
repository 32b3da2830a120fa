"""Due days, meetings and what comes round as an iCalendar file, which calendar programs take.

Each is an event of a whole day: of tasks (``VTODO``) most programs take no notice. Nothing in
it depends on the clock, so the same plan gives the same file; a new version of an event
replaces the old one by its name.

What comes round is one event with a rule; days that were skipped are left out (``EXDATE``) and
days that were done bear a sign (``RECURRENCE-ID``). An item of the month's last day has the rule
``BYMONTHDAY=-1``. For one of the 29th or the 30th, which in February comes on the last day, there
is a rule (``BYSETPOS``) that Outlook does not take: it is an event for each day, as far as the
plan reaches. Meetings, whose days come from several series, are an event for each day too;
one that is skipped is marked as cancelled, for it may have been sent before.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from l2l_tui import __version__
from l2l_tui.plan import links, meetings, recurring, schedule
from l2l_tui.plan.model import Every, Status
from l2l_tui.plan.recurring import Mark, comes_round
from l2l_tui.plan.series import Series
from l2l_tui.report.prose import clean
from l2l_tui.report.words import Phrase, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icalendar import Event

    from l2l_tui.plan.model import Milestone, Plan, Recurring

_MOST_MEETINGS = 200
_WEEK = 7
_LAST_OF_FEBRUARY, _LAST_OF_MONTHS = 28, 31
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
    for day in schedule.skipped_days(plan, _beginning(plan), _last_day(plan, until)):
        if schedule.is_skipped(plan, day):
            calendar.add_component(_skipped(plan, day, words))
    for item in plan.recurring:
        if not item.meeting:
            for event in _coming_round(plan, item, _last_day(plan, until), words):
                calendar.add_component(event)
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
    series = (one for one in plan.recurring if one.meeting and comes_round(one, day))
    item = next((one for one in series if day not in one.skipped), None)
    named = plan.title if item is None or _is_regular(plan, day) else item.title
    title = words.say(Phrase.MEETING, title=_line(named))
    event = _event(f"meeting-{day.isoformat()}", plan, day, title, _beginning(plan))
    if written := next((one for one in plan.meetings if one.date == day), None):
        open_ones = meetings.open_problems(plan, written.date)
        event.add("description", "\n".join(f"- {_lines(one.text)}" for one in open_ones))
    return event


def _skipped(plan: Plan, day: date, words: Words) -> Event:
    """Return the event of a meeting that is not held: it takes the place of one sent before."""
    title = words.say(Phrase.MEETING, title=_line(plan.title))
    event = _event(f"meeting-{day.isoformat()}", plan, day, f"✗ {title}", _beginning(plan))
    event.add("status", "CANCELLED")
    return event


def _is_regular(plan: Plan, day: date) -> bool:
    """Whether it is a day of the plan's own series of meetings, and not skipped."""
    series = Series.of(plan)
    return plan.first_meeting is not None and series.has(day) and day not in series.skipped


def _coming_round(plan: Plan, item: Recurring, last: date, words: Words) -> Iterator[Event]:
    """Yield the events of a recurring item: one with a rule where there is one, else each day."""
    from icalendar import vDDDTypes

    if next(recurring.days(item, item.first, date.max), None) is None:
        return
    rule = _rule(item)
    if rule is None:
        for day in recurring.days(item, item.first, max(last, item.first)):
            mark = recurring.mark_of(item, day)
            if mark is not Mark.SKIPPED and day < date.max:
                yield _time(plan, item, day, words, done=mark is Mark.DONE)
        return
    marked = [day for day in sorted({*item.done, *item.skipped}) if day < date.max]
    marks = {day: recurring.mark_of(item, day) for day in marked if comes_round(item, day)}
    whole = _time(plan, item, item.first, words, name=f"every-{item.id}")
    whole.add("rrule", rule)
    for day in (day for day, mark in marks.items() if mark is Mark.SKIPPED):
        whole.add("exdate", vDDDTypes(day))
    whole.add("sequence", len(item.done) + len(item.skipped))
    yield whole
    for day in (day for day, mark in marks.items() if mark is Mark.DONE):
        event = _time(plan, item, day, words, name=f"every-{item.id}", done=True)
        event.add("recurrence-id", day)
        event.add("sequence", len(item.done) + len(item.skipped))
        yield event


def _time(
    plan: Plan, item: Recurring, day: date, words: Words, *, name: str = "", done: bool = False
) -> Event:
    """Return the event of one of an item's days."""
    uid = name or f"every-{item.id}-{day.isoformat()}"
    title = f"{'✓ ' if done else ''}{_line(item.title)}"
    event = _event(uid, plan, day, title, item.first)
    track = next((one.title for one in plan.tracks if one.id == item.track), item.track)
    if track:
        event.add("categories", [_line(track)])
    if done:
        event.add("description", words.named(Status.DONE.value))
    return event


def _rule(item: Recurring) -> dict[str, object] | None:
    """Return the rule by which an item comes round; None where calendar programs know none."""
    ends: dict[str, object] = {} if item.until is None else {"until": item.until}
    if item.every is Every.MONTH:
        if _LAST_OF_FEBRUARY < item.first.day < _LAST_OF_MONTHS:
            return None
        day = -1 if item.first.day == _LAST_OF_MONTHS else item.first.day
        return {"freq": "monthly", "bymonthday": day, **ends}
    weeks, days = divmod(item.period_days, _WEEK)
    if days:
        return {"freq": "daily", "interval": item.period_days, **ends}
    return {"freq": "weekly", "interval": weeks, **ends}


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
    last = min(_last_day(plan, until), date.max - timedelta(days=1))
    yield from schedule.meeting_days(plan, _beginning(plan), last)[:_MOST_MEETINGS]


def _last_day(plan: Plan, until: date) -> date:
    """Return the day of the last thing that is planned."""
    dues = [milestone.due for milestone in plan.milestones if milestone.due is not None]
    return max([until, *dues, *(meeting.date for meeting in plan.meetings)])


def _beginning(plan: Plan) -> date:
    days = [meeting.date for meeting in plan.meetings]
    days += [plan.first_meeting] if plan.first_meeting else []
    return min(days, default=_EPOCH)


def _line(text: str) -> str:
    return " ".join(clean(text).split())


def _lines(text: str) -> str:
    return clean(text).strip()
