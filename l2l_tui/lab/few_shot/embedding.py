"""Conv-4, the embedding of few-shot papers (arXiv:1606.04080, section 4.1).

Four modules of a 3x3 convolution, batch normalisation, ReLU and 2x2 max pooling turn a picture
of 28x28 pixels into one number a filter (64 of them in the paper). Layers before a
normalisation have no bias, which it would take away again.

In training, means and variances are the batch's; in judging they are running means of those, so
that what a query is called depends on its support alone and on no other query.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import cast

import torch
from torch import Tensor, nn

from l2l_tui.lab.few_shot.episodes import Episodes
from l2l_tui.lab.few_shot.shared_norm import SharedNorm
from l2l_tui.lab.ranks import ALONE, Ranks

MODULES = 4
_POOL = 2
_KERNEL_AXES = 4


class Conv4(nn.Module):
    """The embedding.

    Args:
        filters: Outputs of every module.
        generator: Draws the weights: He's uniform distribution, as `torch.nn` initialises.
        ranks: Who shares a batch of training, whose means and variances are of all of it.

    Attributes:
        features: How many numbers a picture becomes.
    """

    def __init__(self, filters: int, generator: torch.Generator, ranks: Ranks = ALONE) -> None:
        super().__init__()
        self.features = filters
        inputs = (1, *(filters,) * (MODULES - 1))
        self.layers = nn.Sequential(*(_module(seen, filters, ranks) for seen in inputs))
        draw(self, generator)
        # With channels side by side, in weights and so in pictures, a step takes half the time.
        for weights in self.parameters():
            if weights.dim() == _KERNEL_AXES:
                weights.data = weights.data.contiguous(memory_format=torch.channels_last)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return embeddings (pictures, features) of pictures (pictures, 1, 28, 28)."""
        return cast("Tensor", self.layers(pictures)).flatten(1)

    def of_episodes(self, episodes: Episodes) -> tuple[Tensor, Tensor]:
        """Return support (episodes, n_way, k_shot, features) and query embeddings.

        All pictures are embedded in one pass; in training they share the normalisation.
        """
        pictures = torch.cat((episodes.support, episodes.query), 2)
        shape = pictures.shape[:3]
        embedded = self(pictures.flatten(0, 2)).view(*shape, self.features)
        k_shot = episodes.support.shape[2]
        return embedded[:, :, :k_shot], embedded[:, :, k_shot:]


def _module(inputs: int, outputs: int, ranks: Ranks) -> nn.Module:
    alone = ranks.size == 1
    return nn.Sequential(
        OrderedDict(
            convolution=nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
            normalisation=nn.BatchNorm2d(outputs) if alone else SharedNorm(outputs, ranks),
            relu=nn.ReLU(),
            pooling=nn.MaxPool2d(_POOL),
        )
    )


def draw(module: nn.Module, generator: torch.Generator) -> None:
    """Draw a module's matrices and kernels anew, from its own generator and no other.

    Uniform within 1 / sqrt(inputs) either way, as `torch.nn` does; vectors stay as they are:
    biases 0, scales of normalisations 1.
    """
    with torch.no_grad():
        for weights in module.parameters():
            if weights.dim() > 1:
                bound = weights[0].numel() ** -0.5
                weights.uniform_(-bound, bound, generator=generator)
