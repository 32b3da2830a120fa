"""Meta-training: Adam on phi through truncated backpropagation (arXiv:1606.04474, section 3).

One outer step is one truncation: `unroll_length` inner steps, one gradient, one step of
Adam. Optimizees live for a horizon of `num_unrolls` truncations, then new ones are drawn.
Training has one or more stages, each with truncations and a rate of its own: short truncations
learn quickly but look no further than their end, longer ones cost more and mend that.
A truncation none of whose losses counts (w_t = 0 in all of it) has no gradient to learn
from: it moves the optimizees and leaves phi and Adam's memory alone. It is an outer step
all the same, so that the rate, which follows the outer steps, still falls to 0 at the end.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from l2l_tui.lab.engines import Engine, Unrolled
from l2l_tui.lab.optimizees import Optimizee, Sampler, shared
from l2l_tui.lab.optimizers import Adam, OptimizerState, half_cosine
from l2l_tui.lab.ranks import ALONE, Ranks
from l2l_tui.lab.rules import UpdateRule


@dataclass(frozen=True)
class Stage:
    """A part of the training, for which Adam begins anew."""

    outer_steps: int
    """Steps of Adam on phi."""
    unroll_length: int = 20
    """Inner steps of one truncation; the last of a horizon takes what is left."""
    outer_lr: float = 0.01
    """Adam's rate at first; it falls to 0 as half a cosine."""

    def outer_lr_at(self, outer_step: int) -> float:
        """Return Adam's rate at one of the stage's outer steps, counted from 0."""
        return self.outer_lr * half_cosine(outer_step, self.outer_steps)


