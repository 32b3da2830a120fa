"""OML, at a size that tests can afford."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from l2l_tui import experiments
from l2l_tui.errors import RequestError
from l2l_tui.experiments.base import Outcome
from l2l_tui.experiments.claims import Verdict
from l2l_tui.lab.continual.oml_study import REPRESENTATIONS
from l2l_tui.lab.measurement import Progress
from tests.experiments.conftest import finish, left_and_resumed

EXPERIMENT = experiments.get("oml")
TINY: dict[str, Any] = {
    "meta_seeds": 2,
    "filters": 4,
    "units": 6,
    "steps": 7,
    "train_classes": 3,
    "shots": 2,
    "queries": 2,
    "pretraining_steps": 6,
    "batch": 8,
    "classes": 11,
    "trajectories": 2,
    "rate_count": 3,
}


def procedure(seed: int = 0, **changes: Any) -> Any:
    """Return a tiny procedure."""
    return EXPERIMENT.procedure(EXPERIMENT.configure("quick", {**TINY, **changes}), seed)


@pytest.fixture(scope="module")
def undisturbed() -> tuple[list[Progress], Outcome]:
    """A run left alone."""
    return finish(procedure(3))


@pytest.mark.parametrize("stops", [(1, 2), (4, 6, 7), (9, 10, 19), (20, 25, 26, 28), (50,)])
def test_a_run_left_anywhere_ends_with_the_same_bits(
    undisturbed: tuple[list[Progress], Outcome], stops: tuple[int, ...]
) -> None:
    """In every training, between rates, before judging, between meta-seeds, at the end."""
    expected, outcome = undisturbed
    seen, resumed = left_and_resumed(EXPERIMENT, TINY, 3, iter(stops))
    assert seen == expected
    assert resumed.seeds == outcome.seeds
    assert set(resumed.weights) == set(REPRESENTATIONS)
    assert all(
        torch.equal(resumed.weights[name], outcome.weights[name]) for name in outcome.weights
    )


def test_steps_figures_and_charts_are_as_declared(
    undisturbed: tuple[list[Progress], Outcome],
) -> None:
    """One safe point a step; each figure has its meaning, each measured family its chart."""
    seen, outcome = undisturbed
    assert [progress.step for progress in seen] == list(range(1, procedure(3).steps + 1))
    assert len(seen) == 2 * ((2 + 7) + (2 + 7) + 7)  # trainings, three rates twice, judging
    for figures in outcome.seeds:
        assert [name for name in figures if not EXPERIMENT.meaning(name)] == []
    measured = {one.name.split("/")[0] for progress in seen for one in progress.measurements}
    assert measured == {chart.family for chart in EXPERIMENT.charts}


def test_a_curve_ends_with_the_figure(undisturbed: tuple[list[Progress], Outcome]) -> None:
    """Points every five classes and at the last; the last is what is told of all classes."""
    seen, outcome = undisturbed
    for name in REPRESENTATIONS:
        curve = [
            (one.step, one.value)
            for progress in seen
            for one in progress.measurements
            if one.name == f"accuracy/{name}"
        ]
        assert [step for step, _ in curve] == [5, 10, 11]
        assert curve[-1][1] == outcome.seeds[0][f"accuracy_{name}"]


def test_training_begins_from_the_same_params(undisturbed: tuple[list[Progress], Outcome]) -> None:
    """The random network is what the trained ones were; both have moved from it."""
    _, outcome = undisturbed
    random = outcome.weights["random"]
    for name in ("oml", "pretrained"):
        assert outcome.weights[name].shape == random.shape  # without pre-training's outputs
        moved = (outcome.weights[name] - random).abs()
        # Adam's first steps are of its rate: 0.006 each.
        assert 0 < float(moved.max()) < 0.06


def test_an_oml_that_is_trained_beats_a_random_representation() -> None:
    """Already after a short training, on alphabets that it never saw."""
    changes = {
        "meta_seeds": 1,
        "units": 256,
        "steps": 40,
        "train_classes": 8,
        "shots": 4,
        "queries": 3,
        "pretraining_steps": 1,
        "classes": 20,
        "trajectories": 4,
        "rate_count": 5,
    }
    _, outcome = finish(procedure(0, **changes))
    (figures,) = outcome.seeds
    assert figures["accuracy_oml"] > figures["accuracy_random"] + 0.05
    verdicts = {claim.judge([figures] * 3, {"classes": 20}).verdict for claim in EXPERIMENT.claims}
    assert verdicts == {Verdict.INCONCLUSIVE}  # so few classes leave nothing to forget
    claim = next(one for one in EXPERIMENT.claims if one.id == "beats-random")
    inside = {**figures, "rate_at_edge_pretrained": 0.0, "rate_at_edge_random": 0.0}
    assert claim.judge([inside] * 3, {"classes": 50}).verdict is Verdict.HOLDS


def test_a_rival_whose_rate_stands_at_the_grids_edge_settles_nothing() -> None:
    """A better one may lie outside."""
    figures = {
        "accuracy_oml": 0.5,
        "accuracy_random": 0.1,
        "rate_at_edge_pretrained": 0.0,
        "rate_at_edge_random": 1.0,
    }
    claim = next(one for one in EXPERIMENT.claims if one.id == "beats-random")
    judgement = claim.judge([figures] * 3, {"classes": 50})
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert "the rate of random" in judgement.detail


def test_an_empty_grid_of_rates_is_refused() -> None:
    """Before anything runs."""
    with pytest.raises(RequestError, match="not below rate_high"):
        EXPERIMENT.configure("quick", {"rate_low": 1.0, "rate_high": 0.5})


def test_more_classes_than_there_are_to_judge_by_are_refused() -> None:
    """In a sentence."""
    with pytest.raises(RequestError, match="more than the"):
        procedure(classes=400)
