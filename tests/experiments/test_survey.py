"""The survey of few-shot learners at a size that tests can afford."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest
import torch

from l2l_tui import experiments
from l2l_tui.experiments import few_shot
from l2l_tui.experiments.claims import Verdict
from l2l_tui.experiments.survey import LEARNERS
from l2l_tui.lab.few_shot.intervals import class_resampled
from l2l_tui.lab.few_shot.pretraining import FineTuning
from l2l_tui.lab.maml.adapting import AdaptingNetwork
from l2l_tui.lab.maml.conv4 import Conv4
from tests.experiments.conftest import finish, left_and_resumed

EXPERIMENT = experiments.get("survey")
SMALL: dict[str, Any] = {
    "filters": 8,
    "steps": 10,
    "batch": 1,
    "train_ways": 5,
    "train_queries": 2,
    "meta_seeds": 2,
    "validate_every": 5,
    "validation_episodes": 2,
    "test_episodes": 3,
}
CLAIMS = {claim.id: claim for claim in EXPERIMENT.claims}


def procedure(seed: int = 0, **changes: Any) -> Any:
    """Return a small procedure."""
    return EXPERIMENT.procedure(EXPERIMENT.configure("quick", {**SMALL, **changes}), seed)


def test_every_learner_has_every_figure_and_every_figure_a_meaning() -> None:
    """Four settings with their intervals, and memory; what was best in validation is kept."""
    seen, outcome = finish(procedure())
    for figures in outcome.seeds:
        assert all(map(EXPERIMENT.meaning, figures))
        for name in LEARNERS:
            assert figures[f"{name}_memory_mb"] > 0
            for setting in ("5way_1shot", "20way_1shot", "5way_5shot", "20way_5shot"):
                assert 0 <= figures[f"{name}_{setting}"] <= 1
                assert figures[f"{name}_{setting}_half_width"] >= 0
    assert outcome.about["learner"] in LEARNERS
    assert outcome.weights
    families = {
        measured.name.split("/")[0] for progress in seen for measured in progress.measurements
    }
    assert families == {chart.family for chart in EXPERIMENT.charts}


def test_all_work_is_put_down_to_a_learner() -> None:
    """Training and judging apart, so that a trainer can add up their CPU time."""
    seen, _ = finish(procedure(meta_seeds=1))
    parts = {progress.part for progress in seen}
    expected = {f"{what} {name}" for what in ("training", "judging") for name in LEARNERS}
    assert parts == expected | {"judging raw"}


def second_kernel(network: Any) -> torch.Tensor:
    """Return the weights of a learner's second convolution, wherever it keeps them."""
    if isinstance(network, AdaptingNetwork):
        conv4 = Conv4(SMALL["filters"], 5, pooling=True)
        params = torch.cat((network.body.detach(), torch.zeros(conv4.head_size)))
        return conv4.unpack(params)["kernel2"]
    weights: torch.Tensor = network.embedding.layers[1][0].weight
    return weights


def test_all_learners_begin_with_the_same_embedding_and_see_the_same_episodes() -> None:
    """In a meta-seed; in another one both are others."""
    work = procedure()
    begun: dict[int, list[torch.Tensor]] = {0: [], 1: []}
    shown: dict[int, list[torch.Tensor]] = {0: [], 1: []}
    for trial, (contestant, meta_seed) in enumerate(work._trials):
        work._trial = trial
        work._begin()
        if contestant.steps:
            begun[meta_seed].append(second_kernel(work._learner._network))
            shown[meta_seed].append(work._learner._draw(3).query)
    for kept in (begun, shown):
        assert len(kept[0]) == len(LEARNERS)
        assert all(torch.equal(kept[0][0], other) for other in kept[0])
        assert not torch.equal(kept[0][0], kept[1][0])


def test_a_run_left_anywhere_ends_with_the_same_bits() -> None:
    """Figures, measurements and weights equal those of an undisturbed run."""
    undisturbed, outcome = finish(procedure(1))
    stops = sorted(random.Random(0).sample(range(len(undisturbed) + 1), 4))
    seen, resumed = left_and_resumed(EXPERIMENT, SMALL, 1, iter(stops))
    assert seen == undisturbed
    assert resumed.seeds == outcome.seeds
    assert all(torch.equal(resumed.weights[name], part) for name, part in outcome.weights.items())


def test_a_run_whose_first_learner_is_trained_is_taken_up_at_its_end() -> None:
    """The last learner's state is not given to the first one, which has other weights."""
    settings = EXPERIMENT.configure("quick", {**SMALL, "meta_seeds": 1})
    tuning = FineTuning(2, 1.0, 1e-3)
    contestants = [few_shot.matching(settings, "a"), few_shot.fine_tuned(settings, tuning, "b")]
    lead = few_shot.Lead((("a", "b", 5, 1),))
    ended, again = (few_shot.study(settings, 0, contestants, [lead]) for _ in range(2))
    _, outcome = finish(ended)
    again.restore(ended.state())
    assert finish(again)[1].seeds == outcome.seeds
    assert "a_above_b_5way_1shot_half_width" in outcome.seeds[0]


