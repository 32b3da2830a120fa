"""Dropout (Srivastava et al. 2014) whose masks come from an explicit generator.

torch's own draws from the global generator, so that a run could not be taken up again.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    """In training sets a share of what passes to 0 and enlarges the rest as much.

    Args:
        share: What is set to 0 on average.

    Attributes:
        source: Draws the masks; set it with `draw_from` before each step of training.
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share
        self.source: torch.Generator | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Return what is left of x, of its shape."""
        if not (self.training and self.share):
            return x
        assert self.source is not None, "draw_from comes before a step of training"
        kept = torch.empty_like(x).bernoulli_(1 - self.share, generator=self.source)
        return x * kept / (1 - self.share)


def draw_from(model: nn.Module, source: torch.Generator) -> None:
    """Let all of a model's masks come from a generator."""
    for module in model.modules():
        if isinstance(module, Dropout):
            module.source = source
