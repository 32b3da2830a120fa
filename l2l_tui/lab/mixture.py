"""Problems of several kinds as one batch.

Their coordinates differ in number, so the shorter ones are padded: what stands there is 0 at
first, has no gradient and touches no loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import pad

from l2l_tui.lab.optimizees import Optimizee


@dataclass(frozen=True)
class Member:
    """The problems of one kind."""

    optimizee: Optimizee
    """What they are."""
    problems: int
    """How many."""
    coordinates: int
    """How many each has."""


@dataclass(frozen=True)
class Mixture:
    """Kinds of problems, one after the other along the axis of problems."""

    members: tuple[Member, ...]
    """The kinds."""

    def loss(self, params: Tensor, inner_step: int = 0) -> Tensor:
        """Return each problem's loss, differentiably: (..., problems)."""
        parts = zip(self.members, self._parts(params), strict=True)
        return torch.cat([member.optimizee.loss(part, inner_step) for member, part in parts], -1)

    def loss_and_grads(self, params: Tensor, inner_step: int = 0) -> tuple[Tensor, Tensor]:
        """Return each problem's loss and gradient; see `Optimizee`."""
        losses, grads = [], []
        for member, part in zip(self.members, self._parts(params), strict=True):
            loss, grad = member.optimizee.loss_and_grads(part, inner_step)
            losses.append(loss)
            grads.append(pad(grad, (0, params.shape[-1] - member.coordinates)))
        return torch.cat(losses, -1), torch.cat(grads, -2)

    def of(self, which: slice) -> Mixture:
        """Return some of the problems, by their places."""
        begin, end, _ = which.indices(sum(member.problems for member in self.members))
        found, first = [], 0
        for member in self.members:
            mine = slice(max(begin - first, 0), min(end - first, member.problems))
            if mine.start < mine.stop:
                problems = mine.stop - mine.start
                found.append(Member(member.optimizee.of(mine), problems, member.coordinates))
            first += member.problems
        return Mixture(tuple(found))

    def _parts(self, params: Tensor) -> list[Tensor]:
        """Return each kind's own params (..., problems, coordinates)."""
        rows = torch.split(params, [member.problems for member in self.members], -2)
        return [
            row[..., : member.coordinates] for member, row in zip(self.members, rows, strict=True)
        ]


def mixed(drawn: Sequence[tuple[Optimizee, Tensor]]) -> tuple[Mixture, Tensor]:
    """Return problems and initial params (problems, coordinates) of several kinds as one batch."""
    longest = max(params.shape[-1] for _, params in drawn)
    members = tuple(Member(optimizee, *params.shape) for optimizee, params in drawn)
    rows = [pad(params, (0, longest - params.shape[-1])) for _, params in drawn]
    return Mixture(members), torch.cat(rows)
