"""Perceptrons of several streams side by side: batched matrix products, one flat vector each."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from l2l_tui.lab.continual.streams import Examples


@dataclass(frozen=True)
class Perceptron:
    """Rectified hidden layers, then logits; everything about it but its params."""

    sizes: tuple[int, ...]
    """Inputs, units of each hidden layer, outputs."""

    @property
    def size(self) -> int:
        """How many numbers its params are."""
        return sum(self._layer_sizes())

    def draw(self, draws: torch.Generator) -> Tensor:
        """Return params (size,), each layer uniform within 1 / sqrt(inputs), as `nn.Linear`."""
        return torch.cat(
            [
                (torch.rand(size, generator=draws) * 2 - 1) * inputs**-0.5
                for size, inputs in zip(self._layer_sizes(), self.sizes[:-1], strict=True)
            ]
        )

    def logits(self, params: Tensor, x: Tensor) -> Tensor:
        """Return logits (members, batch, outputs).

        Args:
            params: (members, size).
            x: (members, batch, inputs).
        """
        return self.traced(params, x)[1][-1]

    def traced(self, params: Tensor, x: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """Return each layer's inputs and what it makes of them, (members, batch, units) each.

        The last of what is made are the logits; the others are rectified before they go on.
        """
        inputs, outputs = [x], list[Tensor]()
        for weight, bias in self.layers(params):
            outputs.append(torch.baddbmm(bias, inputs[-1], weight))
            inputs.append(functional.relu(outputs[-1]))
        return inputs[:-1], outputs

    def layers(self, params: Tensor) -> list[tuple[Tensor, Tensor]]:
        """Return each layer's weight (members, inputs, units) and bias (members, 1, units)."""
        found = []
        for flat, inputs, units in zip(
            torch.split(params, self._layer_sizes(), 1),
            self.sizes[:-1],
            self.sizes[1:],
            strict=True,
        ):
            both = flat.view(-1, inputs + 1, units)
            found.append((both[:, :-1], both[:, -1:]))
        return found

    def _layer_sizes(self) -> list[int]:
        return [
            (inputs + 1) * units
            for inputs, units in zip(self.sizes[:-1], self.sizes[1:], strict=True)
        ]


def competing(logits: Tensor, visible: Tensor) -> Tensor:
    """Return log-probabilities among the outputs that compete; of the others, minus infinity."""
    return logits.masked_fill(~visible, -torch.inf).log_softmax(-1)


def losses(logits: Tensor, examples: Examples, visible: Tensor) -> Tensor:
    """Return each member's mean of -log p(y | x): (members,).

    Args:
        logits: (members, batch, outputs).
        examples: (members, batch, ...).
        visible: (members, batch, outputs), which outputs compete.
    """
    said = competing(logits, visible).gather(-1, examples.y.unsqueeze(-1))
    return -said.squeeze(-1).mean(-1)
