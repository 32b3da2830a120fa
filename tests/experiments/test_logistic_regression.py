"""Logistic regression against scikit-learn, at a size that tests can afford."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch

from l2l_tui import experiments
from l2l_tui.experiments.claims import Verdict
from tests.experiments.conftest import finish, left_and_resumed

EXPERIMENT = experiments.get("logistic-regression")
SMALL: dict[str, Any] = {"splits": 2, "examples": 300, "c": 0.1, "every": 20}


def procedure(seed: int = 0, **changes: Any) -> Any:
    """Return a small procedure."""
    return EXPERIMENT.procedure(EXPERIMENT.configure("quick", {**SMALL, **changes}), seed)


def test_our_loop_finds_scikit_learns_optimum() -> None:
    """Coefficients agree to far less than the claim asks, accuracies exactly."""
    _, outcome = finish(procedure())
    for figures in outcome.seeds:
        assert all(map(EXPERIMENT.meaning, figures))
        assert figures["max_coef_difference"] < 1e-5
        assert figures["accuracy"] == figures["sklearn_accuracy"] > 0.7
    assert EXPERIMENT.claims[0].judge(outcome.seeds).verdict is Verdict.HOLDS


def test_a_fit_cut_short_fails_its_claim() -> None:
    """Far from the optimum the claim does not hold."""
    _, outcome = finish(procedure(iterations=5))
    assert EXPERIMENT.claims[0].judge(outcome.seeds).verdict is Verdict.FAILS


def test_a_wrongly_classified_picture_more_fails_the_claim() -> None:
    """Equal coefficients do not excuse unequal accuracies."""
    figures = {"max_coef_difference": 1e-6, "accuracy_difference": 1 / 450}
    assert EXPERIMENT.claims[0].judge([figures]).verdict is Verdict.FAILS


@pytest.mark.parametrize("seed", range(3))
def test_a_run_left_anywhere_ends_with_the_same_bits(seed: int) -> None:
    """Figures, measurements and params equal those of an undisturbed run."""
    undisturbed, outcome = finish(procedure(1))
    stops = sorted(random.Random(seed).sample(range(len(undisturbed) + 1), 3))
    seen, resumed = left_and_resumed(EXPERIMENT, SMALL, 1, iter(stops))
    assert seen == undisturbed
    assert resumed.seeds == outcome.seeds
    assert torch.equal(resumed.weights["params"], outcome.weights["params"])


def test_progress_rises_to_the_last_step() -> None:
    """Steps never fall and end at as many as were announced, though a fit ends early."""
    work = procedure()
    seen, _ = finish(work)
    steps = [progress.step for progress in seen]
    assert steps == sorted(steps)
    assert steps[-1] == work.steps


def test_the_gap_closes_on_every_split() -> None:
    """The last measured difference is a small part of the first."""
    seen, _ = finish(procedure())
    gaps: dict[str, list[float]] = {}
    for progress in seen:
        for measured in progress.measurements:
            if measured.name.startswith("gap/"):
                gaps.setdefault(measured.name, []).append(measured.value)
    assert set(gaps) == {"gap/coefficients", "gap/coefficients-2"}
    assert all(gap[-1] < 1e-3 * gap[0] for gap in gaps.values())
