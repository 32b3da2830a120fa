"""The experiment on convolutional networks, at a size that tests can afford."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor

from l2l_tui import experiments
from l2l_tui.errors import RequestError
from l2l_tui.experiments.base import Figures, Outcome
from l2l_tui.experiments.claims import Judgement, Verdict
from l2l_tui.experiments.l2l_cifar import FIVE, TWO
from l2l_tui.lab.comparison import Comparison
from l2l_tui.lab.convolutional import Convnet, ConvnetSampler
from l2l_tui.lab.data import pictures
from tests.experiments.conftest import finish, left_and_resumed

EXPERIMENT = experiments.get("l2l-cifar")
RIVALS = ("sgd", "momentum", "nag", "rmsprop", "adam")
TINY: dict[str, Any] = {
    "outer_steps": 4,
    "meta_seeds": 2,
    "problems": 2,
    "horizon": 9,
    "unroll_length": 4,
    "validate_every": 3,
    "validation_problems": 2,
    "tuning_problems": 2,
    "held_out_problems": 2,
    "inner_lr_count": 3,
    "hidden": 3,
    "subsets": True,
    "channels": 2,
    "units": 3,
    "batch": 8,
}


def procedure(**changes: Any) -> Comparison:
    """Return a tiny run's procedure."""
    found = EXPERIMENT.procedure(EXPERIMENT.configure("quick", {**TINY, **changes}), 0)
    assert isinstance(found, Comparison)
    return found


def outcome_of(**changes: Any) -> Outcome:
    """Return a tiny run's outcome."""
    return finish(procedure(**changes))[1]


def seen_by(sampler: Any) -> tuple[set[tuple[float, ...]], set[int]]:
    """Return the pictures and labels in the minibatches of what is drawn."""
    problem, _ = sampler(torch.Generator().manual_seed(1))
    assert isinstance(problem, Convnet)
    batches = [problem.minibatches.at(step) for step in range(len(problem.minibatches.picks))]
    rows = torch.cat([x.flatten(0, 1).flatten(1) for x, _ in batches])
    labels = torch.cat([y.flatten() for _, y in batches])
    return set(map(tuple, rows.tolist())), set(labels.tolist())


