"""From a TOML document to a plan, together with everything that is wrong with it.

Nothing here stops at the first fault: a value that cannot be used is noted and left out, and
the reading goes on, so that a person sees all faults at once and the app shows what is left.
Unknown keys are no fault: they stay in the file, and a warning says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from l2l_tui.language import LANGUAGES, tr
from l2l_tui.plan import strays
from l2l_tui.plan.cycles import cycles
from l2l_tui.plan.model import (
    Change,
    CheckItem,
    DoneWhen,
    Every,
    Meeting,
    Milestone,
    Problem,
    Recurring,
    Result,
    Section,
    Status,
    Track,
)
from l2l_tui.plan.series import Series
from l2l_tui.plan.table import EARLIEST, Finding, Table, Unique, one_of, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date


@dataclass
class Reading:
    """What a document says, as far as it can be read."""

    title: str = ""
    """The plan's title."""
    language: str = "en"
    """The language of exports."""
    interface: str = ""
    """The language of the app; empty for the locale's."""
    first_meeting: date | None = None
    """The day of the first meeting."""
    meets_every_days: int = 7
    """Days between meetings."""
    skipped_meetings: tuple[date, ...] = ()
    """The days on which none is held, in their order."""
    tracks: tuple[Track, ...] = ()
    """The tracks; unknown ones that milestones name are added, so that none is hidden."""
    milestones: tuple[Milestone, ...] = ()
    """The milestones; a doubled id is told apart by a number."""
    meetings: tuple[Meeting, ...] = ()
    """The meetings by date."""
    results: tuple[Result, ...] = ()
    """The results."""
    recurring: tuple[Recurring, ...] = ()
    """What comes round."""
    findings: list[Finding] = field(default_factory=list)
    """Everything wrong, and what may be a slip."""


def read(document: Mapping[str, Any]) -> Reading:
    """Return the plan that a TOML document describes, and all that is wrong with it."""
    reading = Reading()
    top = Table(document, (), "", reading.findings)
    top.warn_of_strangers()
    head = strays.head(top)
    _read_head(head, reading)
    reading.tracks = _read_tracks(top)
    reading.milestones = _read_milestones(top, reading.tracks)
    reading.recurring = tuple(_read_recurring(top, reading.tracks))
    reading.tracks = _with_implied(reading.tracks, reading.milestones)
    reading.meetings = _read_meetings(top)
    reading.results = _read_results(top, reading.milestones)
    if head is not None and reading.skipped_meetings:
        _check_skipped(head, reading)
    return reading


def _read_head(head: Table | None, reading: Reading) -> None:
    if head is None:
        return
    reading.title = head.string("title")
    reading.language = head.word("language", LANGUAGES, "en")
    if "interface" in head.values:
        reading.interface = head.word("interface", LANGUAGES, "en")
    reading.first_meeting = head.day("first_meeting")
    every = head.values.get("meets_every_days", 7)
    if isinstance(every, int) and not isinstance(every, bool) and 1 <= every <= 366:
        reading.meets_every_days = every
    else:
        head.fault("meets_every_days", shown(every), _number_of_days())
    reading.skipped_meetings = tuple(sorted(set(head.days("skipped_meetings"))))


def _number_of_days() -> str:
    return tr("a whole number of days from 1 to 366")


def _check_skipped(head: Table, reading: Reading) -> None:
    """Warn of days on which there would be no meeting anyway."""
    series, written = Series.of(reading), {meeting.date for meeting in reading.meetings}
    if reading.first_meeting is None and "first_meeting" in head.values:
        return  # it is a fault, and what else there is cannot be told
    for index, day in enumerate(head.values["skipped_meetings"]):
        if day in reading.skipped_meetings and not series.has(day) and day not in written:
            near = ", ".join(map(str, series.near(day))) or tr("none, for there is none yet")
            expected = tr("a day of the plan's own meetings, such as {near}", near=near)
            head.warn("skipped_meetings", shown(day), expected, index)


def _read_tracks(top: Table) -> tuple[Track, ...]:
    unique, tracks = Unique("track", "id"), []
    tables = strays.tables(top, "track", _wanted_tracks(top))
    for table in tables:
        id_ = table.string("id")
        title = table.string("title")
        unique_id = unique.take(table, id_) if id_ else unique.take_free("track")
        tracks.append(Track(unique_id, title, table.string("parent")))
    _check_parents(tables, tracks)
    return tuple(tracks)


def _named(top: Table, array: str, key: str) -> Iterable[str]:
    """Yield what the tables of an array name under a key, one or a list."""
    tables = top.values.get(array)
    for table in tables if isinstance(tables, list) else ():
        named = table.get(key) if isinstance(table, dict) else None
        for each in named if isinstance(named, list) else [named]:
            if isinstance(each, str):
                yield each


