"""Rates and optimizers."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from l2l_tui.lab.supervised.recipe import Kind, Recipe


def test_the_inverse_root_is_the_papers_equation() -> None:
    """It is d^-0.5 min(t^-0.5, t warm_up^-1.5), arXiv:1706.03762 equation 3."""
    width, warm_up = 512, 4000
    recipe = Recipe(10**5, (width * warm_up) ** -0.5, decay="inverse-root", warm_up=warm_up)
    for t in (1, 2, 1000, 4000, 4001, 50_000):
        expected = width**-0.5 * min(t**-0.5, t * warm_up**-1.5)
        assert recipe.rate(t - 1) == pytest.approx(expected)


def test_a_cosine_begins_at_the_highest_rate_and_ends_at_nothing() -> None:
    """Behind its warm-up, in which it rises evenly."""
    recipe = Recipe(100, 0.4, warm_up=10)
    assert recipe.rate(4) == pytest.approx(0.5 * 0.4 * 0.5 * (1 + math.cos(math.pi * 0.04)))
    assert recipe.rate(50) == pytest.approx(0.2)
    assert recipe.rate(99) < 0.001
    assert Recipe(100, 0.4, decay="none").rate(99) == 0.4


@pytest.mark.parametrize("name", ["sgd", "adam"])
def test_biases_and_scales_keep_what_weights_lose(name: Kind) -> None:
    """With gradients of 0 only matrices shrink, by the rate times the decay."""
    layer = nn.Linear(2, 2)
    with torch.no_grad():
        layer.weight.fill_(1)
        layer.bias.fill_(1)
    optimizer = Recipe(1, 0.5, name, weight_decay=0.1).make(layer.parameters())
    (layer(torch.zeros(1, 2)).sum() * 0).backward()
    optimizer.step()
    assert torch.equal(layer.bias, torch.ones(2))
    assert layer.weight.max() < 1


def steps_of(optimizer: torch.optim.Optimizer, param: Tensor) -> Tensor:
    """Return where five steps on a parabola lead."""
    for _ in range(5):
        optimizer.zero_grad()
        param.square().sum().backward()
        optimizer.step()
    return param.detach()


def test_the_optimizers_are_torchs() -> None:
    """Nesterov's momentum, and Adam with the paper's constants."""
    ours, theirs = (nn.Parameter(torch.tensor([1.0, -2.0])) for _ in range(2))
    expected = torch.optim.SGD([theirs], 0.1, momentum=0.9, nesterov=True)
    torch.testing.assert_close(
        steps_of(Recipe(5, 0.1).make([ours]), ours), steps_of(expected, theirs)
    )
    ours, theirs = (nn.Parameter(torch.tensor([1.0, -2.0])) for _ in range(2))
    adam = torch.optim.Adam([theirs], 0.1, betas=(0.9, 0.98), eps=1e-9)
    recipe = Recipe(5, 0.1, "adam", second_beta=0.98, epsilon=1e-9)
    torch.testing.assert_close(steps_of(recipe.make([ours]), ours), steps_of(adam, theirs))
