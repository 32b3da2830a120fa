"""Convolutional networks on minibatches of pictures (arXiv:1606.04474, section 3.3).

The paper's network has three convolutional layers with max pooling, then a fully connected
layer of 32 units; every unit is a ReLU behind batch normalisation. The normalisation is that
of training throughout: its means and variances are the minibatch's.

Layers before a normalisation have no bias, which it would take away again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor
from torch.nn import functional

from l2l_tui.lab.multilayer import Minibatches
from l2l_tui.lab.optimizees import Differentiated

_POOL = 2


@dataclass(frozen=True)
class Architecture:
    """The sizes of a network, and how its coordinates lie.

    Coordinates are first those of the convolutional layers: of each the weights (outputs,
    inputs, kernel, kernel), the normalisation's scales and shifts (outputs). Then those of
    the fully connected layers: the hidden one's weights (inputs, units), scales and shifts
    (units), and the last one's weights (units, classes) and biases (classes).
    """

    picture: tuple[int, int, int]
    """Channels, height and width."""
    channels: tuple[int, ...]
    """Outputs of each convolutional layer."""
    units: int
    """Units of the hidden fully connected layer."""
    classes: int
    """Outputs."""
    kernel: int = 3
    """Height and width of every convolution's kernel."""
    padding: int = 1
    """Pixels of zeros on each side of what a convolution sees."""

    @property
    def convolutions(self) -> tuple[tuple[int, int, int, int], ...]:
        """The shapes of the convolutional layers' weights."""
        layers = pairwise((self.picture[0], *self.channels))
        return tuple((after, before, self.kernel, self.kernel) for before, after in layers)

    @property
    def flat(self) -> int:
        """How many numbers the convolutional layers give of a picture; 0 if it is too small."""
        height, width = self.picture[1:]
        for _ in self.channels:
            height, width = self._after(height), self._after(width)
        return self.channels[-1] * height * width

    def _after(self, pixels: int) -> int:
        """Return how many of so many pixels in a row are left after convolution and pooling."""
        return max(0, -(-(pixels + 2 * self.padding - self.kernel + 1) // _POOL))

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shapes of all parts of the coordinates, in their order."""
        convolutional = ((shape, shape[:1], shape[:1]) for shape in self.convolutions)
        hidden = ((self.flat, self.units), (self.units,), (self.units,))
        return (*sum(convolutional, ()), *hidden, (self.units, self.classes), (self.classes,))

    @property
    def convolutional(self) -> int:
        """How many coordinates the convolutional layers have: the first ones."""
        return sum(math.prod(shape) for shape in self.shapes[: 3 * len(self.channels)])

    @property
    def fully_connected(self) -> int:
        """How many coordinates the fully connected layers have: the rest."""
        return sum(math.prod(shape) for shape in self.shapes[3 * len(self.channels) :])

    def split(self, params: Tensor) -> list[Tensor]:
        """Return the parts (..., part) of params (..., coordinates)."""
        return list(torch.split(params, [math.prod(shape) for shape in self.shapes], -1))


@dataclass(frozen=True, eq=False)
class Convnet(Differentiated):
    """Mean cross-entropy of a network on the minibatch of the inner step."""

    architecture: Architecture
    """Its sizes."""
    minibatches: Minibatches
    """Examples are (examples, height, width, channels)."""

    def loss(self, params: Tensor, inner_step: int = 0) -> Tensor:
        """Return each problem's loss, differentiably: (..., problems)."""
        x, y = self.minibatches.at(inner_step)
        leading = params.shape[:-2]
        logits = self.logits(params.reshape(-1, *params.shape[-2:]).transpose(0, 1), x)
        picked = y[:, None, :, None].expand(*logits.shape[:-1], 1)
        losses = -logits.log_softmax(-1).gather(-1, picked).squeeze(-1).mean(-1)
        return losses.transpose(0, 1).reshape(*leading, len(y))

    def of(self, which: slice) -> Convnet:
        """Return some of the problems, by their places."""
        return Convnet(self.architecture, self.minibatches.of(which))

    def logits(self, params: Tensor, x: Tensor) -> Tensor:
        """Return (problems, copies, batch, classes).

        Args:
            params: Several copies of each problem: (problems, copies, coordinates).
            x: What all copies of a problem see: (problems, batch, height, width, channels).
        """
        shapes, parts = self.architecture.shapes, self.architecture.split(params)
        layers = len(self.architecture.channels)
        problems, copies = params.shape[:2]
        # One convolution for all: problems are groups of channels, which lie innermost
        # (`channels_last`), where they are fastest. Copies share what their problem sees.
        x = x.permute(1, 4, 0, 2, 3).transpose(1, 2).flatten(1, 2)
        x = x.contiguous(memory_format=torch.channels_last)
        for layer in range(layers):
            weight, scale, shift = parts[3 * layer : 3 * layer + 3]
            groups = problems * (copies if layer else 1)
            kernels = weight.reshape(-1, *shapes[3 * layer][1:])
            x = functional.conv2d(x, kernels, padding=self.architecture.padding, groups=groups)
            x = _normalised(x, scale, shift)
            # A ReLU after pooling is the one before it, at a quarter of the cost.
            x = functional.max_pool2d(x, _POOL, ceil_mode=True).relu()
        weight, scale, shift, last, bias = parts[3 * layers :]
        flat = x.reshape(len(x), problems * copies, -1).transpose(0, 1)
        hidden = flat @ weight.reshape(problems * copies, -1, self.architecture.units)
        hidden = _normalised(hidden.transpose(0, 1).flatten(1), scale, shift).relu()
        hidden = hidden.view(len(x), problems, copies, -1).permute(1, 2, 0, 3)
        return hidden @ last.reshape(problems, copies, *shapes[-2]) + bias.unsqueeze(-2)


def _normalised(x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    """Normalise each channel of (batch, channels, ...) over all else."""
    return functional.batch_norm(x, None, None, scale.reshape(-1), shift.reshape(-1), training=True)


@dataclass(frozen=True, eq=False)
class ConvnetSampler:
    """Draws `Convnet`s with their initial params and their minibatches.

    Weights and the last layer's biases are Gaussian, scales are 1 and shifts are 0.
    """

    x: Tensor
    """Examples: (examples, height, width, channels)."""
    y: Tensor
    """Their classes: (examples,)."""
    architecture: Architecture
    """The networks' sizes."""
    problems: int
    """Problems in a batch."""
    inner_steps: int
    """Updates for which there are minibatches."""
    batch: int = 128
    """Examples in a minibatch."""
    initial_scale: float = 0.01
    """Standard deviation of the initial weights (the authors' code: 0.01)."""
    known: int | None = None
    """How many of the examples each problem has; None: all."""

    def __call__(self, generator: torch.Generator) -> tuple[Convnet, Tensor]:
        """Draw the initial params, then the minibatches."""
        architecture = self.architecture
        coordinates = architecture.convolutional + architecture.fully_connected
        params = torch.randn((self.problems, coordinates), generator=generator)
        params *= self.initial_scale
        parts = architecture.split(params)
        for scale, shift in zip(parts[1:-2:3], parts[2:-2:3], strict=True):
            scale.fill_(1)
            shift.zero_()
        picks = (self.inner_steps + 1, self.problems, self.batch)
        minibatches = Minibatches.draw(self.x, self.y, picks, generator, self.known)
        return Convnet(architecture, minibatches), params
