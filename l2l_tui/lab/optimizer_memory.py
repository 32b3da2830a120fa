"""What an optimizer of `torch.optim` remembers, handed out and taken back to the last bit."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.optim import Optimizer

Memories = dict[str, dict[str, Tensor]]
"""Each parameter's memory by name, by the parameter's place."""


def handed_out(optimizer: Optimizer) -> Memories:
    """Return copies of all that the optimizer remembers."""
    return {
        str(index): {name: value.clone() for name, value in memory.items()}
        for index, memory in optimizer.state_dict()["state"].items()
    }


def take_back(optimizer: Optimizer, memories: Mapping[str, Mapping[str, Tensor]]) -> None:
    """Let it remember what `handed_out` gave."""
    every = [weight for group in optimizer.param_groups for weight in group["params"]]
    for index, memory in memories.items():
        weight = every[int(index)]
        optimizer.state[weight] = {name: _like(weight, value) for name, value in memory.items()}


def _like(weight: Tensor, value: Tensor) -> Tensor:
    """Return a copy that lies in memory as the weight does, where it is as large.

    A file keeps no order of memory, and vector instructions round the ends of rows otherwise.
    """
    if value.shape != weight.shape:
        return value.clone()
    return torch.empty_like(weight, requires_grad=False).copy_(value)
