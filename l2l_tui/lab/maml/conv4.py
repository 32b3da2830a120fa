"""Conv-4 by grouped convolutions: each task's weights are a group of channels.

Four 3x3 convolutions, each with batch normalisation and a ReLU, then a linear layer. On
Omniglot the paper halves a picture's sides by the convolutions' stride; where pictures are
larger, by max pooling (arXiv:1703.03400, section 5.2). Convolutions have no bias, which the
normalisation behind them would take away again.

The normalisation has no memory: in training and in judging, means and variances are those of a
batch of one task's examples. If that is the batch to be named itself, what one query is called
depends on the other queries: that is transductive, and what the paper's figures are of
(arXiv:1803.02999, section 6.1). If it is the support set, every query is named alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from l2l_tui.lab.maml.networks import Network, split, uniform

MODULES = 4
_KERNEL = 3
_HALF = 2
_EPS = 1e-5  # what PyTorch adds to a variance


@dataclass(frozen=True)
class Conv4(Network):
    """The network; a picture of (channels, side, side) becomes n_way numbers."""

    filters: int
    """Outputs of each convolution (the paper: 64)."""
    n_way: int
    """Outputs."""
    pooling: bool = False
    """Whether sides are halved by 2x2 max pooling, else by the convolutions' stride."""
    side: int = 28
    """Height and width of a picture."""
    channels: int = 1
    """Of a picture."""

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Each module's ``kernelN``, ``scaleN`` and ``shiftN``, then ``weight`` and ``bias``."""
        found: dict[str, tuple[int, ...]] = {}
        inputs = self.channels
        for module in range(1, MODULES + 1):
            found[f"kernel{module}"] = (self.filters, inputs, _KERNEL, _KERNEL)
            found[f"scale{module}"] = found[f"shift{module}"] = (self.filters,)
            inputs = self.filters
        return found | {"weight": (self.units, self.n_way), "bias": (1, self.n_way)}

    @property
    def head_parts(self) -> int:
        """The linear layer's weights and biases."""
        return 2

    @property
    def units(self) -> int:
        """How many features a picture has."""
        side = self.side
        for _ in range(MODULES):
            # Pooling leaves out an odd last row; a stride does not.
            side = side // _HALF if self.pooling else -(-side // _HALF)
        return self.filters * side**2

    def draw(self, generator: torch.Generator) -> Tensor:
        """Draw one network's params (size,).

        Kernels are uniform as in PyTorch, scales 1 and shifts 0. The head is 0: all names are
        as likely before the first inner step.
        """
        parts = []
        for name, shape in self.shapes.items():
            if name.startswith("kernel"):
                parts.append(uniform(shape, math.prod(shape[1:]), generator).flatten())
            else:
                value = 1.0 if name.startswith("scale") else 0.0
                parts.append(torch.full((math.prod(shape),), value))
        return torch.cat(parts)

    def features(self, body: Tensor, x: Tensor, context: Tensor | None = None) -> Tensor:
        """Return features (tasks, examples, units) of x (tasks, examples, channels, side, side).

        Each task's examples are normalised by themselves, or all by those in `context`.
        """
        known = None if context is None else context.shape[1]
        seen = x if context is None else torch.cat((context, x), 1)
        parts = iter(split(body, list(self.shapes.values())[: -self.head_parts]))
        tasks = len(x)
        maps = seen.transpose(0, 1).flatten(1, 2)  # (examples, tasks x channels, side, side)
        for kernel, scale, shift in zip(parts, parts, parts, strict=True):
            maps = functional.conv2d(
                maps,
                kernel.flatten(0, 1),
                stride=1 if self.pooling else _HALF,
                padding=_KERNEL // 2,
                groups=tasks,
            )
            maps = _normalised(maps, scale.flatten(), shift.flatten(), known)
            if self.pooling:
                maps = functional.max_pool2d(maps, _HALF)
            maps = maps.relu()
        maps = maps if known is None else maps[known:]
        return maps.reshape(len(maps), tasks, self.units).transpose(0, 1)

    def readout(self, head: Tensor, features: Tensor) -> Tensor:
        """Return the logits (tasks, examples, n_way)."""
        weight, bias = split(head, list(self.shapes.values())[-self.head_parts :])
        return torch.baddbmm(bias, features, weight)


def _normalised(maps: Tensor, scale: Tensor, shift: Tensor, known: int | None) -> Tensor:
    """Normalise each channel of (examples, channels, height, width).

    Args:
        maps: What is to be normalised.
        scale: (channels,).
        shift: (channels,).
        known: Only so many examples, the first ones, count for means and variances; None: all.
    """
    if known is None:
        return functional.batch_norm(maps, None, None, scale, shift, training=True, eps=_EPS)
    variance, mean = torch.var_mean(maps[:known], (0, 2, 3), correction=0, keepdim=True)
    factor = scale.view(mean.shape) * (variance + _EPS).rsqrt()
    return (maps - mean) * factor + shift.view(mean.shape)
