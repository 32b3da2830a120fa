"""Networks whose forward pass takes a batch of tasks, each with weights of its own.

A network's weights are one flat vector a task, params (tasks, size), with named parts. The
last parts are its head, the linear layer that reads the features which the body makes.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping

import torch
from torch import Tensor


class Network(ABC):
    """An architecture; it has no weights itself."""

    @property
    @abstractmethod
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """The parts of the params, by name, in their order; the head's are the last."""

    @property
    @abstractmethod
    def head_parts(self) -> int:
        """How many of the last parts are the head."""

    @abstractmethod
    def draw(self, generator: torch.Generator) -> Tensor:
        """Draw one network's initial params: (size,)."""

    @abstractmethod
    def features(self, body: Tensor, x: Tensor, context: Tensor | None = None) -> Tensor:
        """Return what the head reads, differentiably in the body.

        Args:
            body: Params without the head: (tasks, body size).
            x: Inputs of each task's examples: (tasks, examples, ...).
            context: Inputs (tasks, others, ...) whose batch statistics normalise the examples,
                where there is a normalisation; None takes the examples' own.

        Returns:
            (tasks, examples, units).
        """

    @abstractmethod
    def readout(self, head: Tensor, features: Tensor) -> Tensor:
        """Return the outputs (tasks, examples, outputs) of features (tasks, examples, units).

        `head` is (tasks, head size); differentiable in both.
        """

    def outputs(self, params: Tensor, x: Tensor, context: Tensor | None = None) -> Tensor:
        """Return the outputs (tasks, examples, outputs); arguments as in `features`."""
        body, head = self.halves(params)
        return self.readout(head, self.features(body, x, context))

    def halves(self, params: Tensor) -> tuple[Tensor, Tensor]:
        """Return the body (..., body size) and the head (..., head size) of (..., size)."""
        body, head = torch.split(params, [self.size - self.head_size, self.head_size], -1)
        return body, head

    @property
    def size(self) -> int:
        """How many numbers the params have."""
        return sum(map(math.prod, self.shapes.values()))

    @property
    def head_size(self) -> int:
        """How many of them, the last ones, are the head."""
        return sum(map(math.prod, list(self.shapes.values())[-self.head_parts :]))

    def unpack(self, params: Tensor) -> dict[str, Tensor]:
        """Return the parts of (..., size) by name, each (..., *shape)."""
        return dict(zip(self.shapes, split(params, list(self.shapes.values())), strict=True))


def split(flat: Tensor, shapes: list[tuple[int, ...]]) -> list[Tensor]:
    """Return views (..., *shape) of the parts of a flat (..., size)."""
    parts = torch.split(flat, [math.prod(shape) for shape in shapes], -1)
    return [part.view(*flat.shape[:-1], *shape) for part, shape in zip(parts, shapes, strict=True)]


def uniform(shape: tuple[int, ...], inputs: int, generator: torch.Generator) -> Tensor:
    """Draw weights within 1 / sqrt(inputs) either way, as PyTorch does for its own layers."""
    return (torch.rand(shape, generator=generator) * 2 - 1) / math.sqrt(inputs)
