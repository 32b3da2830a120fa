"""How a representation is trained: for online learning (OML), or by plain pre-training.

OML (Javed and White, arXiv:1905.12588, section 3): classes come one after the other, each
example once; the representation is trained through all of that online learning, so that what it
ends with names held-back pictures of every class. Pre-training fits the representation and a
linear layer to all training classes at once, in shuffled minibatches.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

from l2l_tui.lab.continual import online
from l2l_tui.lab.continual.encoder import Encoder
from l2l_tui.lab.data.characters import Characters
from l2l_tui.lab.few_shot.episodes import Episodes, Jitter, Sampler


class Objective(Protocol):
    """What a step descends along."""

    size: int
    """How many numbers are trained; the encoder's params are the first."""

    def draw(self, draws: torch.Generator) -> Tensor:
        """Return them (size,) before the first step."""
        ...

    def loss_and_grads(self, params: Tensor, draws: torch.Generator) -> tuple[float, Tensor]:
        """Return a loss on examples that are drawn, and its gradient (size,)."""
        ...


class OML:
    """The loss of what online learning ends with.

    Args:
        encoder: The representation.
        sampler: Draws the classes of a trajectory: ``n_way`` of them, ``k_shot`` examples each.
        lr: Of online learning.
    """

    def __init__(self, encoder: Encoder, sampler: Sampler, lr: float) -> None:
        self.size = encoder.size
        self._encoder, self._sampler, self._lr = encoder, sampler, lr

    def draw(self, draws: torch.Generator) -> Tensor:
        """Return the encoder's params."""
        return self._encoder.draw(draws)

    def loss_and_grads(self, params: Tensor, draws: torch.Generator) -> tuple[float, Tensor]:
        """Return the loss on one trajectory's held-back pictures, and its gradient.

        The gradient goes through every online step; nothing is cut off.
        """
        leaf = params.detach().requires_grad_()
        trajectory = Trajectories(self._encoder, leaf, self._sampler.draw(draws, 1))
        classes = trajectory.classes
        weights = online.learned(trajectory.x, trajectory.y, classes, self._lr)
        logits = trajectory.test_x @ weights.transpose(1, 2)
        loss = functional.cross_entropy(logits.flatten(0, 1), trajectory.test_y.flatten())
        (grads,) = torch.autograd.grad(loss, leaf)
        return float(loss.detach()), grads


class Pretraining:
    """The loss of naming training classes, all at once.

    Args:
        encoder: The representation; a linear layer to all classes comes on top of it.
        characters: The training classes.
        batch: Pictures in a minibatch.
        jitter: What is done to each picture; None leaves it as it was drawn.
    """

    def __init__(
        self, encoder: Encoder, characters: Characters, batch: int, jitter: Jitter | None
    ) -> None:
        self._encoder, self._characters = encoder, characters
        self._batch, self._jitter = batch, jitter
        self._classes = len(characters)
        self._labels = torch.repeat_interleave(
            torch.arange(self._classes), characters.drawers, output_size=len(characters.pictures)
        )
        self.size = encoder.size + self._classes * encoder.features

    def draw(self, draws: torch.Generator) -> Tensor:
        """Return the encoder's params, then the linear layer's, which are 0."""
        zeros = torch.zeros(self._classes * self._encoder.features)
        return torch.cat((self._encoder.draw(draws), zeros))

    def loss_and_grads(self, params: Tensor, draws: torch.Generator) -> tuple[float, Tensor]:
        """Return the cross entropy of a minibatch and its gradient."""
        chosen = torch.randint(len(self._labels), (self._batch,), generator=draws)
        pictures = self._characters.pictures[chosen].float().div_(255)
        if self._jitter is not None:
            pictures = self._jitter(pictures, draws)
        leaf = params.detach().requires_grad_()
        own, layer = leaf[: self._encoder.size], leaf[self._encoder.size :]
        represented = self._encoder.represent(own, pictures)
        logits = represented @ layer.view(self._classes, -1).t()
        loss = functional.cross_entropy(logits, self._labels[chosen])
        (grads,) = torch.autograd.grad(loss, leaf)
        return float(loss.detach()), grads


class Trajectories:
    """Represented episodes in the order of online learning: class after class.

    Args:
        encoder: The representation.
        params: Its params (size,).
        episodes: The classes, in their order; support is learned, queries are judged by.
    """

    def __init__(self, encoder: Encoder, params: Tensor, episodes: Episodes) -> None:
        count, self.classes, self.shots = episodes.support.shape[:3]
        parts = [
            encoder.represent(params, pictures.flatten(0, 2)).view(count, -1, encoder.features)
            for pictures in (episodes.support, episodes.query)
        ]
        self.x, self.test_x = parts
        self.test_y = episodes.labels().flatten(1)
        self.y = torch.arange(self.classes).repeat_interleave(self.shots).expand(count, -1)
