"""One model in training, whose whole state can be handed out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from l2l_tui.lab import optimizer_memory
from l2l_tui.lab.models.building import Model, build
from l2l_tui.lab.models.dropout import draw_from
from l2l_tui.lab.supervised.problem import Batch, Problem, Tally
from l2l_tui.lab.supervised.recipe import Recipe


@dataclass(frozen=True, eq=False)
class Entrant:
    """One model, what it is trained on and how."""

    name: str
    """What it is called in figures and charts."""
    make: Callable[[], Model]
    """Lays it out, without weights."""
    problem: Problem
    """What it is trained on and judged by."""
    recipe: Recipe
    """How it is trained."""


class Trainee:
    """An entrant with its weights and its optimizer.

    Args:
        entrant: Who.
        draws: Decides its first weights.

    Attributes:
        model: With the weights as they are now.
        done: Steps made.
    """

    def __init__(self, entrant: Entrant, draws: torch.Generator) -> None:
        model = build(entrant.make, draws)
        assert isinstance(model, nn.Module)
        # The pictures' order of memory, in which convolutions of few channels are fastest.
        self.model: nn.Module = model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._entrant = entrant
        self._optimizer = entrant.recipe.make(self.model.parameters())
        self.done = 0

    def step(self, draws: torch.Generator) -> Batch:
        """Make one step on a minibatch; return what it gave, its loss without a gradient.

        Args:
            draws: Decides the minibatch and what is dropped out.
        """
        recipe, model = self._entrant.recipe, self.model.train()
        draw_from(model, draws)
        batch = self._entrant.problem.batch(model, draws)
        self._optimizer.zero_grad()
        torch.autograd.backward(batch.loss)
        nn.utils.clip_grad_norm_(model.parameters(), recipe.clip)
        for group in self._optimizer.param_groups:
            group["lr"] = recipe.rate(self.done)
        self._optimizer.step()
        self.done += 1
        return Batch(batch.loss.detach(), batch.error)

    def tally(self, piece: int) -> Tally:
        """Return sums over one piece of what it is judged by."""
        return self._entrant.problem.tally(self.model.eval(), piece)

    def state(self) -> dict[str, Any]:
        """Return everything that the rest of its training depends on, as copies."""
        return {
            "done": self.done,
            "weights": {name: value.clone() for name, value in self.model.state_dict().items()},
            "memories": optimizer_memory.handed_out(self._optimizer),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave."""
        self.done = state["done"]
        self.model.load_state_dict(state["weights"])
        optimizer_memory.take_back(self._optimizer, state["memories"])
