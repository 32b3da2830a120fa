"""Coordinates that tell each other something (arXiv:1606.04474).

The first arXiv version has this in section 2.1, the last one in appendix D, "Information
sharing between coordinates"; the conference's version has not. Two architectures:

- LSTM+GAC: some cells of each layer are global averaging cells, whose outgoing activations are
  averaged over all coordinates of a problem at each step. That is enough to clip a gradient by
  its norm, say.
- NTM-BFGS: an LSTM+GAC controls a memory M of coordinates x coordinates, which stands where
  BFGS has its approximation of the inverse Hessian. What is kept of BFGS is the form of its two
  operations, not the vectors in them: a read is a product M r, a write adds outer products
  a b^T, so updates of M have low rank; r, a and b come from the controller, coordinatewise.

The text that we worked from leaves open, and this module decides: M begins as the identity, as
BFGS's does; a read's result goes to the controller at the following step, and also straight
into the update of its own, as in BFGS, whose step is a read; r, a and b are linear in the
second layer's activations; a write is scaled by `write_scale`, so that M stays near the
identity while phi is fresh; the first `averaged` cells of each layer are the averaging ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from l2l_tui.lab import preprocessing, two_layers
from l2l_tui.lab.optimizers import OptimizerState
from l2l_tui.lab.preprocessing import Preprocessing, Raw
from l2l_tui.lab.rules import UpdateRule


@dataclass(frozen=True)
class AveragingLSTM(UpdateRule):
    """LSTM+GAC: the coordinatewise LSTM with global averaging cells."""

    preprocessing: Preprocessing = field(default_factory=Raw)
    """What it sees of a gradient."""
    hidden: int = 20
    """Units in each of the two layers."""
    averaged: int = 5
    """How many of them are averaging cells, the first of each layer; 0 is the plain LSTM."""
    output_scale: float = 0.1
    """The update is this times the LSTM's output."""

    @property
    def shapes(self) -> Mapping[str, tuple[int, int]]:
        """The parts of phi: those of `CoordinatewiseLSTM`, for averaging has no weights."""
        layers = two_layers.shapes(self.preprocessing.features, self.hidden)
        return {**layers, "head": (1, 1 + self.hidden)}

    def described(self) -> Mapping[str, object]:
        """Return what kind of rule it is and its constants, as JSON holds them."""
        return {
            "kind": "averaging-lstm",
            "preprocessing": preprocessing.name_of(self.preprocessing),
            "hidden": self.hidden,
            "averaged": self.averaged,
            "output_scale": self.output_scale,
        }

    def draw(self, generator: torch.Generator, dtype: torch.dtype = torch.float32) -> Tensor:
        """Draw an initial phi as `CoordinatewiseLSTM` does."""
        return two_layers.draw(self, self.hidden, generator, dtype)

    def init(self, params: Tensor) -> OptimizerState:
        """Return zero states (hidden, problems * coordinates) and the preprocessing's memory."""
        return two_layers.init(self.preprocessing, self.hidden, params.numel(), params)

    def update(
        self, phi: Tensor, grads: Tensor, state: OptimizerState, params: Tensor
    ) -> tuple[Tensor, OptimizerState]:
        """Return the updates (problems, coordinates); differentiable in phi and `grads`."""
        parts = self.unpack(phi)
        features, seen = two_layers.see(self.preprocessing, grads, state)
        hidden, layers = two_layers.step(
            parts,
            features.flatten(1),
            state,
            lambda out: averaged(out, self.averaged, grads.shape[-1]),
        )
        output = two_layers.linear(parts["head"], hidden).view(params.shape)
        return self.output_scale * output, {**layers, **seen}


