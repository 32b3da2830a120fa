"""What a run compares: a table and bars in the document, of any run that somebody names."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l2l_tui.experiments.base import Table
from l2l_tui.plan import edits, store
from l2l_tui.plan.model import Plan, Section
from l2l_tui.report import svg_bars
from l2l_tui.report.compared import Around, Compared, compared
from l2l_tui.report.export import export
from l2l_tui.report.markdown import render
from l2l_tui.report.summary import build
from l2l_tui.report.words import Words
from l2l_tui.runs import files
from l2l_tui.workspace import Workspace
from tests.cli.made import make_run
from tests.report.conftest import MEETING, TODAY, at
from tests.report.pages import Page

SVG = "{http://www.w3.org/2000/svg}"
TABLE = Table(
    title="Two of them",
    rows={"a": "the | first", "b": "second", "absent": "third"},
    columns={"5way": "5-way", "20way": "20-way"},
    y="share",
    interval="95 % intervals",
    costs={"memory_mb": "memory, MB"},
    parts={"CPU-seconds": ("training", "judging")},
)
FIGURES = {"a_5way": 0.9, "a_5way_half_width": 0.05, "a_20way": 0.6, "b_5way": 0.4, "other": 1.0}
FIGURES |= {"a_memory_mb": 12.5}
SPENT = {"training a": 8.0, "judging a": 2.0, "training b": 4.25}
SURVEY = {
    f"{name}_{ways}way_{shots}shot{end}": value
    for name, share in {"raw": 0.5, "matching": 0.8, "maml": 0.7}.items()
    for ways in (5, 20)
    for shots in (1, 5)
    for end, value in {"": share + 0.01 * shots - 0.002 * ways, "_half_width": 0.04}.items()
} | {"matching_memory_mb": 29.75, "test_classes": 249.0}


@pytest.fixture
def surveyed(workspace: Workspace) -> Workspace:
    """Return a workspace with a survey's run from before the last meeting."""
    directory = make_run(
        workspace,
        "run-survey",
        experiment="survey",
        milestone=None,
        plan="study",
        ended=at(13),
        settings={},
        figures=SURVEY,
    )
    result = files.read_result(directory)
    assert result is not None
    files.write_result(
        directory, replace(result, cpu_s={"training matching": 6.0, "judging matching": 2.44})
    )
    return workspace


def naming(workspace: Workspace, text: str, section: Section = Section.NEXT) -> Plan:
    """Return the plan with a text in a section of the meeting."""
    return store.save(workspace.plan_file("study"), edits.SetSection(MEETING, section, text))


def test_rows_are_gathered_from_figures_and_what_was_spent() -> None:
    """Those that there are, a gap where a figure is missing; what costs nothing knows is left."""
    found = compared(TABLE, FIGURES, SPENT)
    assert found is not None
    assert [row.name for row in found.rows] == ["the | first", "second"]
    assert found.rows[0].figures == (Around(0.9, 0.05), Around(0.6, None))
    assert found.rows[1].figures == (Around(0.4, None), None)
    assert found.costs == ("memory, MB", "CPU-seconds")
    assert [row.costs for row in found.rows] == [(12.5, 10.0), (None, 4.25)]
    assert {"a_5way", "a_5way_half_width", "a_memory_mb"} <= found.told
    assert "other" not in found.told
    remembered = compared(TABLE, {"b_20way": 0.5}, {})
    assert remembered is not None
    assert remembered.costs == ()
    assert remembered.interval == ""


def test_without_a_table_or_its_figures_nothing_is_compared() -> None:
    """As in runs that failed, and in most experiments."""
    assert compared(None, FIGURES, SPENT) is None
    assert compared(TABLE, {"other": 1.0}, SPENT) is None


def test_the_document_has_the_table_in_place_of_its_figures(surveyed: Workspace) -> None:
    """With half widths, CPU-seconds and memory; other figures stand below as they always do."""
    text = render(build(surveyed, naming(surveyed, "See run-survey."), MEETING, TODAY), "en")
    heads = "5-way 1-shot | 20-way 1-shot | 5-way 5-shot | 20-way 5-shot"
    costs = "memory, MB | CPU-seconds"
    assert f"|  | {heads} | {costs} |" in text
    shares = "0.800 ± 0.040 | 0.770 ± 0.040 | 0.840 ± 0.040 | 0.810 ± 0.040"
    assert f"| Matching Networks | {shares} | 29.8 | 8.44 |" in text
    assert "| raw pixels | 0.500 ± 0.040" in text
    assert "After ±: half the width of 95 % intervals over test classes and episodes." in text
    assert "![Few-shot learners on alphabets never seen: share of queries" in text
    assert "`matching_20way_1shot`" not in text
    assert "| `test_classes` | 249 |" in text
    assert "Classes of the test alphabets" in text


def test_a_run_is_told_once_it_is_named_and_not_counted_among_this_weeks(
    surveyed: Workspace, plan: Plan
) -> None:
    """By its whole id, in any section; the glance still counts the days since the meeting."""
    before = render(build(surveyed, plan, MEETING, TODAY), "en")
    assert "run-survey" not in before
    (glance,) = re.findall(r"- Runs: .*", before)
    for text, told in (
        ("run-survey-2, my-run-survey", False),
        ("- survey, run `run-survey`", True),
    ):
        said = render(build(surveyed, naming(surveyed, text), MEETING, TODAY), "en")
        assert ("##### Run `run-survey`" in said) == told
        assert glance in said


