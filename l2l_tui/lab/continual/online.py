"""Online learning of classes on a representation that stays: one example, one step, never again.

What is learned is a linear layer from zero, W (classes, features), by plain gradient descent on
the cross entropy of each example as it comes:

    W <- W + lr (onehot(y) - softmax(W x)) x^T

Every step is differentiable with respect to the representation, so that this is at once how a
representation is judged and what `oml` trains it through.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn import functional


def learned(x: Tensor, y: Tensor, classes: int, lr: float | Tensor) -> Tensor:
    """Return W after all examples: (trajectories, classes, features).

    Args:
        x: (trajectories, examples, features), in the order in which they come.
        y: (trajectories, examples), int64.
        classes: How many outputs there are.
        lr: The learning rate, or one for each trajectory (trajectories, 1, 1).
    """
    *_, weights = learning(x, y, classes, lr)
    return weights


def learning(x: Tensor, y: Tensor, classes: int, lr: float | Tensor) -> Iterator[Tensor]:
    """Yield W after each example; see `learned`."""
    weights = x.new_zeros((len(x), classes, x.shape[-1]))
    targets = functional.one_hot(y, classes).to(x.dtype).unsqueeze(-1)
    for seen, target in zip(x.unbind(1), targets.unbind(1), strict=True):
        errors = target - (weights @ seen.unsqueeze(-1)).softmax(1)
        weights = weights + lr * errors * seen.unsqueeze(1)
        yield weights


def accuracies(weights: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Return the share of examples named rightly among all outputs: (trajectories,).

    Args:
        weights: (trajectories, classes, features).
        x: (trajectories, examples, features).
        y: (trajectories, examples).
    """
    said = torch.einsum("tcf,tef->tec", weights, x).argmax(-1)
    return said.eq(y).double().mean(-1)
