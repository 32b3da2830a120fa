"""No free lunch, at a size that tests can afford."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest
import torch

from l2l_tui import experiments
from l2l_tui.errors import RequestError
from l2l_tui.experiments.claims import Verdict
from tests.experiments.conftest import finish, left_and_resumed

EXPERIMENT = experiments.get("no-free-lunch")
TINY: dict[str, Any] = {
    "domain": 4,
    "costs": 3,
    "visits": 3,
    "changing_domain": 2,
    "outer_steps": 6,
    "meta_seeds": 2,
    "problems": 4,
    "horizon": 8,
    "unroll_length": 4,
    "validate_every": 3,
    "validation_problems": 8,
    "tuning_problems": 8,
    "held_out_problems": 8,
    "inner_lr_count": 5,
    "hidden": 4,
}
SETTINGS = EXPERIMENT.configure("quick").values()
CLAIMS = {claim.id: claim for claim in EXPERIMENT.claims}
FAMILIES = ("wide", "narrow", "ripples", "absolute", "waves")


def procedure(seed: int = 0, **changes: Any) -> Any:
    """Return a tiny procedure."""
    return EXPERIMENT.procedure(EXPERIMENT.configure("quick", {**TINY, **changes}), seed)


@pytest.mark.parametrize("seed", range(3))
def test_a_run_left_anywhere_ends_with_the_same_bits(seed: int) -> None:
    """Figures, measurements and weights equal those of an undisturbed run."""
    undisturbed, outcome = finish(procedure(5))
    stops = sorted({seed, 3, *random.Random(seed).sample(range(len(undisturbed)), 3)})
    seen, resumed = left_and_resumed(EXPERIMENT, TINY, 5, iter(stops))
    assert seen == undisturbed
    assert resumed.seeds == outcome.seeds
    assert all(torch.equal(resumed.weights[key], value) for key, value in outcome.weights.items())


def test_a_run_left_in_the_middle_of_an_evaluation_ends_with_the_same_bits() -> None:
    """A horizon of 60 is evaluated in two stretches."""
    longer = {**TINY, "horizon": 60, "unroll_length": 20, "outer_steps": 3}
    undisturbed, outcome = finish(procedure(1, **longer))
    seen, resumed = left_and_resumed(EXPERIMENT, longer, 1, iter((5, 64, len(undisturbed) - 1)))
    assert seen == undisturbed
    assert resumed.seeds == outcome.seeds


def test_every_figure_has_a_meaning_of_its_own_kind() -> None:
    """Counts, the class's figures and those of the other families."""
    _, outcome = finish(procedure())
    first, second = outcome.seeds
    assert set(first) == set(second)
    assert [name for name in first if not EXPERIMENT.meaning(name)] == []
    for family in FAMILIES:
        assert f"{family}_final_ratio" in first
        assert "on the problems that it begins with" in EXPERIMENT.meaning(f"{family}_final_sgd")
    assert "lowest cost" in EXPERIMENT.meaning("class_best_in-order")
    assert "held-out" in EXPERIMENT.meaning("median_final_sgd")


def test_steps_count_up_and_every_family_has_a_chart() -> None:
    """One safe point a step, and nothing is measured that is not drawn."""
    work = procedure()
    seen, _ = finish(work)
    assert [progress.step for progress in seen] == list(range(1, work.steps + 1))
    measured = {m.name.split("/")[0] for progress in seen for m in progress.measurements}
    assert measured == {chart.family for chart in EXPERIMENT.charts}
    assert "21 pairs of algorithms: 0 cells differ" in seen[0].note


def test_the_counted_claims_hold_on_small_sets() -> None:
    """They need no training: every count comes out of the run."""
    _, outcome = finish(procedure())
    for name in ("histograms-agree", "histograms-agree-in-time", "repeating-breaks-it"):
        assert CLAIMS[name].judge(outcome.seeds).verdict is Verdict.HOLDS
    scrambled = [figures["class_cells_differing"] for figures in outcome.seeds]
    assert scrambled[0] != scrambled[1]  # each meta-seed has a scrambled algorithm of its own


