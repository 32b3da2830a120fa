"""Pictures that nobody took: textures to tell apart, scenes to be styled, styles to give them.

Each is a formula on the unit square whose numbers are drawn once, so that the same picture
can be had at any size, as a photograph can.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

KINDS = ("gradient", "discs", "rings", "stripes", "checkers", "noise")
"""What a texture can be; its class is its place here."""

PALETTES = (
    ((0.95, 0.65, 0.10), (0.35, 0.10, 0.35)),
    ((0.95, 0.95, 0.90), (0.10, 0.30, 0.75)),
    ((0.10, 0.55, 0.30), (0.90, 0.85, 0.45)),
    ((0.85, 0.15, 0.15), (0.15, 0.15, 0.20)),
    ((0.95, 0.45, 0.65), (0.15, 0.75, 0.85)),
    ((0.45, 0.20, 0.80), (0.60, 0.90, 0.20)),
)
"""Pairs of colours around which those of labelled textures lie: what they are painted with."""

CLASSES = len(KINDS) * len(PALETTES)
"""How many classes of textures there are."""

_OVER = 2
"""Samples along each side of a pixel; their mean is what it shows."""
_LATTICE = 6
"""Values along each side of the lattice behind ``noise``."""
_DISCS = 3
"""Discs in a texture of them."""
_BACK = ("gradient", "noise")
"""The kinds that may lie behind a scene."""
_CONTRAST = 0.8
"""How far apart a style's two colours are, at least, of the square root of 3 that is possible."""

Point = tuple[Tensor, Tensor]
"""x and y of every sample: (1, side, side) each, from -0.5 to 0.5."""


@dataclass(frozen=True, eq=False)
class Textures:
    """Textures of two colours each; every number of theirs is drawn."""

    kinds: tuple[str, ...]
    """What each is, of `KINDS`: (textures,)."""
    colours: Tensor
    """(textures, 2, 3), between 0 and 1."""
    angle: Tensor
    """Which way it runs, in radians: (textures,)."""
    frequency: Tensor
    """Periods along a side: (textures,)."""
    phase: Tensor
    """Where a period begins, as a share of it: (textures,)."""
    centres: Tensor
    """x, y and radius of discs; the first is the centre of rings: (textures, discs, 3)."""
    lattice: Tensor
    """What noise goes through: (textures, lattice, lattice), between 0 and 1."""

    @classmethod
    def draw(
        cls,
        kinds: tuple[str, ...],
        frequencies: tuple[float, float],
        generator: torch.Generator,
    ) -> Textures:
        """Draw one texture of each kind that is named, with frequencies between two."""
        n, low_high = len(kinds), frequencies
        place = torch.rand((n, _DISCS, 2), generator=generator) - 0.5
        radius = 0.12 + 0.2 * torch.rand((n, _DISCS, 1), generator=generator)
        low, high = low_high
        return cls(
            kinds=kinds,
            colours=torch.rand((n, 2, 3), generator=generator),
            angle=torch.rand(n, generator=generator) * (2 * math.pi),
            frequency=low + (high - low) * torch.rand(n, generator=generator),
            phase=torch.rand(n, generator=generator),
            centres=torch.cat((place, radius), -1),
            lattice=torch.rand((n, _LATTICE, _LATTICE), generator=generator),
        )

    def render(self, size: int) -> Tensor:
        """Return the pictures (textures, 3, size, size), between 0 and 1."""
        mask = self.mask(size).unsqueeze(1)
        first, second = self.colours[:, 0, :, None, None], self.colours[:, 1, :, None, None]
        return first.lerp(second, mask)

    def mask(self, size: int) -> Tensor:
        """Return how much of the second colour is where: (textures, size, size)."""
        side = size * _OVER
        along = (torch.arange(side) + 0.5) / side - 0.5
        y, x = torch.meshgrid(along, along, indexing="ij")
        masks = [_MASKS[kind](self, index, (x, y)) for index, kind in enumerate(self.kinds)]
        return functional.avg_pool2d(torch.stack(masks).unsqueeze(1), _OVER).squeeze(1)

    def turned(self, index: int, point: Point) -> Point:
        """Return a texture's own axes: how far every sample is along its angle, and across."""
        (x, y), angle = point, self.angle[index]
        return x * angle.cos() + y * angle.sin(), y * angle.cos() - x * angle.sin()


def _gradient(textures: Textures, index: int, point: Point) -> Tensor:
    along, _ = textures.turned(index, point)
    return (along / math.sqrt(2) + 0.5).clamp(0, 1)


def _discs(textures: Textures, index: int, point: Point) -> Tensor:
    x, y = point
    inside = [
        (x - cx).square() + (y - cy).square() < radius.square()
        for cx, cy, radius in textures.centres[index]
    ]
    return torch.stack(inside).any(0).float()


