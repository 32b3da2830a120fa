"""What is trained before online learning: a representation, and the start of the head on it.

Its params are one flat vector: the encoder's, then the hidden layer's of the head. Outputs are
no part of it. New classes were never named before, so that theirs are drawn anew, as the
authors' code does before it evaluates: weights from He's normal distribution, biases 0
(github.com/khurramjaved96/mrcl, ``evaluate_classification.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from l2l_tui.lab.continual.encoder import Encoder
from l2l_tui.lab.continual.online import Head


@dataclass(frozen=True)
class OnlineNetwork:
    """Everything about it but its params."""

    encoder: Encoder
    """What stays in online learning (the paper's RLN)."""
    units: int
    """Of the hidden layer, which learns online from a trained start."""

    @property
    def size(self) -> int:
        """How many numbers its params are."""
        return self.encoder.size + self.units * (self.encoder.features + 1)

    def draw(self, draws: torch.Generator) -> Tensor:
        """Return params (size,): He's normal distribution, biases 0."""
        hidden = _drawn((self.units, self.encoder.features), draws)
        return torch.cat((self.encoder.draw(draws), hidden.flatten()))

    def represent(self, params: Tensor, pictures: Tensor) -> Tensor:
        """Return (pictures, features) of pictures (pictures, 1, 28, 28)."""
        return self.encoder.represent(params[: self.encoder.size], pictures)

    def head(self, params: Tensor, outputs: Tensor) -> Head:
        """Return the head that starts with these params (size,) and some outputs."""
        hidden = params[self.encoder.size : self.size].view(self.units, -1)
        return Head(hidden, outputs.to(params.dtype))

    def outputs(self, draws: torch.Generator, *shape: int) -> Tensor:
        """Return fresh outputs (*shape, units + 1); the last axis of `shape` are the classes."""
        return _drawn((*shape, self.units), draws)


def _drawn(shape: tuple[int, ...], draws: torch.Generator) -> Tensor:
    """Return weights (..., inputs) from He's normal distribution, with a bias 0 at the end."""
    weights = torch.randn(shape, generator=draws) * (2 / shape[-1]) ** 0.5
    return torch.nn.functional.pad(weights, (0, 1))
