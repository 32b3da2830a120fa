"""The schedule in the documents: nested, forecast, and told why it stands as it does."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from l2l_tui.plan import store
from l2l_tui.plan.model import Plan, Result
from l2l_tui.report import markdown, page, timeline
from l2l_tui.report.summary import Summary, build
from l2l_tui.report.words import Words
from l2l_tui.workspace import Workspace
from tests.report.pages import Page

MEETING = date(2021, 9, 15)
PLAN = """
[plan]
title = "Study"
first_meeting = 2021-07-07

[[track]]
id = "metric"
title = "Metric"
parent = "few"

[[track]]
id = "paper"
title = "PAPER"

[[track]]
id = "few"
title = "Few-shot"
parent = "paper"

[[track]]
id = "torch"
title = "TORCH"

[[milestone]]
id = "l2l"
track = "paper"
title = "L2L"
due = 2021-07-28
status = "done"
experiments = ["l2l-quadratic"]
history = [{ on = 2021-08-03, status = "done", run = "run-1" }]

[[milestone]]
id = "maml"
track = "few"
title = "MAML"
due = 2021-09-10
status = "doing"
checklist = [{ text = "read", done = 2021-09-01 }, { text = "run" }]
history = [{ on = 2021-08-12, status = "doing" }]

[[milestone]]
id = "matching"
track = "metric"
title = "Matching Networks"
due = 2021-10-20
needs = ["maml"]

[[milestone]]
id = "linear"
track = "torch"
title = "Linear"
status = "done"
history = [{ on = 2021-07-19, status = "done", by = "hand" }]

[[milestone]]
id = "lenet"
track = "torch"
title = "LeNet"
status = "done"
history = [{ on = 2021-09-11, status = "done" }]

