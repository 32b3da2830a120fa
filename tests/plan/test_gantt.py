"""The schedule over time: facts in days, and the cells that show them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l2l_tui import language
from l2l_tui.plan import gantt, store, timescale
from l2l_tui.plan.gantt import Mark, Point, Span, Stretch
from l2l_tui.plan.model import Change, Milestone, Plan, Status, Track
from l2l_tui.plan.timescale import ZOOMS, Kind, Scale, Sheet, Zoom
from l2l_tui.text import width
from tests.plan.conftest import SMALL

TODAY = date(2026, 3, 4)
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
ANY_DAY = st.dates()


def change(on: date, status: Status) -> Change:
    """Return the entry of a history."""
    return Change(on, status=status)


CHANGES = st.builds(
    Change, DAYS, st.none() | st.sampled_from(Status), st.none() | DAYS, st.none() | DAYS
)
MILESTONES = st.builds(
    Milestone,
    st.just("m"),
    st.just("t"),
    st.just("元學習"),
    due=st.none() | DAYS | ANY_DAY,
    status=st.sampled_from(Status),
    history=st.lists(CHANGES, max_size=5).map(tuple),
)
SCALES = st.builds(Scale, DAYS | ANY_DAY, st.integers(1, 200), st.sampled_from(ZOOMS))


def text(pieces: tuple[timescale.Piece, ...]) -> str:
    """Return what the pieces show."""
    return "".join(piece.text for piece in pieces)


def test_one_that_is_late_was_worked_on_until_it_was_due_and_is_overdue_since() -> None:
    """Both days of a stretch are its own; the date it was moved from is remembered."""
    history = (
        change(date(2026, 2, 10), Status.DOING),
        Change(date(2026, 2, 12), due=date(2026, 2, 25), was=date(2026, 2, 18)),
    )
    milestone = Milestone("m", "t", "M", date(2026, 2, 25), Status.DOING, history=history)
    bar = gantt.over_time(milestone, TODAY)
    assert bar.spans == (
        Span(Stretch.WORKED, date(2026, 2, 10), date(2026, 2, 25)),
        Span(Stretch.OVERDUE, date(2026, 2, 25), TODAY),
    )
    assert bar.marks == (
        Mark(Point.MOVED, date(2026, 2, 18)),
        Mark(Point.DUE, date(2026, 2, 25)),
    )
    assert (bar.late, bar.was_late) == (True, False)


def test_one_that_was_done_late_is_overdue_until_then_and_no_longer() -> None:
    """Today no longer counts."""
    history = (
        change(date(2026, 2, 1), Status.DOING),
        change(date(2026, 2, 20), Status.DONE),
    )
    milestone = Milestone("m", "t", "M", date(2026, 2, 15), Status.DONE, history=history)
    bar = gantt.over_time(milestone, TODAY)
    assert bar.spans[-1] == Span(Stretch.OVERDUE, date(2026, 2, 15), date(2026, 2, 20))
    assert bar.marks[-1] == Mark(Point.FINISHED, date(2026, 2, 20))
    assert (bar.late, bar.was_late) == (False, True)


def test_what_lies_ahead_begins_today() -> None:
    """Until the day it is due; what is dropped has no stretch at all."""
    due = TODAY + timedelta(days=9)
    milestone = Milestone("m", "t", "M", due)
    assert gantt.over_time(milestone, TODAY).spans == (Span(Stretch.AHEAD, TODAY, due),)
    dropped = Milestone("m", "t", "M", due, Status.DROPPED)
    assert gantt.over_time(dropped, TODAY).spans == ()
    assert gantt.over_time(Milestone("m", "t", "M"), TODAY) == gantt.Bar(
        Milestone("m", "t", "M"), (), (), late=False, was_late=False, blocked=False, expected=None
    )


def test_tracks_come_as_a_tree_and_say_what_is_blocked(
    write: Callable[[str | bytes], Path],
) -> None:
    """Below their parent and deeper, wherever they stand in the file."""
    below = '\n[[track]]\nid = "deep"\ntitle = "Deep"\nparent = "paper"\n'
    plan = store.load(write(SMALL + below))
    found = gantt.lanes(plan, date(2021, 7, 20))
    assert [(lane.track.id, lane.depth) for lane in found] == [
        ("paper", 0),
        ("deep", 1),
        ("torch", 0),
    ]
    assert [(bar.milestone.id, bar.blocked) for bar in found[0].bars] == [
        ("l2l", False),
        ("maml", True),
    ]


def test_the_pace_so_far_is_a_mark() -> None:
    """Once enough milestones were done."""
    done = tuple(
        Milestone(f"d{n}", "t", "D", status=Status.DONE, history=(change(day, Status.DONE),))
        for n, day in enumerate((date(2026, 2, 11), date(2026, 2, 18), date(2026, 3, 4)))
    )
    plan = Plan(
        Path("p.toml"),
        "",
        first_meeting=date(2026, 2, 11),
        tracks=(Track("t", "T"),),
        milestones=(*done, Milestone("m", "t", "M")),
    )
    bar = gantt.lanes(plan, TODAY)[0].bars[-1]
    assert bar.expected is not None
    assert bar.marks == (Mark(Point.FORECAST, bar.expected.on),)


@given(MILESTONES, SCALES, DAYS, DAYS)
def test_a_row_has_exactly_the_cells_of_its_scale(
    milestone: Milestone, scale: Scale, today: date, meeting: date
) -> None:
    """Whatever a file says, near the ends of the calendar too; each sign is one cell wide."""
    sheet = Sheet(scale, today, meeting)
    bar = gantt.over_time(milestone, today)
    for pieces in (sheet.row(bar), sheet.row()):
        assert width(text(pieces)) == len(text(pieces)) == scale.columns
    for spoken in language.LANGUAGES:
        language.use(spoken)
        assert width(text(sheet.upper())) == width(text(sheet.lower())) == scale.columns
    language.use("en")


@given(MILESTONES, SCALES, DAYS)
def test_every_mark_in_sight_stands_in_the_cell_of_a_day_of_its_own(
    milestone: Milestone, scale: Scale, today: date
) -> None:
    """And a sign that is shown has its day; whoever is out of sight is pointed at."""
    bar = gantt.over_time(milestone, today)
    row = text(Sheet(scale, today, today).row(bar))
    for mark in bar.marks:
        cell = scale.cell(mark.on)
        if 0 <= cell < scale.columns:
            assert row[cell] in "◆◇●◌‹›"
    for kind in (Point.DUE, Point.MOVED, Point.FINISHED):
        cells = {scale.cell(mark.on) for mark in bar.marks if mark.kind is kind}
        sign = timescale.SIGNS[Kind(kind.value)]
        assert {at for at, shown in enumerate(row) if shown == sign} <= cells
    outside = [scale.cell(day) for day in bar.days]
    if outside and max(outside) < 0:
        assert row[0] == "‹"


@given(SCALES, st.integers(0, 199))
def test_a_cell_holds_the_day_that_begins_in_it(scale: Scale, cell: int) -> None:
    """At any zoom, as far as the calendar goes."""
    day = scale.day(cell)
    if day < date.max:
        assert scale.cell(day) in {cell, cell + 1}


@given(DAYS, DAYS, st.integers(20, 200))
def test_the_whole_schedule_is_in_sight_if_a_week_a_cell_is_enough(
    one: date, other: date, columns: int
) -> None:
    """Else today is."""
    first, last = min(one, other), max(one, other)
    scale = timescale.covering((first, last), TODAY, TODAY, columns)
    if (last - first).days < 7 * (columns - 2):
        assert 0 <= scale.cell(first) <= scale.cell(last) < columns
    else:
        assert 0 <= scale.cell(TODAY) < columns or scale.cell(last) < columns
    assert scale.first.weekday() == TODAY.weekday()


@given(st.integers(1, 520), st.integers(20, 300))
def test_so_many_weeks_have_room(weeks: int, columns: int) -> None:
    """Unless there is no zoom as far as that."""
    zoom = timescale.zoom_for(weeks, columns)
    assert weeks * 7 * zoom.cells <= columns * zoom.days or zoom is ZOOMS[-1]


@given(SCALES, st.sampled_from([-1, 1]), DAYS)
def test_a_day_in_sight_stays_in_sight_when_one_looks_from_elsewhere(
    scale: Scale, by: int, meeting: date
) -> None:
    """Nearer and farther, wherever it stood; ends of the calendar aside."""
    keep = scale.day(scale.columns // 2)
    if not date(100, 1, 1) < keep < date(9000, 1, 1) or scale.columns < 20:
        return
    found = timescale.zoomed(scale, by, keep, meeting)
    assert -1 <= found.cell(keep) <= found.columns


@pytest.mark.parametrize("spoken", language.LANGUAGES)
def test_every_zoom_has_a_name(spoken: str) -> None:
    """In every language."""
    language.use(spoken)
    assert len({timescale.zoom_in_words(zoom) for zoom in ZOOMS}) == len(ZOOMS)


def test_the_axis_names_months_weeks_and_today() -> None:
    """A label never stands on another; weeks are counted from the meeting's day."""
    sheet = Sheet(Scale(date(2026, 2, 18), 50, Zoom(1, 1)), TODAY, TODAY)
    assert text(sheet.upper()) == "Feb 2026      ▾ today Mar                 Apr     "
    assert text(sheet.lower()) == "02-18  02-25  03-04  03-11  03-18  03-25  04-01  8"


def test_late_days_are_hatched_and_today_is_a_line() -> None:
    """So that nothing is told by colour alone."""
    history = (change(date(2026, 2, 20), Status.DOING),)
    milestone = Milestone("m", "t", "M", date(2026, 2, 27), Status.DOING, history=history)
    sheet = Sheet(Scale(date(2026, 2, 18), 21, Zoom(1, 1)), TODAY, TODAY)
    assert text(sheet.row(gantt.over_time(milestone, TODAY))) == "  ━━━━━━━◆▒▒▒▒│      "
    assert text(sheet.row()) == "       ┊      │      "
