"""Tuning: every baseline's learning rate over the same grid, by the same criteria.

The rate is chosen per measure: the loss at the horizon, the losses summed over it and the
loss at twice the horizon may want different rates, and a baseline is given the best for each.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from l2l_tui.lab.evaluation import Rollout, final_loss, summed_loss
from l2l_tui.lab.optimizees import Optimizee
from l2l_tui.lab.optimizers import NAG, SGD, Adam, Momentum, Optimizer, Rate, RMSprop
from l2l_tui.lab.ranks import ALONE, Ranks

BASELINES: Mapping[str, Callable[[Rate], Optimizer]] = {
    "sgd": SGD,
    "momentum": Momentum,
    "nag": NAG,
    "rmsprop": RMSprop,
    "adam": Adam,
}
"""The paper's hand-designed rivals, each made from a learning rate."""


@dataclass(frozen=True)
class Tuned:
    """A baseline's learning rates, chosen on tuning problems."""

    final: float
    """The rate with the lowest mean loss after the horizon's last update."""
    summed: float
    """The rate with the lowest mean of losses summed over the horizon."""
    doubled: float
    """The rate with the lowest mean loss after twice the horizon."""
    at_edge: bool
    """Whether any is the grid's first or last rate, so that a better one may lie outside."""


def grid(low: float, high: float, count: int) -> Tensor:
    """Return `count` rates from `low` to `high`, evenly spaced in their logarithm."""
    return torch.logspace(math.log10(low), math.log10(high), count, dtype=torch.float64).float()


def trial(
    baseline: Callable[[Rate], Optimizer],
    rates: Tensor,
    optimizee: Optimizee,
    params: Tensor,
    horizon: int,
    ranks: Ranks = ALONE,
) -> Rollout:
    """Begin to try every rate on the same problems at once.

    Args:
        baseline: Makes the optimizer from its rate.
        rates: (rates,).
        optimizee: The problems.
        params: Where they start: (problems, coordinates).
        horizon: The updates that count; twice as many are made.
        ranks: Who shares the problems.

    Returns:
        What gives a trace (2 horizon + 1, rates, problems).
    """
    start = params.expand(len(rates), *params.shape)
    return Rollout(baseline(rates.view(-1, 1, 1)), optimizee, start, 2 * horizon, ranks)


def choose(rates: Tensor, trace: Tensor, horizon: int) -> Tuned:
    """Return the best of ascending rates (rates,) by a trace (2 horizon + 1, rates, problems).

    A rate that diverges on any problem loses to any that does not.
    """
    measures = (
        final_loss(trace, horizon),
        summed_loss(trace, horizon),
        final_loss(trace, 2 * horizon),
    )
    best = [int(measure.nan_to_num(nan=torch.inf).argmin()) for measure in measures]
    final, summed, doubled = (float(rates[index]) for index in best)
    return Tuned(final, summed, doubled, not {0, len(rates) - 1}.isdisjoint(best))


def tune(
    baseline: Callable[[Rate], Optimizer],
    rates: Tensor,
    optimizee: Optimizee,
    params: Tensor,
    horizon: int,
) -> Tuned:
    """Try every rate and choose, all at once; see `trial` and `choose`."""
    rollout = trial(baseline, rates, optimizee, params, horizon)
    rollout.advance(2 * horizon)
    return choose(rates, rollout.trace(), horizon)