def test_a_named_run_of_another_plan_and_one_that_is_gone_are_told_too(
    workspace: Workspace, plan: Plan
) -> None:
    """Whoever names it wants it told; the plan remembers its own."""
    gone = "2021-07-16-1200-l2l-quadratic-gone"
    plan = naming(workspace, f"run-other-plan and {gone}", Section.PROGRAMMING)
    week = build(workspace, plan, date(2021, 7, 28), TODAY)
    assert [run.run for one in week.experiments for run in one.runs if run.earlier] == []
    plan = store.save(
        workspace.plan_file("study"),
        edits.SetSection(date(2021, 7, 28), Section.NOTES, f"run-other-plan and {gone}"),
    )
    week = build(workspace, plan, date(2021, 7, 28), date(2021, 7, 28))
    told = [run for one in week.experiments for run in one.runs]
    assert {run.run for run in told if run.earlier} == {gone, "run-other-plan"}
    assert next(run for run in told if run.run == gone).gone


def test_both_forms_of_a_meeting_have_the_bars(surveyed: Workspace) -> None:
    """Markdown beside the file, the page within itself, wide and for a phone."""
    plan = naming(surveyed, "run-survey")
    path = export(surveyed, plan, meeting=MEETING, today=TODAY)
    drawn = path.parent / "study-2021-07-21-figures" / "run-survey.svg"
    assert f"]({drawn.parent.name}/{drawn.name})" in path.read_text(encoding="utf-8")
    bars = [one for one in ET.parse(drawn).iter(f"{SVG}rect") if "dot" in one.get("class", "")]
    assert len(bars) == 3 * 4 + 3
    page = Page(
        export(surveyed, plan, meeting=MEETING, today=TODAY, form="html").read_text(
            encoding="utf-8"
        )
    )
    assert page.odd == []
    assert page.fetched == []
    assert page.text.count("3 MAML") == 2


def test_a_chinese_document_speaks_chinese(surveyed: Workspace) -> None:
    """In the table's headings, in the chart and in what stands below."""
    plan = naming(surveyed, "run-survey")
    text = render(build(surveyed, plan, MEETING, TODAY), "zh-TW")
    assert "5-way 1-shot" in text
    assert "raw pixels" not in text
    assert "± 之後為" in text
    path = export(surveyed, plan, meeting=MEETING, today=TODAY)
    drawn = path.parent / "study-2021-07-21-figures" / "run-survey.svg"
    assert "raw pixels" not in drawn.read_text(encoding="utf-8")


def bars_of(shares: list[list[tuple[float, float]]], name: str = "x") -> Compared:
    """Return rows of figures with half widths, all called alike."""
    rows = {f"r{index}": name for index in range(len(shares))}
    columns = {f"c{index}": f"column {index}" for index in range(len(shares[0]))}
    figures: dict[str, float] = {}
    for index, row in enumerate(shares):
        for column, (share, half) in enumerate(row):
            figures[f"r{index}_c{column}"] = share
            figures[f"r{index}_c{column}_half_width"] = half
    found = compared(Table("t", rows, columns, "y", "i", {}, {}), figures, {})
    assert found is not None
    return found


@given(
    st.lists(
        st.lists(st.tuples(st.floats(), st.floats()), min_size=2, max_size=2),
        min_size=1,
        max_size=12,
    ),
    st.text(max_size=40),
    st.booleans(),
)
def test_any_figures_and_names_make_a_whole_drawing(
    shares: list[list[tuple[float, float]]], name: str, narrow: bool
) -> None:
    """Everything lies on the page, whatever diverged or lies outside 0 to 1."""
    root = ET.fromstring(svg_bars.draw(bars_of(shares, name), Words("en"), narrow=narrow))
    width, height = (float(root.attrib[one]) for one in ("width", "height"))
    bars = [one for one in root.iter(f"{SVG}rect") if "dot" in one.get("class", "")]
    for bar in bars:
        x, y, w, h = (float(bar.attrib[one]) for one in ("x", "y", "width", "height"))
        assert 0 <= x < x + w <= width
        assert 0 <= y <= y + h <= height
    finite = sum(math.isfinite(share) for row in shares for share, _ in row)
    assert len(bars) == finite + len(shares)  # and the legend's


def test_a_bar_is_as_high_as_its_figure_and_its_whisker_as_long_as_the_interval() -> None:
    """On the scale of the axis beside it, cut off at 1; its number is the legend's."""
    svg = svg_bars.draw(bars_of([[(0.5, 0.1), (0.9, 0.2)]]), Words("en"))
    root = ET.fromstring(svg)
    ticks = {
        one.text: float(one.attrib["y"]) - 4
        for one in root.iter(f"{SVG}text")
        if one.get("text-anchor") == "end"
    }
    first, second, _ = (one for one in root.iter(f"{SVG}rect") if "dot" in one.get("class", ""))
    whole = ticks["0"] - ticks["1"]
    assert float(first.attrib["height"]) == pytest.approx(0.5 * whole, abs=0.2)
    assert float(second.attrib["height"]) == pytest.approx(0.9 * whole, abs=0.2)
    low, high = (
        tuple(map(float, re.findall(r"[MV][\d.]+ ?([\d.]+)?V([\d.]+)", one.attrib["d"])[0]))
        for one in root.iter(f"{SVG}path")
        if one.get("class") == "whisker"
    )
    assert low[0] - low[1] == pytest.approx(0.2 * whole, abs=0.2)
    assert high[1] == pytest.approx(ticks["1"], abs=0.2)
    texts = [one.text for one in root.iter(f"{SVG}text")]
    assert texts.count("1") == 3  # the axis' end, and the number below each bar
    assert "1 x" in texts
