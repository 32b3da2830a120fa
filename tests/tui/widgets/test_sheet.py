"""The whole chart as text."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from l2l_tui.text import width
from l2l_tui.tui.widgets.chart.plot import Line, Look
from l2l_tui.tui.widgets.chart.series import Series
from l2l_tui.tui.widgets.chart.sheet import Captions, Sheet, prepare, write

WORDS = Captions("Loss", "step", "nats")


def sheet_of(
    data: Mapping[str, Sequence[float]],
    cells: tuple[int, int],
    look: Look | None = None,
    words: Captions = WORDS,
) -> Sheet:
    """Return a chart of series measured at the steps 0, 1, 2, ..."""
    lines = []
    for slot, (name, values) in enumerate(data.items()):
        series = Series()
        series.extend(range(len(values)), values)
        lines.append(Line(name, slot, series))
    return prepare(lines, look or Look(), words, cells)


def text(sheet: Sheet, crosshair: float | None = None) -> list[str]:
    """Return a chart's lines without the blanks at their ends."""
    return ["".join(run for run, _ in row).rstrip() for row in write(sheet, crosshair)]


def test_a_straight_line_on_a_linear_axis() -> None:
    """Title, axis with round ticks, line from corner to corner, legend with the last value."""
    assert text(sheet_of({"a": [0, 1, 2, 3, 4, 5, 6, 7, 8]}, (30, 12))) == [
        " Loss · nats",
        " │                        ⢀⣠⠖●",
        " │                     ⣀⡴⠚⠉",
        " │                 ⢀⣠⠖⠋⠁",
        "5┤·            ⢀⣠⠴⠚⠉",
        " │          ⣀⡤⠞⠉",
        " │      ⢀⣠⠴⠋⠁",
        " │   ⣀⡤⠞⠉",
        "0┤⣠⠴⠋⠁             ·",
        " └┬────────────────┬──────────",
        "  0                5      step",
        "● a 8",
    ]


def test_decades_on_a_logarithmic_axis() -> None:
    """A geometric fall is straight; ticks are powers of ten."""
    drawn = text(sheet_of({"a": [10.0**-n for n in range(5)]}, (30, 14), Look(log=True)))
    assert drawn[0].endswith("log y")
    labels = [row.split("┤")[0].strip() for row in drawn if "┤" in row]
    assert labels == ["10⁰", "10⁻²", "10⁻⁴"]


def test_values_without_a_logarithm_are_counted() -> None:
    """The chart says that it leaves them out."""
    drawn = text(sheet_of({"a": [1, 0, -1, 10]}, (50, 12), Look(log=True)))
    assert "2 ≤ 0 left out" in drawn[0]


def test_a_line_that_breaks_off_is_marked() -> None:
    """By a sign where it does, and in words in the legend."""
    drawn = text(sheet_of({"a": [1, 2, 3, math.nan, math.nan]}, (40, 12)))
    assert sum(row.count("×") for row in drawn) == 1
    assert drawn[-1] == "● a diverged"


@pytest.mark.parametrize(
    ("data", "look", "words"),
    [
        ({}, Look(), "Nothing measured yet"),
        ({"a": []}, Look(), "Nothing measured yet"),
        ({"a": [0, -1]}, Look(log=True), "No value above 0"),
        ({"a": [math.nan]}, Look(), "no value is finite"),
        ({"a": [1, math.nan, math.nan, math.nan, 1]}, Look(view=(1.9, 2.1)), "0 shows all"),
    ],
)
def test_an_empty_chart_says_why(data: dict[str, list[float]], look: Look, words: str) -> None:
    """In words, with what to do where something can be done."""
    drawn = text(sheet_of(data, (70, 10), look))
    assert any(words in row for row in drawn)
    assert drawn[0].startswith(" Loss")


