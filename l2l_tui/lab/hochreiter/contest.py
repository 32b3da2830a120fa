"""All rivals, one after the other: tuned on tuning sequences, then run on held-out ones."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from l2l_tui.lab.hochreiter.figures import examples_needed
from l2l_tui.lab.hochreiter.functions import Examples
from l2l_tui.lab.hochreiter.rivals import RIVALS, Scratch, Training
from l2l_tui.lab.randomness import generator


@dataclass(frozen=True)
class Terms:
    """What every rival is given."""

    scratch: Scratch
    """The architecture."""
    replay_steps: int
    """Steps after each example where all are kept."""
    rates: Tensor
    """The grid of learning rates, the same for every rival: (rates,), ascending."""
    length: int
    """Examples over which the mean error is taken."""
    goal: float
    """The error to be reached."""


class Contest:
    """The rivals' part of a run; its whole state can be handed out.

    Args:
        terms: What every rival is given.
        tuning: Sequences to tune on: (seeds, families, sequences, examples).
        held_out: Sequences of the report, with the same axes.
        seed: Decides where networks start; it is the same for every rival and rate.

    Attributes:
        steps: How often `advance` can be called.
        rates: Each tuned rival's rates, chosen for the mean error and for the goal: (2,
            seeds, families).
        curves: Each run rival's mean squared errors with these: (2, seeds, families,
            examples).
    """

    def __init__(self, terms: Terms, tuning: Examples, held_out: Examples, seed: int) -> None:
        self._terms, self._tuning, self._held_out, self._seed = terms, tuning, held_out, seed
        self.rates: dict[str, Tensor] = {}
        self.curves: dict[str, Tensor] = {}
        self._training: Training | None = None
        self.steps = sum(
            Training.steps_for(rival, examples.y.shape[-1], terms.replay_steps)
            for rival in RIVALS.values()
            for examples in (tuning, held_out)
        )

    @property
    def is_over(self) -> bool:
        """Whether every rival has run."""
        return len(self.curves) == len(RIVALS)

    @property
    def _turn(self) -> str:
        """Whose turn it is."""
        return list(RIVALS)[len(self.curves)]

    def advance(self) -> str:
        """Do a stretch of work; return the rival that has just been tuned or run, or nothing."""
        name = self._turn
        if self._training is None:
            self._training = self._begin(name)
        self._training.advance()
        if self._training.done < self._training.steps:
            return ""
        errors, self._training = self._training.errors, None
        if name in self.rates:
            self.curves[name] = _means(errors, self._held_out)
        else:
            self.rates[name] = self._choose(_means(errors, self._tuning))
        return name

    def _begin(self, name: str) -> Training:
        """Return a rival's training from its beginning, with the networks of all rates flat.

        In tuning the rates are the grid's, else the two chosen for each seed and family.
        """
        terms, tuning = self._terms, name not in self.rates
        examples = self._tuning if tuning else self._held_out
        rates = terms.rates.view(-1, 1, 1, 1) if tuning else self.rates[name].unsqueeze(-1)
        shape = (len(rates), *examples.y.shape[:-1])
        purpose = "rival-tuning" if tuning else "rival"
        params = terms.scratch.draw(generator(self._seed, purpose), *shape[1:])
        return Training(
            RIVALS[name],
            terms.scratch,
            params.expand(*shape, -1).flatten(0, -2),
            rates.expand(shape).reshape(-1, 1),
            Examples(
                examples.x.expand(*shape, -1, -1).flatten(0, 3),
                examples.y.expand(*shape, -1).flatten(0, 3),
            ),
            terms.replay_steps,
        )

    def _choose(self, curves: Tensor) -> Tensor:
        """Choose a rate for each measure: the lowest mean error, and the goal soonest reached.

        Of several that reach it at the same example, or if none does, the lower mean counts.
        """
        terms = self._terms
        means = curves[..., : terms.length].mean(-1).nan_to_num(nan=math.inf)
        needed = examples_needed(curves, terms.goal).nan_to_num(posinf=1e6)
        tied = needed - 1 / (1 + means)  # `needed` is whole, so this decides among equals alone
        return torch.stack([terms.rates[measure.argmin(0)] for measure in (means, tied)])

    def figures(self, seed: int, family: int) -> dict[str, float]:
        """Return the rates of a meta-seed and family, and whether they are the grid's edges."""
        edges, figures = self._terms.rates[[0, -1]], {}
        for name, rates in self.rates.items():
            for_mean, for_goal = rates[:, seed, family].tolist()
            at_edge = float(torch.isin(rates[:, seed, family], edges).any())
            figures[f"inner_lr_{name}"] = for_mean
            figures[f"inner_lr_goal_{name}"] = for_goal
            figures[f"inner_lr_at_edge_{name}"] = at_edge
        return figures

    def state(self) -> dict[str, Any]:
        """Return everything that the rest of the contest depends on, as copies."""
        state: dict[str, Any] = {
            "rates": {name: rates.clone() for name, rates in self.rates.items()},
            "curves": {name: curves.clone() for name, curves in self.curves.items()},
        }
        if self._training is not None:
            state["training"] = self._training.state()
        return state

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave."""
        self.rates = {name: rates.clone() for name, rates in state["rates"].items()}
        self.curves = {name: curves.clone() for name, curves in state["curves"].items()}
        self._training = None
        if "training" in state:
            self._training = self._begin(self._turn)
            self._training.restore(state["training"])


def _means(errors: Tensor, examples: Examples) -> Tensor:
    """Return means over sequences, of networks flat: (rates, seeds, families, examples)."""
    return errors.double().view(-1, *examples.y.shape).mean(3)
