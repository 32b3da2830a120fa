"""A representation of characters: three strided convolutions, one flat vector of params.

Pictures of 28x28 pixels become 14x14, 7x7 and 4x4 maps of as many filters each, rectified; the
last is the representation. There is no normalisation over a batch: in online learning pictures
come one at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

_KERNEL = 3
_MAPS = (14, 7, 4)
"""Sides of what each convolution gives."""


@dataclass(frozen=True)
class Encoder:
    """Everything about it but its params."""

    filters: int
    """Of every convolution."""

    @property
    def features(self) -> int:
        """How many numbers represent a picture."""
        return self.filters * _MAPS[-1] ** 2

    @property
    def size(self) -> int:
        """How many numbers its params are."""
        return sum(self._sizes())

    def draw(self, draws: torch.Generator) -> Tensor:
        """Return params (size,): He's normal distribution for rectified units, biases 0."""
        drawn = []
        for inputs in self._inputs():
            fan = inputs * _KERNEL**2
            drawn.append(torch.randn(self.filters * fan, generator=draws) * (2 / fan) ** 0.5)
            drawn.append(torch.zeros(self.filters))
        return torch.cat(drawn)

    def represent(self, params: Tensor, pictures: Tensor) -> Tensor:
        """Return (pictures, features) of pictures (pictures, 1, 28, 28)."""
        parts = list(torch.split(params, self._sizes()))
        seen = pictures
        for layer, inputs in enumerate(self._inputs()):
            kernel = parts[2 * layer].view(self.filters, inputs, _KERNEL, _KERNEL)
            seen = functional.relu(
                functional.conv2d(seen, kernel, parts[2 * layer + 1], stride=2, padding=1)
            )
        return seen.flatten(1)

    def _inputs(self) -> tuple[int, ...]:
        return (1, *(self.filters,) * (len(_MAPS) - 1))

    def _sizes(self) -> list[int]:
        """Return the sizes of each layer's kernels and biases, in their order."""
        return [
            size
            for inputs in self._inputs()
            for size in (self.filters * inputs * _KERNEL**2, self.filters)
        ]
