"""Matching networks at a size that tests can afford."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch

from l2l_tui import experiments
from l2l_tui.errors import RequestError
from l2l_tui.experiments.claims import Verdict
from tests.experiments.conftest import finish, left_and_resumed

EXPERIMENT = experiments.get("matching-networks")
SMALL: dict[str, Any] = {
    "filters": 8,
    "steps": 12,
    "batch": 1,
    "train_ways": 5,
    "train_queries": 2,
    "meta_seeds": 2,
    "validate_every": 6,
    "validation_episodes": 2,
    "test_episodes": 3,
    "full_context": True,
}
CLAIMS = {claim.id: claim for claim in EXPERIMENT.claims}


def procedure(seed: int = 0, **changes: Any) -> Any:
    """Return a small procedure."""
    return EXPERIMENT.procedure(EXPERIMENT.configure("quick", {**SMALL, **changes}), seed)


def test_every_figure_is_there_and_has_a_meaning() -> None:
    """Of each learner and shape, with its interval."""
    _, outcome = finish(procedure())
    assert len(outcome.seeds) == 2
    for figures in outcome.seeds:
        assert all(map(EXPERIMENT.meaning, figures))
        for name in ("accuracy", "context", "untrained", "raw"):
            for ways in (5, 20):
                for shots in (1, 5):
                    assert 0 <= figures[f"{name}_{ways}way_{shots}shot"] <= 1
                    assert figures[f"{name}_{ways}way_{shots}shot_half_width"] >= 0
        assert (figures["train_classes"], figures["test_classes"]) == (1259, 249)
        for rival, shots in (("raw", (1,)), ("untrained", (1,)), ("context", (1, 5))):
            for setting in (f"{ways}way_{shot}shot" for ways in (5, 20) for shot in shots):
                lead = figures[f"accuracy_above_{rival}_{setting}"]
                apart = figures[f"accuracy_{setting}"] - figures[f"{rival}_{setting}"]
                assert lead == pytest.approx(apart)
                assert figures[f"accuracy_above_{rival}_{setting}_half_width"] >= 0
        assert figures["context_memory_mb"] > figures["accuracy_memory_mb"] > 0
    first, second = outcome.seeds
    assert first["raw_5way_1shot"] == second["raw_5way_1shot"]
    assert first["accuracy_memory_mb"] == second["accuracy_memory_mb"]


def test_progress_rises_to_the_last_step() -> None:
    """One step at least from one safe point to the next."""
    work = procedure(meta_seeds=1, full_context=False)
    seen, _ = finish(work)
    steps = [progress.step for progress in seen]
    assert steps == sorted(set(steps))
    assert steps[-1] == work.steps


def test_validations_come_as_often_as_the_settings_say() -> None:
    """Whether or not safe points would come so often; and after the last step."""
    seen, _ = finish(procedure(meta_seeds=1, full_context=False, validate_every=7, steps=15))
    measured = [one for progress in seen for one in progress.measurements]
    for family, expected in (("validation", [7, 14, 15]), ("loss", [5, 7, 10, 14, 15])):
        assert [one.step for one in measured if one.name == f"{family}/matching"] == expected


def test_every_family_that_is_measured_has_a_chart() -> None:
    """And every chart is measured."""
    seen, _ = finish(procedure(full_context=False))
    families = {
        measured.name.split("/")[0] for progress in seen for measured in progress.measurements
    }
    assert families == {chart.family for chart in EXPERIMENT.charts}


@pytest.mark.parametrize("seed", range(2))
def test_a_run_left_anywhere_ends_with_the_same_bits(seed: int) -> None:
    """Figures and measurements equal those of an undisturbed run."""
    undisturbed, outcome = finish(procedure(1))
    stops = sorted(random.Random(seed).sample(range(len(undisturbed) + 1), 4))
    seen, resumed = left_and_resumed(EXPERIMENT, SMALL, 1, iter(stops))
    assert seen == undisturbed
    assert resumed.seeds == outcome.seeds
    assert resumed.about == outcome.about
    assert resumed.weights.keys() == outcome.weights.keys() != set()
    assert all(torch.equal(resumed.weights[name], part) for name, part in outcome.weights.items())


def test_another_seed_is_another_run() -> None:
    """Episodes and networks differ."""
    runs = [finish(procedure(seed, meta_seeds=1, full_context=False))[1] for seed in (0, 1)]
    assert runs[0].seeds != runs[1].seeds


@pytest.mark.slow
def test_a_short_training_beats_pixels_and_the_untrained_network() -> None:
    """A minute's training is not needed to see it."""
    changes = {"filters": 16, "steps": 80, "train_ways": 20, "full_context": False}
    _, outcome = finish(procedure(meta_seeds=1, test_episodes=20, batch=2, **changes))
    figures = outcome.seeds[0]
    assert figures["accuracy_5way_1shot"] > figures["raw_5way_1shot"] + 0.1
    assert figures["raw_5way_1shot"] > figures["untrained_5way_1shot"]


