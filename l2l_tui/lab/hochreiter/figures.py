"""What a run ends with: the figures of one meta-seed and family, from its error curves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from l2l_tui.lab.hochreiter.functions import Examples, constant_error, memoryless_error
from l2l_tui.lab.hochreiter.rivals import RIVALS

WINDOW = 5
"""Over so many examples an error is averaged before it is said to be reached."""


@dataclass(frozen=True)
class Curve:
    """Mean squared errors by examples seen before, of one who learns."""

    for_mean: Tensor
    """With what was tuned for the mean error: (examples,)."""
    for_goal: Tensor
    """With what was tuned for reaching the goal soonest: (examples,)."""


def examples_needed(curves: Tensor, goal: float) -> Tensor:
    """Return how many examples must have been seen until the error is at most the goal.

    That is, the mean over the `WINDOW` examples that follow; infinity where it never is.

    Args:
        curves: Errors by examples seen before: (..., examples).
        goal: The error to be reached.

    Returns:
        (...).
    """
    reached = curves.unfold(-1, WINDOW, 1).mean(-1) <= goal
    soonest = reached.to(torch.uint8).argmax(-1).double()
    return torch.where(reached.any(-1), soonest, math.inf)


def of_family(
    curves: Mapping[str, Curve], held_out: Examples, length: int, goal: float
) -> dict[str, float]:
    """Return the figures of one meta-seed and family.

    Args:
        curves: Of the ``learner``, of the learner ``blind``, of who is ``told`` the family and
            of every rival, by name.
        held_out: What the curves were measured on: (sequences, examples).
        length: Examples of a training sequence; the curves have more.
        goal: The error to be reached.

    Returns:
        ``first``, ``late`` and ``beyond``: the learner's error on the first example, on the
        last quarter of `length`, and on as many at the curve's end. ``memoryless`` and
        ``constant``: the best in hindsight. ``within_ratio``: late over the lowest of first,
        memoryless and constant. ``mean_NAME`` over `length` examples, ``examples_NAME`` of
        `examples_needed`. ``mean_ratio`` and ``examples_ratio``: the learner's over the best
        of the rivals that see each example once; with ``replay_`` before, of the others.
    """
    learner, quarter = curves["learner"].for_mean, -(-length // 4)
    first, late = float(learner[0]), float(learner[length - quarter : length].mean())
    memoryless, constant = memoryless_error(held_out), constant_error(held_out)
    means = {name: float(curve.for_mean[:length].mean()) for name, curve in curves.items()}
    needed = {name: float(examples_needed(curve.for_goal, goal)) for name, curve in curves.items()}
    figures = {
        "first": first,
        "late": late,
        "beyond": float(learner[-quarter:].mean()),
        "memoryless": memoryless,
        "constant": constant,
        "within_ratio": late / min(first, memoryless, constant),
        **{f"mean_{name}": value for name, value in means.items()},
        **{f"examples_{name}": value for name, value in needed.items()},
    }
    for kind, replay in (("", False), ("replay_", True)):
        rivals = [name for name, rival in RIVALS.items() if rival.replay == replay]
        figures[f"{kind}mean_ratio"] = means["learner"] / min(means[name] for name in rivals)
        figures[f"{kind}examples_ratio"] = sooner(needed, rivals, len(learner))
    return figures


def sooner(needed: Mapping[str, float], rivals: Sequence[str], last: int) -> float:
    """Return the learner's examples over those of the soonest rival.

    A rival that does not reach the goal counts as reaching it after the last example, which
    can only favour it; a learner that does not is infinitely late.
    """
    return needed["learner"] / max(1.0, min(float(last), *(needed[name] for name in rivals)))