@pytest.mark.parametrize("subsets", [True, False])
def test_left_anywhere_it_ends_with_the_same_bits(subsets: bool) -> None:
    """Left while a baseline is tuned, in training, in evaluations and at the last step."""
    changes = {**TINY, "subsets": subsets}
    undisturbed, outcome = finish(procedure(**changes))
    steps = len(undisturbed)
    training = steps - 3 * 2 * (9 if subsets else 1)
    for stops in ((2, training // 2, training - 3), (training, steps - 2, steps)):
        seen, resumed = left_and_resumed(EXPERIMENT, changes, 0, iter(stops))
        assert seen == undisturbed
        assert resumed.seeds == outcome.seeds
        for name, part in outcome.weights.items():
            assert torch.equal(resumed.weights[name], part)


def test_held_out_pictures_are_never_trained_or_tuned_on() -> None:
    """Every family is judged on pictures held back, and tuned on those to fit."""
    found = procedure(horizon=60, batch=64)._protocol
    ours = [learner.training for learner in found.learners]
    ours += [learner.validation for learner in found.learners]
    ours += [family.tuning for family in found.families]
    fitted = set().union(*(seen_by(sampler)[0] for sampler in ours))
    data = pictures.load("digits")
    held_back = set(map(tuple, data.test.x.flatten(1).tolist()))
    for family in found.families:
        judged, _ = seen_by(family.held_out)
        assert judged <= held_back
        assert not judged & fitted


def test_problems_have_as_many_pictures_as_are_held_back() -> None:
    """On fewer pictures a loss falls faster: who is judged on few is trained and tuned on few."""
    data, families = pictures.load("digits"), procedure(horizon=60, batch=64)._protocol.families
    for family, labels in zip(families, (range(10), range(5, 10), (8, 9)), strict=True):
        held_back = int(torch.isin(data.test.y, torch.tensor(labels)).sum())
        problem, _ = family.tuning(torch.Generator().manual_seed(1))
        assert isinstance(problem, Convnet)
        for picks in problem.minibatches.picks.unbind(1):
            assert held_back // 2 < len(picks.unique()) <= held_back


def test_one_of_two_optimizers_never_sees_the_labels_of_the_subsets() -> None:
    """The other sees all; both are judged on all ten, on the last five and on the last two."""
    found = procedure(horizon=60, batch=64)._protocol
    labels = {learner.name: seen_by(learner.training)[1] for learner in found.learners}
    labels |= {f"{learner.name}'s": seen_by(learner.validation)[1] for learner in found.learners}
    assert labels["learned"] == labels["learned's"] == set(range(10))
    assert labels["sub"] == labels["sub's"] == {0, 1, 2, 3, 4}
    wanted = {"": set(range(10)), FIVE: {5, 6, 7, 8, 9}, TWO: {8, 9}}
    for family in found.families:
        assert seen_by(family.tuning)[1] == seen_by(family.held_out)[1] == wanted[family.name]


def test_every_kind_of_layer_has_an_lstm_of_its_own() -> None:
    """The weights are those of two, and say how many coordinates each has."""
    outcome = outcome_of()
    assert {name.split(".")[0] for name in outcome.weights} == {"conv", "fc"}
    # 9 x 2, 18 x 2 and 18 x 2 weights with 3 x 4 of normalisation; 2 x 3, 6, and 3 x 10 + 10.
    for size in (18 + 36 + 36 + 12, 6 + 6 + 40):
        assert f'"coordinates": {size}' in outcome.about["rule"]


def test_figures_and_measurements_are_explained() -> None:
    """Two optimizers and five baselines on three families; every figure has its meaning."""
    found = procedure()
    progress, outcome = finish(found)
    first, second = outcome.seeds
    for family in ("", f"{FIVE}_", f"{TWO}_"):
        names = {f"{family}final_{who}" for who in (*RIVALS, "learned", "sub")}
        assert names <= set(first)
        best = min(first[f"{family}final_{rival}"] for rival in RIVALS)
        for who in ("learned", "sub"):
            ratio = first[f"{family}final_ratio_{who}"]
            assert ratio == first[f"{family}final_{who}"] / best
            assert ratio != second[f"{family}final_ratio_{who}"]
    assert [figure for figure in first if not EXPERIMENT.meaning(figure)] == []
    for figure in ("inner_lr_sum_nag", "sum_nag", "median_final_nag", "at_18_nag"):
        assert EXPERIMENT.meaning(f"{FIVE}_{figure}") == EXPERIMENT.meaning(figure)
    measured = {m.name.split("/")[0] for said in progress for m in said.measurements}
    assert measured == {chart.family for chart in EXPERIMENT.charts}


def test_without_subsets_there_is_one_optimizer_on_all_labels() -> None:
    """It is the one that a run with subsets calls learned."""
    alone, both = outcome_of(subsets=False), outcome_of()
    for one, other in zip(alone.seeds, both.seeds, strict=True):
        assert one["final_ratio"] == other["final_ratio_learned"]
        assert not [name for name in one if FIVE in name or "sub" in name]


def ratios(learned: float, sub: float, **more: float) -> Figures:
    """Return figures of a run with subsets: what optimizers reach over the best baseline."""
    found = {"final_ratio_learned": learned, "final_ratio_sub": 3.0}
    for subset in (FIVE, TWO):
        found |= {f"{subset}_final_ratio_sub": sub, f"{subset}_sum_sub": 2.0}
        found |= {f"{subset}_sum_learned": 2.0, f"{subset}_inner_lr_at_edge_sgd": 0.0}
    return {**found, "inner_lr_at_edge_sgd": 0.0, **more}


def judged(figures: Figures, **changes: Any) -> list[Judgement]:
    """Return the claims' judgements on three meta-seeds with the same figures."""
    changes = {"subsets": True, "inner_lr_count": 9, **changes}
    settings = EXPERIMENT.configure("paper", changes).values()
    return [claim.judge([figures] * 3, settings) for claim in EXPERIMENT.claims]


def test_claims_read_the_ratios_of_their_own_optimizer() -> None:
    """All labels, labels never seen, and one optimizer beside the other."""
    holds, fails = Verdict.HOLDS, Verdict.FAILS
    assert [found.verdict for found in judged(ratios(0.9, 0.8))] == [holds] * 3
    assert [found.verdict for found in judged(ratios(1.2, 0.8))] == [fails, holds, holds]
    worse = ratios(0.9, 0.8, **{f"{TWO}_final_ratio_sub": 1.1, f"{FIVE}_sum_sub": 2.3})
    assert [found.verdict for found in judged(worse)] == [holds, fails, fails]
    assert [found.ours.mean for found in judged(worse)] == pytest.approx([0.9, 1.1, 1.15])


def test_a_diverged_optimizer_fails_its_claims() -> None:
    """Infinity and NaN are never the smaller of two."""
    for bad in (math.inf, math.nan):
        for subset in (FIVE, TWO):
            found = judged(ratios(0.9, 0.8, **{f"{subset}_final_ratio_sub": bad}))
            assert found[1].verdict is Verdict.FAILS
            found = judged(ratios(0.9, 0.8, **{f"{subset}_sum_sub": bad}))
            assert found[2].verdict is Verdict.FAILS


def test_claims_about_subsets_need_a_run_with_subsets() -> None:
    """A run without them settles nothing of these, and still passes a verdict on all labels."""
    figures = {"final_ratio": 0.9, "inner_lr_at_edge_sgd": 0.0}
    first, *others = judged(figures, subsets=False)
    assert first.verdict is Verdict.HOLDS
    for found in others:
        assert found.verdict is Verdict.INCONCLUSIVE
        assert "subsets" in found.detail


def test_a_rate_at_its_grids_edge_spoils_the_claims_that_rest_on_it() -> None:
    """On all labels the first claim, on a subset the second; the third knows no rivals."""
    on_all = judged(ratios(0.9, 0.8, inner_lr_at_edge_sgd=1.0))
    unsettled, holds = Verdict.INCONCLUSIVE, Verdict.HOLDS
    assert [found.verdict for found in on_all] == [unsettled, holds, holds]
    on_two = judged(ratios(0.9, 0.8, **{f"{TWO}_inner_lr_at_edge_sgd": 1.0}))
    assert [found.verdict for found in on_two] == [holds, unsettled, holds]
    assert "sgd (two-labels)" in on_two[1].detail


@pytest.mark.parametrize("preset", ["quick", "paper"])
def test_presets_are_a_test_of_the_first_claim(preset: str) -> None:
    """Their settings pass what the claim asks for."""
    settings = EXPERIMENT.configure(preset).values()
    figures = {"final_ratio": 0.9, "final_ratio_learned": 0.9}
    assert EXPERIMENT.claims[0].judge([figures] * 3, settings).verdict is Verdict.HOLDS


def test_remarks_tell_every_ratio() -> None:
    """Whichever families and optimizers there are."""
    (said,) = EXPERIMENT.remarks(ratios(0.91, 0.82))
    for part in ("final_ratio_learned 0.91", f"{TWO}_final_ratio_sub 0.82"):
        assert part in str(said)
    assert EXPERIMENT.remarks({"final_learned": 1.0}) == ()


def test_convolutions_that_leave_nothing_are_refused() -> None:
    """The message names the pictures and what was asked of them."""
    with pytest.raises(RequestError, match=r"digits after 3 .* kernel = 5 and padding = 0"):
        procedure(kernel=5, padding=0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("channels", 3),
        ("kernel", 1),
        ("padding", 2),
        ("units", 4),
        ("batch", 9),
        ("initial_scale", 0.1),
        ("preprocessing", "log-sign"),
        ("second_order", False),
        ("step_weights", "last"),
    ],
)
def test_a_setting_changes_what_is_learned(field: str, value: Any) -> None:
    """None is declared and then forgotten."""
    usual, other = (
        outcome_of(subsets=False, meta_seeds=1, output_scale=0.5, **changes).seeds[0]["sum_learned"]
        for changes in ({}, {field: value})
    )
    assert usual != other


def test_cifar_is_32_pixels_wide_in_the_paper_preset() -> None:
    """8 channels of 5x5 without zeros around: 75 x 8, 200 x 8 and 200 x 8 weights, and so on."""
    try:
        found = EXPERIMENT.procedure(EXPERIMENT.configure("paper", {"batch": 2}), 0)
    except RequestError:
        pytest.skip("CIFAR-10 is nowhere")
    assert isinstance(found, Comparison)
    sampler = found._protocol.learners[0].training
    assert isinstance(sampler, ConvnetSampler)
    sizes = sampler.architecture
    assert (sizes.convolutional, sizes.fully_connected) == (600 + 3200 + 48, 256 + 64 + 330)
    params: Tensor = sampler(torch.Generator())[1]
    assert params.shape == (1, 4498)
