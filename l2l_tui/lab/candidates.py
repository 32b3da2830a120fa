"""One learned optimizer in training: several meta-seeds, and the best phi of each so far."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from l2l_tui.lab.engines import Engine
from l2l_tui.lab.evaluation import Rollout, final_loss, summed_loss
from l2l_tui.lab.meta_training import MetaTraining, Schedule
from l2l_tui.lab.optimizees import Sampler
from l2l_tui.lab.randomness import generator
from l2l_tui.lab.ranks import ALONE, Ranks
from l2l_tui.lab.rules import Trained, UpdateRule


@dataclass(frozen=True)
class Learner:
    """A learned optimizer, and how it is trained."""

    name: str
    """What it is called in figures and charts."""
    rule: UpdateRule
    """Everything about it but phi."""
    engine: Engine
    """Computes its meta-gradients."""
    schedule: Schedule
    """How long and how boldly."""
    step_weights: Tensor
    """w_t over the horizon: (horizon,)."""
    training: Sampler
    """Draws a batch of training problems."""
    validation: Sampler
    """Draws the problems on which the checkpoint is chosen."""


@dataclass(frozen=True)
class Validated:
    """How one phi did on the validation problems."""

    final: float
    """Mean loss after the horizon's last update."""
    mean: float
    """Mean loss over the horizon."""
    better: bool
    """Whether it is the meta-seed's best so far."""


class Candidates:
    """A learner's meta-seeds side by side.

    Meta-seed i of every learner has the same stream of training problems.

    Args:
        learner: What is trained.
        meta_seeds: How many phi, each from its own generators.
        seed: Decides every generator.
        ranks: Who shares every batch of problems.
    """

    def __init__(self, learner: Learner, meta_seeds: int, seed: int, ranks: Ranks = ALONE) -> None:
        self.learner, self._ranks = learner, ranks
        self._trainings = [
            MetaTraining(
                learner.engine,
                learner.rule,
                learner.training,
                learner.schedule,
                learner.step_weights,
                (generator(seed, "phi", index), generator(seed, "train", index)),
                ranks,
            )
            for index in range(meta_seeds)
        ]
        self._phis = [training.phi for training in self._trainings]
        self._scores = [math.inf] * meta_seeds
        self._validation = learner.validation(generator(seed, "validation"))

    def train(self) -> None:
        """Make one outer step of every meta-seed."""
        for training in self._trainings:
            training.step()

    @property
    def horizon_loss(self) -> float:
        """The mean over meta-seeds of the last horizon that each brought to its end.

        Where nothing restarts that is the horizon just ended; a restart puts one meta-seed out
        of step with the others, and until each has ended a horizon the value is NaN.
        """
        return sum(training.horizon_loss for training in self._trainings) / len(self._trainings)

    @property
    def restarts(self) -> tuple[int, ...]:
        """Truncations passed over, of each meta-seed."""
        return tuple(training.restarts for training in self._trainings)

    def validate(self, index: int) -> Rollout:
        """Begin to run a meta-seed's phi on the validation problems."""
        trained = Trained(self.learner.rule, self._trainings[index].phi)
        horizon = self.learner.schedule.horizon
        return Rollout(trained, *self._validation, horizon, self._ranks)

    def validated(self, index: int, rollout: Rollout) -> Validated:
        """Keep a phi where it is the best so far.

        The best has the lowest geometric mean of final loss and mean loss over the horizon.
        """
        trace, horizon = rollout.trace(), self.learner.schedule.horizon
        final = float(final_loss(trace, horizon))
        mean = float(summed_loss(trace, horizon)) / horizon
        score = math.sqrt(final * mean)
        better = score < self._scores[index]
        if better:
            self._scores[index], self._phis[index] = score, self._trainings[index].phi
        return Validated(final, mean, better)

    def best(self, index: int) -> Trained:
        """Return a meta-seed's best phi as an optimizer."""
        return Trained(self.learner.rule, self._phis[index])

    def winner(self) -> tuple[float, Trained]:
        """Return the score and the phi of the meta-seed that was best in validation."""
        index = min(range(len(self._scores)), key=self._scores.__getitem__)
        return self._scores[index], self.best(index)

    def state(self) -> dict[str, Any]:
        """Return everything that the rest of the training depends on, as copies."""
        return {
            "trainings": [training.state() for training in self._trainings],
            "phis": [phi.clone() for phi in self._phis],
            "scores": torch.tensor(self._scores, dtype=torch.float64),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave."""
        for training, kept in zip(self._trainings, state["trainings"], strict=True):
            training.restore(kept)
        self._phis = [phi.clone() for phi in state["phis"]]
        self._scores = state["scores"].tolist()
