"""The learner: a recurrent network whose activations are a learning algorithm.

At each example it reads the input x(j) and the target before it, y(j-1) (0 at first), and
predicts y(j). Its weights are learned over many functions and then frozen; what it learns of
one function is in its cells alone. An LSTM with forget gates and a linear output.

Several networks run side by side on batches of their own: axes (networks, sequences, ...).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from l2l_tui.lab.hochreiter.functions import Examples

READS = 3
"""What the network reads of an example: x1, x2 and the target before."""


@dataclass(frozen=True)
class Network:
    """The architecture; its weights phi are one vector a network: (networks, size)."""

    hidden: int = 32
    """Cells of the LSTM."""

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """The parts of phi; gates stand in the order input, forget, output, candidate."""
        gates = 4 * self.hidden
        return {
            "input": (READS, gates),
            "recurrent": (self.hidden, gates),
            "bias": (1, gates),
            "output": (self.hidden, 1),
            "output_bias": (1, 1),
        }

    def unpack(self, phi: Tensor) -> dict[str, Tensor]:
        """Return the parts of phi (networks, size), each with the networks first."""
        sizes = [math.prod(shape) for shape in self.shapes.values()]
        parts = zip(self.shapes.items(), torch.split(phi, sizes, -1), strict=True)
        return {name: part.view(*phi.shape[:-1], *shape) for (name, shape), part in parts}

    def draw(self, generator: torch.Generator) -> Tensor:
        """Draw one network's phi (size,): uniform as in PyTorch, with forget gates open.

        A forget gate's bias of 1 keeps what was stored while the network is untrained (Gers,
        Schmidhuber and Cummins 2000).
        """
        sizes = sum(math.prod(shape) for shape in self.shapes.values())
        phi = (torch.rand(sizes, generator=generator) * 2 - 1) / math.sqrt(self.hidden)
        parts = self.unpack(phi)
        parts["bias"].zero_()
        parts["bias"][:, self.hidden : 2 * self.hidden] = 1
        parts["output_bias"].zero_()
        return phi

    def predict(self, phi: Tensor, x: Tensor, told: Tensor) -> Tensor:
        """Return the prediction of every example's target, differentiably.

        Args:
            phi: (networks, size).
            x: (networks, sequences, examples, 2).
            told: The target before each example: (networks, sequences, examples).

        Returns:
            (networks, sequences, examples).
        """
        networks, sequences, examples = told.shape
        parts, hidden = self.unpack(phi), self.hidden
        read = torch.cat((x, told.unsqueeze(-1)), -1).transpose(1, 2)
        # All of the input's part at once; only the recurrent part has to wait its turn.
        driven = torch.baddbmm(parts["bias"], read.reshape(networks, -1, READS), parts["input"])
        outward = cell = x.new_zeros(networks, sequences, hidden)
        outputs = []
        for at_example in driven.view(networks, examples, sequences, -1).unbind(1):
            gates = torch.baddbmm(at_example, outward, parts["recurrent"])
            take, keep, show = gates[..., : 3 * hidden].sigmoid().chunk(3, -1)
            cell = keep * cell + take * gates[..., 3 * hidden :].tanh()
            outward = show * cell.tanh()
            outputs.append(outward)
        flat = torch.stack(outputs, 1).flatten(1, 2)
        predicted = torch.baddbmm(parts["output_bias"], flat, parts["output"])
        return predicted.view(networks, examples, sequences).transpose(1, 2)

    def squared_errors(self, phi: Tensor, examples: Examples) -> Tensor:
        """Return (y(j) - prediction)^2, each y(j) told after it was predicted.

        Takes and returns (networks, sequences, examples).
        """
        predicted = self.predict(phi, examples.x, before(examples.y))
        return (predicted - examples.y).square()

    def blind_errors(self, phi: Tensor, examples: Examples) -> Tensor:
        """Return the same of networks that are told 0 for every target."""
        predicted = self.predict(phi, examples.x, torch.zeros_like(examples.y))
        return (predicted - examples.y).square()


def before(y: Tensor) -> Tensor:
    """Return the target before each, 0 before the first: y(j-1) of y (..., examples)."""
    return torch.cat((torch.zeros_like(y[..., :1]), y[..., :-1]), -1)
