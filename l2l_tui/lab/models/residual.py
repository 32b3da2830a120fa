"""Residual networks (He, Zhang, Ren, Sun, "Deep Residual Learning", arXiv:1512.03385).

A block learns what is to be added to its input: y = relu(F(x) + x) (equation 1). The plain
network that it is compared with is the same without "+ x".

Two families: `cifar` (section 4.2: 6n + 2 layers of 3 x 3 convolutions in three stages) and
`imagenet` (Table 1: four stages, bottleneck blocks from 50 layers on). Parameters:

    CIFAR     20: 0.27 M   32: 0.46 M   44: 0.66 M   56: 0.85 M   110: 1.7 M
    ImageNet  18: 11.69 M  34: 21.80 M  50: 25.56 M  101: 44.55 M  152: 60.19 M

Where this differs from the paper: a bottleneck has its stride in the 3 x 3 convolution, as
common implementations since have it (the paper: in the first 1 x 1); parameters are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from l2l_tui.errors import RequestError
from l2l_tui.lab.models.building import he, reset_normalisation
from l2l_tui.language import tr

EXPANSION = 4
"""How many times wider a bottleneck block's output is than its 3 x 3 convolution."""

_IMAGENET = {
    18: (2, 2, 2, 2),
    34: (3, 4, 6, 3),
    50: (3, 4, 6, 3),
    101: (3, 4, 23, 3),
    152: (3, 8, 36, 3),
}
"""Table 1: blocks of each stage by depth."""
_FIRST_WITH_BOTTLENECKS = 50


@dataclass(frozen=True)
class ResidualSettings:
    """The sizes of a network."""

    blocks: tuple[int, ...]
    """Blocks of each stage."""
    widths: tuple[int, ...]
    """Channels of each stage's 3 x 3 convolutions."""
    classes: int
    """Outputs."""
    channels: int = 3
    """Of the pictures."""
    bottleneck: bool = False
    """Whether a block is 1 x 1, 3 x 3, 1 x 1 (Figure 5, right) or two of 3 x 3 (left)."""
    residual: bool = True
    """Whether a block's input is added to its output; else the network is plain."""
    projections: bool = False
    """Where a shortcut changes size: a 1 x 1 convolution (option B), else zeros (option A)."""
    large: bool = False
    """Whether it begins with 7 x 7 and pooling (ImageNet), else with 3 x 3."""


def cifar(
    depth: int,
    *,
    residual: bool = True,
    classes: int = 10,
    channels: int = 3,
    widths: tuple[int, ...] = (16, 32, 64),
) -> ResidualSettings:
    """Return the network of section 4.2 with 6n + 2 layers.

    Args:
        depth: Layers with weights: 8, 14, 20, ...
        residual: Whether it has shortcuts.
        classes: Outputs.
        channels: Of the pictures.
        widths: Channels of the three stages.

    Raises:
        RequestError: The depth is not 6n + 2.
    """
    blocks, rest = divmod(depth - 2, 6)
    if rest or blocks < 1:
        said = tr("depth = {depth} is not 6n + 2 (8, 14, 20, ...)", depth=depth)
        raise RequestError(said)
    return ResidualSettings((blocks,) * 3, widths, classes, channels, residual=residual)


def imagenet(depth: int, *, residual: bool = True, classes: int = 1000) -> ResidualSettings:
    """Return a network of Table 1: 18, 34, 50, 101 or 152 layers.

    Raises:
        RequestError: There is none of that depth.
    """
    if depth not in _IMAGENET:
        known = ", ".join(map(str, _IMAGENET))
        said = tr(
            "depth = {depth} is not in the paper's Table 1: {known}", depth=depth, known=known
        )
        raise RequestError(said)
    return ResidualSettings(
        blocks=_IMAGENET[depth],
        widths=(64, 128, 256, 512),
        classes=classes,
        bottleneck=depth >= _FIRST_WITH_BOTTLENECKS,
        residual=residual,
        projections=True,
        large=True,
    )


