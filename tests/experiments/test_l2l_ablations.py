"""The ablations of arXiv:1606.04474, at a size that tests can afford."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import pytest
import torch

from l2l_tui import experiments
from l2l_tui.errors import RequestError
from l2l_tui.experiments.ablating import over, remarks
from l2l_tui.experiments.claims import Verdict
from tests.experiments.conftest import finish, left_and_resumed

ABLATIONS = {
    "l2l-step-weights": ("all", "last"),
    "l2l-second-order": ("dropped", "kept"),
    "l2l-preprocessing": ("raw", "log-sign", "rnnprop", "combined"),
    "l2l-coordinatewise": ("coordinatewise", "full"),
    "l2l-sharing": ("plain", "gac", "ntm-bfgs"),
}
"""The learners of each."""
RIVALS = ("sgd", "momentum", "nag", "rmsprop", "adam")
TINY: dict[str, Any] = {
    "outer_steps": 7,
    "meta_seeds": 2,
    "problems": 3,
    "horizon": 9,
    "unroll_length": 3,
    "validate_every": 4,
    "validation_problems": 4,
    "tuning_problems": 4,
    "held_out_problems": 6,
    "inner_lr_count": 5,
    "hidden": 4,
}
FEW = {"l2l-sharing": {"averaged": 2}}
"""What some need beside it."""


def tiny(name: str, **changes: Any) -> dict[str, Any]:
    """Return the settings of a tiny run."""
    return {**TINY, **FEW.get(name, {}), **changes}


def outcome_of(name: str, seed: int = 0, **changes: Any) -> Any:
    """Return a tiny run's outcome."""
    experiment = experiments.get(name)
    settings = experiment.configure("quick", tiny(name, **changes))
    return finish(experiment.procedure(settings, seed))[1]


@pytest.mark.parametrize("name", ABLATIONS)
def test_an_ablation_left_anywhere_ends_with_the_same_bits(name: str) -> None:
    """Left early, in training and at its last step, nothing differs afterwards."""
    experiment = experiments.get(name)
    settings = experiment.configure("quick", tiny(name))
    undisturbed, outcome = finish(experiment.procedure(settings, 5))
    steps = len(undisturbed)
    for stops in ((3, 12, 14), (17, steps - 1, steps)):
        seen, resumed = left_and_resumed(experiment, tiny(name), 5, iter(stops))
        assert seen == undisturbed
        assert resumed.seeds == outcome.seeds
        assert set(resumed.weights) == set(outcome.weights)
        same = (torch.equal(resumed.weights[key], part) for key, part in outcome.weights.items())
        assert all(same)


@pytest.mark.parametrize("name", ABLATIONS)
def test_every_learner_has_its_figures_and_all_are_explained(name: str) -> None:
    """Learners and baselines alike; learned ones differ, baselines are the same for all."""
    experiment = experiments.get(name)
    first, second = outcome_of(name).seeds
    for word in ("final", "sum", "median_final", "at_18"):
        assert {f"{word}_{who}" for who in (*ABLATIONS[name], *RIVALS)} <= set(first)
    for learner in ABLATIONS[name]:
        best = min(first[f"final_{rival}"] for rival in RIVALS)
        assert first[f"final_ratio_{learner}"] == first[f"final_{learner}"] / best
        assert first[f"sum_{learner}"] != second[f"sum_{learner}"]
    assert len({first[f"sum_{learner}"] for learner in ABLATIONS[name]}) == len(ABLATIONS[name])
    assert [figure for figure in first if not experiment.meaning(figure)] == []
    assert "unit" in experiment.meaning(f"final_ratio_{ABLATIONS[name][0]}")


@pytest.mark.parametrize("name", ABLATIONS)
def test_everything_measured_has_its_chart(name: str) -> None:
    """Every family of measurements is declared, and every declared one is measured."""
    experiment = experiments.get(name)
    progress, _ = finish(experiment.procedure(experiment.configure("quick", tiny(name)), 0))
    measured = {m.name.split("/")[0] for said in progress for m in said.measurements}
    assert measured == {chart.family for chart in experiment.charts}


@pytest.mark.parametrize("name", ABLATIONS)
@pytest.mark.parametrize("field", ["hidden", "output_scale", "outer_lr"])
def test_a_setting_of_all_learners_changes_what_each_learns(name: str, field: str) -> None:
    """None is trained with values of its own."""
    value = {"hidden": 3, "output_scale": 0.2, "outer_lr": 0.02}[field]
    usual, other = outcome_of(name).seeds[0], outcome_of(name, **{field: value}).seeds[0]
    for learner in ABLATIONS[name]:
        assert usual[f"sum_{learner}"] != other[f"sum_{learner}"]


@pytest.mark.parametrize("name", [name for name in ABLATIONS if name != "l2l-preprocessing"])
def test_what_the_learners_see_is_a_setting(name: str) -> None:
    """Every choice runs and changes what each learns."""
    runs = [outcome_of(name, preprocessing=seen).seeds[0] for seen in ("raw", "log-sign")]
    for learner in ABLATIONS[name]:
        assert runs[0][f"sum_{learner}"] != runs[1][f"sum_{learner}"]


@pytest.mark.parametrize("name", ABLATIONS)
def test_claims_are_judged_by_a_runs_own_figures(name: str) -> None:
    """At the paper's settings a verdict is passed; at others nothing is settled, and it says why.

    The figures are a tiny run's, so the verdict itself means nothing here.
    """
    experiment = experiments.get(name)
    seeds = [*outcome_of(name).seeds, *outcome_of(name, seed=1).seeds]
    settings = experiment.configure("quick").values()
    for claim in experiment.claims:
        judgement = claim.judge(seeds, settings)
        assert "settles nothing" not in judgement.detail
        assert math.isfinite(judgement.ours.mean)
        if claim.min_seeds == 1:  # about sizes, which training does not change
            continue
        other: Mapping[str, Any] = {**settings, "horizon": 50}
        assert claim.judge(seeds, other).verdict is Verdict.INCONCLUSIVE
        assert claim.judge(seeds[:1], settings).verdict is Verdict.INCONCLUSIVE


