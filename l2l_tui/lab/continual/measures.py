"""What is told of a matrix of accuracies R[t, i]: on experience i after having learned t.

Only t >= i is looked at. Formulas count experiences from 1 to T.
"""

from __future__ import annotations

import torch
from torch import Tensor


def average_accuracy(matrix: Tensor) -> float:
    """Return 1/T sum_i R[T, i] (Lopez-Paz and Ranzato, arXiv:1706.08840, equation 2)."""
    return float(matrix[-1].mean())


def learning_accuracy(matrix: Tensor) -> float:
    """Return 1/T sum_i R[i, i]: how well each was known when it was new."""
    return float(matrix.diagonal().mean())


def backward_transfer(matrix: Tensor) -> float:
    """Return 1/(T-1) sum_(i<T) R[T, i] - R[i, i] (arXiv:1706.08840, equation 3); T > 1."""
    return float((matrix[-1] - matrix.diagonal())[:-1].mean())


def forgetting(matrix: Tensor) -> float:
    """Return 1/(T-1) sum_(i<T) max_(i<=t<T) R[t, i] - R[T, i]; T > 1.

    Chaudhry et al., arXiv:1801.10112, equation 3, where an experience is not judged before it
    was learned.
    """
    judged = torch.ones_like(matrix, dtype=torch.bool).tril()
    best = matrix.masked_fill(~judged, -torch.inf)[:-1].amax(0)
    return float((best - matrix[-1])[:-1].mean())
