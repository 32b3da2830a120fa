"""Hand-designed optimizers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from l2l_tui.lab.optimizers import NAG, SGD, Adam, Momentum, Optimizer, RMSprop
from tests.lab.conftest import Written

TABLE: dict[str, tuple[Optimizer, Callable[[list[Tensor]], torch.optim.Optimizer]]] = {
    "sgd": (SGD(1e-3), lambda p: torch.optim.SGD(p, lr=1e-3)),
    "momentum": (Momentum(1e-3), lambda p: torch.optim.SGD(p, lr=1e-3, momentum=0.9)),
    "nag": (NAG(1e-3), lambda p: torch.optim.SGD(p, lr=1e-3, momentum=0.9, nesterov=True)),
    "rmsprop": (RMSprop(1e-3), lambda p: torch.optim.RMSprop(p, lr=1e-3)),
    "adam": (Adam(1e-2), lambda p: torch.optim.Adam(p, lr=1e-2)),
}
STARTS = {"parabola": (-1.0, 3.0), "rosenbrock": (-0.5, 1.0)}


def trained(optimizer: Optimizer, optimizee: Written, params: Tensor, steps: int) -> Tensor:
    """Return params after some steps."""
    state = optimizer.init(params)
    for _ in range(steps):
        updates, state = optimizer.update(optimizee.loss_and_grads(params)[1], state, params)
        params = params + updates
    return params


@pytest.mark.parametrize("problem", STARTS)
@pytest.mark.parametrize("name", TABLE)
def test_every_optimizer_solves_every_problem(name: str, problem: str) -> None:
    """Each lowers each loss to less than a thousandth of what it was."""
    optimizee, params = Written(problem), torch.tensor([STARTS[problem]], dtype=torch.float64)
    after = trained(TABLE[name][0], optimizee, params, 6_000)
    assert optimizee.loss(after) < 1e-3 * optimizee.loss(params)


@pytest.mark.parametrize("name", TABLE)
def test_a_step_equals_torchs(name: str) -> None:
    """Fifty steps on Rosenbrock's function agree with torch.optim's to rounding."""
    optimizer, make = TABLE[name]
    optimizee, start = Written("rosenbrock"), torch.tensor([[-0.5, 1.0]], dtype=torch.float64)
    theirs = start.clone().requires_grad_()
    reference = make([theirs])
    for _ in range(50):
        reference.zero_grad()
        optimizee.loss(theirs).sum().backward()  # type: ignore[no-untyped-call]
        reference.step()
    ours = trained(optimizer, optimizee, start, 50)
    torch.testing.assert_close(ours, theirs.detach(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("kind", [SGD, Momentum, NAG, RMSprop, Adam])
def test_a_grid_of_rates_equals_one_rate_at_a_time(kind: type[SGD]) -> None:
    """A tensor of rates gives, along its axis, what each rate gives alone."""
    optimizee, start = Written("parabola"), torch.tensor([[-1.0, 3.0]], dtype=torch.float64)
    rates = torch.tensor([1e-3, 1e-2, 5e-2], dtype=torch.float64)
    together = trained(kind(rates.view(-1, 1, 1)), optimizee, start.expand(3, *start.shape), 20)
    alone = [trained(kind(float(rate)), optimizee, start, 20) for rate in rates]
    torch.testing.assert_close(together, torch.stack(alone))
