"""How a representation and the head on it are trained: for online learning (OML), or plainly.

OML (Javed and White, arXiv:1905.12588, section 3): classes come one after the other, each
example once; the representation and what the head's hidden layer starts from are trained through
all of that online learning, so that what it ends with names held-back pictures of every class.
Pre-training fits the same network with an output for each training class, all classes at once,
in shuffled minibatches.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

from l2l_tui.lab.continual import online
from l2l_tui.lab.continual.online_network import OnlineNetwork
from l2l_tui.lab.data.characters import Characters
from l2l_tui.lab.few_shot.episodes import Episodes, Jitter, Sampler
from l2l_tui.lab.ranks import ALONE, Ranks


class Objective(Protocol):
    """What a step descends along."""

    size: int
    """How many numbers are trained; the network's params are the first."""

    def draw(self, draws: torch.Generator) -> Tensor:
        """Return them (size,) before the first step."""
        ...

    def loss_and_grads(self, params: Tensor, draws: torch.Generator) -> tuple[float, Tensor]:
        """Return a loss on examples that are drawn, and its gradient (size,)."""
        ...


class OML:
    """The loss of what online learning ends with.

    Args:
        network: The representation and the start of the head.
        sampler: Draws the classes of a trajectory: ``n_way`` of them, ``k_shot`` examples each.
        trajectories: How many make up a loss.
        lr: Of online learning.
        ranks: Who shares the trajectories, equally.
    """

    def __init__(
        self,
        network: OnlineNetwork,
        sampler: Sampler,
        trajectories: int,
        lr: float,
        ranks: Ranks = ALONE,
    ) -> None:
        self.size = network.size
        self._network, self._sampler, self._ranks = network, sampler, ranks
        self._trajectories, self._lr = trajectories, lr

    def draw(self, draws: torch.Generator) -> Tensor:
        """Return the network's params."""
        return self._network.draw(draws)

    def loss_and_grads(self, params: Tensor, draws: torch.Generator) -> tuple[float, Tensor]:
        """Return the mean loss on held-back pictures after each trajectory, and its gradient.

        The gradient goes through every online step; nothing is cut off. Outputs are fresh in
        every trajectory.
        """
        leaf = params.detach().requires_grad_()
        mine = self._ranks.share(self._trajectories)
        episodes = self._sampler.draw(draws, self._trajectories, mine)
        seen = Trajectories(self._network, leaf, episodes)
        outputs = self._network.outputs(draws, self._trajectories, seen.classes)[mine]
        start = self._network.head(leaf, outputs)
        logits = online.learned(start, seen.x, seen.y, self._lr).logits(seen.test_x)
        loss = functional.cross_entropy(logits.flatten(0, 1), seen.test_y.flatten())
        found, grads = self._ranks.mean(loss.detach(), *torch.autograd.grad(loss, leaf))
        return float(found), grads


class Pretraining:
    """The loss of naming training classes, all at once.

    Args:
        network: The representation and the start of the head.
        characters: The training classes, an output each.
        batch: Pictures in a minibatch.
        jitter: What is done to each picture; None leaves it as it was drawn.
    """

    def __init__(
        self, network: OnlineNetwork, characters: Characters, batch: int, jitter: Jitter | None
    ) -> None:
        self._network, self._characters = network, characters
        self._batch, self._jitter = batch, jitter
        self._classes = len(characters)
        self._labels = torch.repeat_interleave(
            torch.arange(self._classes), characters.drawers, output_size=len(characters.pictures)
        )
        self.size = network.size + self._classes * (network.units + 1)

    def draw(self, draws: torch.Generator) -> Tensor:
        """Return the network's params, then the outputs."""
        own = self._network.draw(draws)
        return torch.cat((own, self._network.outputs(draws, self._classes).flatten()))

    def loss_and_grads(self, params: Tensor, draws: torch.Generator) -> tuple[float, Tensor]:
        """Return the cross entropy of a minibatch and its gradient."""
        chosen = torch.randint(len(self._labels), (self._batch,), generator=draws)
        pictures = self._characters.pictures[chosen].float().div_(255)
        if self._jitter is not None:
            pictures = self._jitter(pictures, draws)
        leaf = params.detach().requires_grad_()
        head = self._network.head(leaf, leaf[self._network.size :].view(self._classes, -1))
        logits = head.logits(self._network.represent(leaf, pictures))
        loss = functional.cross_entropy(logits, self._labels[chosen])
        (grads,) = torch.autograd.grad(loss, leaf)
        return float(loss.detach()), grads


class Trajectories:
    """Represented episodes in the order of online learning: class after class.

    Args:
        network: What represents.
        params: Its params (size,); what comes after them is not looked at.
        episodes: The classes, in their order; support is learned, queries are judged by.
    """

    def __init__(self, network: OnlineNetwork, params: Tensor, episodes: Episodes) -> None:
        count, self.classes, self.shots = episodes.support.shape[:3]
        features = network.encoder.features
        parts = [
            network.represent(params, pictures.flatten(0, 2)).view(count, -1, features)
            for pictures in (episodes.support, episodes.query)
        ]
        self.x, self.test_x = parts
        self.test_y = episodes.labels().flatten(1)
        self.y = torch.arange(self.classes).repeat_interleave(self.shots).expand(count, -1)
