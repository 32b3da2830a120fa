"""The paper's first experiment, at a size that tests can afford."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
import torch

from l2l_tui import experiments
from l2l_tui.errors import RequestError
from l2l_tui.experiments.claims import Verdict
from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM
from l2l_tui.lab.engines import Unrolled
from l2l_tui.lab.evaluation import losses, ratio_to_best
from l2l_tui.lab.first_order import FirstOrderEngine
from l2l_tui.lab.optimizees import QuadraticSampler
from l2l_tui.lab.preprocessing import Combined
from l2l_tui.lab.randomness import generator
from l2l_tui.lab.rules import Trained
from tests.experiments.conftest import finish, left_and_resumed

EXPERIMENT = experiments.get("l2l-quadratic")
TINY: dict[str, Any] = {
    "outer_steps": 11,
    "meta_seeds": 2,
    "problems": 4,
    "horizon": 10,
    "unroll_length": 4,
    "validate_every": 4,
    "validation_problems": 8,
    "tuning_problems": 8,
    "held_out_problems": 8,
    "inner_lr_count": 9,
    "hidden": 4,
}
SETTINGS = EXPERIMENT.configure("quick").values()
NAMES = ("learned", "sgd", "momentum", "nag", "rmsprop", "adam")


def procedure(seed: int = 0, **changes: Any) -> Any:
    """Return a tiny procedure."""
    return EXPERIMENT.procedure(EXPERIMENT.configure("quick", {**TINY, **changes}), seed)


@pytest.mark.parametrize("seed", range(4))
def test_a_run_left_anywhere_ends_with_the_same_bits(seed: int) -> None:
    """Figures, measurements and weights equal those of an undisturbed run."""
    undisturbed, outcome = finish(procedure(5))
    stops = sorted(random.Random(seed).sample(range(len(undisturbed)), 4))
    seen, resumed = left_and_resumed(EXPERIMENT, TINY, 5, iter(stops))
    assert seen == undisturbed
    assert resumed.seeds == outcome.seeds
    assert set(resumed.weights) == set(outcome.weights)
    assert all(torch.equal(resumed.weights[key], value) for key, value in outcome.weights.items())


def test_every_figure_is_there_for_every_meta_seed() -> None:
    """Each meta-seed has all figures; the baselines' are shared, the learned one's are not."""
    _, outcome = finish(procedure())
    first, second = outcome.seeds
    assert [name for name in first if not EXPERIMENT.meaning(name)] == []
    assert "median" in EXPERIMENT.meaning("median_final_sgd").lower()
    for name in NAMES:
        assert {f"final_{name}", f"sum_{name}", f"median_final_{name}"} <= set(first)
        assert f"at_20_{name}" in first
    assert "ratio_at_20" in first
    for name in NAMES[1:]:
        assert first[f"inner_lr_{name}"] == second[f"inner_lr_{name}"] > 0
        assert first[f"sum_{name}"] == second[f"sum_{name}"]
    assert first["final_learned"] != second["final_learned"]


def test_ratios_are_over_the_best_baseline_of_each_measure() -> None:
    """The best is chosen anew for final loss and sum."""
    _, outcome = finish(procedure())
    for figures in outcome.seeds:
        for measure in ("final", "sum"):
            best = min(figures[f"{measure}_{name}"] for name in NAMES[1:])
            assert figures[f"{measure}_ratio"] == figures[f"{measure}_learned"] / best


def test_every_optimizer_starts_from_the_same_problems() -> None:
    """All curves begin with the same loss and go on to twice the horizon."""
    seen, _ = finish(procedure())
    curves: dict[str, list[float]] = {}
    for progress in seen:
        for measured in progress.measurements:
            family, name = measured.name.split("/")
            if family == "loss":
                curves.setdefault(name, []).append(measured.value)
    assert set(curves) == set(NAMES)
    assert {len(curve) for curve in curves.values()} == {21}
    assert len({round(curve[0], 9) for curve in curves.values()}) == 1


def test_steps_count_up_to_the_end_with_notes() -> None:
    """One safe point a step; baselines, validations and the end leave a line for the log."""
    work = procedure()
    seen, _ = finish(work)
    assert [progress.step for progress in seen] == list(range(1, work.steps + 1))
    notes = "\n".join(progress.note for progress in seen)
    for expected in ("adam: learning rate", "outer step 8, validation", "(best)", "meta-seed 2"):
        assert expected in notes


def test_the_training_loss_is_the_mean_over_the_horizon() -> None:
    """With phi held fast it is that of an ordinary evaluation, whatever the last truncation's size.

    Ten inner steps in truncations of four, four and two.
    """
    seen, _ = finish(procedure(outer_lr=0.0, meta_seeds=1))
    measured = [m for progress in seen for m in progress.measurements if m.name == "meta/train"]
    assert [m.step for m in measured] == [3, 6, 9]
    rule, draws = CoordinatewiseLSTM(Combined(), hidden=4), generator(0, "train", 0)
    optimizer = Trained(rule, rule.draw(generator(0, "phi", 0)))
    for measurement in measured:
        trace = losses(optimizer, *QuadraticSampler(4)(draws), 10)
        assert measurement.value == pytest.approx(float(trace[1:].mean()), rel=1e-5)


def test_truncations_passed_over_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each meta-seed a figure says how many, and of all of them the log."""
    unroll, calls = FirstOrderEngine.unroll, count()

    def failing(*arguments: Any) -> Unrolled:
        unrolled = unroll(*arguments)
        bad = next(calls) in (0, 6, 7)  # meta-seeds take turns: the first fails twice
        return replace(unrolled, phi_grads=unrolled.phi_grads * math.nan) if bad else unrolled

    monkeypatch.setattr(FirstOrderEngine, "unroll", failing)
    seen, outcome = finish(procedure())
    assert [figures["restarts"] for figures in outcome.seeds] == [2.0, 1.0]
    notes = [progress.note for progress in seen if "validation" in progress.note]
    assert all("; 3 truncations passed over so far" in note for note in notes)


