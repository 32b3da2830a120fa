"""Strategies: how a network learns a stream of experiences, behind one interface.

Each is told of an experience's examples once, when it trains on them, and of its end. What a
strategy keeps from one experience to the next is its own; the course that it is on (`course`)
knows only this:

    strategy.oldest(experience)          whose examples batches are drawn from, up to the newest
    strategy.losses_and_grads(...)       what a step goes along
    strategy.end(...)                    an experience is over
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor

from l2l_tui.lab.continual import fisher
from l2l_tui.lab.continual.memory import Reservoir
from l2l_tui.lab.continual.problem import Problem
from l2l_tui.lab.continual.streams import Examples, joined, stacked

Draws = Sequence[torch.Generator]
"""One generator a member."""


class Strategy(Protocol):
    """How members learn, side by side."""

    def oldest(self, experience: int) -> int:
        """Return the first experience whose examples are drawn while one is learned."""
        ...

    def losses_and_grads(
        self, params: Tensor, examples: Examples, newest: int, draws: Draws
    ) -> tuple[Tensor, Tensor]:
        """Return each member's loss (members,) on a batch and what is descended along.

        Args:
            params: (members, size).
            examples: (members, batch, ...), drawn from `oldest(newest)` to `newest`.
            newest: The experience that is learned.
            draws: What a memory is drawn from with.

        Returns:
            The mean loss of the examples alone, and (members, size).
        """
        ...

    def end(self, params: Tensor, experience: int, draws: Draws) -> None:
        """Take note that an experience has been learned, with these params (members, size)."""
        ...

    def state(self) -> dict[str, Any]:
        """Return what is kept between experiences, as copies."""
        ...

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave."""
        ...


class FineTuning:
    """Plain gradients of the newest experience; nothing is kept.

    Args:
        problem: What is learned.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem

    def oldest(self, experience: int) -> int:
        """Return the newest itself."""
        return experience

    def losses_and_grads(
        self, params: Tensor, examples: Examples, newest: int, draws: Draws
    ) -> tuple[Tensor, Tensor]:
        """Return the loss of the examples and its gradient."""
        del draws
        return self._problem.losses_and_grads(params, examples, newest)

    def end(self, params: Tensor, experience: int, draws: Draws) -> None:
        """Keep nothing."""

    def state(self) -> dict[str, Any]:
        """Return nothing."""
        return {}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back nothing."""


class Joint(FineTuning):
    """Trains on every experience met so far, each as likely: no continual learning at all.

    What others are measured by (arXiv:1904.07734 calls it offline).
    """

    def oldest(self, experience: int) -> int:
        """Return the first of all."""
        del experience
        return 0


