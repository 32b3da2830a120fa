"""ResNeSt (Zhang et al., "ResNeSt: Split-Attention Networks", arXiv:2004.08955).

A ResNet's bottleneck whose 3 x 3 convolution is split attention: channels fall into K cardinal
groups, each of R splits (radix); per group, attention over the splits says how much of each
goes on (section 3.1). R = 0 stands for the convolution alone: ResNet-D (section 3.2), but that
pictures become smaller by pooling behind the 3 x 3 convolution and not by its stride.

Parameters: ResNeSt-50 27.5 M, ResNeSt-101 48.3 M (Table 3).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from l2l_tui.errors import RequestError
from l2l_tui.lab.models.building import he, reset_normalisation
from l2l_tui.language import tr

EXPANSION = 4
"""How many times wider a block's output is than its convolutions."""
_WIDTH = 64
"""Where it is the width of a cardinal group, and there is one, a block is as wide as ResNet's."""
_REDUCTION = 4
_LEAST_INNER = 32
"""Units between the two layers of the attention: a quarter of what it sees, at least so many."""

_IMAGENET = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3)}


@dataclass(frozen=True)
class ResNeStSettings:
    """The sizes of a network."""

    blocks: tuple[int, ...]
    """Blocks of each stage."""
    widths: tuple[int, ...]
    """A quarter of the channels of each stage's output."""
    classes: int
    """Outputs."""
    channels: int = 3
    """Of the pictures."""
    radix: int = 2
    """R, splits within a cardinal group; 0: a convolution without attention."""
    cardinality: int = 1
    """K, cardinal groups."""
    group_width: int = _WIDTH
    """d, channels of a cardinal group inside a block where the stage's width is 64."""
    stem: tuple[int, ...] = (16,)
    """Channels of the 3 x 3 convolutions at the beginning."""
    large: bool = False
    """Whether the beginning makes pictures four times smaller each way (ImageNet)."""
    least_inner: int = _LEAST_INNER
    """Least units between the two layers of an attention."""

    def inside(self, width: int) -> int:
        """Return the channels inside a block, of all cardinal groups."""
        return width * self.group_width // _WIDTH * self.cardinality


def imagenet(depth: int, classes: int = 1000) -> ResNeStSettings:
    """Return ResNeSt-50 or ResNeSt-101 (2s1x64d: radix 2, cardinality 1, width 64).

    Raises:
        RequestError: There is none of that depth.
    """
    if depth not in _IMAGENET:
        known = ", ".join(map(str, _IMAGENET))
        said = tr(
            "depth = {depth} is not in the paper's Table 3: {known}", depth=depth, known=known
        )
        raise RequestError(said)
    small = ResNeStSettings(
        _IMAGENET[depth], (64, 128, 256, 512), classes, stem=(32, 32, 64), large=True
    )
    return small if depth == min(_IMAGENET) else replace(small, stem=(64, 64, 128))


