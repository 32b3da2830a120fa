"""Multilayer perceptrons on minibatches of pictures (arXiv:1606.04474, section 3.2).

The paper's base network has one hidden layer of 20 sigmoid units; others differ in units,
layers and activation. Every problem has initial params and minibatches of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from l2l_tui.lab.optimizees import Differentiated

ACTIVATIONS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
}
"""What a hidden unit does to its input."""


@dataclass(frozen=True, eq=False)
class Minibatches:
    """Examples, and which of them each problem sees at each inner step."""

    x: Tensor
    """Examples: (examples, ...)."""
    y: Tensor
    """Their classes: (examples,)."""
    picks: Tensor
    """Indices of examples: (inner steps + 1, problems, batch)."""

    @classmethod
    def draw(
        cls,
        x: Tensor,
        y: Tensor,
        shape: tuple[int, int, int],
        generator: torch.Generator,
        known: int | None = None,
    ) -> Minibatches:
        """Draw minibatches of a shape (inner steps + 1, problems, batch), with replacement.

        Args:
            x: Examples: (examples, ...).
            y: Their classes: (examples,).
            shape: Of the minibatches.
            generator: Decides which.
            known: How many of the examples each problem has, drawn for it without
                replacement; None gives every problem all of them.
        """
        if known is None or known >= len(x):
            return cls(x, y, torch.randint(len(x), shape, generator=generator))
        owned = [torch.randperm(len(x), generator=generator)[:known] for _ in range(shape[1])]
        picks = torch.randint(known, shape, generator=generator)
        return cls(x, y, torch.stack([own[picks[:, i]] for i, own in enumerate(owned)], 1))

    def at(self, inner_step: int) -> tuple[Tensor, Tensor]:
        """Return examples (problems, batch, ...) and classes (problems, batch)."""
        picks = self.picks[inner_step]
        return self.x[picks], self.y[picks]

    def of(self, which: slice) -> Minibatches:
        """Return those of some of the problems, by their places."""
        return Minibatches(self.x, self.y, self.picks[:, which])


@dataclass(frozen=True, eq=False)
class MLP(Differentiated):
    """Mean cross-entropy of a perceptron on the minibatch of the inner step.

    Coordinates are, layer by layer, the weights (inputs, outputs) and the biases (outputs).
    """

    layers: tuple[int, ...]
    """Inputs, hidden units of each layer, classes."""
    activation: str
    """One of `ACTIVATIONS`."""
    minibatches: Minibatches
    """Examples are (examples, inputs)."""

    def loss(self, params: Tensor, inner_step: int = 0) -> Tensor:
        """Return each problem's loss, differentiably: (..., problems)."""
        x, y = self.minibatches.at(inner_step)
        logits = self.logits(params, x)
        picked = y.expand(logits.shape[:-1]).unsqueeze(-1)
        return -logits.log_softmax(-1).gather(-1, picked).squeeze(-1).mean(-1)

    def of(self, which: slice) -> MLP:
        """Return some of the problems, by their places."""
        return MLP(self.layers, self.activation, self.minibatches.of(which))

    def logits(self, params: Tensor, x: Tensor) -> Tensor:
        """Return (..., problems, batch, classes) of examples (problems, batch, inputs)."""
        activate, shapes = ACTIVATIONS[self.activation], list(pairwise(self.layers))
        parts = iter(torch.split(params, _sizes(self.layers), -1))
        for index, (inputs, outputs) in enumerate(shapes):
            weight = next(parts).reshape(*params.shape[:-1], inputs, outputs)
            bias = next(parts).unsqueeze(-2)
            # `einsum` keeps axes in front of `problems` out of the examples, which have none.
            product = torch.einsum("pbi,...pio->...pbo", x, weight) if not index else x @ weight
            x = product + bias
            if index < len(shapes) - 1:
                x = activate(x)
        return x


@dataclass(frozen=True, eq=False)
class MLPSampler:
    """Draws `MLP`s with Gaussian initial params and their minibatches."""

    x: Tensor
    """Examples: (examples, inputs)."""
    y: Tensor
    """Their classes: (examples,)."""
    hidden: tuple[int, ...]
    """Units of each hidden layer."""
    classes: int
    """Outputs."""
    problems: int
    """Problems in a batch."""
    inner_steps: int
    """Updates for which there are minibatches."""
    activation: str = "sigmoid"
    """One of `ACTIVATIONS`."""
    batch: int = 128
    """Examples in a minibatch."""
    initial_scale: float = 0.01
    """Standard deviation of the initial params (the authors' code: 0.01)."""
    known: int | None = None
    """How many of the examples each problem has; None: all."""

    def __call__(self, generator: torch.Generator) -> tuple[MLP, Tensor]:
        """Draw the initial params, then the minibatches."""
        layers = (self.x.shape[1], *self.hidden, self.classes)
        shape = (self.problems, sum(_sizes(layers)))
        params = torch.randn(shape, generator=generator) * self.initial_scale
        picks = (self.inner_steps + 1, self.problems, self.batch)
        minibatches = Minibatches.draw(self.x, self.y, picks, generator, self.known)
        return MLP(layers, self.activation, minibatches), params


def _sizes(layers: tuple[int, ...]) -> list[int]:
    """Return the sizes of weights and biases, layer by layer."""
    return [size for pair in pairwise(layers) for size in (math.prod(pair), pair[1])]