def test_a_training_without_restarts_says_so() -> None:
    """The figure is 0 and the log has no word of it."""
    seen, outcome = finish(procedure())
    assert [figures["restarts"] for figures in outcome.seeds] == [0.0, 0.0]
    assert not any("passed over" in progress.note for progress in seen)


def test_training_more_does_not_change_the_baselines() -> None:
    """Tuning and held-out problems come from generators of their own."""
    (_, short), (_, long) = finish(procedure()), finish(procedure(outer_steps=13, problems=5))
    for name in NAMES[1:]:
        assert short.seeds[0][f"final_{name}"] == long.seeds[0][f"final_{name}"]


def test_the_weights_are_phi_by_name() -> None:
    """What is kept has the parts that a learned optimizer packs."""
    _, outcome = finish(procedure())
    shapes = CoordinatewiseLSTM(Combined(), hidden=4).shapes
    assert {name: tuple(part.shape) for name, part in outcome.weights.items()} == dict(shapes)


def test_second_order_trains_another_phi() -> None:
    """Keeping second derivatives is a setting that changes what is learned."""
    (_, dropped), (_, kept) = finish(procedure()), finish(procedure(second_order=True))
    assert dropped.seeds[0]["sum_learned"] != kept.seeds[0]["sum_learned"]
    assert math.isfinite(kept.seeds[0]["sum_learned"])


@pytest.mark.parametrize("preprocessing", ["raw", "log-sign", "rnnprop"])
def test_other_inputs_and_a_last_step_objective_run(preprocessing: str) -> None:
    """Every choice of a setting is one that runs."""
    _, outcome = finish(procedure(preprocessing=preprocessing, step_weights="last"))
    assert len(outcome.seeds) == 2


def test_a_grid_upside_down_is_refused() -> None:
    """The smallest rate must be below the largest."""
    with pytest.raises(RequestError, match="inner_lr_low = 1 is not below inner_lr_high"):
        EXPERIMENT.configure("quick", {"inner_lr_low": 1.0, "inner_lr_high": 0.1})


def test_what_the_paper_does_otherwise_stands_beside_its_figure() -> None:
    """Both presets give the LSTM more than the paper does, and every judgement says so."""
    assert {
        EXPERIMENT.configure(name).values()["preprocessing"] for name in ("quick", "paper")
    } == {"combined"}
    figures = {"final_ratio": 0.5, "sum_ratio": 0.5, "ratio_at_200": 0.5}
    for claim in EXPERIMENT.claims:
        paper = claim.judge([figures] * 3, SETTINGS).paper
        for word in (
            "arXiv:1606.04474",
            "gradients alone",
            "arXiv:1703.03633",
            "cosine",
            "clipping",
        ):
            assert word in paper


