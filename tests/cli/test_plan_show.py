"""``plan show``: everything about one milestone."""

from __future__ import annotations

from pathlib import Path

import pytest

from l2l_tui.cli.days import today
from l2l_tui.experiments.l2l_quadratic import EXPERIMENT
from l2l_tui.workspace import Workspace
from tests.cli.conftest import Cli
from tests.cli.made import make_run

TODAY = today().isoformat()
RUN = "2026-11-20-1200-l2l-quadratic-aaaa"


@pytest.fixture
def full(cli: Cli, workspace: Workspace) -> Cli:
    """Return the command line on a plan where l2l has something of everything."""
    cli("plan", "set", "l2l", "--notes", "$\\theta_{t+1}$ of [/]\n\n- 註")
    cli("plan", "item", "l2l", "read", "reproduce")
    cli("plan", "tick", "l2l", "1")
    cli("plan", "link", "l2l", "@andrychowicz2016learning")
    cli("plan", "needs", "l2l", "logistic-regression")
    cli("plan", "needs", "maml", "l2l")
    cli("plan", "due", "l2l", "+1d")
    make_run(workspace)
    return cli


def test_the_document_adds_to_the_milestones_own(full: Cli) -> None:
    """Nothing of what the plan says of it is missing or different."""
    whole = full("plan", "show", "l2l", "--json").document
    (own,) = (
        one
        for track in full("plan", "--json").document["tracks"]
        for one in track["milestones"]
        if one["id"] == "l2l"
    )
    assert {key: whole[key] for key in own} == own
    assert set(whole) - set(own) == {
        "notes", "link_targets", "needed_by", "claims", "overruled", "done_by", "history",
    }  # fmt: skip


def test_the_document_holds_everything(full: Cli) -> None:
    """Notes as they were written, links with what they lead to, claims with verdict and run."""
    whole = full("plan", "show", "l2l", "--json").document
    assert whole["notes"] == "$\\theta_{t+1}$ of [/]\n\n- 註"
    assert whole["link_targets"][-1] == {
        "n": 2, "kind": "bib", "text": "@andrychowicz2016learning", "url": None,
    }  # fmt: skip
    assert (whole["blocked_by"], whole["needed_by"]) == (["logistic-regression"], ["maml"])
    assert [one["id"] for one in whole["claims"]] == [claim.id for claim in EXPERIMENT.claims]
    first, second = whole["claims"][:2]
    assert (first["verdict"], first["run"]) == ("holds", RUN)
    assert first["statement"] == EXPERIMENT.claims[0].statement
    assert (second["verdict"], second["run"]) == (None, None)
    assert whole["history"][-1]["on"] == TODAY
    assert whole["history"][-1]["was"] is not None


def test_a_person_reads_it_part_by_part(full: Cli) -> None:
    """Formulas as Unicode, items and links with their numbers."""
    out = full("plan", "show", "l2l").out
    assert "θₜ₊₁ of [/]\n\n- 註\n" in out
    assert "   1. [x]  read" in out
    assert "   2. [ ]  reproduce" in out
    assert "   2. @andrychowicz2016learning" in out
    assert "logistic-regression (todo, blocks it)" in out
    assert "needed by" in out
    assert f"beats-tuned-baselines  holds       {RUN}\n" in out
    assert EXPERIMENT.claims[0].statement in out
    assert "History\n" in out


def test_what_there_is_not_has_no_title(cli: Cli) -> None:
    """An empty milestone is a few lines."""
    assert cli("plan", "add", "Bare", "--track", "paper", "--id", "bare").code == 0
    out = cli("plan", "show", "bare").out
    assert not {"Checklist", "Links", "Claims", "Runs", "Notes", "History"} & set(out.split("\n"))


def test_who_made_it_done_is_said(cli: Cli, workspace: Workspace, plan_path: Path) -> None:
    """The claims with their run, or a hand; and that a hand overruled them."""
    make_run(workspace)
    cli("plan", "set", "l2l", "--done-when", "claims")
    text = plan_path.read_text(encoding="utf-8")
    plan_path.write_text(text.replace('"beats-tuned-baselines"', '"beats"', 1), encoding="utf-8")
    by_claims = cli("plan", "show", "l2l", "--json").document
    assert by_claims["done_by"] == {"on": TODAY, "by": "claims", "run": RUN}
    assert f"its claims, with {RUN}" in cli("plan", "show", "l2l").out
    cli("plan", "todo", "l2l")
    assert "overruled by hand" in cli("plan", "show", "l2l").out
    assert cli("plan", "show", "l2l", "--json").document["overruled"] is True
    cli("plan", "done", "maml")
    assert cli("plan", "show", "maml", "--json").document["done_by"]["by"] == "hand"
    assert f"hand on {TODAY}" in cli("plan", "show", "maml").out


def test_a_contradiction_is_shown(cli: Cli, workspace: Workspace, plan_path: Path) -> None:
    """With the claim and the run."""
    make_run(workspace)
    cli("plan", "done", "l2l")
    text = plan_path.read_text(encoding="utf-8")
    plan_path.write_text(text.replace('= "holds"', '= "fails"'), encoding="utf-8")
    assert cli("plan", "show", "l2l", "--json").document["contradicted"][0]["run"] == RUN
    assert f"contradicted: beats-tuned-baselines fails in {RUN}" in cli("plan", "show", "l2l").out


def test_a_run_of_a_sweep_says_so(cli: Cli, workspace: Workspace) -> None:
    """It does not make the milestone done, nor ask a person to."""
    make_run(workspace, sweep="l2l-quadratic-over-hidden-abcdef", swept={"hidden": 10})
    document = cli("plan", "show", "l2l", "--json").document
    assert [one["sweep"] for one in document["evidence"]] == ["l2l-quadratic-over-hidden-abcdef"]
    assert {one["verdict"] for one in document["claims"]} == {None}
    assert "  sweep l2l-quadratic-over-hidden-abcdef\n" in cli("plan", "show", "l2l").out
    assert "all claims hold" not in cli("plan").out


def test_an_unknown_milestone_is_answered_with_the_nearest(cli: Cli) -> None:
    """Exit code 2."""
    done = cli("plan", "show", "mmal")
    assert (done.code, done.out) == (2, "")
    assert "'maml'" in done.err
