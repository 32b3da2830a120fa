"""Few-shot learners: what they have in common, those that learn nothing, and training by episodes.

Every learner is asked in the same way: episodes in, logits of the queries out. A `Study` trains
and judges whatever keeps to `Learner`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol, cast
from weakref import WeakSet

import torch
from torch import Tensor, nn
from torch.nn import functional

from l2l_tui.lab import optimizer_memory
from l2l_tui.lab.few_shot.episodes import Episodes
from l2l_tui.lab.few_shot.matching import attention
from l2l_tui.lab.optimizers import half_cosine
from l2l_tui.lab.ranks import Ranks


class EpisodeSource(Protocol):
    """Gives training steps their episodes."""

    classes: int
    """How many training classes there are."""
    ranks: Ranks
    """Who shares the episodes of a step, equally."""

    def __call__(self, step: int) -> Episodes:
        """Return a rank's own of a step's episodes, the same ones whenever the step asks."""
        ...


class Learner(Protocol):
    """Learns from training episodes, if it learns, and names queries of any others."""

    def step(self, index: int) -> float:
        """Make training step `index`, counted from 0; return the loss that it began with."""
        ...

    def logits(self, episodes: Episodes) -> Tensor:
        """Return logits (episodes, n_way, n_query, n_way) from the support set alone."""
        ...

    def memory_mb(self) -> float:
        """Return the megabytes that a training step keeps: see `Kept`; 0 before the first."""
        ...

    def weights(self) -> dict[str, Tensor]:
        """Return what was trained, as copies; nothing where nothing was."""
        ...

    def state(self) -> dict[str, Any]:
        """Return everything that training has changed, as copies."""
        ...

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave."""
        ...


class RawPixels:
    """Names a query by attention over the cosines of the pixels themselves.

    With one labelled picture a class that is its nearest neighbour.

    Args:
        scale: What cosines are multiplied with.
    """

    def __init__(self, scale: float) -> None:
        self._scale = scale

    def step(self, index: int) -> float:
        """Refuse: there is nothing to train."""
        raise NotImplementedError(f"pixels are not trained, step {index} was asked for")

    def logits(self, episodes: Episodes) -> Tensor:
        """Return logits (episodes, n_way, n_query, n_way)."""
        return attention(episodes.support.flatten(3), episodes.query.flatten(3), self._scale)

    def memory_mb(self) -> float:
        """Return 0: there is no training step."""
        return 0.0

    def weights(self) -> dict[str, Tensor]:
        """Return nothing: nothing was trained."""
        return {}

    def state(self) -> dict[str, Any]:
        """Return nothing: nothing changes."""
        return {}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take nothing back."""


class Untrained:
    """A network as it was drawn, its normalisation fitted to pictures and nothing else learned.

    Without that its running means would be those of no picture at all.

    Args:
        network: Turns episodes into logits.
        draw: Gives training episodes.
        batches: How many of them the normalisation sees.
    """

    def __init__(self, network: nn.Module, draw: EpisodeSource, batches: int) -> None:
        self._network = network
        network.train()
        with torch.no_grad():
            for index in range(batches):
                network(draw(index))
        network.eval()

    def step(self, index: int) -> float:
        """Refuse: there is nothing to train."""
        raise NotImplementedError(f"an untrained network is not trained, at step {index} neither")

    @torch.no_grad()
    def logits(self, episodes: Episodes) -> Tensor:
        """Return logits (episodes, n_way, n_query, n_way)."""
        return cast("Tensor", self._network(episodes))

    def memory_mb(self) -> float:
        """Return 0: there is no training step."""
        return 0.0

    def weights(self) -> dict[str, Tensor]:
        """Return nothing: nothing was trained."""
        return {}

    def state(self) -> dict[str, Any]:
        """Return nothing: it is what its generator drew."""
        return {}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take nothing back."""


