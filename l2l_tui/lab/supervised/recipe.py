"""How a model is trained: which optimizer, at what rate in each step."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import nn

from l2l_tui.lab.optimizers import half_cosine

Kind = Literal["sgd", "adam"]
"""``sgd`` with Nesterov's momentum, or ``adam`` with decoupled weight decay."""
Decay = Literal["cosine", "inverse-root", "none"]
"""How a rate falls once it is warm: to 0 at the end as half a cosine, as the inverse root of the
step, or not at all."""


@dataclass(frozen=True)
class Recipe:
    """An optimizer and its rate over the steps."""

    steps: int
    """Minibatches in all."""
    lr: float
    """The highest rate."""
    optimizer: Kind = "sgd"
    """What makes the steps."""
    decay: Decay = "cosine"
    """How the rate falls."""
    warm_up: int = 0
    """Steps in which the rate rises evenly to the highest."""
    weight_decay: float = 0.0
    """What is taken from weights, times the rate; vectors (biases, scales) keep theirs."""
    momentum: float = 0.9
    """Of ``sgd``; of ``adam`` the first beta."""
    second_beta: float = 0.999
    """Of ``adam``."""
    epsilon: float = 1e-8
    """Of ``adam``."""
    clip: float = math.inf
    """Largest norm of a gradient."""

    def rate(self, step: int) -> float:
        """Return the rate of a step, counted from 0.

        ``inverse-root`` is arXiv:1706.03762's equation 3, with `lr` in place of
        d_model^-0.5 warm_up^-0.5: lr min(sqrt(warm_up / t), t / warm_up), t counted from 1.
        """
        warmth = min(1.0, (step + 1) / self.warm_up) if self.warm_up else 1.0
        match self.decay:
            case "cosine":
                return self.lr * warmth * half_cosine(step, self.steps)
            case "inverse-root":
                warm_up = max(1, self.warm_up)
                return self.lr * min(math.sqrt(warm_up / (step + 1)), warmth)
            case "none":
                return self.lr * warmth

    def make(self, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
        """Return a new optimizer of parameters, in two groups: what decays, what does not."""
        every = list(parameters)
        groups = [
            {
                "params": [one for one in every if one.dim() > 1],
                "weight_decay": self.weight_decay,
            },
            {"params": [one for one in every if one.dim() <= 1], "weight_decay": 0.0},
        ]
        # `foreach` saves half of the time that small networks' steps take in Python.
        if self.optimizer == "sgd":
            return torch.optim.SGD(
                groups, lr=self.lr, momentum=self.momentum, nesterov=True, foreach=True
            )
        betas = (self.momentum, self.second_beta)
        return torch.optim.AdamW(groups, lr=self.lr, betas=betas, eps=self.epsilon, foreach=True)
