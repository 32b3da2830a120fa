"""The HTML document: whole, by itself, and harmless whatever people wrote."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from l2l_tui.plan.model import Plan, Section
from l2l_tui.report import formulas, page
from l2l_tui.report.export import export
from l2l_tui.report.summary import Summary, build
from l2l_tui.workspace import Workspace
from tests.report.conftest import MEETING, TODAY
from tests.report.pages import Page

HOSTILE = """<script>alert(1)</script>
<img src="https://example.org/a.png" onerror="alert(1)">

![eine <Bild>](https://example.org/b.png "t") ![](//example.org/c.png) ![x](data:text/html,x)

[a](javascript:alert(1)) [b](https://example.org/) <https://example.org/d> <style>*{}</style>

$\\text{<script>alert(2)</script>}$ $\\href{javascript:alert(3)}{x}$ $\\style{background:url(x)}{x}$

$$\\frac{1$$

| a | b |
| - | - |
| 1 | <br>2 |
"""
PIECES = st.sampled_from([*HOSTILE.split("\n"), "# a", "- b", "```", "$$", "\x00\ud800", "學習"])


@pytest.fixture
def summary(workspace: Workspace, plan: Plan) -> Summary:
    """Return the summary of the third week."""
    return build(workspace, plan, MEETING, TODAY)


def with_note(summary: Summary, text: str) -> Summary:
    """Return the summary with a text in every place that a person writes in."""
    return replace(
        summary,
        title=text or summary.title,
        sections=dict.fromkeys(Section, text),
        new=tuple(replace(one, problem=replace(one.problem, text=text)) for one in summary.new),
        tracks=tuple(
            replace(
                track,
                title=text,
                rows=tuple(
                    replace(row, milestone=replace(row.milestone, title=text)) for row in track.rows
                ),
            )
            for track in summary.tracks
        ),
    )


@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_a_page_is_whole_and_fetches_nothing(summary: Summary, language: str) -> None:
    """Every element is closed; no picture, font, script or style sheet comes from outside."""
    found = Page(page.render(summary, language))
    assert found.odd == []
    assert found.fetched == []
    assert "script" not in found.tags
    assert {"svg", "table", "math", "nav"} <= set(found.tags)
    assert found.links
    assert all(link.startswith("#part-") for link in found.links)


def test_it_says_what_the_markdown_document_says(summary: Summary) -> None:
    """Claims in tables, lateness in words, curves in place."""
    source = page.render(summary, "en")
    text = Page(source).text
    for said in (
        "2 days late",
        "0.55 ± 0.02 (3 meta-seeds)",
        "waits for L2L | by [gradient] descent",
    ):
        assert said in text
    assert "<br>" not in text
    assert source.count('class="chart"') == 3
    assert source.count('class="chart narrow"') == 3
    assert 'data-label="Verdict"' in source
    assert "tags:" not in text


def test_what_people_write_can_fetch_and_run_nothing(summary: Summary) -> None:
    """Tags are shown as words, pictures become links, links that would run code are none."""
    found = Page(page.render(with_note(summary, HOSTILE), "en"))
    assert found.odd == []
    assert found.fetched == []
    assert not {"script", "img", "iframe"} & set(found.tags)
    assert found.tags.count("style") == 1
    allowed = ("#part-", "https://example.org/")
    assert all(link.startswith(allowed) for link in found.links)
    assert "https://example.org/b.png" in found.links
    assert "<script>alert(1)</script>" in found.text


@settings(max_examples=60, deadline=None)
@given(text=st.lists(PIECES, max_size=6).map("\n".join))
def test_no_note_breaks_the_page(summary_once: Summary, text: str) -> None:
    """Whatever its pieces are, every element is closed and nothing is fetched."""
    source = page.render(with_note(summary_once, text), "zh-TW")
    found = Page(source)
    assert found.odd == []
    assert found.fetched == []
    assert found.tags.count("h2") == len([one for one in found.links if one.startswith("#part-")])
    source.encode()


@pytest.fixture(scope="module")
def summary_once(tmp_path_factory: pytest.TempPathFactory) -> Summary:
    """Return a summary without runs, for many pages."""
    from l2l_tui.plan import store
    from tests.report.conftest import PLAN

    root = Workspace(tmp_path_factory.mktemp("pages"))
    root.plans.mkdir()
    (root.plans / "study.toml").write_text(PLAN, encoding="utf-8")
    return build(root, store.load(root.plan_file("study")), MEETING, TODAY)


def test_a_formula_becomes_mathml_with_its_source_beside_it() -> None:
    """Letters as letters, the TeX for whoever copies it."""
    drawn = formulas.mathml(r"\theta_{t+1} < 1", block=True)
    assert drawn.startswith('<math display="block">')
    assert "<mi>θ</mi>" in drawn
    assert "<mo>&lt;</mo>" in drawn
    assert r"\theta_{t+1} &lt; 1</annotation>" in drawn


@pytest.mark.parametrize("tex", [r"\frac{", r"\left(", "", r"\begin{matrix}1&2", "{" * 3000])
def test_what_is_no_formula_is_shown_as_it_stands(tex: str) -> None:
    """Nothing is lost for a bracket."""
    drawn = formulas.mathml(tex, block=False)
    assert drawn.startswith('<code class="tex">')


@given(st.text(max_size=30))
def test_no_formula_leaves_its_element(tex: str) -> None:
    """Words in it stay words."""
    found = Page(formulas.mathml(tex, block=False))
    assert found.odd == []
    assert set(found.tags) <= {"code"} or found.tags[0] == "math"


def test_the_timeline_hatches_what_is_late_and_says_it(summary: Summary) -> None:
    """A bar of its own kind, words, today's line; old due days as well."""
    source = page.render(summary, "en")
    drawn = source[source.index('<svg class="timeline"') : source.index('<p class="key">')]
    assert drawn.count('class="overdue"') == 2  # one still open, one that was finished late
    assert drawn.count('class="was"') == 1
    assert "! L2L | by [gradient] descent" in drawn
    assert "2 days late" in drawn
    assert "today 07-20" in drawn


@pytest.mark.parametrize("due", [date.min, date.max, TODAY])
def test_a_timeline_holds_any_day(summary: Summary, due: date) -> None:
    """A mistyped year makes a long line, no endless page."""
    rows = tuple(
        replace(row, milestone=replace(row.milestone, due=due)) for row in summary.tracks[0].rows
    )
    source = page.render(replace(summary, tracks=(replace(summary.tracks[0], rows=rows),)), "en")
    assert Page(source).odd == []
    assert source.count('class="week"') < 70


def test_a_plan_without_days_has_no_timeline(summary: Summary) -> None:
    """There is nothing to draw."""
    assert '<svg class="timeline"' not in page.render(replace(summary, tracks=()), "en")


def test_an_html_export_is_one_file(workspace: Workspace, plan: Plan) -> None:
    """No folder of pictures beside it."""
    path = export(workspace, plan, meeting=MEETING, today=TODAY, form="html")
    assert path.name == "study-2021-07-21.html"
    assert list(path.parent.iterdir()) == [path]
    assert 'lang="zh-TW"' in path.read_text(encoding="utf-8")