class Trained:
    """A network trained by Adam on a loss of training episodes.

    Args:
        network: Turns episodes into logits, (episodes, n_way, n_query, n_way).
        draw: Gives training episodes.
        steps: How many training steps there will be.
        lr: Adam's rate at first; it falls to 0 as half a cosine.
        loss: Of the network and episodes; by default the mean of -log P(y | x, S) over queries
            (arXiv:1606.04080, equation 2).
    """

    def __init__(
        self,
        network: nn.Module,
        draw: EpisodeSource,
        steps: int,
        lr: float,
        loss: Callable[[nn.Module, Episodes], Tensor] | None = None,
    ) -> None:
        self._network, self._draw = network, draw
        self._steps, self._lr = steps, lr
        self._loss = named_wrongly if loss is None else loss
        self._adam = torch.optim.Adam(network.parameters(), lr=lr)
        self._memory_mb = 0.0

    def step(self, index: int) -> float:
        """Make training step `index`, counted from 0; return the loss that it began with."""
        for group in self._adam.param_groups:
            group["lr"] = self._lr * half_cosine(index, self._steps)
        self._network.train()
        self._adam.zero_grad()
        if self._memory_mb:
            loss = self._loss(self._network, self._draw(index))
        else:
            with Kept.counted(self._network.parameters()) as kept:
                loss = self._loss(self._network, self._draw(index))
            # Beside weights and what is kept for the way back: gradients, and Adam's two means.
            self._memory_mb = (kept.size_bytes + 3 * size_bytes(self._network)) / 1e6
        loss.backward()  # type: ignore[no-untyped-call]
        found = self._averaged(loss.detach())
        self._adam.step()
        return float(found)

    def _averaged(self, loss: Tensor) -> Tensor:
        """Give every rank the mean gradients; return the mean loss."""
        ranks = self._draw.ranks
        if ranks.size == 1:
            return loss
        grads = [weights.grad for weights in self._network.parameters() if weights.grad is not None]
        found, *means = ranks.mean(loss, *grads)
        for mine, mean in zip(grads, means, strict=True):
            mine.copy_(mean)
        return found

    @torch.no_grad()
    def logits(self, episodes: Episodes) -> Tensor:
        """Return logits (episodes, n_way, n_query, n_way)."""
        self._network.eval()
        return cast("Tensor", self._network(episodes))

    def memory_mb(self) -> float:
        """Return the megabytes that a training step keeps."""
        return self._memory_mb

    def weights(self) -> dict[str, Tensor]:
        """Return the network's weights and running means, as copies."""
        return {name: part.clone() for name, part in self._network.state_dict().items()}

    def state(self) -> dict[str, Any]:
        """Return weights, running means and Adam's memory, as copies."""
        return {
            "network": self.weights(),
            "adam": optimizer_memory.handed_out(self._adam),
            "memory_mb": self._memory_mb,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave."""
        self._network.load_state_dict(state["network"])
        optimizer_memory.take_back(self._adam, state["adam"])
        self._memory_mb = state["memory_mb"]


def named_wrongly(network: nn.Module, episodes: Episodes) -> Tensor:
    """Return the mean of -log P(y | x, S) over the queries."""
    logits = network(episodes)
    return functional.cross_entropy(logits.flatten(0, 2), episodes.labels().flatten())


def size_bytes(network: nn.Module) -> int:
    """Return how long a network's parameters are."""
    return sum(weights.numel() * weights.element_size() for weights in network.parameters())


class Kept:
    """Counts the bytes of weights, and of what autograd still keeps for the way back.

    Unlike a process's memory it is the same on every machine and after every resume.

    Args:
        weights: What is there anyway; counted too.
    """

    def __init__(self, weights: Iterable[Tensor]) -> None:
        self._weights = tuple(weights)
        self._held: WeakSet[_Held] = WeakSet()

    @property
    def size_bytes(self) -> int:
        """How long all of it is now; what is kept twice counts once."""
        tensors = (*self._weights, *(held.tensor for held in self._held))
        storages = (tensor.untyped_storage() for tensor in tensors)
        return sum({storage.data_ptr(): storage.nbytes() for storage in storages}.values())

    @classmethod
    @contextmanager
    def counted(cls, weights: Iterable[Tensor]) -> Iterator[Kept]:
        """Count weights, and what is kept by what is computed inside this context."""
        kept = cls(weights)

        def hold(tensor: Tensor) -> _Held:
            held = _Held(tensor)
            kept._held.add(held)
            return held

        with torch.autograd.graph.saved_tensors_hooks(hold, lambda held: held.tensor):
            yield kept


class _Held:
    """A tensor that autograd keeps, as long as it keeps it.

    What an inner step kept and gave up again is no longer there, and where it lay another tensor
    may lie: by addresses alone such a one would be counted once or twice, as it comes.
    """

    def __init__(self, tensor: Tensor) -> None:
        # With its history it would hold what holds it, for ever.
        self.tensor = tensor.detach()