def _wanted_tracks(top: Table) -> Iterable[str]:
    yield from _named(top, "track", "parent")
    yield from _named(top, "milestone", "track")
    yield from _named(top, "recurring", "track")


def _wanted_milestones(top: Table) -> Iterable[str]:
    yield from _named(top, "milestone", "needs")
    yield from _named(top, "result", "milestone")


def _check_parents(tables: Sequence[Table], tracks: Sequence[Track]) -> None:
    parents = {track.id: [track.parent] if track.parent else [] for track in tracks}
    for table, track in zip(tables, tracks, strict=True):
        if track.parent and track.parent not in parents:
            table.fault("parent", shown(track.parent), one_of(parents, track.parent))
    for cycle in cycles(parents):
        found = " -> ".join(tracks[index].id for index in (*cycle, cycle[0]))
        expected = tr("no track that in the end stands below itself")
        tables[cycle[0]].fault("parent", found, expected)


def _with_implied(tracks: tuple[Track, ...], milestones: Iterable[Milestone]) -> tuple[Track, ...]:
    known = {track.id for track in tracks}
    implied = dict.fromkeys(item.track for item in milestones if item.track not in known)
    return (*tracks, *(Track(id_, id_ or "?") for id_ in implied))


def _read_milestones(top: Table, tracks: Sequence[Track]) -> tuple[Milestone, ...]:
    tables = strays.tables(top, "milestone", _wanted_milestones(top))
    track_ids = [track.id for track in tracks]
    unique, experiments = Unique("milestone", "id"), _experiment_names(tables)
    milestones = tuple(_read_milestone(table, unique) for table in tables)
    strays.check_named(tables, "track", "track", track_ids)
    ids = {milestone.id for milestone in milestones}
    for table, milestone in zip(tables, milestones, strict=True):
        _check_names(table, "needs", ids)
        if milestone.links:
            _check_links(table, milestone.links)
        if milestone.experiments:
            _check_names(table, "experiments", experiments)
    for cycle in cycles({milestone.id: milestone.needs for milestone in milestones}):
        found = " -> ".join(milestones[index].id for index in (*cycle, cycle[0]))
        expected = tr("no milestone that in the end needs itself")
        tables[cycle[0]].fault("needs", found, expected)
    return milestones


def _read_milestone(table: Table, unique: Unique) -> Milestone:
    id_ = table.string("id")
    title = table.string("title")
    track = table.string("track")
    unique_id = unique.take(table, id_) if id_ else unique.take_free("milestone")
    return Milestone(
        id=unique_id,
        track=track,
        title=title or unique_id,
        due=table.day("due"),
        status=_STATUS[table.word("status", _STATUS, "todo")],
        links=table.strings("links"),
        needs=table.strings("needs"),
        experiments=table.strings("experiments"),
        done_when=_read_done_when(table),
        checklist=tuple(_read_checklist(table)) if "checklist" in table.values else (),
        notes=table.string("notes"),
        history=tuple(_read_history(table)) if "history" in table.values else (),
    )


_STATUS = {status.value: status for status in Status}
_DONE_WHEN = {each.value: each for each in DoneWhen}


def _read_done_when(table: Table) -> DoneWhen:
    if "done_when" not in table.values:
        return DoneWhen.HAND
    return _DONE_WHEN[table.word("done_when", _DONE_WHEN, "hand")]


def _read_checklist(table: Table) -> Iterable[CheckItem]:
    """Yield the items; a text alone is an open one."""
    for item in table.texts_or_tables("checklist"):
        if isinstance(item, str):
            yield CheckItem(item)
        elif text := item.string("text"):
            yield CheckItem(text, item.day("done"))


def _read_history(table: Table) -> Iterable[Change]:
    for change in table.tables("history", "change"):
        on = change.day("on", required=True)
        status = change.word("status", _STATUS, "") if "status" in change.values else ""
        due, was = change.day("due"), change.day("was")
        run = change.string("run")
        by = change.word("by", ("hand",), "") if "by" in change.values else ""
        if on is not None:
            yield Change(on, _STATUS.get(status), due, was, run, by)


def _experiment_names(tables: Iterable[Table]) -> tuple[str, ...]:
    if not any(table.values.get("experiments") for table in tables):
        return ()
    from l2l_tui.experiments import names

    return names()


def _check_links(table: Table, links: Sequence[str]) -> None:
    from l2l_tui.plan.links import parse

    for index, link in enumerate(links):
        if (flaw := parse(link).flaw) is not None:
            table.warn("links", shown(link), flaw, index)