@pytest.mark.parametrize(
    ("claim", "figures"),
    [
        ("histograms-agree", {"cells_differing": 1.0}),
        (
            "histograms-agree-in-time",
            {"time_cells_differing": 0.0, "time_present_cells_differing": 1.0},
        ),
        (
            "histograms-agree-in-time",
            {"time_cells_differing": 1.0, "time_present_cells_differing": 0.0},
        ),
        ("repeating-breaks-it", {"cells": 27.0, "repeating_cells_differing": 0.0}),
        ("a-class-breaks-it", {"class_difference": 0.01}),
        ("a-class-breaks-it", {"class_difference": 0.0}),
        ("learned-wins-on-its-class", {"final_ratio": 0.5, "sum_ratio": 1.1}),
    ],
)
def test_one_cell_or_a_loss_fails_a_claim(claim: str, figures: dict[str, float]) -> None:
    """Equality is meant exactly, and a lead is a lead."""
    assert CLAIMS[claim].judge([figures] * 3, SETTINGS).verdict is Verdict.FAILS


@pytest.mark.parametrize(
    ("ratios", "verdict"),
    [
        ((2.0, 500.0, 5.0), Verdict.HOLDS),
        ((2.0, math.inf, 5.0), Verdict.HOLDS),
        ((0.9, 500.0, 5.0), Verdict.FAILS),
        ((2.0, 500.0, 0.9), Verdict.FAILS),
        ((2.0, math.nan, 5.0), Verdict.FAILS),
    ],
)
def test_it_must_lose_on_all_three(ratios: tuple[float, ...], verdict: Verdict) -> None:
    """A family where it wins fails the claim; where it diverges it has lost."""
    figures = {"final_ratio": 0.5, "sum_ratio": 0.6} | {
        f"{family}_final_ratio": ratio for family, ratio in zip(FAMILIES[:3], ratios, strict=True)
    }
    judged = CLAIMS["learned-loses-off-its-class"].judge([figures] * 3, SETTINGS)
    assert judged.verdict is verdict


def test_who_wins_nowhere_has_nothing_to_lose() -> None:
    """A phi that is not ahead on its class is no test of what becomes of it elsewhere."""
    figures = {f"{family}_final_ratio": 9.0 for family in FAMILIES[:3]}
    for sum_ratio in (1.2, math.nan):
        judged = CLAIMS["learned-loses-off-its-class"].judge(
            [{**figures, "final_ratio": 0.5, "sum_ratio": sum_ratio}] * 3, SETTINGS
        )
        assert judged.verdict is Verdict.INCONCLUSIVE
        assert judged.detail.endswith("on its class it does not win, so nothing is lost off it")


def test_where_it_wins_off_its_class_is_said() -> None:
    """Only of the two families of which no loss is claimed."""
    (said,) = EXPERIMENT.remarks({"absolute_final_ratio": 0.94, "waves_final_ratio": 1.2})
    assert "absolute (0.94)" in str(said)
    assert "waves" not in str(said)
    assert EXPERIMENT.remarks({"absolute_final_ratio": 1.1, "waves_final_ratio": 1.2}) == ()
    assert EXPERIMENT.remarks({}) == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"visits": 5}, "visits = 5 is more than domain = 4"),
        ({"domain": 12, "costs": 4}, "costs to the power of domain is 16777216 functions"),
        (
            {"changing_domain": 3, "changing_costs": 3},
            "changing_costs to the power of changing_domain is 27 functions, more than 9",
        ),
    ],
)
def test_sets_too_large_to_be_counted_are_refused(changes: dict[str, Any], said: str) -> None:
    """Before anything is counted."""
    with pytest.raises(RequestError, match=said):
        EXPERIMENT.configure("quick", {**TINY, **changes})


@pytest.mark.slow
def test_a_short_training_wins_on_its_class_and_loses_off_it() -> None:
    """A few hundred outer steps suffice for both."""
    settings = EXPERIMENT.configure(
        "quick", {"meta_seeds": 1, "outer_steps": 400, "inner_lr_count": 29}
    )
    _, outcome = finish(EXPERIMENT.procedure(settings, 3))
    assert outcome.seeds[0]["final_ratio"] < 1
    assert min(outcome.seeds[0][f"{family}_final_ratio"] for family in FAMILIES[:3]) > 1
