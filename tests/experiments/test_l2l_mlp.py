"""Perceptrons: on the digits, and what an optimizer trained there does elsewhere."""

from __future__ import annotations

import math
import os
import random
from typing import Any

import pytest
import torch

from l2l_tui import experiments
from l2l_tui.experiments.claims import Verdict
from l2l_tui.lab.data import pictures
from tests.experiments.conftest import finish, left_and_resumed

TINY: dict[str, Any] = {
    "outer_steps": 6,
    "meta_seeds": 2,
    "horizon": 8,
    "unroll_length": 4,
    "validate_every": 3,
    "validation_problems": 1,
    "tuning_problems": 1,
    "held_out_problems": 2,
    "inner_lr_count": 3,
    "hidden": 3,
    "units": 4,
    "batch": 8,
}
NAMES = ("l2l-mlp", "l2l-generalize")
GOOD = {"final_ratio": 0.5, "sum_ratio": 0.7, "ratio_at_200": 0.6}


def procedure(name: str, seed: int = 0, **changes: Any) -> Any:
    """Return a tiny procedure."""
    experiment = experiments.get(name)
    return experiment.procedure(experiment.configure("quick", {**TINY, **changes}), seed)


@pytest.mark.parametrize("name", NAMES)
def test_a_run_left_anywhere_ends_with_the_same_bits(name: str) -> None:
    """Figures, measurements and weights equal those of an undisturbed run."""
    undisturbed, outcome = finish(procedure(name, 5))
    stops = sorted(random.Random(1).sample(range(len(undisturbed)), 4))
    seen, resumed = left_and_resumed(experiments.get(name), TINY, 5, iter(stops))
    assert seen == undisturbed
    assert resumed.seeds == outcome.seeds
    assert all(torch.equal(resumed.weights[key], value) for key, value in outcome.weights.items())


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_has_a_meaning_and_every_curve_a_chart(name: str) -> None:
    """Nothing is measured that a reader is not told of."""
    experiment = experiments.get(name)
    seen, outcome = finish(procedure(name, **({} if name == "l2l-mlp" else {"sizes": True})))
    assert [figure for figure in outcome.seeds[0] if not experiment.meaning(figure)] == []
    families = {m.name.split("/")[0] for progress in seen for m in progress.measurements}
    assert families <= {chart.family for chart in experiment.charts}


def test_a_familys_figure_means_what_the_base_networks_does() -> None:
    """The longest names too: a prefix that fits any word would take them for other figures."""
    meaning = experiments.get("l2l-generalize").meaning
    for figure in ("final_ratio", "inner_lr_sum_nag", "inner_lr_at_200_nag", "median_final_sgd"):
        for family in ("wide", "two-layers-40"):
            assert meaning(f"{family}_{figure}") == meaning(figure) != ""


def test_sizes_make_one_curve_over_units_for_each_number_of_layers() -> None:
    """Figure 6: every optimizer has a point at each size, in ascending order."""
    seen, outcome = finish(procedure("l2l-generalize", sizes=True))
    points = [m for p in seen for m in p.measurements if m.name == "two-layers/learned"]
    assert [m.step for m in points] == [5, 10, 20, 40, 80]
    finals = [figures["two-layers-40_final_learned"] for figures in outcome.seeds]
    assert points[3].value == pytest.approx(sum(finals) / len(finals))


def test_the_report_is_on_pictures_that_training_never_saw() -> None:
    """The digits held back share no picture with those of training."""
    data = pictures.load("digits")
    train = {tuple(picture.flatten().tolist()) for picture in data.train.x}
    test = {tuple(picture.flatten().tolist()) for picture in data.test.x}
    assert not train & test
    assert len(data.train.x) + len(data.test.x) == 1797


