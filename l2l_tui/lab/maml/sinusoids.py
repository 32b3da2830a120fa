"""Sinusoids to be regressed from a few points (arXiv:1703.03400, section 5.1).

y = amplitude sin(x - phase), amplitude uniform in [0.1, 5], phase uniform in [0, pi],
x uniform in [-5, 5]
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from l2l_tui.lab.maml.tasks import Examples, Tasks

LOWEST_AMPLITUDE, HIGHEST_AMPLITUDE = 0.1, 5.0
HIGHEST_PHASE = math.pi
WIDTH = 5.0
"""Inputs lie within so much of 0."""
_ALL = slice(None)


@dataclass(frozen=True)
class Sinusoids:
    """A batch of functions."""

    amplitude: Tensor
    """(tasks, 1, 1)."""
    phase: Tensor
    """(tasks, 1, 1)."""
    tasks: Tasks
    """Points of each: x and y are (tasks, points, 1)."""

    def told(self) -> Examples:
        """Return all points with amplitude and phase beside x: inputs (tasks, points, 3)."""
        union = self.tasks.union()
        constants = torch.cat((self.amplitude, self.phase), -1)
        return Examples(torch.cat((union.x, constants.expand(*union.x.shape[:2], 2)), -1), union.y)


@dataclass(frozen=True)
class Sampler:
    """Draws functions, and points of each."""

    k_shot: int
    """Points to adapt to."""
    n_query: int
    """Other points, to be judged by."""

    def draw(self, generators: list[torch.Generator], tasks: int, which: slice = _ALL) -> Sinusoids:
        """Draw so many functions from each generator, those of the first one first.

        Args:
            generators: Are as far after it whichever are wanted.
            tasks: How many are drawn from each.
            which: The places of those that are wanted among each generator's.
        """
        points = self.k_shot + self.n_query
        # Of a function first the amplitude, then the phase, then where its points are.
        drawn = torch.cat(
            [torch.rand(tasks, 2 + points, generator=one)[which] for one in generators]
        )
        amplitude = LOWEST_AMPLITUDE + (HIGHEST_AMPLITUDE - LOWEST_AMPLITUDE) * drawn[:, :1]
        phase = HIGHEST_PHASE * drawn[:, 1:2]
        x = WIDTH * (2 * drawn[:, 2:] - 1)
        y = amplitude * torch.sin(x - phase)
        every = Examples(x.unsqueeze(-1), y.unsqueeze(-1))
        return Sinusoids(
            amplitude.unsqueeze(-1),
            phase.unsqueeze(-1),
            Tasks(every.at(slice(0, self.k_shot)), every.at(slice(self.k_shot, None))),
        )