[[result]]
run = "run-1"
milestone = "l2l"
experiment = "l2l-quadratic"
on = 2021-09-09
claims = { "beats-tuned-baselines" = "fails", "still-ahead-at-200" = "holds" }
"""


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """Return the plan."""
    (tmp_path / "plans").mkdir()
    path = tmp_path / "plans" / "study.toml"
    path.write_text(PLAN, encoding="utf-8")
    return store.load(path)


@pytest.fixture
def summary(plan: Plan, tmp_path: Path) -> Summary:
    """Return the summary of a week in September."""
    return build(Workspace(tmp_path), plan, MEETING, MEETING)


def test_a_track_below_another_is_a_heading_deeper(summary: Summary) -> None:
    """In the order of the tree, not of the file."""
    text = markdown.render(summary, "en")
    found = re.findall(r"^(###+) (PAPER|Few-shot|Metric|TORCH)$", text, re.MULTILINE)
    assert found == [("###", "PAPER"), ("####", "Few-shot"), ("#####", "Metric"), ("###", "TORCH")]


def test_claims_that_hold_ask_to_be_marked_unless_a_sweep_found_it(
    plan: Plan, tmp_path: Path
) -> None:
    """A setting that happens to do is told as what it is."""
    held = Result("run-2", "matching", "survey", MEETING, {"better": "holds"})
    for result, asked in ((held, True), (replace(held, sweep="s"), False)):
        known = replace(plan, results=(*plan.results, result))
        text = markdown.render(build(Workspace(tmp_path), known, MEETING, MEETING), "en")
        assert ("1 run; all claims hold; not yet marked done" in text) is asked


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "| done (by run `run-1`) | 6 days late | 1 run, 1 of 2 claims hold<br>"),
        ("en", "<br>**contradicted**: `beats-tuned-baselines` in run `run-1` |"),
        (
            "en",
            "checklist 1 of 2 | **5 days late**; at this pace 2021-10-05, 25 days late |",
        ),
        ("en", "; waits for MAML; at this pace "),
        ("en", "| done (by hand) |"),
        ("en", "Forecast: 3 milestones were finished so far, one every 23.3 days; at this pace"),
        ("zh-TW", "| 完成（依實驗 `run-1`） | 晚 6 天完成 | 1 次實驗，2 項主張中成立 1 項<br>"),
        ("zh-TW", "<br>**與結果矛盾**：實驗 `run-1` 的 `beats-tuned-baselines` |"),
        ("zh-TW", "進行中；清單 1/2 | **延遲 5 天**；依目前步調 2021-10-05，晚 25 天 |"),
        ("zh-TW", "| 完成（人工標記） |"),
    ],
)
def test_a_milestone_says_why_it_stands_as_it_does(
    summary: Summary, language: str, said: str
) -> None:
    """By which run or by hand, how far its checklist is, what it waits for, when it will be."""
    assert said in markdown.render(summary, language)


def test_too_little_to_go_on_is_said(plan: Plan, tmp_path: Path) -> None:
    """With how much there is; and where nothing is open there is nothing to forecast."""
    few = replace(plan, milestones=plan.milestones[:3])
    text = markdown.render(build(Workspace(tmp_path), few, MEETING, MEETING), "en")
    assert "none yet; 1 milestones were finished on a known day, and a pace needs 3." in text
    assert "at this pace" not in text.partition("## How to read")[0]
    done = replace(plan, milestones=plan.milestones[3:])
    assert "Forecast" not in markdown.render(
        build(Workspace(tmp_path), done, MEETING, MEETING), "en"
    )


def test_a_milestone_of_no_track_is_not_lost(plan: Plan, tmp_path: Path) -> None:
    """As in a plan with faults."""
    lost = replace(plan.milestones[0], id="lost", title="Lost", track="none")
    summary = build(Workspace(tmp_path), replace(plan, milestones=(lost,)), MEETING, MEETING)
    assert "### none\n\n|" in markdown.render(summary, "en")


def test_the_timeline_nests_and_forecasts(summary: Summary) -> None:
    """A forecast far away takes no room from the weeks that there are."""
    drawn = timeline.draw(summary, Words("en"))
    assert re.findall(r'class="track"[^>]*>([^<]*)<', drawn) == [
        "PAPER",
        "› Few-shot",
        "› › Metric",
    ]
    assert drawn.count('class="expected"') == 2
    (track, *_) = [one for one in summary.tracks if one.title == "Few-shot"]
    (row,) = track.rows
    assert row.expected is not None
    far = replace(row, expected=replace(row.expected, on=MEETING + timedelta(days=3000)))
    drawn = timeline.draw(replace(summary, tracks=(replace(track, rows=(far,)),)), Words("en"))
    assert 'class="expected"' not in drawn
    assert drawn.count('class="week"') < 20


def test_a_long_timeline_is_cut_between_lines_into_pages(summary: Summary) -> None:
    """No drawing is higher than a page, none ends in a name, and every line is there once."""
    tracks = tuple(
        replace(track, rows=tuple(row for row in summary.rows if row.milestone.due) * 9)
        for track in summary.tracks
    )
    source = page.render(replace(summary, tracks=tracks), "en")
    assert Page(source).odd == []
    drawings = re.findall(r'<svg class="timeline".*?</svg>\s*(?=<svg class="t|<p)', source, re.S)
    assert len(drawings) > 4
    assert sum(one.count("<g><title>") for one in drawings) == 4 * 27
    assert source.count('<pattern id="late"') == 1
    for one in drawings:
        height = int(re.search(r'height="(\d+)"', one)[1])  # type: ignore[index]
        assert height < 900
        lines = re.findall(r'class="track"|<g><title>', one)
        assert lines[0] == 'class="track"'
        assert lines[-1] == "<g><title>"


def test_days_and_short_words_stay_on_one_line(summary: Summary) -> None:
    """A browser would break a day at its dashes."""
    source = page.render(summary, "zh-TW")
    assert re.search(r'<td [^>]*class="short"[^>]*>2021-09-10</td>', source)
    assert not re.search(r'class="short"[^>]*>完成（依實驗', source)
