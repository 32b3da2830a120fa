"""Batch normalisation of a batch that ranks share: its statistics are those of all of it.

`torch.nn.SyncBatchNorm` does the same, but not on CPUs.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from l2l_tui.lab.ranks import Ranks

_AXES = (0, 2, 3)
"""Of pictures (pictures, channels, height, width), all but the channels."""


class SharedNorm(nn.BatchNorm2d):
    """`BatchNorm2d` of pictures of which every rank has as many.

    Args:
        channels: Of the pictures.
        ranks: Who has them.
    """

    def __init__(self, channels: int, ranks: Ranks) -> None:
        super().__init__(channels)
        self._ranks = ranks

    def forward(self, pictures: Tensor) -> Tensor:
        """Return pictures (pictures, channels, height, width) normalised by channel."""
        if not self.training:
            return super().forward(pictures)
        mean = _Mean.apply(pictures.mean(_AXES), self._ranks)  # type: ignore[no-untyped-call]
        away = pictures - mean.view(-1, 1, 1)
        squares = away.square().mean(_AXES)
        variance = _Mean.apply(squares, self._ranks)  # type: ignore[no-untyped-call]
        self._remember(mean.detach(), variance.detach(), pictures.numel() // pictures.shape[1])
        scale = self.weight * (variance + self.eps).rsqrt()
        normalised: Tensor = away * scale.view(-1, 1, 1) + self.bias.view(-1, 1, 1)
        return normalised

    @torch.no_grad()
    def _remember(self, mean: Tensor, variance: Tensor, mine: int) -> None:
        """Move the running means as `BatchNorm2d` does, with the variance of a sample."""
        count = mine * self._ranks.size
        assert self.running_mean is not None
        assert self.running_var is not None
        assert self.num_batches_tracked is not None
        assert self.momentum is not None
        self.running_mean.lerp_(mean, self.momentum)
        self.running_var.lerp_(variance * (count / (count - 1)), self.momentum)
        self.num_batches_tracked += 1


class _Mean(torch.autograd.Function):
    """The mean over ranks, differentiably.

    Every rank differentiates the mean loss of its own part, and these gradients' mean over ranks
    is what counts: so what comes back for a mean is the mean of what comes back everywhere.
    """

    @staticmethod
    def forward(ctx: Any, mine: Tensor, ranks: Ranks) -> Tensor:  # noqa: ANN401 (torch's context)
        ctx.ranks = ranks
        return ranks.mean(mine)[0]

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None]:  # noqa: ANN401
        return ctx.ranks.mean(grads[0])[0], None
