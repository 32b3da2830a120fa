"""Evaluation: one path for every optimizer, hand-designed or learned."""

from __future__ import annotations

import statistics

import torch
from torch import Tensor

from l2l_tui.lab.optimizees import Optimizee
from l2l_tui.lab.optimizers import Optimizer


@torch.no_grad()
def losses(optimizer: Optimizer, optimizee: Optimizee, params: Tensor, steps: int) -> Tensor:
    """Return every problem's loss along the way.

    Args:
        optimizer: What trains.
        optimizee: The problems.
        params: Where they start: (..., problems, coordinates).
        steps: Updates to make.

    Returns:
        (steps + 1, ..., problems): entry t is the loss after t updates, so entry 0 is the
        loss at the start. Divergence shows as infinity, never as NaN.
    """
    state = optimizer.init(params)
    trace = []
    for _ in range(steps):
        loss, grads = optimizee.loss_and_grads(params)
        trace.append(loss)
        updates, state = optimizer.update(grads, state, params)
        params = params + updates
    trace.append(optimizee.loss(params))
    return torch.stack(trace).nan_to_num(nan=torch.inf)


def final_loss(trace: Tensor, horizon: int) -> Tensor:
    """Return the mean over problems of the loss after `horizon` updates: (...)."""
    return trace[horizon].mean(-1)


def median_final_loss(trace: Tensor, horizon: int) -> float:
    """Return the median over problems of the loss after `horizon` updates.

    Of an even number of problems it is the mean of the middle two (torch gives the lower);
    infinite where more than half of them diverged.

    Args:
        trace: (steps + 1, problems).
        horizon: Which entry counts.
    """
    return float(statistics.median(trace[horizon].tolist()))


def summed_loss(trace: Tensor, horizon: int) -> Tensor:
    """Return the mean over problems of the losses after updates 1 to `horizon`, summed: (...).

    The loss at the start is left out, as in equation 3 of arXiv:1606.04474.
    """
    return trace[1 : horizon + 1].sum(0).mean(-1)
