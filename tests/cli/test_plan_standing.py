"""What ``plan`` says of a milestone beyond its own line: blocked, forecast, contradicted."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from l2l_tui.cli import plan_text
from l2l_tui.cli.days import today
from l2l_tui.plan import store
from tests.cli.conftest import Cli

TODAY = today()
START = TODAY - timedelta(days=40)
HEAD = f'[plan]\ntitle = "Study"\nfirst_meeting = {START}\n[[track]]\nid = "t"\ntitle = "T"\n'


def milestone(name: str, more: str = "") -> str:
    """Return a milestone's block."""
    return f'[[milestone]]\nid = "{name}"\ntrack = "t"\ntitle = "About {name}"\n{more}\n'


def finished(name: str, days_ago: int) -> str:
    """Return a milestone that was done so many days ago."""
    on = TODAY - timedelta(days=days_ago)
    return milestone(name, f'status = "done"\nhistory = [{{ on = {on}, status = "done" }}]')


def result(name: str, verdict: str) -> str:
    """Return a run's result for a milestone."""
    return (
        f'[[result]]\nrun = "run-{name}"\nmilestone = "{name}"\nexperiment = "l2l-quadratic"\n'
        f'on = {TODAY}\nclaims = {{ lower = "{verdict}" }}\n'
    )


@pytest.fixture
def written(plan_path: Path) -> Any:
    """Return what puts a plan of these blocks in the place of the workspace's own."""

    def write(*blocks: str) -> None:
        plan_path.write_text(HEAD + "".join(blocks), encoding="utf-8")

    return write


def only(document: Any) -> Any:
    """Return the milestones of the only track by id."""
    return {one["id"]: one for one in document["tracks"][0]["milestones"]}


def test_what_blocks_a_milestone_is_named(cli: Cli, written: Any) -> None:
    """Until it is closed."""
    written(milestone("a"), milestone("b", 'needs = ["a"]'))
    document = only(cli("plan", "--json").document)
    assert (document["a"]["blocked_by"], document["b"]["blocked_by"]) == ([], ["a"])
    assert "        blocked by a\n" in cli("plan").out
    cli("plan", "done", "a")
    assert "blocked" not in cli("plan").out


def test_a_pace_makes_a_forecast(cli: Cli, written: Any) -> None:
    """Three in 40 days: the next takes the time that one took, from the last one's end on."""
    due = TODAY + timedelta(days=2)
    written(*(finished(f"f{n}", n * 10) for n in range(3)), milestone("a", f"due = {due}"))
    on = TODAY + timedelta(days=14)
    document = only(cli("plan", "--json").document)
    assert document["a"]["forecast"] == {"on": on.isoformat(), "late_days": 12}
    assert document["f0"]["forecast"] is None
    shown = f"{on:%m-%d}" if on.year == TODAY.year else str(on)
    assert f"        at this pace done on {shown}, 12 days late\n" in cli("plan").out


def test_without_a_pace_one_line_says_how_many_are_missing(cli: Cli, written: Any) -> None:
    """Not one line a milestone."""
    written(finished("f", 3), milestone("a"), milestone("b"))
    out = cli("plan").out
    assert out.count("forecast") == 1
    assert "2 more milestones to finish" in out
    assert only(cli("plan", "--json").document)["a"]["forecast"] is None


def test_a_milestone_that_a_run_contradicts_is_told(cli: Cli, written: Any) -> None:
    """With the run and the claim."""
    written(finished("a", 1), result("a", "fails"))
    document = only(cli("plan", "--json").document)
    assert document["a"]["contradicted"] == [{"run": "run-a", "claim": "lower"}]
    assert "contradicted: lower fails in run-a" in cli("plan").out


@pytest.mark.parametrize(("verdict", "hinted"), [("holds", True), ("inconclusive", False)])
def test_a_milestone_whose_claims_all_hold_hints_at_done(
    cli: Cli, written: Any, verdict: str, hinted: bool
) -> None:
    """A person decides; once done there is no hint."""
    written(milestone("a", 'experiments = ["l2l-quadratic"]'), result("a", verdict))
    assert ("all claims hold; l2l-tui plan done a" in cli("plan").out) == hinted
    assert "all claims hold" not in cli("plan", "done", "a").out


def test_a_checklist_shows_how_much_is_ticked(cli: Cli, written: Any) -> None:
    """Below the share."""
    items = f'[{{ text = "x", done = {TODAY} }}, {{ text = "y" }}, {{ text = "z" }}]'
    written(milestone("a", f"checklist = {items}"))
    out = cli("plan").out
    assert "  33%  About a\n" in out
    assert "        1 of 3 ticked\n" in out


def test_unknown_keys_are_warnings_that_leave_the_exit_code(cli: Cli, written: Any) -> None:
    """In the plan's document, and on stderr where the file is checked."""
    written(milestone("a", 'titel = "x"'))
    assert [one["key"] for one in cli("plan", "--json").document["warnings"]] == [
        "milestone[0].titel"
    ]
    done = cli("plan", "check", "--json")
    assert (done.code, done.document) == (0, [])
    assert "titel" in done.err
    assert "titel" in cli("plan", "check").err


def test_many_that_block_are_counted(tmp_path: Path) -> None:
    """A line stays a line."""
    names = [f"m{n}" for n in range(9)]
    needs = ", ".join(f'"{name}"' for name in names)
    text = HEAD + "".join(map(milestone, names)) + milestone("last", f"needs = [{needs}]")
    plan = store.parse(tmp_path / "p.toml", text.encode())
    lines = list(plan_text.notes_on(plan, plan.milestone("last"), date(2026, 1, 1), {}))
    assert lines == ["        blocked by m0, m1, m2 and 6 more"]