def _rings(textures: Textures, index: int, point: Point) -> Tensor:
    (x, y), (cx, cy, _) = point, textures.centres[index, 0]
    return _halves(textures, index, torch.hypot(x - cx, y - cy))


def _stripes(textures: Textures, index: int, point: Point) -> Tensor:
    return _halves(textures, index, textures.turned(index, point)[0])


def _checkers(textures: Textures, index: int, point: Point) -> Tensor:
    along, across = textures.turned(index, point)
    one, other = _halves(textures, index, along), _halves(textures, index, across)
    return (one - other).abs()


def _halves(textures: Textures, index: int, distance: Tensor) -> Tensor:
    """Return 1 in the first half of every period of a distance, 0 in the second."""
    periods = distance * textures.frequency[index] + textures.phase[index]
    return (periods % 1 < 0.5).float()


def _noise(textures: Textures, index: int, point: Point) -> Tensor:
    lattice = textures.lattice[index][None, None]
    side = point[0].shape[-1]
    return functional.interpolate(lattice, (side, side), mode="bilinear", align_corners=True)[0, 0]


_MASKS: dict[str, Callable[[Textures, int, Point], Tensor]] = {
    "gradient": _gradient,
    "discs": _discs,
    "rings": _rings,
    "stripes": _stripes,
    "checkers": _checkers,
    "noise": _noise,
}


def labelled(count: int, size: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draw textures to tell apart, by what they are and by what they are painted with.

    Returns:
        Pictures (count, 3, size, size), as many of each class as of any other but for one, and
        their classes (count,): kind + kinds * palette.
    """
    classes = torch.arange(count) % CLASSES
    classes = classes[torch.randperm(count, generator=generator)]
    kinds = tuple(KINDS[one] for one in (classes % len(KINDS)).tolist())
    drawn = Textures.draw(kinds, (2.0, 5.0), generator)
    painted = torch.tensor(PALETTES)[classes // len(KINDS)]
    colours = (painted + 0.3 * (drawn.colours - 0.5)).clamp(0, 1)
    return replace(drawn, colours=colours).render(size), classes


class Contents(Protocol):
    """Where the pictures come from that are to be styled."""

    def __call__(self, count: int, size: int, generator: torch.Generator) -> Tensor:
        """Draw pictures (count, 3, size, size), between 0 and 1."""
        ...


@dataclass(frozen=True)
class Scenes:
    """Draws scenes: discs or broad checkers of one colouring before another."""

    def __call__(self, count: int, size: int, generator: torch.Generator) -> Tensor:
        """Draw pictures (count, 3, size, size), between 0 and 1."""
        shapes = tuple(("discs", "checkers")[index % 3 == 2] for index in range(count))
        mask = Textures.draw(shapes, (1.0, 1.6), generator).mask(size).unsqueeze(1)
        behind, before = (
            Textures.draw(
                tuple(_BACK[index % 2] for index in range(count)), (1.0, 1.0), generator
            ).render(size)
            for _ in range(2)
        )
        return behind.lerp(before, mask)


@dataclass(frozen=True, eq=False)
class Photographs:
    """Draws from pictures that there are, each brought to the size that is asked for."""

    pictures: Tensor
    """(pictures, 3, height, width), between 0 and 1."""

    def __call__(self, count: int, size: int, generator: torch.Generator) -> Tensor:
        """Draw pictures (count, 3, size, size) with replacement."""
        picks = torch.randint(len(self.pictures), (count,), generator=generator)
        return resized(self.pictures[picks], size)


@dataclass(frozen=True, eq=False)
class Led:
    """Contents of which the first is a given picture."""

    first: Tensor
    """(3, height, width), between 0 and 1."""
    others: Contents
    """Gives the rest."""

    def __call__(self, count: int, size: int, generator: torch.Generator) -> Tensor:
        """Draw pictures (count, 3, size, size), the first replaced."""
        pictures = self.others(count, size, generator).clone()
        pictures[0] = resized(self.first.unsqueeze(0), size)[0]
        return pictures


def style(kind: str, generator: torch.Generator) -> Textures:
    """Draw a style: a texture of a kind, with fine periods and two colours far apart."""
    drawn = Textures.draw((kind,), (3.0, 4.0), generator)
    colours = drawn.colours
    while float((colours[0, 0] - colours[0, 1]).norm()) < _CONTRAST:
        colours = torch.rand((1, 2, 3), generator=generator)
    return replace(drawn, colours=colours)


def resized(pictures: Tensor, size: int) -> Tensor:
    """Return pictures (pictures, 3, size, size) of pictures of any height and width."""
    if pictures.shape[-2:] == (size, size):
        return pictures
    return functional.interpolate(
        pictures, (size, size), mode="bilinear", align_corners=False, antialias=True
    ).clamp(0, 1)
