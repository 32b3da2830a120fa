"""Neural style as an optimizee (arXiv:1606.04474, section 3.4; arXiv:1508.06576).

What is optimized is a picture x. Its loss against a content picture p and a style picture a is

    f(x) = D (alpha L_content + beta L_style + gamma L_smooth), D the number of coordinates,

    L_content = 1/2 mean (F - P)^2, of one layer's features F of x and P of p;
    L_style = sum_l 1/L E_l, E_l = 1 / (4 N^2 M^2) sum_ij (G_ij - A_ij)^2, of all L layers,
        where G_ij = sum_k F_ik F_jk (Gram matrix) of x and A of a, N channels, M positions;
    L_smooth = mean (differences of neighbouring pixels)^2, along both sides summed.

The first differs from equation 1 of Gatys, Ecker and Bethge by a mean where they have a sum, so
that resolution does not change what the terms weigh; E_l is their equation 4. The factor D lets
a pixel's gradient not depend on resolution either: learning rates mean the same at any.
Coordinates are a picture's pixels: x = 0.5 + 0.25 theta, channels first, then rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import torch
from torch import Tensor

from l2l_tui.lab.feature_network import Features
from l2l_tui.lab.optimizees import Differentiated
from l2l_tui.lab.textures import Contents

_GREY, _SPREAD = 0.5, 0.25
"""A pixel at theta = 0, and how much theta = 1 is away from it."""


@dataclass(frozen=True)
class TermWeights:
    """What the three terms weigh."""

    content: float
    """alpha."""
    style: float
    """beta."""
    smooth: float
    """gamma."""


class Terms(NamedTuple):
    """The three terms of every picture's loss, whose sum it is: (..., problems) each."""

    content: Tensor
    """D alpha L_content."""
    style: Tensor
    """D beta L_style."""
    smooth: Tensor
    """D gamma L_smooth."""


@dataclass(frozen=True, eq=False)
class StyleTransfer(Differentiated):
    """Pictures that are to have the content of one picture each and all the style of another."""

    features: Features
    """What is seen in pictures."""
    contents: Tensor
    """p: (problems, 3, size, size)."""
    style: Tensor
    """a: (3, size, size)."""
    weights: TermWeights
    """alpha, beta, gamma."""
    layer: int
    """Whose features make up content, counted from 0."""

    seen: Tensor
    """P, that layer's features of p: (problems, channels, height, width)."""
    grams: tuple[Tensor, ...]
    """A / M of every layer: (channels, channels)."""

    @classmethod
    @torch.no_grad()
    def between(
        cls, features: Features, contents: Tensor, style: Tensor, weights: TermWeights, layer: int
    ) -> StyleTransfer:
        """Look at contents (problems, 3, size, size) and a style (3, size, size) once for all."""
        grams = tuple(gram(one)[0] for one in features(style.unsqueeze(0)))
        return cls(features, contents, style, weights, layer, features(contents)[layer], grams)

    def loss(self, params: Tensor, inner_step: int = 0) -> Tensor:
        """Return each problem's loss, differentiably: (..., problems)."""
        del inner_step
        content, style, smooth = self.terms(params)
        return content + style + smooth

    def terms(self, params: Tensor) -> Terms:
        """Return the three terms of each problem's loss."""
        pictures = painted(params)
        flat = self.features(pictures.flatten(0, -4))
        layers = [layer.view(*pictures.shape[:-3], *layer.shape[1:]) for layer in flat]
        away, d = layers[self.layer] - self.seen, params.shape[-1]
        return Terms(
            content=away.square().mean((-3, -2, -1)) * (d * self.weights.content / 2),
            style=self._style(layers) * (d * self.weights.style),
            smooth=roughness(pictures) * (d * self.weights.smooth),
        )

    def of(self, which: slice) -> StyleTransfer:
        """Return some of the problems, by their places."""
        return replace(self, contents=self.contents[which], seen=self.seen[which])

    def _style(self, layers: list[Tensor]) -> Tensor:
        # 1 / (4 N^2 M^2) sum (G - A)^2 is a quarter of the mean of ((G - A) / M)^2.
        errors = [
            (gram(layer) - wanted).square().mean((-2, -1)) / 4
            for layer, wanted in zip(layers, self.grams, strict=True)
        ]
        return torch.stack(errors).mean(0)


@dataclass(frozen=True, eq=False)
class StyleSampler:
    """Draws content pictures and where to start: Gaussian noise about grey."""

    features: Features
    """What is seen in pictures."""
    contents: Contents
    """Gives content pictures."""
    style: Tensor
    """(3, size, size)."""
    problems: int
    """Pictures in a batch."""
    weights: TermWeights
    """alpha, beta, gamma."""
    layer: int
    """Whose features make up content, counted from 0."""
    initial_scale: float = 1.0
    """Standard deviation of theta at the start."""

    def __call__(self, generator: torch.Generator) -> tuple[StyleTransfer, Tensor]:
        """Draw the contents, then theta."""
        size = self.style.shape[-1]
        contents = self.contents(self.problems, size, generator)
        params = torch.randn((self.problems, 3 * size * size), generator=generator)
        transfer = StyleTransfer.between(
            self.features, contents, self.style, self.weights, self.layer
        )
        return transfer, params * self.initial_scale


def gram(layer: Tensor) -> Tensor:
    """Return G / M, the products of channels' features averaged over positions.

    Args:
        layer: (..., channels, height, width).

    Returns:
        (..., channels, channels).
    """
    flat = layer.flatten(-2)
    return flat @ flat.transpose(-2, -1) / flat.shape[-1]


def roughness(pictures: Tensor) -> Tensor:
    """Return the mean squared difference of neighbours, along rows and columns: (...).

    Args:
        pictures: (..., 3, height, width).
    """
    down = (pictures[..., 1:, :] - pictures[..., :-1, :]).square().mean((-3, -2, -1))
    across = (pictures[..., 1:] - pictures[..., :-1]).square().mean((-3, -2, -1))
    return down + across


def painted(params: Tensor) -> Tensor:
    """Return square pictures (..., 3, size, size) of params (..., 3 * size * size)."""
    size = round((params.shape[-1] / 3) ** 0.5)
    return _GREY + _SPREAD * params.view(*params.shape[:-1], 3, size, size)


def unpainted(pictures: Tensor) -> Tensor:
    """Return the params (..., 3 * size * size) of square pictures (..., 3, size, size)."""
    return ((pictures - _GREY) / _SPREAD).flatten(-3)
