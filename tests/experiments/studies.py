"""What the tests of experiments that train models side by side have in common."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import torch

from l2l_tui.experiments.base import Experiment, Outcome
from l2l_tui.experiments.claims import Verdict
from l2l_tui.lab.measurement import Progress
from tests.experiments.conftest import left_and_resumed

Run = tuple[list[Progress], Outcome]


def assert_resumed_alike(experiment: Experiment, tiny: dict[str, Any], run: Run, at: int) -> None:
    """Leave a tiny run of seed 5 at three places; all that it leaves must be the same bits."""
    expected, outcome = run
    stops = sorted(random.Random(at).sample(range(len(expected) + 1), 3))
    seen, resumed = left_and_resumed(experiment, tiny, 5, iter(stops))
    assert seen == expected
    assert resumed.seeds == outcome.seeds
    for ours, theirs in (
        (resumed.weights, outcome.weights),
        (resumed.pictures, outcome.pictures),
    ):
        assert set(ours) == set(theirs)
        assert all(torch.equal(value, theirs[name]) for name, value in ours.items())


def assert_declared(experiment: Experiment, run: Run) -> None:
    """Each figure has its meaning, each measured family its chart."""
    seen, outcome = run
    for figures in outcome.seeds:
        assert [name for name in figures if not experiment.meaning(name)] == []
    measured = {one.name.split("/")[0] for progress in seen for one in progress.measurements}
    assert measured == {chart.family for chart in experiment.charts}


def verdicts(
    experiment: Experiment,
    figures: Mapping[str, float],
    preset: str = "quick",
    seeds: int = 3,
    **changes: object,
) -> dict[str, Verdict]:
    """Return each claim's verdict on equal figures of some meta-seeds."""
    settings = experiment.configure(preset, changes).values()
    return {
        claim.id: claim.judge([figures] * seeds, settings).verdict for claim in experiment.claims
    }
