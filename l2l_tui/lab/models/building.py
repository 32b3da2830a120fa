"""Models are laid out without weights first, and then draw them from a generator.

torch's own layers draw from the global generator while they are made; on the ``meta`` device
they draw nothing and take no memory, so that a model of 300 million parameters can be counted.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol, TypeVar

import torch
from torch import Tensor, nn


class Model(Protocol):
    """A module that can draw its weights."""

    def initialise(self, generator: torch.Generator) -> None:
        """Set every parameter and buffer."""
        ...


M = TypeVar("M", bound=Model)


def laid_out(make: Callable[[], M]) -> M:
    """Return a model without weights, on the ``meta`` device."""
    with torch.device("meta"):
        return make()


def build(make: Callable[[], M], generator: torch.Generator) -> M:
    """Return a model on the CPU whose weights are drawn from a generator.

    Whatever the model forgets to set is NaN, so that it cannot go unnoticed.
    """
    model = laid_out(make)
    assert isinstance(model, nn.Module)
    model.to_empty(device="cpu")
    with torch.no_grad():
        for tensor in (*model.parameters(), *model.buffers()):
            tensor.fill_(math.nan if tensor.is_floating_point() else 0)
        model.initialise(generator)
    return model


def parameters(model: nn.Module) -> int:
    """Return how many numbers are learned."""
    return sum(parameter.numel() for parameter in model.parameters())


def width_for(count: Callable[[int], int], wanted: int) -> int:
    """Return the width whose number of parameters is nearest to one wanted.

    Args:
        count: Returns the number of parameters of a model of a width; it rises with the width.
        wanted: The number to be met.
    """
    above = 1
    while count(above) < wanted:
        above *= 2
    low = above // 2
    while above - low > 1:
        middle = (low + above) // 2
        low, above = (middle, above) if count(middle) < wanted else (low, middle)
    return min((low, above), key=lambda width: abs(count(width) - wanted) if width else wanted)


def he(weight: Tensor, generator: torch.Generator) -> None:
    """Draw a layer's weights (outputs, inputs, ...) with variance 2 / fan-out.

    He et al., arXiv:1502.01852, equation 14: gradients keep their size on the way back. Fan-out
    is what ResNets are trained with; a depthwise or grouped layer counts its own group.
    """
    nn.init.kaiming_normal_(weight, mode="fan_out", nonlinearity="relu", generator=generator)


def glorot(weight: Tensor, generator: torch.Generator) -> None:
    """Draw a layer's weights (outputs, inputs), uniform with variance 2 / (inputs + outputs).

    Glorot and Bengio 2010, equation 16.
    """
    nn.init.xavier_uniform_(weight, generator=generator)


def reset_normalisation(module: nn.Module) -> None:
    """Set a normalisation's scales to 1, shifts to 0, and its running statistics to none."""
    if isinstance(module, nn.BatchNorm2d):
        module.reset_running_stats()
    if isinstance(module, (nn.BatchNorm2d, nn.LayerNorm)):
        nn.init.ones_(module.weight)
        nn.init.zeros_(module.bias)
