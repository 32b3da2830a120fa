"""From a TOML document to a plan, together with everything that is wrong with it.

Nothing here stops at the first fault: a value that cannot be used is noted and left out, and
the reading goes on, so that a person sees all faults at once and the app shows what is left.
Unknown keys are no fault; they are somebody's own and stay in the file.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from l2l_tui.errors import nearest
from l2l_tui.plan.model import (
    Change,
    Meeting,
    Milestone,
    Problem,
    Result,
    Section,
    Status,
    Track,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from l2l_tui.plan.layout import Key

LANGUAGES = ("zh-TW", "en")
"""Languages of exports."""

_EARLIEST, _LATEST = date(1900, 1, 1), date(2200, 12, 31)
_A_DATE = "a date such as 2021-07-28, without quotes"
_KNOWN = {
    "": ("plan", "track", "milestone", "meeting", "result"),
    "plan": ("title", "language", "first_meeting", "meets_every_days"),
    "track": ("id", "title"),
    "milestone": tuple(Milestone.__dataclass_fields__),
    "change": ("on", "status", "due", "was"),
    "meeting": ("date", "problem", *(section.value for section in Section)),
    "problem": ("text", "raised", "solved", "how"),
    "result": ("run", "milestone", "experiment", "on", "claims", "figures"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault before its line is known."""

    key: Key
    """Where in the document."""
    found: str
    """What stands there."""
    expected: str
    """What should."""


@dataclass
class Reading:
    """What a document says, as far as it can be read."""

    title: str = ""
    """The plan's title."""
    language: str = "en"
    """The language of exports."""
    first_meeting: date | None = None
    """The day of the first meeting."""
    meets_every_days: int = 7
    """Days between meetings."""
    tracks: tuple[Track, ...] = ()
    """The tracks; unknown ones that milestones name are added, so that none is hidden."""
    milestones: tuple[Milestone, ...] = ()
    """The milestones; a doubled id is told apart by a number."""
    meetings: tuple[Meeting, ...] = ()
    """The meetings by date."""
    results: tuple[Result, ...] = ()
    """The results."""
    findings: list[Finding] = field(default_factory=list)
    """Everything wrong."""


def read(document: Mapping[str, Any]) -> Reading:
    """Return the plan that a TOML document describes, and all that is wrong with it."""
    reading = Reading()
    top = _Table(document, (), "", reading.findings)
    _read_head(top.table("plan", required="a table [plan] with the plan's title"), reading)
    reading.tracks = _read_tracks(top)
    reading.milestones = _read_milestones(top, reading.tracks)
    reading.tracks = _with_implied(reading.tracks, reading.milestones)
    reading.meetings = _read_meetings(top)
    reading.results = _read_results(top, reading.milestones)
    return reading


