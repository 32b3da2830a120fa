"""What the tests of experiments have in common: tiny runs, left alone or left anywhere."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch

from l2l_tui import experiments
from l2l_tui.experiments.base import Experiment, Outcome
from l2l_tui.experiments.claims import Verdict
from l2l_tui.lab.measurement import Progress
from tests.experiments.conftest import finish, left_and_resumed

Run = tuple[list[Progress], Outcome]


@dataclass(frozen=True)
class Tiny:
    """An experiment's quick preset at a size that tests can afford."""

    name: str
    """The experiment's."""
    changes: Mapping[str, Any]
    """What is smaller than in the preset."""

    @property
    def experiment(self) -> Experiment:
        """The catalogue's entry."""
        return experiments.get(self.name)

    def procedure(self, seed: int = 0, **changes: Any) -> Any:
        """Return a procedure, with more changes."""
        settings = self.experiment.configure("quick", {**self.changes, **changes})
        return self.experiment.procedure(settings, seed)

    @cached_property
    def undisturbed(self) -> Run:
        """A run of seed 5, left alone."""
        return finish(self.procedure(5))

    def assert_resumed_alike(self, at: int) -> None:
        """Leave the same run at four places; all that it leaves must be the same bits."""
        expected, outcome = self.undisturbed
        stops = sorted(random.Random(at).sample(range(len(expected) + 1), 4))
        seen, resumed = left_and_resumed(self.experiment, dict(self.changes), 5, iter(stops))
        assert seen == expected
        assert resumed.seeds == outcome.seeds
        for ours, theirs in (
            (resumed.weights, outcome.weights),
            (resumed.pictures, outcome.pictures),
        ):
            assert set(ours) == set(theirs)
            assert all(torch.equal(value, theirs[name]) for name, value in ours.items())

    def assert_declared(self) -> None:
        """Each figure has its meaning, each measured family its chart."""
        seen, outcome = self.undisturbed
        for figures in outcome.seeds:
            assert [name for name in figures if not self.experiment.meaning(name)] == []
        measured = {one.name.split("/")[0] for progress in seen for one in progress.measurements}
        assert measured == {chart.family for chart in self.experiment.charts}


TINY = {
    tiny.name: tiny
    for tiny in (
        Tiny(
            "residual",
            {
                "shallow": 8,
                "deep": 14,
                "width": 2,
                "steps": 5,
                "batch": 8,
                "stride": 2,
                "meta_seeds": 2,
            },
        ),
        Tiny(
            "resnest",
            {
                "width": 2,
                "blocks": 1,
                "inner": 4,
                "steps": 5,
                "batch": 8,
                "stride": 2,
                "meta_seeds": 2,
            },
        ),
        Tiny(
            "transformer",
            {
                "length": 5,
                "symbols": 4,
                "width": 8,
                "heads": 2,
                "inner": 8,
                "steps": 5,
                "batch": 8,
                "stride": 2,
                "judged": 6,
                "meta_seeds": 2,
            },
        ),
        Tiny(
            "vit",
            {
                "fewest": 20,
                "most": 45,
                "width": 8,
                "layers": 1,
                "heads": 2,
                "steps": 3,
                "batch": 8,
                "stride": 2,
                "meta_seeds": 2,
            },
        ),
        Tiny(
            "maml-episodes",
            {
                "outer_steps": 4,
                "meta_seeds": 2,
                "episodes": 2,
                "filters": 3,
                "n_way": 3,
                "n_query": 2,
                "test_inner_steps": 2,
                "validation_episodes": 2,
                "test_episodes": 22,
            },
        ),
        Tiny(
            "maml-sinusoid",
            {
                "outer_steps": 12,
                "meta_seeds": 2,
                "tasks": 3,
                "units": 6,
                "held_out_tasks": 8,
                "tuning_tasks": 4,
                "inner_lr_count": 3,
            },
        ),
        Tiny(
            "hochreiter",
            {
                "outer_steps": 12,
                "meta_seeds": 2,
                "hidden": 5,
                "sequence_length": 4,
                "batch": 3,
                "held_out_sequences": 6,
                "tuning_sequences": 4,
                "rival_hidden": 3,
                "replay_steps": 12,
                "inner_lr_count": 3,
            },
        ),
    )
}
"""By the experiment's name."""


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
