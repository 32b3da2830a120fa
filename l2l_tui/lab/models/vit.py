"""The Vision Transformer (Dosovitskiy et al., arXiv:2010.11929).

A picture is cut into patches, each of which becomes a token; a learned token for the class goes
before them, learned positions are added, and what an encoder makes of the class token decides
(equations 1 to 4). Layers normalise first: x + Sublayer(LayerNorm(x)).

Parameters (Table 1): B 86 M, L 307 M, H 632 M. With the head for ImageNet's 1,000 classes L/16
has 304.3 M by the paper's own formulas.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from l2l_tui.errors import RequestError
from l2l_tui.lab.models.attention import FeedForward, MultiHeadAttention
from l2l_tui.lab.models.building import glorot, reset_normalisation
from l2l_tui.language import tr

_INITIAL = 0.02
"""Standard deviation of the first positions, as in the authors' code."""


@dataclass(frozen=True)
class ViTSettings:
    """The sizes of a model.

    Raises:
        RequestError: Patches do not tile the picture.
    """

    side: int
    """Height and width of a picture."""
    patch: int
    """P, height and width of a patch; divides the side."""
    classes: int
    """Outputs."""
    channels: int = 3
    """Of the pictures."""
    width: int = 768
    """D."""
    layers: int = 12
    """L."""
    heads: int = 12
    """k."""
    inner: int = 3072
    """Units of the feed-forward networks."""

    def __post_init__(self) -> None:
        if self.side % self.patch:
            said = tr(
                "patch = {patch} does not divide the pictures' side of {side} pixels",
                patch=self.patch,
                side=self.side,
            )
            raise RequestError(said)

    @property
    def grid(self) -> int:
        """Patches in a row."""
        return self.side // self.patch


def base(side: int = 224, patch: int = 16, classes: int = 1000) -> ViTSettings:
    """Return ViT-B (Table 1)."""
    return ViTSettings(side, patch, classes)


def large(side: int = 224, patch: int = 16, classes: int = 1000) -> ViTSettings:
    """Return ViT-L (Table 1)."""
    return ViTSettings(side, patch, classes, width=1024, layers=24, heads=16, inner=4096)


def huge(side: int = 224, patch: int = 14, classes: int = 1000) -> ViTSettings:
    """Return ViT-H (Table 1)."""
    return ViTSettings(side, patch, classes, width=1280, layers=32, heads=16, inner=5120)


class VisionTransformer(nn.Module):
    """Pictures in, logits out."""

    def __init__(self, settings: ViTSettings) -> None:
        super().__init__()
        self.settings = settings
        width, tokens = settings.width, settings.grid**2
        # A convolution whose windows do not overlap is one linear layer for every patch.
        self.patches = nn.Conv2d(settings.channels, width, settings.patch, stride=settings.patch)
        self.token = nn.Parameter(torch.empty(1, 1, width))
        self.positions = nn.Parameter(torch.empty(1, 1 + tokens, width))
        self.layers = nn.Sequential(*(Layer(settings) for _ in range(settings.layers)))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, settings.classes)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (pictures, classes) of pictures (pictures, channels, side, side)."""
        x = self.patches(x).flatten(2).transpose(1, 2)  # (pictures, patches, width)
        x = torch.cat((self.token.expand(len(x), -1, -1), x), 1)  # (pictures, 1 + patches, width)
        x = x + self.positions  # the same, equation 1
        x = self.layers(x)  # the same, equations 2 and 3
        x = self.norm(x[:, 0])  # (pictures, width), equation 4
        logits: Tensor = self.head(x)  # (pictures, classes)
        return logits

    def initialise(self, generator: torch.Generator) -> None:
        """Draw every weight; the head and the class token begin at 0."""
        for module in self.modules():
            reset_normalisation(module)
            if isinstance(module, (MultiHeadAttention, FeedForward)):
                module.initialise(generator)
        glorot(self.patches.weight.flatten(1), generator)
        nn.init.normal_(self.positions, std=_INITIAL, generator=generator)
        for zero in (self.token, self.patches.bias, self.head.weight, self.head.bias):
            assert zero is not None
            nn.init.zeros_(zero)


class Layer(nn.Module):
    """x + attention, then x + feed-forward network, each behind a normalisation (Figure 1)."""

    def __init__(self, settings: ViTSettings) -> None:
        super().__init__()
        self.first, self.second = nn.LayerNorm(settings.width), nn.LayerNorm(settings.width)
        self.attention = MultiHeadAttention(settings.width, settings.heads)
        self.feed_forward = FeedForward(settings.width, settings.inner, nn.GELU())

    def forward(self, x: Tensor) -> Tensor:
        """Return (pictures, tokens, width) of the same."""
        normal = self.first(x)
        x = x + self.attention(normal, normal)
        y: Tensor = x + self.feed_forward(self.second(x))
        return y
