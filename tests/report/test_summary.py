"""What a week's summary gathers."""

from __future__ import annotations

from datetime import date

from l2l_tui.experiments.claims import Verdict
from l2l_tui.plan.model import Plan, Section
from l2l_tui.report.summary import build
from l2l_tui.runs.model import State
from l2l_tui.workspace import Workspace
from tests.report.conftest import MEETING, TODAY


def test_a_week_lies_between_two_meetings(workspace: Workspace, plan: Plan) -> None:
    """And ends today where the meeting is yet to come."""
    summary = build(workspace, plan, MEETING, TODAY)
    assert (summary.since, summary.until) == (date(2021, 7, 14), TODAY)
    assert (summary.week, summary.following) == (3, date(2021, 7, 28))
    assert build(workspace, plan, date(2021, 7, 14), TODAY).until == date(2021, 7, 14)


def test_the_first_meeting_sums_up_everything_before_it(workspace: Workspace, plan: Plan) -> None:
    """There is no meeting to count from."""
    summary = build(workspace, plan, date(2021, 7, 7), date(2021, 7, 7))
    assert summary.since is None
    assert [one.milestone.id for one in summary.moved] == ["l2l"]


def test_milestones_that_moved_are_told_with_their_evidence(
    workspace: Workspace, plan: Plan
) -> None:
    """What changed earlier is not."""
    (moved,) = build(workspace, plan, MEETING, TODAY).moved
    assert moved.milestone.id == "l2l"
    assert [change.on.day for change in moved.changes] == [15, 16]
    assert [result.run for result in moved.gained] == ["2021-07-16-1200-l2l-quadratic-gone"]


def test_the_weeks_runs_are_told_and_no_others(workspace: Workspace, plan: Plan) -> None:
    """Not last week's, not another plan's; those that only the plan remembers as well."""
    experiments = build(workspace, plan, MEETING, TODAY).experiments
    assert [one.name for one in experiments] == ["l2l-quadratic", "no-more"]
    known, unknown = experiments
    assert [run.run for run in known.runs] == [
        "2021-07-16-1200-l2l-quadratic-gone",
        "run-good",
        "run-bad",
        "run-hanging",
    ]
    gone, good, bad, hanging = known.runs
    assert gone.gone
    assert [claim.verdict for claim in gone.claims] == [Verdict.FAILS]
    assert good.picture is not None
    assert [curve.name for curve in good.picture.curves] == ["learned", "adam"]
    assert bad.error.startswith("ValueError")
    assert (hanging.state, hanging.step, hanging.steps) == (State.INTERRUPTED, 40, 100)
    assert (unknown.title, unknown.runs[0].picture) == ("", None)


def test_settings_that_a_person_changed_are_told(workspace: Workspace, plan: Plan) -> None:
    """With the preset's value beside them."""
    good = build(workspace, plan, MEETING, TODAY).experiments[0].runs[1]
    (changed,) = good.changed
    assert (changed.name, changed.used) == ("outer_steps", 60)
    assert changed.preset != 60


def test_problems_carry_over_until_they_were_solved(workspace: Workspace, plan: Plan) -> None:
    """Those solved before the last meeting are done with."""
    summary = build(workspace, plan, MEETING, TODAY)
    carried = [(one.problem.text, one.age_weeks) for one in summary.carried]
    assert carried == [("老問題 $x$", 2), ("solved this week", 1)]
    assert [one.problem.text for one in summary.new] == ["new one"]


def test_what_is_due_next_comes_by_day_with_what_it_waits_for(
    workspace: Workspace, plan: Plan
) -> None:
    """Late ones first; done and distant ones not at all."""
    late, following = build(workspace, plan, MEETING, TODAY).due_next
    assert (late.milestone.id, late.days_left, late.waits_for) == ("l2l", -2, ())
    assert following.milestone.id == "maml"
    assert following.waits_for == ("L2L | by [gradient] descent",)


def test_a_milestone_that_was_done_late_keeps_its_days(workspace: Workspace, plan: Plan) -> None:
    """It is not late any more."""
    old = next(
        row for row in build(workspace, plan, MEETING, TODAY).rows if row.milestone.id == "old"
    )
    assert (old.late_days, old.days_left) == (3, None)


def test_empty_sections_are_left_out(workspace: Workspace, plan: Plan) -> None:
    """Whoever renders says that nothing is written."""
    sections = build(workspace, plan, MEETING, TODAY).sections
    assert set(sections) == {Section.PAPER, Section.NEXT, Section.NOTES}
