"""Every experiment with an outer loop gives several ranks what it gives one.

Here ranks are threads (`tests.lab.company`); that processes come together the same is tested
with the trainer.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest
import torch

from l2l_tui import experiments
from l2l_tui.experiments.base import Experiment, Outcome
from l2l_tui.lab.measurement import Progress
from l2l_tui.lab.ranks import Ranks
from tests.experiments.conftest import finish, stored
from tests.lab.company import Company

CHOSEN_BY_ACCURACY = {"survey"}
"""Where one query named otherwise decides whose weights are kept: their losses are compared."""

SHARED = [name for name in experiments.names() if experiments.get(name).shared]

_FEW: dict[str, Any] = {
    "meta_seeds": 1,
    "problems": 4,
    "outer_steps": 6,
    "validate_every": 3,
    "validation_problems": 3,
    "tuning_problems": 2,
    "held_out_problems": 5,
    "inner_lr_count": 2,
    "horizon": 6,
    "unroll_length": 3,
}
_EPISODES: dict[str, Any] = {
    "filters": 2,
    "steps": 3,
    "batch": 4,
    "meta_seeds": 1,
    "train_ways": 3,
    "validate_every": 3,
    "validation_episodes": 3,
    "test_episodes": 3,
}
_SMALL: dict[str, dict[str, Any]] = {
    "hochreiter": {
        "outer_steps": 3,
        "batch": 4,
        "meta_seeds": 1,
        "hidden": 4,
        "sequence_length": 5,
        "held_out_sequences": 2,
        "tuning_sequences": 2,
        "inner_lr_count": 2,
    },
    "l2l-art": {
        **_FEW,
        "resolution": 8,
        "feature_steps": 2,
        "horizon": 4,
        "unroll_length": 2,
        "held_out_problems": 3,
    },
    "l2l-cifar": {**_FEW, "batch": 4, "outer_steps": 2, "validate_every": 2, "horizon": 4},
    "l2l-mlp": {**_FEW, "batch": 8, "varied": True, "random_scaling": 1.0, "problems": 4},
    "maml-episodes": {
        "meta_seeds": 2,
        "filters": 2,
        "outer_steps": 3,
        "episodes": 4,
        "validation_episodes": 5,
        "test_episodes": 5,
    },
    "maml-sinusoid": {
        "meta_seeds": 2,
        "tasks": 4,
        "outer_steps": 5,
        "tuning_tasks": 3,
        "held_out_tasks": 5,
    },
    "matching-networks": {**_EPISODES, "full_context": True},
    "no-free-lunch": {**_FEW, "domain": 3, "visits": 3, "changing_domain": 3},
    "survey": _EPISODES,
    "oml": {
        "meta_seeds": 1,
        "filters": 2,
        "units": 4,
        "steps": 3,
        "train_trajectories": 4,
        "train_classes": 3,
        "pretraining_steps": 2,
        "batch": 4,
        "classes": 3,
        "trajectories": 2,
        "rate_count": 2,
    },
}


def small(name: str) -> dict[str, Any]:
    """Return the settings of a run in no time, with a batch of four."""
    chosen = _SMALL.get(name, _FEW)
    fields = {field.name for field in experiments.get(name).settings.fields()}
    return {field: value for field, value in chosen.items() if field in fields}


def run(experiment: Experiment, ranks: Ranks | None = None) -> tuple[list[Progress], Outcome]:
    """Run the experiment, as one of these ranks."""
    settings = experiment.configure("quick", small(experiment.name))
    together = [] if ranks is None else [ranks]
    return finish(experiment.begin(settings, 3, *together))


@pytest.mark.parametrize("name", SHARED)
def test_ranks_learn_what_one_learns(name: str) -> None:
    """Two ranks train the weights that one trains, to rounding, and both the very same ones."""
    experiment = experiments.get(name)
    alone, outcome = run(experiment)
    first, second = Company(2).do(lambda ranks: run(experiment, ranks))
    assert repr(first) == repr(second)
    progress, found = first
    assert [one.step for one in progress] == [one.step for one in alone]
    if name not in CHOSEN_BY_ACCURACY:
        assert_alike(dict(found.weights), dict(outcome.weights))
    measured, expected = (
        [m for one in seen for m in one.measurements] for seen in (progress, alone)
    )
    assert [(m.name, m.step) for m in measured] == [(m.name, m.step) for m in expected]
    training = ("meta/", "loss/", "training/")
    for ours, theirs in zip(measured, expected, strict=True):
        if theirs.name.startswith(training) and math.isfinite(theirs.value):
            assert ours.value == pytest.approx(theirs.value, rel=2e-3, abs=1e-5), theirs.name


def assert_alike(found: dict[str, torch.Tensor], expected: dict[str, torch.Tensor]) -> None:
    """Assert that weights are the same to rounding in float32, after some steps of Adam."""
    assert found.keys() == expected.keys()
    for name, weights in expected.items():
        torch.testing.assert_close(found[name], weights, rtol=2e-3, atol=2e-4, msg=name)


@pytest.mark.parametrize("name", ["l2l-mlp", "l2l-art", "maml-episodes", "matching-networks"])
def test_ranks_that_were_left_end_as_ranks_left_alone(name: str) -> None:
    """Taken up from the state that the first rank holds of all, three ranks end the same."""
    experiment = experiments.get(name)
    changes = {**small(name), experiment.shared: 6}
    settings = experiment.configure("quick", changes)

    def whole(ranks: Ranks) -> Outcome:
        return finish(experiment.begin(settings, 3, ranks))[1]

    def left(ranks: Ranks) -> Outcome:
        procedure = experiment.begin(settings, 3, ranks)
        for leave_after in leaving(procedure.steps):
            work = procedure.run()
            for _ in range(leave_after):
                next(work)
            state = stored(procedure.state())
            procedure = experiment.begin(settings, 3, ranks)
            procedure.restore(state)
        return finish(procedure)[1]

    expected, found = (Company(3).do(one) for one in (whole, left))
    assert repr(found[0]) == repr(expected[0])


def leaving(steps: int) -> Iterator[int]:
    """Yield how many steps are made before each of two leavings."""
    yield steps // 3
    yield steps // 3


def test_who_has_nothing_to_share_says_so() -> None:
    """Experiments without an outer loop name no setting; with one it is a number of theirs."""
    for experiment in experiments.catalogue():
        fields = {field.name: field.type for field in experiment.settings.fields()}
        assert not experiment.shared or fields[experiment.shared] == "int"
    assert set(experiments.names()) - set(SHARED) == {
        "continual-permuted",
        "continual-split",
        "logistic-regression",
        "residual",
        "resnest",
        "transformer",
        "vit",
    }
