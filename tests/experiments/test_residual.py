"""Degradation, at a size that tests can afford."""

from __future__ import annotations

import pytest

from l2l_tui import experiments
from l2l_tui.errors import RequestError
from l2l_tui.experiments.claims import Verdict
from tests.experiments.conftest import finish
from tests.experiments.studies import TINY, verdicts

EXPERIMENT, SMALL = experiments.get("residual"), TINY["residual"]
HOLDS, FAILS, OPEN = Verdict.HOLDS, Verdict.FAILS, Verdict.INCONCLUSIVE


def test_plain_and_residual_differ_in_their_shortcuts_alone() -> None:
    """As many parameters; a deeper network has more; both kinds are there, deep and shallow."""
    _, outcome = SMALL.undisturbed
    for figures in outcome.seeds:
        assert figures["parameters_plain-deep"] == figures["parameters_residual-deep"]
        assert figures["parameters_plain-shallow"] == figures["parameters_residual-shallow"]
        assert figures["parameters_plain-deep"] > figures["parameters_plain-shallow"]
        for kind in ("plain", "residual"):
            deep, shallow = (
                figures[f"train_error_{kind}-{which}"] for which in ("deep", "shallow")
            )
            assert figures[f"degradation_{kind}"] == deep - shallow
    first = {name for name in outcome.weights if name.startswith("plain-deep.")}
    assert {name.replace("plain", "residual") for name in first} <= set(outcome.weights)


@pytest.mark.slow
def test_degradation_is_seen_on_the_digits() -> None:
    """A single meta-seed of the quick preset, cut short: far apart even so."""
    settings = EXPERIMENT.configure("quick", {"meta_seeds": 1, "steps": 120})
    _, outcome = finish(EXPERIMENT.procedure(settings, 11))
    (figures,) = outcome.seeds
    assert figures["degradation_plain"] > 0.2
    assert figures["degradation_residual"] < 0.05


GOOD = {
    "train_error_plain-shallow": 0.1,
    "train_error_plain-deep": 0.3,
    "train_error_residual-shallow": 0.05,
    "train_error_residual-deep": 0.02,
    "degradation_residual": -0.03,
    "test_error_residual-shallow": 0.3,
    "test_error_residual-deep": 0.25,
}


def test_claims_follow_their_figures() -> None:
    """Each fails where its own are turned round; depth is no test on the digits."""
    assert verdicts(EXPERIMENT, GOOD, "paper") == {
        "plain-degrades": HOLDS,
        "residual-does-not-degrade": HOLDS,
        "shortcuts-train-depth": HOLDS,
        "depth-helps": HOLDS,
    }
    bad = {
        "train_error_plain-shallow": 0.4,
        "degradation_residual": 0.02,
        "train_error_residual-deep": 0.35,
        "test_error_residual-deep": 0.35,
    }
    assert set(verdicts(EXPERIMENT, {**GOOD, **bad}, "paper").values()) == {FAILS}
    assert verdicts(EXPERIMENT, GOOD)["depth-helps"] is OPEN
    assert verdicts(EXPERIMENT, GOOD)["plain-degrades"] is HOLDS
    learned = {**GOOD, "train_error_plain-deep": 0.0}
    assert verdicts(EXPERIMENT, learned)["plain-degrades"] is FAILS


@pytest.mark.parametrize("changes", [{"steps": 99}, {"deep": 50}, {"shallow": 26}])
def test_too_little_settles_nothing(changes: dict[str, int]) -> None:
    """Too few minibatches, networks that are not deep or not shallow; nor do two meta-seeds."""
    assert set(verdicts(EXPERIMENT, GOOD, "paper", **changes).values()) == {OPEN}
    assert set(verdicts(EXPERIMENT, GOOD, "paper", seeds=2).values()) == {OPEN}


def test_depth_does_no_harm_where_nothing_is_learned() -> None:
    """Shallow networks near chance, as at a rate of 0, are none to compare with."""
    plain, residual = (
        verdicts(EXPERIMENT, {**GOOD, f"train_error_{kind}-shallow": 0.9}, "paper")
        for kind in ("plain", "residual")
    )
    about_plain = {"plain-degrades", "shortcuts-train-depth"}
    assert {name for name, verdict in plain.items() if verdict is OPEN} == about_plain
    assert {name for name, verdict in residual.items() if verdict is OPEN} == set(
        residual
    ) - about_plain
    chosen = verdicts(EXPERIMENT, GOOD, "paper", judged_by="validation")
    assert [name for name, verdict in chosen.items() if verdict is OPEN] == ["depth-helps"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"deep": 55}, "deep = 55 is not 6n"),
        ({"shallow": 56}, "shallow = 56 is not below deep = 56"),
        ({"side": 3}, "side = 3 does not divide the 8 pixels"),
    ],
)
def test_settings_that_make_no_run_are_refused(changes: dict[str, int], said: str) -> None:
    """Where they are typed."""
    with pytest.raises(RequestError, match=said):
        EXPERIMENT.configure("quick", changes)


def test_networks_that_learned_all_by_heart_are_remarked() -> None:
    """Their order says nothing of depth; an older run may lack the figures."""
    assert EXPERIMENT.remarks({}) == ()
    assert EXPERIMENT.remarks(GOOD) == ()
    learned = {"train_error_residual-shallow": 0.0, "train_error_residual-deep": 0.001}
    (said,) = EXPERIMENT.remarks({**GOOD, **learned})
    assert "by heart" in str(said)