@dataclass(frozen=True)
class Schedule:
    """How long and how boldly phi is trained."""

    stages: tuple[Stage, ...]
    """One after the other."""
    horizon: int = 100
    """Inner steps before optimizees are drawn anew."""
    clip: float = 1.0
    """The meta-gradient's largest norm."""

    @property
    def outer_steps(self) -> int:
        """Outer steps of all stages."""
        return sum(stage.outer_steps for stage in self.stages)

    def at(self, outer_step: int) -> tuple[Stage, int]:
        """Return an outer step's stage and its place in it, both counted from 0.

        At the end of all stages that is the last one and its number of outer steps.
        """
        for stage in self.stages[:-1]:
            if outer_step < stage.outer_steps:
                return stage, outer_step
            outer_step -= stage.outer_steps
        return self.stages[-1], outer_step

    def num_unrolls(self, stage: Stage) -> int:
        """Return how many truncations of a stage make up a horizon."""
        return -(-self.horizon // stage.unroll_length)

    def ends_horizon(self, outer_step: int) -> bool:
        """Return whether optimizees come to their end with an outer step, counted from 0."""
        stage, place = self.at(outer_step)
        return (place + 1) % self.num_unrolls(stage) == 0


class MetaTraining:
    """The training of one phi, step by step; its whole state can be handed out.

    Args:
        engine: Computes meta-gradients.
        rule: The learned optimizer's.
        sampler: Draws training problems.
        schedule: How long and how boldly.
        step_weights: w_t over the horizon: (horizon,).
        generators: One for the initial phi, one for training problems.
        ranks: Who shares each batch of problems, whose number theirs divides. Each unrolls its
            own; the mean of their meta-gradients is that of the batch.

    Attributes:
        phi: Where training stands: (size,).
        outer_step: Truncations done.
        restarts: Truncations passed over because their meta-gradient was not finite.
        horizon_loss: The mean of the losses after updates 1 to horizon of the last horizon
            that came to its end, NaN before the first. One given up at a restart, whose
            losses stop midway, is left out.
    """

    _drawn_from: Tensor
    _optimizee: Optimizee
    _params: Tensor
    _state: OptimizerState
    _unroll: int
    _summed: float

    def __init__(
        self,
        engine: Engine,
        rule: UpdateRule,
        sampler: Sampler,
        schedule: Schedule,
        step_weights: Tensor,
        generators: tuple[torch.Generator, torch.Generator],
        ranks: Ranks = ALONE,
    ) -> None:
        self._engine, self._rule, self._sampler = engine, rule, sampler
        self._ranks = ranks
        self._schedule = schedule
        self._weights = step_weights
        for_phi, self._generator = generators
        self.phi = rule.draw(for_phi)
        self.outer_step = 0
        self.restarts = 0
        self.horizon_loss = math.nan
        self._begin_stage()
        self._draw()

    def step(self) -> None:
        """Make one outer step."""
        length = self._stage.unroll_length
        begin = self._unroll * length
        weights = self._weights[begin : begin + length]
        unrolled = self._engine.unroll(
            self.phi,
            self._optimizee,
            self._params,
            self._state,
            weights,
            begin,
        )
        phi_grads, losses = self._ranks.mean(unrolled.phi_grads, unrolled.losses)
        if bool(phi_grads.isfinite().all()):
            if bool(weights.any()):
                self._learn(phi_grads)
            self._go_on(unrolled, losses)
        else:  # one bad truncation must not poison phi and Adam's moments
            self.restarts += 1
            self._draw()
        self.outer_step += 1
        if self._schedule.at(self.outer_step)[1] == 0:
            self._begin_stage()
            if self._unroll:  # in mid-horizon: the new truncations begin with new problems
                self._draw()

    def _begin_stage(self) -> None:
        self._moments = Adam(self._stage.outer_lr).init(self.phi)

    @property
    def _stage(self) -> Stage:
        return self._schedule.at(self.outer_step)[0]

    def _learn(self, phi_grads: Tensor) -> None:
        norm = float(phi_grads.norm())
        clipped = phi_grads * min(1.0, self._schedule.clip / max(norm, 1e-12))
        stage, place = self._schedule.at(self.outer_step)
        adam = Adam(stage.outer_lr_at(place))
        updates, self._moments = adam.update(clipped, self._moments, self.phi)
        self.phi = self.phi + updates

    def _go_on(self, unrolled: Unrolled, losses: Tensor) -> None:
        """Stand where a truncation ended; at the horizon's end take new problems."""
        self._params, self._state = unrolled.params, unrolled.state
        self._summed += float(losses.sum())
        self._unroll += 1
        if self._unroll == self._schedule.num_unrolls(self._stage):
            self.horizon_loss = self._summed / self._schedule.horizon
            self._draw()

    def _draw(self) -> None:
        """Take new problems, and remember where in the stream they began."""
        self._drawn_from = self._generator.get_state()
        self._optimizee, self._params = shared(*self._sampler(self._generator), self._ranks)
        self._state = self._rule.init(self._params)
        self._unroll, self._summed = 0, 0.0

    def state(self) -> dict[str, Any]:
        """Return everything that the rest of the training depends on, as copies."""
        mine = {
            "params": self._params.clone(),
            "memory": {name: value.clone() for name, value in self._state.items()},
        }
        return {
            "outer_step": self.outer_step,
            "restarts": self.restarts,
            "unroll": self._unroll,
            "losses": torch.tensor([self._summed, self.horizon_loss], dtype=torch.float64),
            "drawn_from": self._drawn_from.clone(),
            "phi": self.phi.clone(),
            "moments": {name: value.clone() for name, value in self._moments.items()},
            "ranks": self._ranks.collected(mine),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave; the training goes on to the same bits.

        Tensors are copied, for products of matrices may differ in the last bit with the
        alignment of memory that came from a file.
        """
        self._generator.set_state(state["drawn_from"].clone())
        self._draw()
        self.outer_step, self.restarts = state["outer_step"], state["restarts"]
        self._unroll = state["unroll"]
        self._summed, self.horizon_loss = state["losses"].tolist()
        self.phi = state["phi"].clone()
        self._moments = {name: value.clone() for name, value in state["moments"].items()}
        mine = state["ranks"][self._ranks.rank]
        self._params = mine["params"].clone()
        self._state = {name: value.clone() for name, value in mine["memory"].items()}


def step_weights(name: str, horizon: int) -> Tensor:
    """Return w_t over the horizon (horizon,): ones for ``all``, a one at the end for ``last``."""
    weights = torch.ones(horizon)
    if name == "last":
        weights[:-1] = 0
    return weights
