"""Online learning of classes on a representation that stays: one example, one step, never again.

What learns is the paper's prediction learning network (PLN; Javed and White, arXiv:1905.12588,
section 3): a rectified hidden layer and a linear one to the classes, by plain gradient descent on
the cross entropy of each example x with label y as it comes. With a 1 joined to x and h for the
biases, for hidden weights V and output weights W:

    h = relu(V x)              e = onehot(y) - softmax(W h)
    V <- V + lr d x^T          d = (W^T e) * (V x > 0)
    W <- W + lr e h^T

Every step is differentiable with respect to the representation and to the V and W that it starts
from, so that this is at once how a representation is judged and what `oml` trains it through.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

_BLOCK = 50
"""Examples between two times that V is written out: fewer cost products, more cost memory."""


@dataclass(frozen=True)
class Head:
    """The two layers of each trajectory; shapes may have any leading axes that broadcast."""

    hidden: Tensor
    """V (..., units, features + 1), the bias last."""
    output: Tensor
    """W (..., classes, units + 1), the bias last."""

    def logits(self, x: Tensor) -> Tensor:
        """Return (..., examples, classes) of represented examples x (..., examples, features)."""
        units = _with_one(x) @ self.hidden.mT
        return _with_one(units.relu()) @ self.output.mT


def learned(start: Head, x: Tensor, y: Tensor, lr: float) -> Head:
    """Return what a head is after all examples, each trajectory's own.

    Args:
        start: Before the first example.
        x: (trajectories, examples, features), in the order in which they come.
        y: (trajectories, examples), int64.
        lr: The learning rate.
    """
    head = start
    for some, labels in zip(torch.split(x, _BLOCK, -2), torch.split(y, _BLOCK, -1), strict=True):
        head = _learned(head, some, labels, lr)
    return head


def _learned(start: Head, x: Tensor, y: Tensor, lr: float) -> Head:
    """Return what a head is after a block of examples; V is written out at its end alone.

    A step moves V along one example, and of V the later steps need only what it makes of the
    later examples: to their V x it adds lr d times an inner product of examples.
    """
    inputs = _with_one(x)
    products = inputs @ inputs.mT
    waiting = inputs @ start.hidden.mT
    output, moves = start.output, []
    targets = functional.one_hot(y, output.shape[-2]).to(x.dtype)
    for step, target in enumerate(targets.unbind(-2)):
        units = waiting[..., 0, :]
        hidden = _with_one(units.relu())
        logits = (output @ hidden.unsqueeze(-1)).squeeze(-1)
        errors = lr * (target - logits.softmax(-1))
        back = (errors.unsqueeze(-2) @ output).squeeze(-2)
        move = back[..., :-1] * (units > 0)
        output = torch.addcmul(output, errors.unsqueeze(-1), hidden.unsqueeze(-2))
        along = products[..., step + 1 :, step].unsqueeze(-1)
        waiting = torch.addcmul(waiting[..., 1:, :], along, move.unsqueeze(-2))
        moves.append(move)
    return Head(start.hidden + torch.stack(moves, -1) @ inputs, output)


def accuracies(head: Head, x: Tensor, y: Tensor) -> Tensor:
    """Return the share of examples named rightly among all classes: (trajectories,).

    Args:
        head: Each trajectory's.
        x: (trajectories, examples, features).
        y: (trajectories, examples).
    """
    return head.logits(x).argmax(-1).eq(y).double().mean(-1)


def _with_one(x: Tensor) -> Tensor:
    """Return vectors (..., size) with a 1 at the end, which a bias is the weight of."""
    return functional.pad(x, (0, 1), value=1.0)