class ResidualNetwork(nn.Module):
    """Pictures in, logits out."""

    def __init__(self, settings: ResidualSettings) -> None:
        super().__init__()
        self.settings = settings
        first = settings.widths[0]
        self.stem = _large_stem(first) if settings.large else _stem(settings.channels, first)
        outputs = [width * (EXPANSION if settings.bottleneck else 1) for width in settings.widths]
        self.stages = nn.Sequential(
            *(
                _stage(settings, stage, before)
                for stage, (before, _) in enumerate(pairwise((first, *outputs)))
            )
        )
        self.head = nn.Linear(outputs[-1], settings.classes)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (pictures, classes) of pictures (pictures, channels, height, width)."""
        x = self.stem(x)  # (pictures, widths[0], height, width); large: height / 4, width / 4
        x = self.stages(x)  # (pictures, outputs, height / 2^(stages - 1), ...)
        x = x.mean((2, 3))  # (pictures, outputs)
        logits: Tensor = self.head(x)  # (pictures, classes)
        return logits

    def initialise(self, generator: torch.Generator) -> None:
        """Draw every weight; normalisations begin as the identity.

        The head is drawn as torch's linear layers are, uniform within 1 / sqrt(inputs); the
        paper does not say.
        """
        for module in self.modules():
            reset_normalisation(module)
            if isinstance(module, nn.Conv2d):
                he(module.weight, generator)
        bound = self.head.in_features**-0.5
        nn.init.uniform_(self.head.weight, -bound, bound, generator=generator)
        nn.init.zeros_(self.head.bias)


def _stem(channels: int, width: int) -> nn.Sequential:
    """Return a beginning that keeps the pictures' size."""
    return nn.Sequential(
        nn.Conv2d(channels, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()
    )


def _large_stem(width: int) -> nn.Sequential:
    """Return ImageNet's: 7 x 7 and pooling, each of which halves the pictures' sides."""
    return nn.Sequential(
        nn.Conv2d(3, width, 7, stride=2, padding=3, bias=False),
        nn.BatchNorm2d(width),
        nn.ReLU(),
        nn.MaxPool2d(3, stride=2, padding=1),
    )


def _stage(settings: ResidualSettings, stage: int, inputs: int) -> nn.Sequential:
    """Return one stage's blocks; every stage but the first halves the pictures' sides."""
    width, kind = settings.widths[stage], Bottleneck if settings.bottleneck else Basic
    blocks: list[nn.Module] = []
    for index in range(settings.blocks[stage]):
        stride = 2 if stage and not index else 1
        block = kind(inputs, width, stride)
        outputs = block.outputs
        shortcut = _shortcut(settings, inputs, outputs, stride) if settings.residual else None
        blocks.append(Block(block, shortcut))
        inputs = outputs
    return nn.Sequential(*blocks)


def _shortcut(settings: ResidualSettings, inputs: int, outputs: int, stride: int) -> nn.Module:
    if inputs == outputs and stride == 1:
        return nn.Identity()
    return (Projected if settings.projections else Padded)(inputs, outputs, stride)


class Block(nn.Module):
    """relu(F(x) + shortcut(x)), or in a plain network relu(F(x))."""

    def __init__(self, learned: nn.Module, shortcut: nn.Module | None) -> None:
        super().__init__()
        self.learned, self.shortcut = learned, shortcut

    def forward(self, x: Tensor) -> Tensor:
        """Return (pictures, outputs, height / stride, width / stride)."""
        y: Tensor = self.learned(x)
        return (y if self.shortcut is None else y + self.shortcut(x)).relu()


class Basic(nn.Sequential):
    """F with two layers of 3 x 3 (Figure 5, left)."""

    def __init__(self, inputs: int, width: int, stride: int) -> None:
        super().__init__(
            nn.Conv2d(inputs, width, 3, stride, padding=1, bias=False),  # height / stride, ...
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
        )
        self.outputs = width


class Bottleneck(nn.Sequential):
    """F with 1 x 1, 3 x 3, 1 x 1 (Figure 5, right)."""

    def __init__(self, inputs: int, width: int, stride: int) -> None:
        super().__init__(
            nn.Conv2d(inputs, width, 1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, stride, padding=1, bias=False),  # height / stride, ...
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, EXPANSION * width, 1, bias=False),
            nn.BatchNorm2d(EXPANSION * width),
        )
        self.outputs = EXPANSION * width


class Projected(nn.Sequential):
    """Option B: W_s x, where sizes change (equation 2)."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))


class Padded(nn.Module):
    """Option A: every second pixel, and zeros for the channels that are new; no parameters."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.new, self.stride = outputs - inputs, stride

    def forward(self, x: Tensor) -> Tensor:
        """Return (pictures, outputs, height / stride, width / stride)."""
        before = self.new // 2
        picked = x[:, :, :: self.stride, :: self.stride]
        return functional.pad(picked, (0, 0, 0, 0, before, self.new - before))
