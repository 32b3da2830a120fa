"""The handwritten digits that come with scikit-learn (1,797 pictures, 8x8, 10 classes)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Split:
    """Examples to fit and examples to judge by."""

    train_x: Tensor
    """(train, 64), between 0 and 1, float64."""
    train_y: Tensor
    """(train,), classes 0 to 9."""
    test_x: Tensor
    """(test, 64)."""
    test_y: Tensor
    """(test,)."""


def load() -> tuple[Tensor, Tensor]:
    """Return pictures (1797, 64) between 0 and 1 in float64, and their classes (1797,)."""
    from sklearn.datasets import load_digits

    pictures, classes = load_digits(return_X_y=True)
    return torch.from_numpy(pictures).double() / 16, torch.from_numpy(classes).long()


def split(generator: torch.Generator, test_share: float, examples: int | None = None) -> Split:
    """Return a random split.

    Args:
        generator: Decides which pictures are where.
        test_share: The share of pictures to judge by.
        examples: How many pictures in all; None takes every one.
    """
    pictures, classes = load()
    order = torch.randperm(len(pictures), generator=generator)[:examples]
    count = max(1, round(len(order) * test_share))
    test, train = order[:count], order[count:]
    return Split(pictures[train], classes[train], pictures[test], classes[test])
