"""The rivals: for every function a small network of its own, trained from scratch.

A network with one hidden layer of tanh units predicts an example, is told the target and
trains. Online it makes one step on that example; with replay it keeps every example seen and
makes several steps on all of them. Steps are those of gradient descent or of Adam, on the mean
squared error, from the gradient by backpropagation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from l2l_tui.lab.hochreiter.functions import Examples
from l2l_tui.lab.optimizers import SGD, Adam, Optimizer, Rate

AT_ONCE = 10
"""The most steps between two safe points."""


@dataclass(frozen=True)
class Rival:
    """How a network learns one function."""

    optimizer: Callable[[Rate], Optimizer]
    """Made from a learning rate."""
    replay: bool
    """Whether all examples seen are trained on, or the last alone."""


RIVALS: Mapping[str, Rival] = {
    "sgd-online": Rival(SGD, replay=False),
    "adam-online": Rival(Adam, replay=False),
    "sgd-replay": Rival(SGD, replay=True),
    "adam-replay": Rival(Adam, replay=True),
}
"""Every rival by name."""


@dataclass(frozen=True)
class Scratch:
    """A network of one hidden layer: 3 hidden weights a unit, then output weights and bias.

    Its params are one vector: (..., 4 hidden + 1).
    """

    hidden: int = 20
    """Hidden units."""

    @property
    def size(self) -> int:
        """How many params a network has."""
        return 4 * self.hidden + 1

    def draw(self, generator: torch.Generator, *shape: int) -> Tensor:
        """Draw networks (*shape, size), uniform within 1 / sqrt(inputs) as in PyTorch."""
        params = torch.rand(*shape, self.size, generator=generator) * 2 - 1
        params[..., : 3 * self.hidden] /= math.sqrt(2)
        params[..., 3 * self.hidden :] /= math.sqrt(self.hidden)
        return params

    def predict(self, params: Tensor, x: Tensor) -> Tensor:
        """Return predictions (networks, examples) for inputs (networks, examples, 2)."""
        return self._forward(params, _with_ones(x))[1]

    def grads(self, params: Tensor, x: Tensor, y: Tensor) -> Tensor:
        """Return each network's gradient of its mean squared error: (networks, size).

        Args:
            params: (networks, size).
            x: (networks, examples, 2).
            y: (networks, examples).
        """
        read = _with_ones(x)
        units, predicted = self._forward(params, read)
        errors = (predicted - y).unsqueeze(1) * (2 / y.shape[-1])
        outward = torch.bmm(errors, units)
        # With 1 - tanh^2 multiplied out, a unit's weight needs no array of its own.
        driven = read.transpose(1, 2) * errors
        inward = driven.sum(-1, keepdim=True) - torch.bmm(driven, units.square_())
        inward = inward * params[:, None, 3 * self.hidden : -1]
        return torch.cat((inward.flatten(1), outward.flatten(1), errors.sum(-1)), 1)

    def _forward(self, params: Tensor, read: Tensor) -> tuple[Tensor, Tensor]:
        """Return what the hidden units give (networks, examples, hidden), and predictions."""
        inward = params[:, : 3 * self.hidden].reshape(-1, 3, self.hidden)
        # tanh through the sigmoid, which is several times as fast on a CPU.
        units = torch.bmm(read, inward).mul_(2).sigmoid_().mul_(2).sub_(1)
        outward = params[:, 3 * self.hidden : -1].unsqueeze(-1)
        return units, (torch.bmm(units, outward).squeeze(-1) + params[:, -1:])


def _with_ones(x: Tensor) -> Tensor:
    return torch.cat((x, torch.ones_like(x[..., :1])), -1)


class Training:
    """A rival on many sequences at once, each network from its first example to its last.

    Args:
        rival: How it learns.
        network: The architecture.
        params: Where the networks start: (networks, size).
        rates: Each network's learning rate: (networks, 1).
        examples: Each network's sequence: (networks, examples).
        replay_steps: Steps after each example where all are kept.

    Attributes:
        steps: How often `advance` can be called.
        done: How often it was.
        errors: (prediction - y)^2 of each example before it was trained on, as far as it
            is known: (networks, examples).
    """

    def __init__(
        self,
        rival: Rival,
        network: Scratch,
        params: Tensor,
        rates: Tensor,
        examples: Examples,
        replay_steps: int,
    ) -> None:
        self._rival, self._network, self._examples = rival, network, examples
        self._repeats = replay_steps if rival.replay else 1
        self._optimizer = rival.optimizer(rates)
        self._params = params
        self._memory = self._optimizer.init(params)
        self._stretches = -(-self._repeats // AT_ONCE)
        self.errors = torch.zeros_like(examples.y)
        self.steps = self.steps_for(rival, examples.y.shape[-1], replay_steps)
        self.done = 0

    @staticmethod
    def steps_for(rival: Rival, examples: int, replay_steps: int) -> int:
        """Return how many calls of `advance` take a rival through so many examples."""
        return examples * (-(-replay_steps // AT_ONCE) if rival.replay else 1)

    def advance(self) -> None:
        """Predict the next example and begin to train on it, or go on training."""
        at, stretch = divmod(self.done, self._stretches)
        x, y = self._examples.x, self._examples.y
        if not stretch:
            predicted = self._network.predict(self._params, x[:, at : at + 1])
            self.errors[:, at] = (predicted.squeeze(-1) - y[:, at]).square()
        first = 0 if self._rival.replay else at
        for _ in range(min(AT_ONCE, self._repeats - stretch * AT_ONCE)):
            self._train(x[:, first : at + 1], y[:, first : at + 1])
        self.done += 1

    def _train(self, x: Tensor, y: Tensor) -> None:
        grads = self._network.grads(self._params, x, y)
        updates, self._memory = self._optimizer.update(grads, self._memory, self._params)
        self._params = self._params + updates

    def state(self) -> dict[str, Any]:
        """Return everything that the rest of the training depends on, as copies."""
        return {
            "done": self.done,
            "params": self._params.clone(),
            "errors": self.errors.clone(),
            "memory": {name: value.clone() for name, value in self._memory.items()},
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave."""
        self.done, self._params = state["done"], state["params"].clone()
        self.errors = state["errors"].clone()
        self._memory = {name: value.clone() for name, value in state["memory"].items()}
