"""Problems and generators that the lab's tests share."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import torch
from torch import Tensor


@dataclass(frozen=True)
class Written:
    """An optimizee of two coordinates from a formula."""

    name: str
    """``parabola``, ``rosenbrock`` or ``slope``, whose gradient is the same everywhere."""

    def loss(self, params: Tensor, inner_step: int = 0) -> Tensor:
        """Return each problem's loss (problems,) of params (problems, 2)."""
        return self.loss_and_grads(params, inner_step)[0]

    def loss_and_grads(self, params: Tensor, inner_step: int = 0) -> tuple[Tensor, Tensor]:
        """Return losses and gradients."""
        del inner_step
        x, y = params.unbind(-1)
        match self.name:
            case "parabola":
                loss = (x - 1).square() + 4 * (y + 2).square()
                slopes = 2 * (x - 1), 8 * (y + 2)
            case "rosenbrock":
                gap = y - x.square()
                loss = (1 - x).square() + 100 * gap.square()
                slopes = 2 * (x - 1) - 400 * x * gap, 200 * gap
            case _:
                loss = 0.7 * x - 1.3 * y
                slopes = torch.full_like(x, 0.7), torch.full_like(y, -1.3)
        return loss, torch.stack(slopes, -1)


@pytest.fixture
def generator() -> torch.Generator:
    """Return a generator that always starts at the same place."""
    return torch.Generator().manual_seed(7)


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    """Keep torch to one thread, as runs do: two of them wait for each other on busy cores."""
    torch.set_num_threads(1)
