"""What a model is trained on and judged by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn

Tally = Mapping[str, float]
"""Named sums over what was judged so far."""


@dataclass(frozen=True, eq=False)
class Batch:
    """What a minibatch gave."""

    loss: Tensor
    """What is to be lowered: a scalar with a gradient."""
    error: Tensor
    """The share that was wrong: a scalar."""


class Problem(Protocol):
    """Draws minibatches to train on, and judges piece by piece, each within about a second."""

    @property
    def pieces(self) -> int:
        """How many pieces judging has."""
        ...

    def batch(self, model: nn.Module, draws: torch.Generator) -> Batch:
        """Draw a minibatch and return the model's loss and error on it."""
        ...

    def tally(self, model: nn.Module, piece: int) -> Tally:
        """Return sums over one piece of what the model is judged by."""
        ...

    def figures(self, tally: Tally) -> dict[str, float]:
        """Return figures from the sums over all pieces."""
        ...
