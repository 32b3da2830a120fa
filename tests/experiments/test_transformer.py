"""Sequence tasks, at a size that tests can afford."""

from __future__ import annotations

from typing import Any

import pytest

from l2l_tui import experiments
from l2l_tui.errors import RequestError
from l2l_tui.experiments.claims import Verdict
from tests.experiments.studies import TINY, verdicts

EXPERIMENT, SMALL = experiments.get("transformer"), TINY["transformer"]
HOLDS, FAILS, OPEN = Verdict.HOLDS, Verdict.FAILS, Verdict.INCONCLUSIVE
NAMES, TASKS = ("transformer", "no-positions", "lstm"), ("copy", "reverse", "sort", "recall")


def test_each_task_is_judged_for_each_model() -> None:
    """And the mean error is that over the tasks."""
    _, outcome = SMALL.undisturbed
    for figures in outcome.seeds:
        for name in NAMES:
            errors = [figures[f"{task}_error_{name}"] for task in TASKS]
            assert figures[f"mean_error_{name}"] == pytest.approx(sum(errors) / len(errors))


@pytest.mark.parametrize("preset", ["quick", "paper"])
def test_the_lstm_has_as_many_parameters(preset: str) -> None:
    """Within 2 %; the Transformer without positions has just as many."""
    from l2l_tui.experiments.transformer import _entrants
    from l2l_tui.lab.models.building import laid_out, parameters

    settings: Any = EXPERIMENT.configure(preset)
    counts = {one.name: parameters(laid_out(one.make)) for one in _entrants(settings, 0)}
    assert counts["no-positions"] == counts["transformer"]
    assert counts["lstm"] == pytest.approx(counts["transformer"], rel=0.02)


def test_attention_is_left_as_pictures() -> None:
    """One of each task: two heads side by side, targets down and sources across."""
    _, outcome = SMALL.undisturbed
    assert set(outcome.pictures) == {f"attention-{task}" for task in TASKS}
    shape = (3, 6 * 24, 2 * 6 * 24 + 12)
    assert {tuple(picture.shape) for picture in outcome.pictures.values()} == {shape}


GOOD = {
    "mean_error_transformer": 0.1,
    "mean_error_lstm": 0.3,
    "reverse_error_transformer": 0.0,
    "reverse_error_no-positions": 0.7,
    "recall_error_transformer": 0.1,
    "recall_error_lstm": 0.3,
    "parameters_transformer": 1000.0,
    "parameters_lstm": 1010.0,
}


def test_claims_follow_their_figures() -> None:
    """Each fails where its own are turned round; recall from afar needs a long sequence."""
    assert set(verdicts(EXPERIMENT, GOOD, "paper").values()) == {HOLDS}
    quick = {"ahead-of-lstm": HOLDS, "positions-are-needed": HOLDS, "recalls-from-afar": OPEN}
    assert verdicts(EXPERIMENT, GOOD) == quick
    bad = {
        "mean_error_transformer": 0.4,
        "reverse_error_no-positions": 0.4,
        "recall_error_transformer": 0.3,
        "recall_error_lstm": 0.1,
    }
    assert set(verdicts(EXPERIMENT, {**GOOD, **bad}, "paper").values()) == {FAILS}


def test_models_without_a_mistake_are_alike() -> None:
    """A verdict comes also where a rival's error is 0, or nothing is reversed rightly."""
    perfect = {**GOOD, "mean_error_lstm": 0.0, "recall_error_lstm": 0.0}
    found = verdicts(EXPERIMENT, perfect, "paper")
    assert found == {
        "ahead-of-lstm": FAILS,
        "positions-are-needed": HOLDS,
        "recalls-from-afar": FAILS,
    }
    both = {**perfect, "mean_error_transformer": 0.0, "recall_error_transformer": 0.0}
    assert verdicts(EXPERIMENT, both, "paper") == found
    nothing = {**GOOD, "reverse_error_transformer": 1.0}
    assert verdicts(EXPERIMENT, nothing)["positions-are-needed"] is OPEN


@pytest.mark.parametrize(
    ("figures", "about"),
    [
        ({"mean_error_lstm": 0.95}, {"ahead-of-lstm", "recalls-from-afar"}),
        ({"parameters_lstm": 900.0}, {"ahead-of-lstm", "recalls-from-afar"}),
        ({"reverse_error_transformer": 0.95}, {"positions-are-needed"}),
        ({"recall_error_transformer": 0.28}, {"recalls-from-afar"}),  # a guess, as the LSTM's
    ],
)
def test_a_model_that_learned_nothing_or_is_smaller_is_no_rival(
    figures: dict[str, float], about: set[str]
) -> None:
    """As at a rate of 0."""
    found = verdicts(EXPERIMENT, {**GOOD, **figures}, "paper")
    assert {name for name, verdict in found.items() if verdict is OPEN} == about


@pytest.mark.parametrize("changes", [{"steps": 200}, {"length": 7}, {"judged": 10}])
def test_too_little_settles_nothing(changes: dict[str, int]) -> None:
    """Nor do two meta-seeds."""
    assert set(verdicts(EXPERIMENT, GOOD, **changes).values()) == {OPEN}
    assert set(verdicts(EXPERIMENT, GOOD, "paper", seeds=2).values()) == {OPEN}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"length": 8}, "length = 8 is not odd"),
        ({"length": 23}, "as many pairs as symbols = 10"),
        ({"heads": 3}, "heads = 3 does not divide width = 64"),
    ],
)
def test_settings_that_make_no_run_are_refused(changes: dict[str, int], said: str) -> None:
    """Where they are typed."""
    with pytest.raises(RequestError, match=said):
        EXPERIMENT.configure("quick", changes)