def shown(value: object) -> str:
    """Return a TOML value as a fault names it: short, and with its kind where that matters."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "an array" if value else "an empty array"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}..."'
    return str(value) if len(str(value)) <= 60 else f"{str(value)[:57]}..."


class _Table:
    """One table of the document, read field by field; what is wrong goes to `findings`."""

    __slots__ = ("_findings", "_kind", "key", "values")

    def __init__(
        self, values: Mapping[str, Any], key: Key, kind: str, findings: list[Finding]
    ) -> None:
        self.values, self.key, self._kind, self._findings = values, key, kind, findings

    def fault(self, name: str | int, found: str, expected: str, *below: str | int) -> None:
        """Note that the value at `name` is wrong."""
        self._findings.append(Finding((*self.key, name, *below), found, expected))

    def missing(self, name: str, expected: str) -> None:
        """Note that a value is missing, and what may have been meant for it."""
        known = _KNOWN.get(self._kind, ())
        strangers = [key for key in self.values if key not in known]
        stands = nearest(name, strangers)
        self.fault(name, "nothing" if stands is None else f"nothing, but {stands!r}", expected)

    def string(self, name: str, *, required: str = "") -> str:
        """Return a string; `required` says what it is for, if it must be there."""
        value = self.values.get(name)
        if isinstance(value, str) and (value.strip() or not required):
            return value
        if value is None and required:
            self.missing(name, required)
        elif value is not None:
            self.fault(name, shown(value), required or "text in quotes")
        return ""

    def day(self, name: str, *, required: bool = False) -> date | None:
        """Return a date between the years 1900 and 2200."""
        value = self.values.get(name)
        if value is None:
            if required:
                self.missing(name, _A_DATE)
            return None
        if isinstance(value, datetime) or not isinstance(value, date):
            self.fault(name, shown(value), _A_DATE)
            return None
        if not _EARLIEST <= value <= _LATEST:
            self.fault(name, shown(value), f"a date from {_EARLIEST} to {_LATEST}")
            return None
        return value

    def word(self, name: str, choices: Collection[str], default: str) -> str:
        """Return one of a few words."""
        value = self.values.get(name, default)
        if isinstance(value, str) and value in choices:
            return value
        self.fault(name, shown(value), _one_of(choices, value))
        return default

    def strings(self, name: str) -> tuple[str, ...]:
        """Return an array of strings."""
        values = self.values.get(name)
        if not values and (values is None or isinstance(values, list)):
            return ()
        if not isinstance(values, list):
            self.fault(name, shown(values), "an array of text, such as []")
            return ()
        for index, value in enumerate(values):
            if not isinstance(value, str):
                self.fault(name, shown(value), "text in quotes", index)
        return tuple(value for value in values if isinstance(value, str))

    def table(self, name: str, *, required: str = "") -> _Table | None:
        """Return a table below this one; `required` says what it is for, if it must be there."""
        value = self.values.get(name)
        if isinstance(value, dict):
            return _Table(value, (*self.key, name), name, self._findings)
        if value is not None:
            self.fault(name, shown(value), f"a table, headed [{name}]")
        elif required:
            self.missing(name, required)
        return None

    def tables(self, name: str, kind: str) -> Iterable[_Table]:
        """Return the tables of an array."""
        values = self.values.get(name)
        if values is None:
            return ()
        if not isinstance(values, list):
            self.fault(name, shown(values), f"an array of tables, each headed [[{name}]]")
            return ()
        for index, value in enumerate(values):
            if not isinstance(value, dict):
                self.fault(name, shown(value), "a table", index)
        key = (*self.key, name)
        return tuple(
            _Table(value, (*key, index), kind, self._findings)
            for index, value in enumerate(values)
            if isinstance(value, dict)
        )


def _one_of(choices: Collection[str], value: object) -> str:
    if not choices:
        return "none, for there is none yet"
    listed = ", ".join(list(choices)[:8]) + (", ..." if len(choices) > 8 else "")
    close = nearest(value, choices) if isinstance(value, str) else None
    hint = "" if close is None else f"; did you mean {close!r}?"
    return f"one of {listed}{hint}"


def _read_head(head: _Table | None, reading: Reading) -> None:
    if head is None:
        return
    reading.title = head.string("title", required="the plan's title, text in quotes")
    reading.language = head.word("language", LANGUAGES, "en")
    reading.first_meeting = head.day("first_meeting")
    every = head.values.get("meets_every_days", 7)
    if isinstance(every, int) and not isinstance(every, bool) and 1 <= every <= 366:
        reading.meets_every_days = every
    else:
        head.fault("meets_every_days", shown(every), "a whole number of days from 1 to 366")


class _Unique:
    """Ids seen so far in one array, and the fault where one comes a second time."""

    def __init__(self, what: str, name: str) -> None:
        self._what, self._name = what, name
        self._seen: dict[str, int] = {}

    def take(self, table: _Table, id: str) -> str:  # noqa: A002 (the file's own word)
        """Return the id, made different from all before it."""
        if id not in self._seen:
            self._seen[id] = len(self._seen)
            return id
        expected = f"an id of its own; {self._what}[{self._seen[id]}] has this one"
        table.fault(self._name, shown(id), expected)
        return self.take_free(id)

    def take_free(self, stem: str) -> str:
        """Return an id that nobody has."""
        number = 2
        while f"{stem}-{number}" in self._seen:
            number += 1
        self._seen[f"{stem}-{number}"] = len(self._seen)
        return f"{stem}-{number}"


def _read_tracks(top: _Table) -> tuple[Track, ...]:
    unique, tracks = _Unique("track", "id"), []
    for table in top.tables("track", "track"):
        id_ = table.string("id", required="the track's id, text in quotes")
        title = table.string("title", required="the track's title, text in quotes")
        tracks.append(Track(unique.take(table, id_) if id_ else unique.take_free("track"), title))
    return tuple(tracks)


def _with_implied(tracks: tuple[Track, ...], milestones: Iterable[Milestone]) -> tuple[Track, ...]:
    known = {track.id for track in tracks}
    implied = dict.fromkeys(item.track for item in milestones if item.track not in known)
    return (*tracks, *(Track(id_, id_ or "?") for id_ in implied))


def _read_milestones(top: _Table, tracks: Sequence[Track]) -> tuple[Milestone, ...]:
    tables = tuple(top.tables("milestone", "milestone"))
    track_ids = [track.id for track in tracks]
    unique, experiments = _Unique("milestone", "id"), _experiment_names(tables)
    milestones = tuple(_read_milestone(table, track_ids, unique) for table in tables)
    ids = {milestone.id for milestone in milestones}
    for table, milestone in zip(tables, milestones, strict=True):
        _check_names(table, "needs", ids)
        if milestone.experiments:
            _check_names(table, "experiments", experiments)
    for cycle in _cycles(milestones):
        found = " -> ".join(milestones[index].id for index in (*cycle, cycle[0]))
        tables[cycle[0]].fault("needs", found, "no milestone that in the end needs itself")
    return milestones


def _read_milestone(table: _Table, tracks: Sequence[str], unique: _Unique) -> Milestone:
    id_ = table.string("id", required="the milestone's id, text in quotes")
    title = table.string("title", required="the milestone's title, text in quotes")
    track = table.string("track", required="the id of a track")
    if track and track not in tracks:
        table.fault("track", shown(track), _one_of(tracks, track))
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
        notes=table.string("notes"),
        history=tuple(_read_history(table)) if "history" in table.values else (),
    )


_STATUS = {status.value: status for status in Status}


def _read_history(table: _Table) -> Iterable[Change]:
    for change in table.tables("history", "change"):
        on = change.day("on", required=True)
        status = change.word("status", _STATUS, "") if "status" in change.values else ""
        due, was = change.day("due"), change.day("was")
        if on is not None:
            yield Change(on, _STATUS.get(status), due, was)


def _experiment_names(tables: Iterable[_Table]) -> tuple[str, ...]:
    if not any(table.values.get("experiments") for table in tables):
        return ()
    from l2l_tui.experiments import names

    return names()


def _check_names(table: _Table, name: str, known: Collection[str]) -> None:
    values = table.values.get(name)
    if not isinstance(values, list):
        return
    for index, value in enumerate(values):
        if isinstance(value, str) and value not in known:
            table.fault(name, shown(value), _one_of(tuple(known), value), index)


def _cycles(milestones: Sequence[Milestone]) -> list[list[int]]:
    """Return each cycle of needs once, as indices in the order of need."""
    index_of = {milestone.id: index for index, milestone in enumerate(milestones)}
    done: set[int] = set()
    cycles: list[list[int]] = []
    for root in range(len(milestones)):
        if root not in done and milestones[root].needs:
            _walk(root, lambda at: _needs(milestones[at], index_of), done, cycles)
    return [_from_smallest(cycle) for cycle in cycles]


def _needs(milestone: Milestone, index_of: Mapping[str, int]) -> Iterable[int]:
    return (index_of[id_] for id_ in milestone.needs if id_ in index_of)


def _walk(
    root: int, needs: Callable[[int], Iterable[int]], done: set[int], cycles: list[list[int]]
) -> None:
    """Search depth first without recursion: a chain of needs may be as long as the plan."""
    path, on_path, pending = [root], {root}, [iter(needs(root))]
    while path:
        following = next(pending[-1], None)
        if following is None:
            done.add(path[-1])
            on_path.discard(path.pop())
            pending.pop()
        elif following in on_path:
            cycles.append(path[path.index(following) :])
        elif following not in done:
            path.append(following)
            on_path.add(following)
            pending.append(iter(needs(following)))


def _from_smallest(cycle: list[int]) -> list[int]:
    start = cycle.index(min(cycle))
    return cycle[start:] + cycle[:start]


def _read_meetings(top: _Table) -> tuple[Meeting, ...]:
    meetings: list[Meeting] = []
    seen: dict[date, int] = {}
    for table in top.tables("meeting", "meeting"):
        day = table.day("date", required=True)
        if day is not None and day in seen:
            table.fault(
                "date", shown(day), f"one meeting a day; meeting[{seen[day]}] is this day's"
            )
        sections = {section: table.string(section.value) for section in Section}
        meeting_day = day or _EARLIEST
        problems = tuple(_read_problems(table, meeting_day))
        if day is not None:
            seen.setdefault(day, int(table.key[-1]))
            written = {section: text for section, text in sections.items() if text}
            meetings.append(Meeting(day, problems, written))
    return tuple(sorted(meetings, key=lambda meeting: meeting.date))


def _read_problems(meeting: _Table, day: date) -> Iterable[Problem]:
    for table in meeting.tables("problem", "problem"):
        text = table.string("text", required="the problem, text in quotes")
        raised, solved = table.day("raised"), table.day("solved")
        how = table.string("how")
        if text:
            yield Problem(text, raised or day, solved, how)


def _read_results(top: _Table, milestones: Sequence[Milestone]) -> tuple[Result, ...]:
    tables = tuple(top.tables("result", "result"))
    ids = {milestone.id: None for milestone in milestones} if tables else {}
    unique, results = _Unique("result", "run"), []
    for table in tables:
        run = table.string("run", required="the run's id, text in quotes")
        milestone = table.string("milestone", required="the id of a milestone")
        if milestone and milestone not in ids:
            table.fault("milestone", shown(milestone), _one_of(ids, milestone))
        results.append(
            Result(
                run=unique.take(table, run) if run else unique.take_free("run"),
                milestone=milestone,
                experiment=table.string("experiment"),
                on=table.day("on"),
                claims=_read_claims(table.table("claims")),
                figures=_read_figures(table.table("figures")),
            )
        )
    return tuple(results)


def _read_claims(table: _Table | None) -> dict[str, str]:
    if table is None:
        return {}
    from l2l_tui.experiments.claims import Verdict

    verdicts = [verdict.value for verdict in Verdict]
    return {name: table.word(name, verdicts, "inconclusive") for name in table.values}


def _read_figures(table: _Table | None) -> dict[str, float]:
    figures: dict[str, float] = {}
    if table is None:
        return figures
    for name, value in table.values.items():
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            figures[name] = _as_float(value)
        else:
            table.fault(name, shown(value), "a number")
    return figures


def _as_float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, value)
