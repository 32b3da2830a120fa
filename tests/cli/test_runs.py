"""``runs``, ``show``, ``metrics``, ``compare`` and steering, on runs that stand on disk."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from l2l_tui.runs.model import State
from l2l_tui.workspace import Workspace
from tests.cli.conftest import Cli
from tests.cli.made import make_run

FIRST, SECOND = "2026-11-20-1200-l2l-quadratic-aaaa", "2026-11-21-1200-l2l-quadratic-bbbb"
RESULT_KEYS = {
    "run",
    "experiment",
    "preset",
    "seed",
    "state",
    "started",
    "elapsed_s",
    "figures",
    "claims",
    "error",
}


@pytest.fixture
def two_runs(workspace: Workspace) -> None:
    """A finished run, then one whose trainer died."""
    before = datetime.now().astimezone() - timedelta(days=1)
    make_run(workspace, FIRST, ended=before)
    make_run(workspace, SECOND, state=State.INTERRUPTED, seed=1, settings={"outer_steps": 9})


@pytest.mark.usefixtures("two_runs")
def test_runs_are_listed_newest_first_with_the_promised_keys(cli: Cli) -> None:
    """Where each stands, and how far it came."""
    document = cli("runs", "--json").document
    assert [one["run"] for one in document] == [SECOND, FIRST]
    assert set(document[0]) == {
        "run",
        "experiment",
        "preset",
        "seed",
        "milestone",
        "state",
        "step",
        "steps",
        "started",
        "elapsed_s",
        "place",
        "sweep",
    }
    assert (document[0]["state"], document[0]["step"], document[0]["steps"]) == (
        "interrupted",
        40,
        100,
    )


@pytest.mark.usefixtures("two_runs")
def test_runs_are_chosen_by_state_and_experiment(cli: Cli) -> None:
    """Both filters may be empty-handed without a fault."""
    assert [one["run"] for one in cli("runs", "--state", "finished", "--json").document] == [FIRST]
    assert cli("runs", "--experiment", "logistic-regression", "--json").document == []
    assert "no runs" in cli("runs", "--state", "paused").out


def test_a_directory_that_is_no_run_is_told_on_stderr(cli: Cli, workspace: Workspace) -> None:
    """The others are listed all the same."""
    make_run(workspace, FIRST)
    (workspace.runs / "stray").mkdir()
    done = cli("runs", "--json")
    assert [one["run"] for one in done.document] == [FIRST]
    assert "stray" in done.err


@pytest.mark.usefixtures("two_runs")
def test_show_gives_the_result_with_request_and_status(cli: Cli) -> None:
    """A figure that is not finite is null; a part of the id will do."""
    document = cli("show", "aaaa", "--json").document
    assert RESULT_KEYS | {"request", "status"} <= set(document)
    assert document["figures"]["final_ratio"] == 0.55
    assert document["figures"]["worst"] is None
    assert document["error"] is None
    (claim,) = document["claims"]
    assert set(claim) == {"id", "statement", "verdict", "ours", "paper", "detail"}
    assert claim["ours"] == {"mean": 0.55, "spread": 0.02, "seeds": 3}
    assert document["request"]["settings"]["outer_steps"] == 60
    assert datetime.fromisoformat(document["started"]).tzinfo is not None


def test_a_failed_run_tells_its_error(cli: Cli, workspace: Workspace) -> None:
    """Type, message and traceback."""
    make_run(workspace, FIRST, state=State.FAILED)
    error = cli("show", FIRST, "--json").document["error"]
    assert set(error) == {"type", "message", "traceback"}
    assert "ValueError: no [/] such | thing" in cli("show", FIRST).out


def test_show_tells_where_the_pictures_are(cli: Cli, workspace: Workspace) -> None:
    """As paths, by name; a run that left none has an empty list and no heading."""
    directory = make_run(workspace, FIRST)
    assert cli("show", FIRST, "--json").document["pictures"] == []
    assert "Pictures" not in cli("show", FIRST).out
    directory.pictures.mkdir()
    for name in ("style", "content"):
        directory.picture(name).touch()
    paths = [str(directory.picture(name)) for name in ("content", "style")]
    assert cli("show", FIRST, "--json").document["pictures"] == paths
    assert all(path in cli("show", FIRST).out for path in paths)


@pytest.mark.usefixtures("two_runs")
def test_show_is_readable(cli: Cli) -> None:
    """Figures, verdicts beside the paper's, settings."""
    out = cli("show", FIRST).out
    assert "0.55 ± 0.02 (3 meta-seeds)" in out
    assert "Figure 4" in out
    assert "outer_steps  60" in out
    assert "not finite" in out