class EWC(FineTuning):
    """Elastic weight consolidation (Kirkpatrick et al., arXiv:1612.00796, equation 3).

        loss(params) + strength / 2 sum_t sum_i F_t,i (params_i - params*_t,i)^2

    with a quadratic for every experience t that is over, params*_t what it ended with and F_t
    its Fisher information there (see `fisher` for whose labels). A sum of quadratics is one:
    only sum_t F_t and sum_t F_t params*_t are kept, however many experiences there were.

    Args:
        problem: What is learned.
        strength: The paper's lambda; a tensor (members, 1) for a member's own.
        fisher_examples: How many of an experience's examples make up its Fisher information.
    """

    def __init__(self, problem: Problem, strength: float | Tensor, fisher_examples: int) -> None:
        super().__init__(problem)
        self._strength, self._fisher_examples = strength, fisher_examples
        self._importance = torch.zeros(len(problem), problem.network.size)
        self._pull = torch.zeros_like(self._importance)

    def losses_and_grads(
        self, params: Tensor, examples: Examples, newest: int, draws: Draws
    ) -> tuple[Tensor, Tensor]:
        """Return the loss of the examples and the gradient of it with the penalty."""
        found, grads = super().losses_and_grads(params, examples, newest, draws)
        return found, grads + self.penalty_grads(params)

    def penalty_grads(self, params: Tensor) -> Tensor:
        """Return the gradient of the penalty: (members, size)."""
        return self._strength * (self._importance * params - self._pull)

    def end(self, params: Tensor, experience: int, draws: Draws) -> None:
        """Add the quadratic of an experience."""
        information = self._information(params, experience, draws)
        self._importance = self._importance + information
        self._pull = self._pull + information * params

    def _information(self, params: Tensor, experience: int, draws: Draws) -> Tensor:
        """Return the Fisher information on examples drawn without replacement.

        Members may have different numbers of them, so that they come one after the other.
        """
        network, found = self._problem.network, []
        for stream, own, draw in zip(self._problem.streams, params, draws, strict=True):
            order = torch.randperm(len(stream.train.rows[experience]), generator=draw)
            examples = stacked([stream.learned_from(experience, order[: self._fisher_examples])])
            visible = stream.visible[experience, examples.experience]
            found.append(fisher.diagonal(network, own.unsqueeze(0), examples.x, visible))
        return torch.cat(found)

    def state(self) -> dict[str, Any]:
        """Return the sums."""
        return {"importance": self._importance.clone(), "pull": self._pull.clone()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back the sums."""
        self._importance, self._pull = state["importance"].clone(), state["pull"].clone()


class Remembering(FineTuning):
    """Keeps a reservoir of what it met; what is done with it is a subclass's.

    Args:
        problem: What is learned.
        capacity: How many examples each member may keep, of all experiences together.
    """

    def __init__(self, problem: Problem, capacity: int) -> None:
        super().__init__(problem)
        self._memories = [Reservoir(capacity, stream.features) for stream in problem.streams]

    def remembered(self, count: int, draws: Draws) -> Examples | None:
        """Return so many remembered examples of each member, or None while there are none."""
        if not len(self._memories[0]):
            return None
        return stacked(
            [memory.draw(count, draw) for memory, draw in zip(self._memories, draws, strict=True)]
        )

    def end(self, params: Tensor, experience: int, draws: Draws) -> None:
        """Let the experience's examples come by the memory."""
        del params
        for memory, stream, draw in zip(self._memories, self._problem.streams, draws, strict=True):
            memory.meet(stream, experience, draw)

    def state(self) -> dict[str, Any]:
        """Return the memories."""
        return {"memories": [memory.state() for memory in self._memories]}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back the memories."""
        for memory, kept in zip(self._memories, state["memories"], strict=True):
            memory.restore(kept)


class Replay(Remembering):
    """Experience replay: as many remembered examples join every batch.

    (Chaudhry et al., arXiv:1902.10486, algorithm 1.)
    """

    def losses_and_grads(
        self, params: Tensor, examples: Examples, newest: int, draws: Draws
    ) -> tuple[Tensor, Tensor]:
        """Return the loss of all the examples and its gradient."""
        remembered = self.remembered(len(examples), draws)
        both = examples if remembered is None else joined(examples, remembered)
        return self._problem.losses_and_grads(params, both, newest)


class AGEM(Remembering):
    """Averaged gradient episodic memory (Chaudhry et al., arXiv:1812.00420, section 4).

    A step must not raise the loss on a batch of remembered examples: where the gradient points
    against theirs, its part along theirs is taken away.
    """

    def losses_and_grads(
        self, params: Tensor, examples: Examples, newest: int, draws: Draws
    ) -> tuple[Tensor, Tensor]:
        """Return the loss of the examples and its gradient, projected."""
        found, grads = self._problem.losses_and_grads(params, examples, newest)
        remembered = self.remembered(len(examples), draws)
        if remembered is None:
            return found, grads
        _, reference = self._problem.losses_and_grads(params, remembered, newest)
        return found, projected(grads, reference)


def projected(grads: Tensor, reference: Tensor) -> Tensor:
    """Return the nearest to `grads` that does not point against `reference`, row by row.

        g - (g . r / r . r) r    where g . r < 0, else g

    (arXiv:1812.00420, equation 11.)

    Args:
        grads: (..., size).
        reference: (..., size).
    """
    along = (grads * reference).sum(-1, keepdim=True)
    length = reference.square().sum(-1, keepdim=True)
    return torch.where(along < 0, grads - along / length * reference, grads)
