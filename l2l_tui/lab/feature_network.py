"""A small convolutional network that learns to tell pictures apart, and what it sees in them.

It stands in for the VGG network of neural style (Gatys, Ecker, Bethge, arXiv:1508.06576):
convolutions of 3 x 3 with ReLU, average pooling between them (which those authors found to
give better pictures than maximum pooling), a linear layer on the means of all features, so that
even the first layer learns what textures differ in.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from l2l_tui.lab.measurement import Measurement, Progress
from l2l_tui.lab.optimizers import Adam
from l2l_tui.lab.randomness import generator

PREFIX = "features."
"""What stands before the names of its weights where they are kept beside others."""
_RGB = 3
_FIRST, _LATER = 5, 3
"""Sides of the first and of the other convolutions' windows."""


@dataclass(frozen=True)
class FeatureNetwork:
    """The network without its weights."""

    channels: tuple[int, ...]
    """Features of each convolution, first to last."""
    classes: int
    """What it tells apart."""

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The weights by name, in their order within the flat vector."""
        found: dict[str, tuple[int, ...]] = {}
        for layer, (inputs, outputs) in enumerate(pairwise((_RGB, *self.channels)), 1):
            side = _FIRST if layer == 1 else _LATER
            found |= {
                f"conv{layer}.weight": (outputs, inputs, side, side),
                f"conv{layer}.bias": (outputs,),
            }
        head = {"head.weight": (self.classes, sum(self.channels)), "head.bias": (self.classes,)}
        return {**found, **head}

    def draw(self, generator: torch.Generator) -> Tensor:
        """Draw flat weights (size,): Gaussian with variance 2 / inputs, the biases 0."""
        parts = []
        for shape in self.shapes.values():
            scale = math.sqrt(2 / math.prod(shape[1:])) if len(shape) > 1 else 0.0
            parts.append(torch.randn(shape, generator=generator).mul(scale).reshape(-1))
        return torch.cat(parts)

    def unpack(self, weights: Tensor) -> dict[str, Tensor]:
        """Return views of the flat weights (size,) by name."""
        parts = torch.split(weights, [math.prod(shape) for shape in self.shapes.values()])
        return {
            name: part.view(shape)
            for part, (name, shape) in zip(parts, self.shapes.items(), strict=True)
        }

    def features(self, weights: Mapping[str, Tensor], pictures: Tensor) -> list[Tensor]:
        """Return what every layer sees, after its ReLU.

        Args:
            weights: By name.
            pictures: (pictures, 3, height, width), between 0 and 1.

        Returns:
            Of layer l (pictures, channels, height / 2^l, width / 2^l), l counted from 0.
        """
        found: list[Tensor] = []
        x = (pictures - 0.5) * 4  # about mean 0 and variance 1
        for layer in range(1, len(self.channels) + 1):
            if found:
                x = functional.avg_pool2d(x, 2)
            weight, bias = weights[f"conv{layer}.weight"], weights[f"conv{layer}.bias"]
            # Zeros around a picture would be a dark frame, which every style then has.
            x = functional.conv2d(
                functional.pad(x, [weight.shape[-1] // 2] * 4, mode="reflect"), weight, bias
            ).relu()
            found.append(x)
        return found

    def logits(self, weights: Mapping[str, Tensor], pictures: Tensor) -> Tensor:
        """Return (pictures, classes) of pictures (pictures, 3, height, width)."""
        means = [layer.mean((-2, -1)) for layer in self.features(weights, pictures)]
        return functional.linear(torch.cat(means, -1), weights["head.weight"], weights["head.bias"])


@dataclass(frozen=True, eq=False)
class Examples:
    """Pictures and their classes."""

    x: Tensor
    """(examples, 3, size, size), between 0 and 1."""
    y: Tensor
    """(examples,)."""


@dataclass(frozen=True)
class FeatureSchedule:
    """How the network is trained."""

    steps: int
    """Minibatches."""
    batch: int = 64
    """Pictures in a minibatch."""
    lr: float = 0.01
    """Adam's rate at first; it falls to 0 as half a cosine."""
    every: int = 20
    """Minibatches between safe points."""


