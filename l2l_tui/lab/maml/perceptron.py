"""Multilayer perceptrons by batched matrix products (arXiv:1703.03400, section 5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from l2l_tui.lab.maml.networks import Network, split, uniform


@dataclass(frozen=True)
class Perceptron(Network):
    """Fully connected layers with ReLUs between them; the last layer is the head."""

    layers: tuple[int, ...]
    """Inputs, units of each hidden layer, outputs. The paper's: 1, 40, 40, 1."""

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Each layer's ``weightN`` (inputs, outputs) and ``biasN`` (1, outputs)."""
        return {
            name: shape
            for layer, (inputs, outputs) in enumerate(pairwise(self.layers), 1)
            for name, shape in (
                (f"weight{layer}", (inputs, outputs)),
                (f"bias{layer}", (1, outputs)),
            )
        }

    @property
    def head_parts(self) -> int:
        """The last layer's weights and biases."""
        return 2

    def draw(self, generator: torch.Generator) -> Tensor:
        """Draw one network's params (size,): uniform as in PyTorch, biases too."""
        return torch.cat(
            [
                uniform(((inputs + 1) * outputs,), inputs, generator)
                for inputs, outputs in pairwise(self.layers)
            ]
        )

    def features(self, body: Tensor, x: Tensor, context: Tensor | None = None) -> Tensor:
        """Return the last hidden layer (tasks, examples, units) of x (tasks, examples, inputs).

        Nothing is normalised, so that `context` has no part in it.
        """
        del context
        parts = iter(split(body, list(self.shapes.values())[: -self.head_parts]))
        for weight, bias in zip(parts, parts, strict=True):
            x = torch.baddbmm(bias, x, weight).relu()
        return x

    def readout(self, head: Tensor, features: Tensor) -> Tensor:
        """Return the outputs (tasks, examples, outputs)."""
        weight, bias = split(head, list(self.shapes.values())[-self.head_parts :])
        return torch.baddbmm(bias, features, weight)