def test_a_lead_is_the_difference_of_two_and_its_interval_that_of_each_episodes() -> None:
    """Computed anew from what both learners had right in the very same episodes."""
    work = procedure(meta_seeds=1, test_episodes=20)
    figures = finish(work)[1].seeds[0]
    for one in work._protocol.comparisons:
        lead, rival = (work._earlier[0][f"{name}_{one.shape}"] for name in (one.figure, one.rival))
        assert figures[one.name] == pytest.approx(float(lead.mean() - rival.mean()))
        sampler = next(each for each in work._protocol.test if each.shape.name == one.shape)
        batches = [batch for batch in work._batches if batch.sampler is sampler]
        classes = torch.cat([work._episodes("test", batch).classes for batch in batches])
        expected = class_resampled(lead - rival, classes)
        assert figures[f"{one.name}_half_width"] == expected.half_width


def told(**changes: float) -> dict[str, float]:
    """Return figures that hold every claim, but for those given, with what follows from them."""
    shares = {"matching": 0.8, "prototypical": 0.85, "maml": 0.84, "fine-tuned": 0.6, "raw": 0.5}
    known = {
        f"{name}_{ways}way_{shots}shot": share
        for name, share in shares.items()
        for ways in (5, 20)
        for shots in (1, 5)
    } | changes
    for one, other in itertools.permutations(shares, 2):
        for shape in ("5way_1shot", "20way_1shot", "5way_5shot", "20way_5shot"):
            lead = f"{one}_above_{other}_{shape}"
            known[lead] = known[f"{one}_{shape}"] - known[f"{other}_{shape}"]
            known.setdefault(f"{lead}_half_width", 0.005)
    return known


@pytest.mark.parametrize(
    ("claim", "figures"),
    [
        ("episodes-beat-pixels", {"raw_5way_5shot": 0.82}),
        ("prototypes-above-matching", {"matching_20way_5shot": 0.86}),
        ("maml-above-matching", {"matching_20way_1shot": 0.85}),
        ("episodes-above-fine-tuning", {"fine-tuned_20way_1shot": 0.81}),
    ],
)
def test_a_claim_holds_or_fails_by_its_own_figures(claim: str, figures: dict[str, float]) -> None:
    """And settles nothing with too few seeds or steps."""
    settings = EXPERIMENT.configure("quick").values()
    judged = CLAIMS[claim].judge
    assert judged([told()] * 3, settings).verdict is Verdict.HOLDS
    assert judged([told(**figures)] * 3, settings).verdict is Verdict.FAILS
    assert judged([told()] * 2, settings).verdict is Verdict.INCONCLUSIVE
    few = EXPERIMENT.configure("quick", {"steps": 30}).values()
    assert judged([told()] * 3, few).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    ("claim", "name"),
    [
        ("episodes-beat-pixels", "matching_above_raw_20way_5shot"),
        ("prototypes-above-matching", "prototypical_above_matching_20way_5shot"),
        ("maml-above-matching", "maml_above_matching_20way_1shot"),
        ("episodes-above-fine-tuning", "matching_above_fine-tuned_20way_1shot"),
    ],
)
def test_what_test_classes_leave_open_is_inconclusive(claim: str, name: str) -> None:
    """However alike the meta-seeds are: by the interval of the difference of the two."""
    settings = EXPERIMENT.configure("quick").values()
    lead = told()[name]
    for share, verdict in ((0.99, Verdict.HOLDS), (1.01, Verdict.INCONCLUSIVE)):
        figures = told(**{f"{name}_half_width": 1.96 * share * lead})
        judged = CLAIMS[claim].judge([figures] * 3, settings)
        assert judged.verdict is verdict
    assert "nearer than the standard error over meta-seeds, test classes" in judged.detail


@pytest.mark.parametrize(
    ("claim", "name"),
    [("episodes-above-fine-tuning", "fine-tuned"), ("maml-above-matching", "maml")],
)
def test_a_learner_below_raw_pixels_is_no_rival(claim: str, name: str) -> None:
    """In any meta-seed: who is ahead of it or behind settles nothing then."""
    settings = EXPERIMENT.configure("quick").values()
    weak = told(**{f"{name}_20way_1shot": 0.45})
    judgements = {
        name: claim.judge([told(), weak, told()], settings) for name, claim in CLAIMS.items()
    }
    assert judgements[claim].verdict is Verdict.INCONCLUSIVE
    assert "not even above raw pixels" in judgements[claim].detail
    assert judgements["prototypes-above-matching"].verdict is Verdict.HOLDS


def test_learners_are_put_in_order_with_their_intervals() -> None:
    """The best first; a run without figures says nothing."""
    (said,) = EXPERIMENT.remarks(told(matching_20way_1shot_half_width=0.02))
    ranked = "prototypical 0.850 ± 0.000, maml 0.840 ± 0.000, matching 0.800 ± 0.020, fine-tuned"
    assert ranked in str(said)
    assert EXPERIMENT.remarks({}) == ()
