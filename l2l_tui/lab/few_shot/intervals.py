"""How sure an accuracy on episodes is, for characters never seen and not for these alone.

A mean over episodes has two sources of chance: which episodes were drawn, and which classes
the test set happens to hold. The usual interval, 1.96 standard errors over episodes, knows the
first alone: with more episodes it shrinks to nothing around what these classes give, and with
a hundred test classes it is several times too narrow for what a reader takes it for.

The mean over all episodes of n_way of the C test classes is a U-statistic of the classes, so
its variance when classes are drawn anew is that of a sum over classes of their influence. Its
bootstrap over classes cannot be done by weights: a class drawn not at all takes every episode
with it that contains it, which at 20 ways are nearly all. The limit of small resamplings can,
the infinitesimal jackknife, which needs nothing but how an episode's accuracy goes along with
a class being in it:

    V_classes = (C - 1) / C (C / (C - n_way))^2 sum_c Cov_e[N_ec, a_e]^2

with N_ec = 1 where class c is in episode e, and a_e its accuracy (Wager and Athey,
arXiv:1510.04342, equation 8, where trees are what episodes are here). With finitely many
episodes each covariance has noise of its own, which is subtracted, as Wager, Hastie and Efron
(arXiv:1311.4555, section 3.2) do. The variance of the mean over episodes, var(a) / E, comes on
top.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from l2l_tui.lab.normal import NORMAL_95


@dataclass(frozen=True)
class Interval:
    """A mean accuracy (or a difference or ratio of two) and what it may be off by."""

    mean: float
    """Over all queries of all episodes."""
    half_width: float
    """Half the width of the 95 % interval over classes and episodes."""
    episodes_half_width: float
    """The same over episodes alone: what these very test classes would give."""


def normal_half_width(values: Tensor) -> float:
    """Return half the width of the 95 % interval of the mean of values (count,), all alike."""
    variance = float(values.double().var()) / len(values)
    return NORMAL_95 * math.sqrt(variance)


def class_resampled(accuracies: Tensor, classes: Tensor) -> Interval:
    """Return the mean accuracy with its interval.

    Args:
        accuracies: Each episode's (episodes,), or of two learners that were judged by the same
            episodes how far the one is ahead in each; at least two episodes.
        classes: Which classes each episode has (episodes, n_way), any numbers that tell them
            apart. There should be enough episodes for every class to be in several.
    """
    values = accuracies.double()
    variance = float(values.var()) / len(values)
    total = variance + _between_classes(values, classes)
    return Interval(
        mean=float(values.mean()),
        half_width=NORMAL_95 * total**0.5,
        episodes_half_width=normal_half_width(values),
    )


def class_resampled_ratio(above: Tensor, below: Tensor, classes: Tensor) -> Interval:
    """Return a ratio of two means with its interval; both are of the same episodes.

    To first order the ratio moves by (a - ratio b) / mean(b) with an episode's a and b, so its
    interval is that of the mean of these (the delta method).

    Args:
        above: Each episode's (episodes,).
        below: The same for what is divided by; where all are 0 the ratio is NaN.
        classes: Which classes each episode has (episodes, n_way).
    """
    divisor = below.double().mean()
    ratio = above.double().mean() / divisor
    around = class_resampled((above - ratio * below) / divisor, classes)
    return replace(around, mean=float(ratio) if divisor else math.nan)


def _between_classes(values: Tensor, classes: Tensor) -> float:
    """Return the variance of the mean of `values` (episodes,) over draws of the classes.

    0 where the noise of finitely many episodes hides it, or where every episode has every class.
    """
    names, places = torch.unique(classes, return_inverse=True)
    episodes, n_way = places.shape
    count = len(names)
    if count == n_way:
        return 0.0
    deviations = (values - values.mean()).unsqueeze(1).expand(episodes, n_way)
    sums = values.new_zeros(count).index_add_(0, places.flatten(), deviations.flatten())
    covariances = sums / episodes
    noise = n_way * (1 - n_way / count) * float(values.var()) / episodes
    signal = max(0.0, float(covariances.square().sum()) - noise)
    small_sample = (count - 1) / count * (count / (count - n_way)) ** 2
    return float(small_sample * signal)