def test_claims_follow_the_ratios() -> None:
    """The worse ratio decides; too few seeds decide nothing; a diverged run fails."""
    beats, ahead = EXPERIMENT.claims
    good = {"final_ratio": 0.6, "sum_ratio": 0.7, "ratio_at_200": 0.5}
    bad = {"final_ratio": 0.6, "sum_ratio": 1.2, "ratio_at_200": 1.5}
    lost = {"final_ratio": math.inf, "sum_ratio": 0.7, "ratio_at_200": math.inf}
    assert beats.judge([good] * 3, SETTINGS).verdict is Verdict.HOLDS
    assert beats.judge([bad] * 3, SETTINGS).verdict is Verdict.FAILS
    assert ahead.judge([bad] * 3, SETTINGS).verdict is Verdict.FAILS
    assert beats.judge([good], SETTINGS).verdict is Verdict.INCONCLUSIVE
    assert beats.judge([good, good, lost], SETTINGS).verdict is Verdict.FAILS


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("horizon", 10, "the claim is about horizon = 100, this run had 10"),
        ("dimension", 2, "the claim is about dimension = 10, this run had 2"),
        ("held_out_problems", 255, "needs held_out_problems of at least 256, this run had 255"),
        ("tuning_problems", 8, "needs tuning_problems of at least 256, this run had 8"),
        ("inner_lr_count", 14, "needs inner_lr_count of at least 15, this run had 14"),
    ],
)
def test_other_settings_than_the_papers_settle_nothing(name: str, value: int, reason: str) -> None:
    """However good the ratios are, and however bad."""
    for ratio in (0.1, math.nan):
        figures = {"final_ratio": ratio, "sum_ratio": ratio, "ratio_at_200": ratio}
        for claim in EXPERIMENT.claims:
            judgement = claim.judge([figures] * 3, {**SETTINGS, name: value})
            assert judgement.verdict is Verdict.INCONCLUSIVE
            assert judgement.detail.endswith(reason)


def test_rivals_at_the_edge_of_their_grid_settle_nothing() -> None:
    """A real run on a grid that ends too soon names all whose best rate may lie outside."""
    changes = {**TINY, "inner_lr_high": 1e-3}
    _, outcome = finish(procedure(**changes))
    seeds = [{**figures, "ratio_at_200": 0.5} for figures in outcome.seeds] * 2
    for claim in EXPERIMENT.claims:
        judgement = claim.judge(seeds, SETTINGS)
        assert judgement.verdict is Verdict.INCONCLUSIVE
        assert judgement.detail.endswith(
            "at the edge of its grid stood the rate of sgd, momentum, nag, rmsprop, adam"
        )


def test_baselines_that_diverge_are_told_and_can_be_resumed() -> None:
    """At rates far too large infinite losses are figures, and the grid's edge is reported."""
    wild = {**TINY, "horizon": 100, "inner_lr_low": 10.0, "inner_lr_high": 1000.0}
    undisturbed, outcome = finish(procedure(**wild))
    assert math.isinf(outcome.seeds[0]["final_sgd"])
    assert any(outcome.seeds[0][f"inner_lr_at_edge_{name}"] for name in NAMES[1:])
    assert "at the edge of the grid" in undisturbed[0].note
    seen, resumed = left_and_resumed(EXPERIMENT, wild, 0, iter((3, 8, 14)))
    assert seen == undisturbed
    assert resumed.seeds == outcome.seeds


def test_a_ratio_over_nothing_finite_fails_the_claims() -> None:
    """Otherwise any loss over infinity would look like a perfect result."""
    ratio = ratio_to_best(0.5, [math.inf, math.inf])
    figures = {"final_ratio": ratio, "sum_ratio": 0.5}
    assert EXPERIMENT.claims[0].judge([figures] * 3, SETTINGS).verdict is Verdict.FAILS
    assert ratio_to_best(0.5, [math.inf, 2.0]) == 0.25


@pytest.mark.slow
def test_a_short_training_beats_tuned_sgd() -> None:
    """A few hundred outer steps suffice to be ahead of gradient descent at its best rate."""
    settings = EXPERIMENT.configure("quick", {"meta_seeds": 1, "outer_steps": 400})
    _, outcome = finish(EXPERIMENT.procedure(settings, 0))
    figures = outcome.seeds[0]
    assert figures["final_learned"] < figures["final_sgd"]
    assert figures["sum_learned"] < figures["sum_sgd"]
    assert not any(figures[f"inner_lr_at_edge_{name}"] for name in NAMES[1:])


def test_a_rival_ahead_on_the_median_problem_is_remarked() -> None:
    """With both medians, and why the mean says otherwise; where none is, nothing is said."""
    figures = {"final_ratio": 0.7, "median_final_learned": 0.0076, "median_final_adam": 0.02}
    assert EXPERIMENT.remarks(figures) == ()
    assert EXPERIMENT.remarks({}) == ()
    (said,) = EXPERIMENT.remarks({**figures, "median_final_momentum": 0.00196})
    assert str(said) == (
        "On the median problem momentum (0.002) is ahead of the learned optimizer (0.0076): "
        "the mean is ruled by badly conditioned problems."
    )
    (said,) = EXPERIMENT.remarks({**figures, "final_ratio": 1.2, "median_final_momentum": 0.001})
    assert "mean" not in str(said)
