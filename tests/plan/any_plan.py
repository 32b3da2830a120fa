"""Plans of any content that a plan file can hold, drawn by chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from hypothesis import strategies as st

from l2l_tui import experiments
from l2l_tui.experiments.claims import Verdict
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

_ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_AWKWARD = st.text(st.sampled_from("a學 \t\n\r\"'\\#[]{}=,.\u0000\u007f\u2028\ufeff-"), max_size=12)
texts = _ANY | _AWKWARD
said = texts.filter(lambda text: text.strip() != "")
days = st.dates(date(1900, 1, 1), date(2200, 12, 31))
_maybe_days = st.none() | days
_names = st.sampled_from(experiments.names())


@dataclass(frozen=True)
class Content:
    """All that a person can say in a plan."""

    title: str
    """The plan's title."""
    language: str = "en"
    """The language of exports."""
    interface: str = ""
    """The language of the app."""
    first_meeting: date | None = None
    """The day of the first meeting."""
    meets_every_days: int = 7
    """Days between meetings."""
    skipped_meetings: tuple[date, ...] = ()
    """The days of the series, and written down, on which none is held."""
    tracks: tuple[Track, ...] = ()
    """The tracks, nested."""
    milestones: tuple[Milestone, ...] = ()
    """The milestones, in the order of their tracks."""
    meetings: tuple[Meeting, ...] = ()
    """The meetings, by date."""
    results: tuple[Result, ...] = field(default=())
    """The results."""
    recurring: tuple[Recurring, ...] = ()
    """What comes round."""


_changes = st.builds(
    Change,
    on=days,
    status=st.none() | st.sampled_from(Status),
    due=_maybe_days,
    was=_maybe_days,
    run=texts,
    by=st.sampled_from(["", "hand"]),
)
_items = st.builds(CheckItem, said, _maybe_days)


@st.composite
def _tracks(draw: st.DrawFn) -> tuple[Track, ...]:
    """Nested as deep as they are many, in any order: a parent may stand below its child."""
    ids = draw(st.lists(said, unique=True, max_size=4))
    found = []
    for number, id_ in enumerate(ids):
        parent = draw(st.sampled_from(["", *ids[:number]]))
        found.append(Track(id_, draw(said), parent))
    return tuple(draw(st.permutations(found)))


@st.composite
def _milestones(draw: st.DrawFn, tracks: Sequence[Track]) -> tuple[Milestone, ...]:
    """Each needs any of those before it in an order of its own, so never itself."""
    if not tracks:
        return ()
    ids = draw(st.lists(said, unique=True, max_size=5))
    earlier = {
        id_: st.lists(st.sampled_from(ids[:at] or [id_]), max_size=3).map(tuple)
        for at, id_ in enumerate(ids)
    }
    found = [
        Milestone(
            id=id_,
            track=draw(st.sampled_from(tracks)).id,
            title=draw(said),
            due=draw(_maybe_days),
            status=draw(st.sampled_from(Status)),
            links=tuple(draw(st.lists(texts, max_size=2))),
            needs=draw(earlier[id_]) if number else (),
            experiments=tuple(draw(st.lists(_names, max_size=2))),
            done_when=draw(st.sampled_from(DoneWhen)),
            checklist=tuple(draw(st.lists(_items, max_size=3))),
            notes=draw(texts),
            history=tuple(draw(st.lists(_changes, max_size=3))),
        )
        for number, id_ in enumerate(ids)
    ]
    return tuple(draw(st.permutations(found)))


@st.composite
def _meetings(draw: st.DrawFn) -> tuple[Meeting, ...]:
    found = []
    for day in sorted(draw(st.lists(days, unique=True, max_size=3))):
        problem = st.builds(Problem, said, st.just(day) | days, _maybe_days, texts)
        problems = tuple(draw(st.lists(problem, max_size=3)))
        some = texts.filter(bool)
        sections = draw(st.dictionaries(st.sampled_from(Section), some, max_size=4))
        found.append(Meeting(day, problems, sections))
    return tuple(found)


@st.composite
def _results(draw: st.DrawFn, milestones: Sequence[Milestone]) -> tuple[Result, ...]:
    if not milestones:
        return ()
    verdicts = st.sampled_from([verdict.value for verdict in Verdict])
    return tuple(
        Result(
            run=run,
            milestone=draw(st.sampled_from(milestones)).id,
            experiment=draw(texts),
            on=draw(_maybe_days),
            claims=draw(st.dictionaries(texts, verdicts, max_size=3)),
            figures=draw(st.dictionaries(texts, st.floats(allow_nan=False), max_size=6)),
            sweep=draw(texts),
        )
        for run in draw(st.lists(said, unique=True, max_size=3))
    )


@st.composite
def _recurring(draw: st.DrawFn, tracks: Sequence[Track]) -> tuple[Recurring, ...]:
    found = []
    for id_ in draw(st.lists(said, unique=True, max_size=2)):
        track = draw(st.sampled_from(["", *(track.id for track in tracks)]))
        first = draw(days)
        rhythm = draw(st.sampled_from(Every) | st.integers(1, 366))
        marked = st.lists(days, max_size=2).map(tuple)
        found.append(
            Recurring(
                id=id_,
                title=draw(said),
                first=first,
                track=track,
                meeting=not track or draw(st.booleans()),
                every_days=rhythm if isinstance(rhythm, int) else None,
                every=rhythm if isinstance(rhythm, Every) else None,
                until=draw(st.none() | st.dates(first, date(2200, 12, 31))),
                done=draw(marked),
                skipped=draw(marked),
            )
        )
    return tuple(found)


@st.composite
def _skipped(
    draw: st.DrawFn, first: date | None, every: int, meetings: Sequence[Meeting]
) -> tuple[date, ...]:
    written = [meeting.date for meeting in meetings]
    start = min(written, default=None) if first is None else first
    numbers = draw(st.lists(st.integers(0, 60), max_size=4)) if start else []
    series = [start + timedelta(days=number * every) for number in numbers if start]
    some = draw(st.lists(st.sampled_from(written), max_size=2)) if written else []
    return tuple(sorted({*series, *some}))


@st.composite
def contents(draw: st.DrawFn) -> Content:
    """Return what any plan may say."""
    tracks = draw(_tracks())
    milestones = draw(_milestones(tracks))
    first, every = draw(_maybe_days), draw(st.integers(1, 366))
    meetings = draw(_meetings())
    return Content(
        title=draw(said),
        language=draw(st.sampled_from(["en", "zh-TW"])),
        interface=draw(st.sampled_from(["", "en", "zh-TW"])),
        first_meeting=first,
        meets_every_days=every,
        skipped_meetings=draw(_skipped(first, every, meetings)),
        tracks=tracks,
        milestones=milestones,
        meetings=meetings,
        results=draw(_results(milestones)),
        recurring=draw(_recurring(tracks)),
    )
