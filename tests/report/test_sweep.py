"""A sweep in a meeting's summary: one entry with its table, and one offer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from l2l_tui.experiments.claims import Ours, Verdict
from l2l_tui.plan.model import Plan, Result, Section
from l2l_tui.report import offers, page
from l2l_tui.report.markdown import render
from l2l_tui.report.summary import build
from l2l_tui.runs import catalogue
from l2l_tui.runs.model import State
from l2l_tui.workspace import Workspace
from tests.cli.made import CLAIM, make_run
from tests.report.conftest import MEETING, TODAY, at

NAME = "l2l-quadratic-over-hidden-abcdef"
MEANS = {(10, 0): 0.5, (10, 1): 0.7, (20, 0): 0.3, (20, 1): 0.5}


@pytest.fixture
def swept(workspace: Workspace) -> Workspace:
    """Return the workspace with a sweep of two settings and two seeds, one of which failed."""
    for (hidden, seed), mean in MEANS.items():
        make_run(
            workspace,
            f"swept-{hidden}-{seed}",
            seed=seed,
            ended=at(16 if seed else 17),
            plan="study",
            judged=replace(CLAIM, ours=Ours(mean, 0.01, 3)),
            state=State.FAILED if (hidden, seed) == (10, 1) else State.FINISHED,
            sweep=NAME,
            swept={"hidden": hidden},
        )
    return workspace


def test_a_sweep_is_one_entry_with_its_table(swept: Workspace, plan: Plan) -> None:
    """Its runs are not told one by one, but counted; the best setting is marked."""
    summary = build(swept, plan, MEETING, TODAY)
    (known, _) = summary.experiments
    assert not [run.run for run in known.runs if run.run.startswith("swept")]
    (sweep,) = known.sweeps
    assert (sweep.name, sweep.seeds) == (NAME, 2)
    assert sweep.counts == {State.FINISHED: 3, State.FAILED: 1}
    assert sweep.verdicts == (Verdict.HOLDS,) * 3

    document = render(summary, "en")
    assert document.count(NAME) == 1
    assert "swept-" not in document
    assert "2 settings × 2 seeds, one run each: 3 of 4 runs finished, 1 failed" in document
    assert "| `20` | 2 | 0.4 ± 0.141 | **best** |" in document
    assert "| `10` | 1/2 | 0.5 |  |" in document
    assert "lower is better: `hidden=20`." in document


def test_a_sweep_is_counted_at_a_glance(
    workspace: Workspace, plan: Plan, request: pytest.FixtureRequest
) -> None:
    """Each point as the run that it is."""
    before = render(build(workspace, plan, MEETING, TODAY), "en")
    request.getfixturevalue("swept")
    after = render(build(workspace, plan, MEETING, TODAY), "en")
    assert "Runs: 3 finished, 2 not finished" in before
    assert "Runs: 6 finished, 3 not finished" in after
    assert "2 × holds" in before
    assert "5 × holds" in after


def test_its_evidence_is_told_as_one(swept: Workspace, plan: Plan) -> None:
    """Of the milestone that it serves, on the day of the last run."""
    gained = tuple(
        Result(run, "l2l", "l2l-quadratic", at(day).date(), {}, {})
        for run, day in (("swept-10-0", 16), ("swept-20-0", 17), ("swept-20-1", 16))
    )
    collected = replace(plan, results=(*plan.results, *gained))
    document = render(build(swept, collected, MEETING, TODAY), "en")
    assert f"2021-07-17: sweep `{NAME}`, 3 runs" in document
    assert "swept-" not in document


def test_in_chinese_and_in_html_it_is_the_same(swept: Workspace, plan: Plan) -> None:
    """A table with the seeds and the best."""
    summary = build(swept, plan, MEETING, TODAY)
    chinese = render(summary, "zh-TW")
    assert "2 組設定 × 2 個隨機種子" in chinese
    assert "| `20` | 2 | 0.4 ± 0.141 | **最佳** |" in chinese
    html = page.render(summary, "en")
    assert f"<code>{NAME}</code>" in html
    assert "0.4 ± 0.141" in html
    assert "<strong>best</strong>" in html


def test_a_sweep_of_another_week_is_told_where_a_section_names_it(
    swept: Workspace, plan: Plan
) -> None:
    """By its name; a run of it that is named is told in full beside it."""
    early = at(1).date()
    assert build(swept, plan, MEETING, TODAY).experiments[0].sweeps[0].earlier is False
    text = {Section.PROGRAMMING: f"see {NAME} and swept-20-0"}
    told = tuple(replace(one, sections={**one.sections, **text}) for one in plan.meetings[:1])
    first = replace(plan, meetings=told)
    summary = build(swept, first, plan.meetings[0].date, early)
    (known,) = summary.experiments
    assert [one.earlier for one in known.sweeps] == [True]
    assert [run.run for run in known.runs] == ["swept-20-0"]
    assert "Runs: none" in render(summary, "en")


def test_a_sweep_is_one_offer(swept: Workspace, plan: Plan) -> None:
    """Its line names it and its best setting; a run of it can be asked for by itself."""
    runs = catalogue.listing(swept).runs
    whole = catalogue.completed(swept, offers.recent(plan, runs, MEETING, TODAY))
    held = offers.on_offer(plan, whole, MEETING, TODAY)
    (one,) = (offer for offer in held if offer.kind is offers.Kind.SWEEP)
    assert one.name == NAME
    assert not [offer for offer in held if offer.name.startswith("swept")]
    assert "4 次實驗中完成 3 次" in one.line
    assert "`hidden=20`" in one.line
    assert f"`{NAME}`" in one.line
    assert offers.chosen(held, ["abcdef"]) == (one,)
    apart = offers.on_offer(plan, whole, MEETING, TODAY, apart=["swept-20-0"])
    assert [offer.name for offer in apart if offer.name.startswith("swept")] == ["swept-20-0"]
    told = offers.on_offer(plan, whole, MEETING, TODAY, {Section.PROGRAMMING: one.line})
    assert next(offer for offer in told if offer.name == NAME).included == (Section.PROGRAMMING,)
