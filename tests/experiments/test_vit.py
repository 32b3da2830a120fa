"""A Vision Transformer and a ResNet over sizes of data, at a size that tests can afford."""

from __future__ import annotations

from typing import Any

import pytest

from l2l_tui import experiments
from l2l_tui.errors import RequestError
from l2l_tui.experiments.claims import Verdict
from l2l_tui.experiments.vit import _entrants
from tests.experiments.studies import TINY, verdicts

EXPERIMENT, SMALL = experiments.get("vit"), TINY["vit"]
HOLDS, FAILS, OPEN = Verdict.HOLDS, Verdict.FAILS, Verdict.INCONCLUSIVE


def test_errors_are_drawn_over_sizes() -> None:
    """Means over meta-seeds of both models at 20, 30 and 45 pictures; gaps at the ends."""
    seen, outcome = SMALL.undisturbed
    drawn = {
        (one.name, one.step): one.value
        for progress in seen
        for one in progress.measurements
        if one.name.startswith("test_error/")
    }
    for name in ("vit", "resnet"):
        for count in (20, 30, 45):
            errors = [figures[f"test_error_{name}-{count}"] for figures in outcome.seeds]
            assert drawn.pop((f"test_error/{name}", count)) == pytest.approx(sum(errors) / 2)
    assert drawn == {}
    for figures in outcome.seeds:
        for end, count in (("fewest", 20), ("most", 45)):
            gap = figures[f"test_error_vit-{count}"] - figures[f"test_error_resnet-{count}"]
            assert figures[f"gap_{end}"] == gap
    assert outcome.pictures["positions"].shape[0] == 3


@pytest.mark.parametrize("preset", ["quick", "paper"])
def test_both_have_as_many_parameters(preset: str) -> None:
    """Within 4 %: widths are whole numbers."""
    from l2l_tui.experiments.vit import _Models
    from l2l_tui.lab.data.pictures import shape
    from l2l_tui.lab.models.building import laid_out, parameters

    settings: Any = EXPERIMENT.configure(preset)
    models = _Models(settings, shape(settings.data)[0], 10)
    ours, theirs = (parameters(laid_out(make)) for make in (models.vit, models.resnet))
    assert theirs == pytest.approx(ours, rel=0.04)


GOOD = {
    "train_error_vit-100": 0.0,
    "train_error_resnet-100": 0.0,
    "train_error_vit-moved": 0.1,
    "parameters_vit-100": 1000.0,
    "parameters_resnet-100": 1020.0,
    "gap_fewest": 0.2,
    "gap_most": 0.1,
    "neighbours_found": 0.8,
    "neighbours_by_chance": 0.35,
}


@pytest.mark.parametrize("preset", ["quick", "paper"])
def test_claims_follow_their_figures(preset: str) -> None:
    """Each fails where its own are turned round."""
    assert set(verdicts(EXPERIMENT, GOOD, preset).values()) == {HOLDS}
    bad = {"gap_fewest": -0.1, "gap_most": 0.0, "neighbours_found": 0.3}
    assert set(verdicts(EXPERIMENT, {**GOOD, **bad}, preset).values()) == {FAILS}
    none = {**GOOD, "neighbours_found": 0.0}
    assert verdicts(EXPERIMENT, none, preset)["positions-find-the-grid"] is FAILS


def test_too_little_settles_nothing() -> None:
    """Too few minibatches or meta-seeds; two sizes make no curve, unmoved pictures no grid.

    Nor do many pictures where there should be few, or those that settings are chosen by.
    """
    assert set(verdicts(EXPERIMENT, GOOD, steps=100).values()) == {OPEN}
    assert set(verdicts(EXPERIMENT, GOOD, seeds=2).values()) == {OPEN}
    assert verdicts(EXPERIMENT, GOOD, points=2)["gap-closes"] is OPEN
    assert verdicts(EXPERIMENT, GOOD, shift=0)["positions-find-the-grid"] is OPEN
    for changes in ({"fewest": 300}, {"most": 900}, {"judged_by": "validation"}):
        found = verdicts(EXPERIMENT, GOOD, **changes)
        assert {found["behind-with-little-data"], found["gap-closes"]} == {OPEN}


@pytest.mark.parametrize(
    "figures",
    [{"train_error_vit-100": 0.9}, {"train_error_resnet-100": 0.9}, {"parameters_vit-100": 900.0}],
)
def test_a_model_that_learned_nothing_or_is_smaller_is_no_rival(figures: dict[str, float]) -> None:
    """As at a rate of 0; positions are another model's."""
    found = verdicts(EXPERIMENT, {**GOOD, **figures})
    assert {found["behind-with-little-data"], found["gap-closes"]} == {OPEN}
    assert found["positions-find-the-grid"] is HOLDS
    still = verdicts(EXPERIMENT, {**GOOD, "train_error_vit-moved": 0.9})
    assert still["positions-find-the-grid"] is OPEN


def test_larger_training_sets_hold_the_smaller() -> None:
    """So that a curve over sizes is not one over luck; near sizes do not come twice."""
    settings: Any = EXPERIMENT.configure("quick", SMALL.changes)
    problems: list[Any] = [
        entrant.problem for entrant in _entrants(settings, settings.pictures(), 0, 0)
    ]
    found = [{tuple(x.flatten().tolist()) for x in each.data.train.x} for each in problems]
    assert [len(each) for each in found] == [20, 20, 30, 30, 45, 45, 45]
    assert found[0] == found[1] < found[2] == found[3] < found[4] == found[5] == found[6]
    near: Any = EXPERIMENT.configure("quick", {"fewest": 10, "most": 11})
    assert near.counts == [10, 11]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"patch": 3}, "patch = 3 does not divide side = 8"),
        ({"heads": 5}, "heads = 5 does not divide width = 32"),
        ({"most": 90}, "fewest = 100 is not below most = 90"),
    ],
)
def test_settings_that_make_no_run_are_refused(changes: dict[str, int], said: str) -> None:
    """Where they are typed."""
    with pytest.raises(RequestError, match=said):
        EXPERIMENT.configure("quick", changes)


def test_more_pictures_than_there_are_are_refused() -> None:
    """When the run begins, which is when they are counted."""
    settings = EXPERIMENT.configure("quick", {"most": 5000})
    with pytest.raises(RequestError, match="most = 5000 is more than the 1201 training pictures"):
        EXPERIMENT.procedure(settings, 0)