def test_problems_have_as_many_pictures_as_are_held_back() -> None:
    """Those of training, validation, tuning and the report, of every kind of network."""
    held_back = len(pictures.load("digits").test.x)
    found = procedure("l2l-generalize", horizon=60, batch=64)._protocol
    samplers = [s for learner in found.learners for s in (learner.training, learner.validation)]
    samplers += [s for family in found.families for s in (family.tuning, family.held_out)]
    for sampler in samplers:
        problem, _ = sampler(torch.Generator().manual_seed(1))
        for picks in problem.minibatches.picks.unbind(1):
            assert held_back // 2 < len(picks.unique()) <= held_back


@pytest.mark.skipif("L2L_TUI_DATA" not in os.environ, reason="wants MNIST in L2L_TUI_DATA")
def test_mnist_has_the_papers_network() -> None:
    """A tiny run on 784 inputs ends with finite figures."""
    _, outcome = finish(procedure("l2l-mlp", data="mnist", units=20))
    assert all(math.isfinite(figures["final_learned"]) for figures in outcome.seeds)


@pytest.mark.parametrize(("field", "value"), [("units", 10), ("horizon", 50), ("batch", 16)])
def test_other_networks_settle_nothing(field: str, value: int) -> None:
    """The claims are about the paper's network."""
    experiment = experiments.get("l2l-mlp")
    settings = experiment.configure("quick").values()
    for claim in experiment.claims:
        assert claim.judge([GOOD] * 3, settings).verdict is Verdict.HOLDS
        other = claim.judge([GOOD] * 3, {**settings, field: value})
        assert other.verdict is Verdict.INCONCLUSIVE
        assert f"{field} = " in other.detail


def test_claims_on_other_networks_follow_their_own_figures() -> None:
    """Each family's ratios decide its claim, and only its own rivals' edges matter."""
    experiment = experiments.get("l2l-generalize")
    settings = experiment.configure("quick").values()
    figures = {
        "wide_final_ratio": 0.5,
        "wide_sum_ratio": 0.6,
        "deep_final_ratio": 0.5,
        "deep_sum_ratio": 1.5,
        "relu_final_ratio": 2.0,
        "relu_sum_ratio": 0.1,
        "wide_inner_lr_at_edge_sgd": 0.0,
        "deep_inner_lr_at_edge_sgd": 0.0,
        "relu_inner_lr_at_edge_sgd": 0.0,
    }
    found = [claim.judge([figures] * 3, settings).verdict for claim in experiment.claims]
    assert found == [Verdict.HOLDS, Verdict.FAILS, Verdict.HOLDS]
    at_edge = {**figures, "wide_inner_lr_at_edge_sgd": 1.0}
    found = [claim.judge([at_edge] * 3, settings).verdict for claim in experiment.claims]
    assert found == [Verdict.INCONCLUSIVE, Verdict.FAILS, Verdict.HOLDS]


ROBUST = {**TINY, "varied": True, "random_scaling": 1.0, "validation_problems": 3}


def test_training_for_any_network_can_be_left_and_resumed() -> None:
    """On many kinds of networks, each with coordinates of another number."""
    undisturbed, outcome = finish(procedure("l2l-mlp", 5, **ROBUST))
    stops = iter(sorted(random.Random(2).sample(range(len(undisturbed)), 4)))
    seen, resumed = left_and_resumed(experiments.get("l2l-mlp"), ROBUST, 5, stops)
    assert seen == undisturbed
    assert all(torch.equal(resumed.weights[key], value) for key, value in outcome.weights.items())


@pytest.mark.parametrize("changes", [{"varied": True}, {"random_scaling": 1.0}])
def test_training_for_any_network_is_no_test_of_the_papers_claims(changes: dict[str, Any]) -> None:
    """They are about one kind of network, as it is."""
    experiment = experiments.get("l2l-mlp")
    settings = experiment.configure("quick", changes).values()
    for claim in experiment.claims:
        judgement = claim.judge([GOOD] * 3, settings)
        assert judgement.verdict is Verdict.INCONCLUSIVE
        assert next(iter(changes)) in judgement.detail