def test_a_ratio_is_of_the_learners_asked_for() -> None:
    """Divergence of ours fails a claim; of the other alone it does not."""
    figures = {"final_a": 1.0, "final_b": 4.0, "sum_a": 3.0, "sum_b": 2.0}
    assert over("final", "a", "b")(figures) == 0.25
    assert over("sum", "a", "b")(figures) == 1.5
    assert over("final", "a", "b")({**figures, "final_b": math.inf}) == 0.0
    assert over("final", "a", "b")({**figures, "final_a": math.inf}) == math.inf
    both = {**figures, "final_a": math.inf, "final_b": math.inf}
    assert math.isnan(over("final", "a", "b")(both))


def test_remarks_say_where_the_learners_stand() -> None:
    """Against the baselines, and by the median too where it orders them otherwise."""
    figures = {"final_ratio_b": 1.5, "final_ratio_a": 0.6}
    medians = {"median_final_a": 0.01, "median_final_b": 0.02}
    (said,) = remarks({**figures, **medians})
    assert str(said) == "Final loss over that of the best tuned baseline: a 0.6, b 1.5."
    _, said = remarks({**figures, **medians, "median_final_a": 0.03})
    assert str(said) == "By the median problem their order is another one: b 0.02, a 0.03."
    assert remarks({}) == ()


def test_the_last_loss_alone_trains_in_one_truncation_of_a_horizon() -> None:
    """With as many outer steps as end before it, phi is what was drawn."""
    name, changes = "l2l-step-weights", {"outer_steps": 2, "validate_every": 1}
    trained, untrained = outcome_of(name, **changes), outcome_of(name, **changes, outer_lr=0.0)
    last, drawn = trained.seeds[0]["sum_last"], untrained.seeds[0]["sum_last"]
    assert last == drawn
    assert trained.seeds[0]["sum_all"] != untrained.seeds[0]["sum_all"]
    changes["outer_steps"] = 3
    assert outcome_of(name, **changes).seeds[0]["sum_last"] != drawn


def test_sizes_are_those_of_the_rules_at_every_number_of_coordinates() -> None:
    """The coordinatewise phi stays, the full one grows in proportion, the wide one's square.

    With four units, of what is remembered 16 numbers are a coordinate's or, in a full one, a
    problem's.
    """
    outcome = outcome_of("l2l-coordinatewise")
    figures = outcome.seeds[0]
    for coordinates in (10, 100, 1000, 10_000):
        assert figures[f"phi_coordinatewise_at_{coordinates}"] == 16 * 6 + 16 * 9 + 5
        full = 16 * (1 + coordinates + 4) + 16 * 9 + 5 * coordinates
        assert figures[f"phi_full_at_{coordinates}"] == full
        units = 4 * coordinates
        wide = 4 * units * (2 + coordinates + 3 * units) + coordinates * (1 + units)
        assert figures[f"phi_wide_at_{coordinates}"] == wide
        assert figures[f"state_coordinatewise_at_{coordinates}"] == 16 * coordinates
        assert figures[f"state_full_at_{coordinates}"] == 16
        assert figures[f"state_wide_at_{coordinates}"] == 16 * coordinates
    constant, fewer = experiments.get("l2l-coordinatewise").claims[1:]
    assert constant.judge(outcome.seeds).verdict is Verdict.HOLDS
    assert fewer.judge(outcome.seeds).verdict is Verdict.HOLDS
    grown = {**figures, "phi_coordinatewise_at_10000": 246.0}
    assert constant.judge([grown]).verdict is Verdict.FAILS
    assert "wide" in experiments.get("l2l-coordinatewise").meaning("phi_full_at_10")


@pytest.mark.parametrize(
    ("field", "value", "changed"),
    [
        ("averaged", 3, {"gac", "ntm-bfgs"}),
        ("reads", 2, {"ntm-bfgs"}),
        ("writes", 2, {"ntm-bfgs"}),
        ("write_scale", 0.5, {"ntm-bfgs"}),
        ("second_order", True, {"plain", "gac", "ntm-bfgs"}),
    ],
)
def test_what_is_shared_is_a_setting(field: str, value: float, changed: set[str]) -> None:
    """Each changes those learners that it is about, and no other."""
    usual = outcome_of("l2l-sharing").seeds[0]
    other = outcome_of("l2l-sharing", **{field: value}).seeds[0]
    differ = {
        name
        for name in ABLATIONS["l2l-sharing"]
        if any(usual[f"{word}_{name}"] != other[f"{word}_{name}"] for word in ("sum", "final"))
    }
    assert differ == changed


def test_more_averaging_cells_than_units_are_refused() -> None:
    """The message names both settings."""
    with pytest.raises(RequestError, match=r"averaged = 5 is more than .* hidden = 4"):
        experiments.get("l2l-sharing").configure("quick", {"hidden": 4})


def test_the_weights_kept_say_what_rule_they_belong_to() -> None:
    """Whichever learner was best, its rule is told and the parts are that rule's."""
    outcome = outcome_of("l2l-sharing")
    kind = json.loads(outcome.about["rule"])["kind"]
    assert kind in {"coordinatewise-lstm", "averaging-lstm", "ntm-bfgs"}
    assert ("read" in outcome.weights) == (kind == "ntm-bfgs")