def test_crosshair_shows_its_step_and_the_values_there() -> None:
    """A line through the plot, each series' sign where it crosses, values in the legend."""
    sheet = sheet_of({"a": [0, 1, 2, 3, 4], "b": [4, 3, 2, 1, 0]}, (40, 12))
    drawn = text(sheet, crosshair=1)
    assert drawn[0].endswith("step 1")
    assert drawn[-1].split() == ["●", "a", "1", "■", "b", "3"]
    column = sheet.column_of(1)
    assert column is not None
    crossed = [row[sheet.gutter + column] for row in drawn[1:-3]]
    assert crossed.count("●") == crossed.count("■") == 1
    assert set(crossed) == {"●", "■", "│", "⡀", "⠁"}
    assert crossed.count("│") == 4


def test_crosshair_off_the_view_is_not_drawn() -> None:
    """Its values are still told."""
    sheet = sheet_of({"a": [0, 1, 2, 3, 4]}, (40, 12), Look(view=(2, 4)))
    assert sheet.column_of(1) is None
    assert text(sheet, crosshair=1)[-1] == "● a 1"


def test_step_at_a_column_is_where_the_crosshair_then_stands() -> None:
    """A click on a column finds a step of that column; beside the plot it finds none."""
    sheet = sheet_of({"a": [float(n) for n in range(1000)]}, (60, 12))
    for column in range(sheet.gutter, 60):
        step = sheet.step_at(column)
        assert step is not None
        assert sheet.column_of(step) == column - sheet.gutter
    assert sheet.step_at(sheet.gutter - 1) is None
    assert sheet.step_at(60) is None


def test_smoothing_is_said_and_drawn_before_the_raw_line() -> None:
    """The raw line keeps its own, fainter ink."""
    sheet = sheet_of({"a": [0, 9] * 40}, (40, 12), Look(smooth=0.9))
    used = {ink for row in write(sheet) for _, ink in row}
    assert {16, 24} <= used
    assert text(sheet)[0].endswith("smooth 0.9")


def test_series_that_end_together_still_show_their_signs() -> None:
    """Side by side, nearest the end for the last."""
    drawn = text(sheet_of({"a": [1, 2], "b": [1, 2], "c": [1, 2]}, (40, 12)))
    assert any("●■▲" in row for row in drawn[1:-3])


def test_lines_carry_their_signs_along_where_there_is_no_colour() -> None:
    """So that they can be told apart everywhere."""
    data = {"a": [1.0] * 50, "b": [2.0] * 50}
    plain = "".join(text(sheet_of(data, (60, 12)))[1:-3])
    marked = "".join(text(sheet_of(data, (60, 12), Look(marked=True)))[1:-3])
    assert plain.count("●") == 1
    assert marked.count("●") >= 3
    assert marked.count("■") >= 3


def test_wide_characters_keep_the_columns() -> None:
    """A title and a name in Chinese take two cells a character and are cut as such."""
    words = Captions("學習曲線" * 10, "步驟", "損失")
    for row in write(sheet_of({"最佳化器" * 5: [1, 2], "b": [2, 1]}, (41, 12), words=words)):
        assert width("".join(run for run, _ in row).rstrip()) <= 41


@settings(deadline=None, max_examples=150)
@given(
    st.integers(0, 70),
    st.integers(0, 20),
    st.lists(st.lists(st.floats(), max_size=30), max_size=4),
    st.booleans(),
    st.sampled_from([0.0, 0.6]),
    st.none() | st.floats(-5, 40),
    st.none() | st.tuples(st.floats(0, 10), st.floats(11, 30)),
)
def test_any_data_can_be_drawn_at_any_size(
    columns: int,
    height: int,
    data: list[list[float]],
    log: bool,
    smooth: float,
    crosshair: float | None,
    view: tuple[float, float] | None,
) -> None:
    """Down to a single cell, and to none; never wider or higher than there is room."""
    named = {f"series {number}": values for number, values in enumerate(data)}
    look = Look(log=log, smooth=smooth, view=view, marked=True)
    drawn = text(sheet_of(named, (columns, height), look), crosshair)
    assert len(drawn) <= max(height, 0)
    assert all(width(row) <= columns for row in drawn)
