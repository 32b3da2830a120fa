"""Perceptrons of many kinds, so that what is learned on them holds for more than one.

The paper trains on one network and fails on others (arXiv:1606.04474, Figure 5, ReLU). Here
each batch of problems has hidden layers, an activation, a size of minibatches and a width of
initial params of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import torch
from torch import Tensor

from l2l_tui.lab.mixture import Mixture, mixed
from l2l_tui.lab.multilayer import ACTIVATIONS, MLP, Minibatches
from l2l_tui.lab.optimizees import Sampler

HIDDEN = ((20,), (8,), (64,), (20, 20), (32, 16), (16, 16, 16))
"""Units of each hidden layer; among them the paper's."""
BATCHES = (16, 64, 128)
"""Examples in a minibatch; the last is the paper's."""
PAPERS_SHARE = 0.3
"""How often the initial params have the standard deviation of the authors' code."""
PAPERS_SCALE = 0.01
"""That standard deviation."""

_Kind = TypeVar("_Kind")


@dataclass(frozen=True, eq=False)
class VariedMLPSampler:
    """Draws a kind of perceptron, then problems of it as `MLPSampler` does.

    Seven of ten times the initial params of a layer of n inputs are Gaussian with the standard
    deviation of torch's own, which are uniform in ±1/sqrt(n); else they are the paper's.
    """

    x: Tensor
    """Examples: (examples, inputs)."""
    y: Tensor
    """Their classes: (examples,)."""
    classes: int
    """Outputs."""
    problems: int
    """Problems in a batch, all of one kind."""
    inner_steps: int
    """Updates for which there are minibatches."""

    def __call__(self, generator: torch.Generator) -> tuple[MLP, Tensor]:
        """Draw the kind, the initial params, then the minibatches."""
        hidden = _one(HIDDEN, generator)
        activation = _one(tuple(ACTIVATIONS), generator)
        batch = _one(BATCHES, generator)
        wide = float(torch.rand((), generator=generator)) >= PAPERS_SHARE
        layers = (self.x.shape[1], *hidden, self.classes)
        params = [
            torch.randn((self.problems, (inputs + 1) * outputs), generator=generator)
            * ((3 * inputs) ** -0.5 if wide else PAPERS_SCALE)
            for inputs, outputs in pairwise(layers)
        ]
        picks = (self.inner_steps + 1, self.problems, batch)
        minibatches = Minibatches.draw(self.x, self.y, picks, generator)
        return MLP(layers, activation, minibatches), torch.cat(params, -1)


@dataclass(frozen=True)
class Several:
    """Draws from another sampler several times, all to be run side by side."""

    sampler: Sampler
    """Draws a batch."""
    times: int
    """How often."""

    def __call__(self, generator: torch.Generator) -> tuple[Mixture, Tensor]:
        """Draw all batches, one after the other."""
        return mixed([self.sampler(generator) for _ in range(self.times)])


def _one(choices: tuple[_Kind, ...], generator: torch.Generator) -> _Kind:
    return choices[int(torch.randint(len(choices), (), generator=generator))]