class ResNeSt(nn.Module):
    """Pictures in, logits out."""

    def __init__(self, settings: ResNeStSettings) -> None:
        super().__init__()
        self.settings = settings
        self.stem = _stem(settings)
        inputs, stages = settings.stem[-1], []
        for stage, (count, width) in enumerate(zip(settings.blocks, settings.widths, strict=True)):
            for index in range(count):
                stride = 2 if stage and not index else 1
                stages.append(Block(settings, inputs, width, stride))
                inputs = EXPANSION * width
        self.stages = nn.Sequential(*stages)
        self.head = nn.Linear(inputs, settings.classes)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (pictures, classes) of pictures (pictures, channels, height, width)."""
        x = self.stem(x)  # (pictures, stem[-1], height, width); large: height / 4, width / 4
        x = self.stages(x)  # (pictures, 4 widths[-1], height / 2^(stages - 1), ...)
        x = x.mean((2, 3))  # (pictures, 4 widths[-1])
        logits: Tensor = self.head(x)  # (pictures, classes)
        return logits

    def initialise(self, generator: torch.Generator) -> None:
        """Draw every weight; normalisations begin as the identity, biases at 0."""
        for module in self.modules():
            reset_normalisation(module)
            if isinstance(module, nn.Conv2d):
                he(module.weight, generator)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        nn.init.normal_(self.head.weight, std=0.01, generator=generator)
        nn.init.zeros_(self.head.bias)


def _stem(settings: ResNeStSettings) -> nn.Sequential:
    """Return ResNet-D's beginning: 3 x 3 convolutions instead of one of 7 x 7 (section 3.2)."""
    layers: list[nn.Module] = []
    inputs = settings.channels
    for index, width in enumerate(settings.stem):
        stride = 2 if settings.large and not index else 1
        layers += [
            nn.Conv2d(inputs, width, 3, stride, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
        ]
        inputs = width
    if settings.large:
        layers.append(nn.MaxPool2d(3, stride=2, padding=1))
    return nn.Sequential(*layers)


class Block(nn.Module):
    """A bottleneck: 1 x 1, split attention, pooling where sizes change, 1 x 1 (Figure 1)."""

    def __init__(self, settings: ResNeStSettings, inputs: int, width: int, stride: int) -> None:
        super().__init__()
        inside, outputs = settings.inside(width), EXPANSION * width
        self.narrow = nn.Sequential(
            nn.Conv2d(inputs, inside, 1, bias=False), nn.BatchNorm2d(inside), nn.ReLU()
        )
        self.middle = _middle(settings, inside)
        self.smaller = nn.AvgPool2d(3, stride, padding=1) if stride > 1 else nn.Identity()
        self.widen = nn.Sequential(
            nn.Conv2d(inside, outputs, 1, bias=False), nn.BatchNorm2d(outputs)
        )
        self.shortcut = (
            nn.Identity() if inputs == outputs and stride == 1 else _pooled(inputs, outputs, stride)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return (pictures, 4 width, height / stride, width / stride)."""
        y = self.narrow(x)  # (pictures, inside, height, width)
        y = self.middle(y)  # the same
        y = self.smaller(y)  # (pictures, inside, height / stride, width / stride)
        y = self.widen(y)  # (pictures, 4 width, height / stride, width / stride)
        total: Tensor = y + self.shortcut(x)
        return total.relu()


def _middle(settings: ResNeStSettings, width: int) -> nn.Module:
    if settings.radix:
        return SplitAttention(width, settings.radix, settings.cardinality, settings.least_inner)
    groups = settings.cardinality
    return nn.Sequential(
        nn.Conv2d(width, width, 3, padding=1, groups=groups, bias=False),
        nn.BatchNorm2d(width),
        nn.ReLU(),
    )


def _pooled(inputs: int, outputs: int, stride: int) -> nn.Sequential:
    """Return ResNet-D's shortcut: pooling, then a 1 x 1 convolution (section 3.2)."""
    return nn.Sequential(
        nn.AvgPool2d(stride, ceil_mode=True, count_include_pad=False),
        nn.Conv2d(inputs, outputs, 1, bias=False),
        nn.BatchNorm2d(outputs),
    )


class SplitAttention(nn.Module):
    """Attention over R splits in each of K cardinal groups (section 3.1, Figure 2).

    Splits are computed as one convolution with K R groups, the radix-major form of the paper's
    appendix: channel (r, k, c) is the c-th of group k in split r.

    Args:
        channels: Of its input and its output, C.
        radix: R.
        cardinality: K; divides the channels.
        least_inner: Least units between the attention's two layers.
    """

    def __init__(
        self, channels: int, radix: int, cardinality: int, least_inner: int = _LEAST_INNER
    ) -> None:
        super().__init__()
        self.radix, self.cardinality = radix, cardinality
        splits = channels * radix
        inner = max(splits // _REDUCTION, least_inner)
        inner = -(-inner // cardinality) * cardinality  # every group has as many
        self.convolution = nn.Conv2d(
            channels, splits, 3, padding=1, groups=radix * cardinality, bias=False
        )
        self.normalised = nn.BatchNorm2d(splits)
        self.squeeze = nn.Conv2d(channels, inner, 1, groups=cardinality)
        self.squeezed = nn.BatchNorm2d(inner)
        self.excite = nn.Conv2d(inner, splits, 1, groups=cardinality)

    def forward(self, x: Tensor) -> Tensor:
        """Return (pictures, channels, height, width) of the same."""
        u = self.normalised(self.convolution(x)).relu()  # (pictures, R C, height, width)
        u = u.reshape(len(u), self.radix, -1, *u.shape[2:])  # (pictures, R, C, height, width)
        s = u.sum(1).mean((2, 3), keepdim=True)  # (pictures, C, 1, 1), equation 1
        z = self.squeezed(self.squeeze(s)).relu()  # (pictures, inner, 1, 1)
        a = self.shares(self.excite(z))  # (pictures, R, C, 1, 1), equation 3
        y: Tensor = (a * u).sum(1)  # (pictures, C, height, width), equation 2
        return y

    def shares(self, scores: Tensor) -> Tensor:
        """Return how much of each split goes on: (pictures, R, C, 1, 1), sums over R are 1.

        With a single split it is a gate between 0 and 1 (equation 3).

        Args:
            scores: (pictures, K R C/K, 1, 1), group by group.
        """
        grouped = scores.reshape(len(scores), self.cardinality, self.radix, -1, 1, 1)
        weights = (
            grouped.softmax(2) if self.radix > 1 else grouped.sigmoid()
        )  # (., K, R, C/K, 1, 1)
        return weights.transpose(1, 2).flatten(2, 3)  # (pictures, R, K C/K, 1, 1)
