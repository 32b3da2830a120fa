"""One rule per group of coordinates (arXiv:1606.04474, section 3.3).

The paper trains two LSTMs side by side on a convolutional network: one updates the
convolutional layers, the other the fully connected one. Both learn from the same
meta-loss; they share nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM
from l2l_tui.lab.optimizers import OptimizerState
from l2l_tui.lab.rules import UpdateRule


@dataclass(frozen=True)
class Group:
    """Coordinates that share a rule."""

    name: str
    """What stands before the dot in the names of phi's parts and of the state."""
    rule: CoordinatewiseLSTM
    """How they are updated."""
    coordinates: int
    """How many there are, in a row along the last axis of params."""


@dataclass(frozen=True)
class Grouped(UpdateRule):
    """Rules side by side, each for its stretch of the coordinates."""

    groups: tuple[Group, ...]
    """In the order of the coordinates."""

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """The parts of every group's phi, as ``GROUP.PART``."""
        return {
            f"{group.name}.{part}": shape
            for group in self.groups
            for part, shape in group.rule.shapes.items()
        }

    def described(self) -> Mapping[str, object]:
        """Return what kind of rule it is and its constants, as JSON holds them."""
        groups = [
            {"name": group.name, "rule": group.rule.described(), "coordinates": group.coordinates}
            for group in self.groups
        ]
        return {"kind": "grouped", "groups": groups}

    def split(self, params: Tensor) -> tuple[Tensor, ...]:
        """Return each group's coordinates (..., coordinates)."""
        return torch.split(params, [group.coordinates for group in self.groups], -1)

    def split_phi(self, phi: Tensor) -> tuple[Tensor, ...]:
        """Return each group's flat phi."""
        return torch.split(phi, [group.rule.size for group in self.groups])

    def draw(self, generator: torch.Generator, dtype: torch.dtype = torch.float32) -> Tensor:
        """Draw every group's phi, one after the other."""
        return torch.cat([group.rule.draw(generator, dtype) for group in self.groups])

    def init(self, params: Tensor) -> OptimizerState:
        """Return every group's state, as ``GROUP.NAME``."""
        return joined(
            {
                group.name: group.rule.init(part)
                for group, part in zip(self.groups, self.split(params), strict=True)
            }
        )

    def update(
        self, phi: Tensor, grads: Tensor, state: OptimizerState, params: Tensor
    ) -> tuple[Tensor, OptimizerState]:
        """Return the updates, of the shape of `params`; differentiable in phi and `grads`."""
        updates, after = [], {}
        for group, phi_, grads_, params_ in zip(
            self.groups, self.split_phi(phi), self.split(grads), self.split(params), strict=True
        ):
            update, after[group.name] = group.rule.update(
                phi_, grads_, of_group(state, group.name), params_
            )
            updates.append(update)
        return torch.cat(updates, -1), joined(after)


def joined(states: Mapping[str, OptimizerState]) -> OptimizerState:
    """Return the states of several groups as one, with names ``GROUP.NAME``."""
    return {
        f"{group}.{name}": value for group, state in states.items() for name, value in state.items()
    }


def of_group(state: OptimizerState, group: str) -> OptimizerState:
    """Return one group's state."""
    prefix = f"{group}."
    return {
        name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)
    }