@dataclass(frozen=True)
class NTMBFGS(UpdateRule):
    """NTM-BFGS: an LSTM+GAC with heads that read and write a memory."""

    preprocessing: Preprocessing = field(default_factory=Raw)
    """What the controller sees of a gradient, beside what it has read."""
    hidden: int = 20
    """Units in each of the controller's two layers."""
    averaged: int = 5
    """How many of them are averaging cells, the first of each layer."""
    reads: int = 1
    """Read heads; BFGS needs one."""
    writes: int = 3
    """Write heads; BFGS needs three."""
    write_scale: float = 0.1
    """What every outer product is multiplied with."""
    output_scale: float = 0.1
    """The update is this times the output."""

    @property
    def shapes(self) -> Mapping[str, tuple[int, int]]:
        """The parts of phi.

        Both cells, the first with the reads' results as inputs too; ``head``, which gives the
        update from the second layer and the reads' results (1, 1 + hidden + reads); ``read``
        (reads, 1 + hidden), ``left`` and ``right`` (writes, 1 + hidden), which give r, a and b.
        """
        return {
            **two_layers.shapes(self.preprocessing.features + self.reads, self.hidden),
            "head": (1, 1 + self.hidden + self.reads),
            "read": (self.reads, 1 + self.hidden),
            "left": (self.writes, 1 + self.hidden),
            "right": (self.writes, 1 + self.hidden),
        }

    def described(self) -> Mapping[str, object]:
        """Return what kind of rule it is and its constants, as JSON holds them."""
        return {
            "kind": "ntm-bfgs",
            "preprocessing": preprocessing.name_of(self.preprocessing),
            "hidden": self.hidden,
            "averaged": self.averaged,
            "reads": self.reads,
            "writes": self.writes,
            "write_scale": self.write_scale,
            "output_scale": self.output_scale,
        }

    def draw(self, generator: torch.Generator, dtype: torch.dtype = torch.float32) -> Tensor:
        """Draw an initial phi as `CoordinatewiseLSTM` does."""
        return two_layers.draw(self, self.hidden, generator, dtype)

    def init(self, params: Tensor) -> OptimizerState:
        """Return the state before the first step.

        That of the controller; ``memory``, the identity (problems, coordinates, coordinates);
        ``result``, zeros (reads, problems, coordinates).
        """
        problems, coordinates = params.shape
        identity = torch.eye(coordinates, dtype=params.dtype, device=params.device)
        return {
            **two_layers.init(self.preprocessing, self.hidden, params.numel(), params),
            "memory": identity.repeat(problems, 1, 1),
            "result": params.new_zeros((self.reads, problems, coordinates)),
        }

    def update(
        self, phi: Tensor, grads: Tensor, state: OptimizerState, params: Tensor
    ) -> tuple[Tensor, OptimizerState]:
        """Return the updates (problems, coordinates); differentiable in phi and `grads`."""
        parts = self.unpack(phi)
        features, seen = two_layers.see(self.preprocessing, grads, state)
        inputs = torch.cat((features, state["result"])).flatten(1)
        hidden, layers = two_layers.step(
            parts, inputs, state, lambda out: averaged(out, self.averaged, params.shape[-1])
        )

        def vectors(name: str) -> Tensor:
            return two_layers.linear(parts[name], hidden).view(-1, *params.shape)

        result = read(state["memory"], vectors("read"))
        output = two_layers.linear(parts["head"], torch.cat((hidden, result.flatten(1))))
        memory = write(state["memory"], vectors("left") * self.write_scale, vectors("right"))
        after = {**layers, **seen, "memory": memory, "result": result}
        return self.output_scale * output.view(params.shape), after


def averaged(hidden: Tensor, cells: int, coordinates: int) -> Tensor:
    """Return activations of which the first cells' are means over each problem's coordinates.

    Args:
        hidden: (hidden, problems * coordinates).
        cells: How many are averaged.
        coordinates: Of each problem.
    """
    problems = hidden.shape[1] // coordinates
    by_problem = hidden[:cells].view(cells, problems, coordinates)
    means = by_problem.mean(-1, keepdim=True).expand_as(by_problem)
    return torch.cat((means.flatten(1), hidden[cells:]))


def read(memory: Tensor, vectors: Tensor) -> Tensor:
    """Return M r for every read head.

    Args:
        memory: M (problems, coordinates, coordinates).
        vectors: r (heads, problems, coordinates).

    Returns:
        (heads, problems, coordinates).
    """
    return torch.bmm(memory, vectors.permute(1, 2, 0)).permute(2, 0, 1)


def write(memory: Tensor, left: Tensor, right: Tensor) -> Tensor:
    """Return M + sum over write heads of a b^T.

    Args:
        memory: M (problems, coordinates, coordinates).
        left: a (heads, problems, coordinates).
        right: b (heads, problems, coordinates).
    """
    return torch.baddbmm(memory, left.permute(1, 2, 0), right.permute(1, 0, 2))