@pytest.mark.usefixtures("two_runs")
def test_metrics_come_by_name(cli: Cli) -> None:
    """What was not finite is null."""
    document = cli("metrics", "bbbb", "--json").document
    assert document["loss/learned"] == {"step": [0, 1, 2, 3], "value": [9.0, 3.0, 1.0, 0.14]}
    assert document["loss/adam"]["value"][-1] is None
    one = cli("metrics", "bbbb", "--name", "loss/adam", "--json").document
    assert list(one) == ["loss/adam"]
    assert "loss/learned" in cli("metrics", "bbbb").out


@pytest.mark.usefixtures("two_runs")
def test_a_measurement_or_run_that_is_none_is_answered_with_the_nearest(cli: Cli) -> None:
    """Exit code 2."""
    done = cli("metrics", "bbbb", "--name", "loss/learnd")
    assert (done.code, "'loss/learned'" in done.err) == (2, True)
    done = cli("show", FIRST[:-1] + "b")
    assert (done.code, FIRST in done.err) == (2, True)


@pytest.mark.usefixtures("two_runs")
def test_compare_tells_what_differs(cli: Cli) -> None:
    """Settings that are the same are left out; a run without figures has null."""
    document = cli("compare", FIRST, SECOND, "--json").document
    assert document["settings_differ"]["outer_steps"] == {FIRST: 60, SECOND: 9}
    assert "preset" not in document["settings_differ"]
    assert document["figures"]["final_ratio"] == {FIRST: 0.55, SECOND: None}
    assert "[2]" in cli("compare", FIRST, SECOND).out
    assert cli("compare", FIRST, "aaaa").code == 2


@pytest.mark.usefixtures("two_runs")
@pytest.mark.parametrize("verb", ["stop", "pause", "resume"])
def test_a_run_that_is_over_cannot_be_steered(cli: Cli, verb: str) -> None:
    """The message says where it stands."""
    done = cli(verb, FIRST)
    assert done.code == 2
    assert "finished" in done.err


def test_an_order_that_is_not_obeyed_in_time_is_code_1(cli: Cli, workspace: Workspace) -> None:
    """The document says where the run stands all the same."""
    make_run(workspace, FIRST, state=State.RUNNING)
    done = cli("pause", FIRST, "--wait", "0", "--json")
    assert (done.code, done.document) == (1, {"run": FIRST, "state": "running"})
    assert "safe point" in done.err


def test_figures_that_claims_rest_on_come_first(cli: Cli, workspace: Workspace) -> None:
    """Then the others by name."""
    names = ("zeta", "sum_ratio", "alpha", "final_ratio")
    run = make_run(workspace, FIRST, figures=dict.fromkeys(names, 0.5)).id
    lines = cli("show", run).out.splitlines()
    first = lines.index("Figures") + 1
    shown = [line.split()[0] for line in lines[first : first + 4]]
    assert shown == ["final_ratio", "sum_ratio", "alpha", "zeta"]


def test_a_run_of_an_experiment_that_is_gone_is_shown(cli: Cli, workspace: Workspace) -> None:
    """Its figures by name."""
    run = make_run(workspace, FIRST, experiment="gone", figures={"b": 1.0, "a": 2.0}).id
    out = cli("show", run).out
    assert out.index("  a  ") < out.index("  b  ")


def test_show_remarks_on_what_its_figures_hide(cli: Cli, workspace: Workspace) -> None:
    """In the experiment's words, below the figures."""
    medians = {"final_ratio": 0.5, "median_final_learned": 0.0076, "median_final_adam": 0.002}
    make_run(workspace, FIRST, figures=medians)
    assert "On the median problem adam (0.002) is ahead" in cli("show", FIRST).out