class FeatureTraining:
    """Trains the network, step by step; its whole state can be handed out.

    Args:
        network: What is trained.
        schedule: How long and how boldly.
        train: What it learns from.
        test: What it is judged by.
        seed: Decides the first weights and the minibatches.

    Attributes:
        network: What is trained.
        weights: Where its training stands: (size,).
    """

    def __init__(
        self,
        network: FeatureNetwork,
        schedule: FeatureSchedule,
        train: Examples,
        test: Examples,
        seed: int,
    ) -> None:
        self.network, self._schedule = network, schedule
        self._train, self._test, self._seed = train, test, seed
        self.weights = network.draw(generator(seed, "features"))
        self._memory = Adam(schedule.lr).init(self.weights)
        self._done = 0
        self.steps = -(-schedule.steps // schedule.every)

    @property
    def done(self) -> bool:
        """Whether all minibatches were seen."""
        return self._done == self._schedule.steps

    def run(self) -> Generator[Progress, None, None]:
        """Go on to the end; each yield is a safe point."""
        while not self.done:
            losses = [self._step() for _ in range(min(self._schedule.every, self._left))]
            loss, accuracy = sum(losses) / len(losses), self.accuracy()
            note = f"features: {accuracy:.0%} of pictures told apart" if self.done else ""
            measured = (
                Measurement("features/loss", self._done, loss),
                Measurement("accuracy/held-out", self._done, accuracy),
            )
            yield Progress(-(-self._done // self._schedule.every), measured, note)

    @property
    def _left(self) -> int:
        return self._schedule.steps - self._done

    def _step(self) -> float:
        """Make one step of Adam on the cross-entropy of a minibatch; return it."""
        # A generator a step: nothing of it must be kept.
        draws = generator(self._seed, "features", self._done)
        picks = torch.randint(len(self._train.y), (self._schedule.batch,), generator=draws)
        weights = self.weights.detach().requires_grad_()
        logits = self.network.logits(self.network.unpack(weights), self._train.x[picks])
        loss = functional.cross_entropy(logits, self._train.y[picks])
        (grads,) = torch.autograd.grad(loss, weights)
        share = self._done / self._schedule.steps
        adam = Adam(self._schedule.lr * 0.5 * (1 + math.cos(math.pi * share)))
        updates, self._memory = adam.update(grads, self._memory, self.weights)
        self.weights = self.weights + updates
        self._done += 1
        return float(loss.detach())

    @torch.no_grad()
    def accuracy(self) -> float:
        """Return the share of held-out pictures whose class it tells."""
        logits = self.network.logits(self.network.unpack(self.weights), self._test.x)
        return float((logits.argmax(-1) == self._test.y).float().mean())

    def state(self) -> dict[str, Any]:
        """Return everything that the rest of the training depends on, as copies."""
        return {
            "done": self._done,
            "weights": self.weights.clone(),
            "memory": {name: value.clone() for name, value in self._memory.items()},
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave."""
        self._done = state["done"]
        self.weights = state["weights"].clone()
        self._memory = {name: value.clone() for name, value in state["memory"].items()}


@dataclass(frozen=True, eq=False)
class Features:
    """The network with its weights fixed, each layer scaled so that its mean square is 1.

    So that all layers weigh alike in a loss. For that end Gatys, Ecker and Bethge (Image style
    transfer using convolutional neural networks, 2016, section 2) give every filter of VGG the
    mean activation 1. Here a layer has one factor, not each channel its own, for a channel that
    hardly ever speaks would become loud.
    """

    network: FeatureNetwork
    """Without its weights."""
    weights: Mapping[str, Tensor]
    """By name."""
    scales: tuple[float, ...]
    """What each layer's features are multiplied with."""

    @classmethod
    @torch.no_grad()
    def calibrated(cls, network: FeatureNetwork, weights: Tensor, pictures: Tensor) -> Features:
        """Return features whose mean square on pictures (pictures, 3, size, size) is 1."""
        parts = {name: part.clone() for name, part in network.unpack(weights).items()}
        sizes = [float(layer.square().mean().sqrt()) for layer in network.features(parts, pictures)]
        return cls(network, parts, tuple(1 / max(size, 1e-6) for size in sizes))

    def __call__(self, pictures: Tensor) -> list[Tensor]:
        """Return (pictures, channels, height, width) of every layer, first to last."""
        layers = self.network.features(self.weights, pictures)
        return [layer * scale for layer, scale in zip(layers, self.scales, strict=True)]