def told(**changes: float) -> dict[str, float]:
    """Return figures that hold every claim, but for those given, with what follows from them."""
    known = {"train_classes": 1259.0, "test_classes": 249.0}
    shapes = [f"{ways}way_{shots}shot" for ways in (5, 20) for shots in (1, 5)]
    for name, share in {"accuracy": 0.95, "raw": 0.5, "untrained": 0.4, "context": 0.95}.items():
        known |= {f"{name}_{shape}": share for shape in shapes}
    known |= {f"accuracy_{shape}_half_width": 0.005 for shape in shapes} | changes
    for rival in ("raw", "untrained", "context"):
        for shape in shapes:
            lead = f"accuracy_above_{rival}_{shape}"
            known[lead] = known[f"accuracy_{shape}"] - known[f"{rival}_{shape}"]
            known.setdefault(f"{lead}_half_width", 0.005)
    return known


@pytest.mark.parametrize(
    ("claim", "figures"),
    [
        ("five-way", {"accuracy_5way_1shot": 0.87}),
        ("twenty-way", {"accuracy_20way_1shot": 0.71}),
        ("beats-pixels", {"raw_20way_1shot": 0.76}),
        ("beats-untrained", {"untrained_5way_1shot": 0.76}),
        ("context-adds-little", {"context_20way_5shot": 0.98}),
    ],
)
def test_a_claim_holds_or_fails_by_its_own_figures(claim: str, figures: dict[str, float]) -> None:
    """The worse of two where it is of two, and never by too few seeds."""
    settings = EXPERIMENT.configure("quick", {"full_context": True}).values()
    judged = CLAIMS[claim].judge
    assert judged([told()] * 3, settings).verdict is Verdict.HOLDS
    assert judged([told(**figures)] * 3, settings).verdict is Verdict.FAILS
    assert judged([told()] * 2, settings).verdict is Verdict.INCONCLUSIVE
    few = EXPERIMENT.configure("quick", {"full_context": True, "steps": 50}).values()
    assert judged([told()] * 3, few).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    ("claim", "figure", "room"),
    [
        ("five-way", "accuracy_5way_1shot", 0.07),
        ("twenty-way", "accuracy_20way_1shot", 0.23),
        ("beats-pixels", "accuracy_above_raw_5way_1shot", 0.25),
        ("beats-untrained", "accuracy_above_untrained_5way_1shot", 0.35),
        ("context-adds-little", "accuracy_above_context_5way_1shot", 0.02),
    ],
)
def test_what_test_classes_leave_open_is_inconclusive(claim: str, figure: str, room: float) -> None:
    """However alike the meta-seeds are: with two learners by the interval of their difference."""
    settings = EXPERIMENT.configure("quick", {"full_context": True}).values()
    for share, verdict in ((0.99, Verdict.HOLDS), (1.01, Verdict.INCONCLUSIVE)):
        figures = told(**{f"{figure}_half_width": 1.96 * share * room})
        judged = CLAIMS[claim].judge([figures] * 3, settings)
        assert judged.verdict is verdict
    assert "nearer than the standard error over meta-seeds, test classes" in judged.detail


@pytest.mark.parametrize(
    ("name", "share"), [("context_5way_1shot", 0.69), ("raw_20way_1shot", 0.8)]
)
def test_a_context_network_that_has_not_learned_settles_nothing(name: str, share: float) -> None:
    """That it adds little is then no news; in any meta-seed."""
    settings = EXPERIMENT.configure("quick", {"full_context": True}).values()
    seeds = [told(), told(**{name: share}), told()]
    judged = CLAIMS["context-adds-little"].judge(seeds, settings)
    assert judged.verdict is Verdict.INCONCLUSIVE
    assert "has not learned to name characters" in judged.detail


def test_without_context_there_is_no_verdict_on_it() -> None:
    """Rather than a failure by figures that are not there."""
    _, outcome = finish(procedure(full_context=False, meta_seeds=1))
    assert not [name for name in outcome.seeds[0] if "context" in name]
    figures = {name: value for name, value in told().items() if "context" not in name}
    settings = EXPERIMENT.configure("quick").values()
    judged = CLAIMS["context-adds-little"].judge([figures] * 3, settings)
    assert judged.verdict is Verdict.INCONCLUSIVE


def test_intervals_are_told_beside_the_figures() -> None:
    """With the number of test classes; a run that lacks them says nothing."""
    (said,) = EXPERIMENT.remarks(told(accuracy_5way_1shot_half_width=0.0123))
    assert "accuracy_5way_1shot 0.950 ± 0.012, accuracy_20way_1shot 0.950 ± 0.005" in str(said)
    assert "(249 test classes)" in str(said)
    assert EXPERIMENT.remarks({}) == ()


def test_episodes_that_the_characters_cannot_fill_are_refused() -> None:
    """Before anything is trained; some glyphs have but eight fonts."""
    with pytest.raises(RequestError, match="k_shot = 5 and n_query = 4 are more than the 8"):
        procedure(test_queries=4)