def _check_names(table: Table, name: str, known: Collection[str]) -> None:
    values = table.values.get(name)
    if not isinstance(values, list):
        return
    for index, value in enumerate(values):
        if isinstance(value, str) and value not in known:
            table.fault(name, shown(value), one_of(tuple(known), value), index)


def _read_recurring(top: Table, tracks: Sequence[Track]) -> Iterable[Recurring]:
    unique, track_ids = Unique("recurring", "id"), [track.id for track in tracks]
    tables = tuple(top.tables("recurring", "recurring"))
    strays.check_named(tables, "track", "track", track_ids)
    for table in tables:
        id_ = table.string("id")
        title = table.string("title")
        meeting, track = table.flag("meeting"), table.string("track")
        if not track and not meeting:
            table.missing("track", tr("the id of a track, or meeting = true"))
        every_days, every = _read_rhythm(table)
        first, until = table.day("first", required=True), table.day("until")
        if first is not None and until is not None and until < first:
            expected = tr("a date from {first} on, which is the first", first=first)
            table.fault("until", shown(until), expected)
        done, skipped = table.days("done"), table.days("skipped")
        unique_id = unique.take(table, id_) if id_ else unique.take_free("recurring")
        if first is not None:
            yield Recurring(
                id=unique_id,
                title=title or unique_id,
                first=first,
                track=track,
                meeting=meeting,
                every_days=every_days,
                every=every,
                until=until,
                done=done,
                skipped=skipped,
            )


_EVERY = {each.value: each for each in Every}


def _read_rhythm(table: Table) -> tuple[int | None, Every | None]:
    days = table.values.get("every_days")
    if days is not None and not (isinstance(days, int) and days is not True and 1 <= days <= 366):
        table.fault("every_days", shown(days), _number_of_days())
        return None, None
    if "every" in table.values:
        if days is not None:
            table.fault("every", shown(table.values["every"]), tr("nothing beside every_days"))
        return None, _EVERY.get(table.word("every", _EVERY, "week"))
    if days is None:
        table.missing("every_days", tr('a number of days, or every = "week" or "month"'))
    return days, None


def _read_meetings(top: Table) -> tuple[Meeting, ...]:
    meetings: list[Meeting] = []
    seen: dict[date, int] = {}
    for table in strays.tables(top, "meeting", ()):
        day = table.day("date", required=True)
        if day is not None and day in seen:
            other = f"meeting[{seen[day]}]"
            expected = tr("one meeting a day; {other} is this day's", other=other)
            table.fault("date", shown(day), expected)
        sections = {section: table.string(section.value) for section in Section}
        meeting_day = day or EARLIEST
        problems = tuple(_read_problems(table, meeting_day))
        if day is not None:
            seen.setdefault(day, int(table.key[-1]))
            written = {section: text for section, text in sections.items() if text}
            meetings.append(Meeting(day, problems, written))
    return tuple(sorted(meetings, key=lambda meeting: meeting.date))


def _read_problems(meeting: Table, day: date) -> Iterable[Problem]:
    for table in meeting.tables("problem", "problem"):
        text = table.string("text")
        raised, solved = table.day("raised"), table.day("solved")
        how = table.string("how")
        if text:
            yield Problem(text, raised or day, solved, how)


def _read_results(top: Table, milestones: Sequence[Milestone]) -> tuple[Result, ...]:
    tables = tuple(top.tables("result", "result"))
    ids = [milestone.id for milestone in milestones] if tables else []
    strays.check_named(tables, "milestone", "milestone", ids)
    unique, results = Unique("result", "run"), []
    for table in tables:
        run = table.string("run")
        milestone = table.string("milestone")
        results.append(
            Result(
                run=unique.take(table, run) if run else unique.take_free("run"),
                milestone=milestone,
                experiment=table.string("experiment"),
                on=table.day("on"),
                claims=_read_claims(table.table("claims")),
                figures=_read_figures(table.table("figures")),
                sweep=table.string("sweep"),
            )
        )
    return tuple(results)


def _read_claims(table: Table | None) -> dict[str, str]:
    if table is None:
        return {}
    from l2l_tui.experiments.claims import Verdict

    verdicts = [verdict.value for verdict in Verdict]
    return {name: table.word(name, verdicts, "inconclusive") for name in table.values}


def _read_figures(table: Table | None) -> dict[str, float]:
    figures: dict[str, float] = {}
    if table is None:
        return figures
    for name, value in table.values.items():
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            figures[name] = _as_float(value)
        else:
            table.fault(name, shown(value), tr("a number"))
    return figures


def _as_float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, value)
