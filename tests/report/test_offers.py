"""What happened since the last meeting is offered, each with the line that tells it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from l2l_tui.errors import UnknownNameError
from l2l_tui.plan.model import Plan, Section
from l2l_tui.report import offers
from l2l_tui.report.offers import Offer
from l2l_tui.runs import catalogue
from l2l_tui.runs.model import Run
from l2l_tui.workspace import Workspace
from tests.report.conftest import MEETING, TODAY

GONE = "2021-07-16-1200-l2l-quadratic-gone"


def whole(workspace: Workspace) -> list[Run]:
    """Return all runs of a workspace with everything that is known of them."""
    return catalogue.completed(workspace, catalogue.listing(workspace).runs)


@pytest.fixture
def found(workspace: Workspace, plan: Plan) -> dict[str, Offer]:
    """Return what is on offer at the meeting, by name."""
    held = offers.on_offer(plan, whole(workspace), MEETING, TODAY)
    return {one.name: one for one in held}


def test_runs_and_milestones_since_the_meeting_before_are_offered(found: dict[str, Offer]) -> None:
    """In the order of their days; not what other plans asked for, nor what is older."""
    assert list(found) == ["run-good", "l2l", GONE, "run-unknown", "run-bad", "run-hanging"]


def test_a_run_is_told_with_its_verdicts_in_the_plans_language(found: dict[str, Offer]) -> None:
    """Named by its id; why one failed, and how far one came."""
    assert found["run-good"].line == (
        "- l2l-quadratic，實驗 `run-good`（預設組 `quick`，隨機種子 0）："
        "`beats-tuned-baselines` ✓ 成立：0.55 ± 0.02（3 個 meta-seed）"
    )
    assert found[GONE].line.endswith("：`beats-tuned-baselines` ✗ 不成立；`final_ratio` 1.4")
    assert found["run-bad"].line.endswith(r"：失敗；ValueError: no \[/\] such \| thing")
    assert found["run-hanging"].said == "中斷；第 40 步，共 100 步"


def test_a_milestone_is_told_with_what_changed_and_when(found: dict[str, Offer]) -> None:
    """Its title is no markup."""
    assert found["l2l"].line == (
        r"- L2L \| by \[gradient\] descent：2021-07-15 進行中；"
        "2021-07-16 期限 2021-07-10 → 2021-07-18"
    )


def test_english_plans_get_english_lines(workspace: Workspace, plan: Plan) -> None:
    """Whatever the language of the app."""
    english = replace(plan, language="en")
    held = offers.on_offer(english, whole(workspace), MEETING, TODAY)
    assert held[0].line.startswith("- l2l-quadratic, run `run-good` (preset `quick`, seed 0): ")


def test_what_a_section_tells_is_marked(workspace: Workspace, plan: Plan) -> None:
    """A run by its id, but not by a longer one; a milestone by its line."""
    runs = whole(workspace)
    line = offers.on_offer(plan, runs, MEETING, TODAY)[1].line
    written = {Section.PAPER: f"x\n{line}", Section.NOTES: "run-good-2 run-bad."}
    held = {one.name: one for one in offers.on_offer(plan, runs, MEETING, TODAY, written)}
    assert held["l2l"].included == (Section.PAPER,)
    assert held["run-bad"].included == (Section.NOTES,)
    assert held["run-good"].included == ()


def test_the_first_meeting_is_offered_everything_so_far(workspace: Workspace, plan: Plan) -> None:
    """There is none before it; nothing later than the meeting is told at it."""
    held = offers.on_offer(plan, whole(workspace), date(2021, 7, 7), TODAY)
    assert [one.name for one in held] == ["l2l"]


def test_names_choose_and_the_end_of_a_runs_id_will_do(found: dict[str, Offer]) -> None:
    """Each once; what is not on offer is refused with the nearest."""
    held = tuple(found.values())
    assert [one.name for one in offers.chosen(held, ["l2l", "gone", GONE])] == ["l2l", GONE]
    with pytest.raises(UnknownNameError, match="run-good"):
        offers.chosen(held, ["run-god"])


@pytest.mark.parametrize(
    ("text", "put"), [("", "- A"), ("Read.\n", "Read.\n\n- A"), ("x\n\n- B\n", "x\n\n- B\n- A")]
)
def test_lines_come_behind_the_text_as_a_list(found: dict[str, Offer], text: str, put: str) -> None:
    """A list that ends the text goes on."""
    assert offers.put(text, [replace(found["l2l"], line="- A")]) == put
    assert offers.put(text, []) == text
