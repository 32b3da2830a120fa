"""What a result holds beside the procedure's own figures."""

from __future__ import annotations

import math
import subprocess
from pathlib import Path

import pytest

import l2l_tui
from l2l_tui import experiments
from l2l_tui.errors import RequestError
from l2l_tui.experiments.base import Outcome
from l2l_tui.experiments.claims import Verdict
from l2l_tui.runs.model import Request
from l2l_tui.runs.state import now
from l2l_tui.trainer import ending, environment


def test_figures_are_means_over_seeds_even_of_divergence() -> None:
    """Infinities of both signs make a mean that is not a number, not an exception."""
    assert ending.means(({"a": 1.0, "b": math.inf}, {"a": 3.0, "b": 1.0})) == {
        "a": 2.0,
        "b": math.inf,
    }
    assert math.isnan(ending.means(({"a": math.inf}, {"a": -math.inf}))["a"])


def test_claims_are_judged_by_the_runs_settings() -> None:
    """The same figures hold at the paper's horizon and settle nothing at another."""
    experiment = experiments.get("l2l-quadratic")
    figures = {"final_ratio": 0.5, "sum_ratio": 0.5, "ratio_at_200": 0.5}
    outcome = Outcome((figures,) * 3)
    for horizon, verdict in ((100, Verdict.HOLDS), (10, Verdict.INCONCLUSIVE)):
        settings = experiment.configure("quick", {"horizon": horizon})
        result = ending.finished(experiment, settings, outcome, now(), 1.0, {}, {})
        assert [judgement.verdict for judgement in result.claims] == [verdict] * 2


def test_a_failure_keeps_its_traceback() -> None:
    """The error's class, words and place are in the result."""
    with pytest.raises(RequestError) as caught:
        experiments.get("no-such-experiment")
    result = ending.failed(caught.value, now(), 1.0, {})
    assert result.error is not None
    assert result.error.type == "UnknownNameError"
    assert "no-such-experiment" in result.error.message
    assert "experiments/__init__.py" in result.error.traceback


def test_the_environment_names_what_can_move_a_figure() -> None:
    """Versions, threads and seed are there."""
    facts = environment.describe(Request("run", "e", "quick", 7, {}, now(), threads=2))
    assert facts["l2l-tui"] == l2l_tui.__version__
    assert (facts["threads"], facts["seed"]) == (2, 7)
    assert {"python", "platform", "torch", "numpy", "scikit-learn"} <= set(facts)


def test_the_commit_is_named_where_there_is_one(tmp_path: Path) -> None:
    """A checkout gives its commit, with a plus once its files differ; elsewhere there is none."""
    assert environment.git_commit(tmp_path) is None
    (tmp_path / "l2l_tui").mkdir()
    code = tmp_path / "l2l_tui" / "code.py"
    code.write_text("one\n")
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    for words in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "one"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    commit = environment.git_commit(tmp_path)
    assert commit is not None
    assert len(commit) == 40
    code.write_text("two\n")
    assert environment.git_commit(tmp_path) == commit + "+"
