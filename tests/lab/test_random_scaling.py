"""Problems whose coordinates are scaled at random."""

from __future__ import annotations

import math

import torch

from l2l_tui.lab.optimizees import Quadratics, QuadraticSampler
from l2l_tui.lab.random_scaling import RandomScaling, Scaled

SAMPLER = QuadraticSampler(50, dimension=4, initial_scale=1.0, dtype=torch.float64)


def test_it_starts_from_the_same_loss(generator: torch.Generator) -> None:
    """The problem is the same one in other units."""
    scaled, params = RandomScaling(SAMPLER, 2.0)(generator)
    plain, same_params = SAMPLER(torch.Generator().manual_seed(7))
    torch.testing.assert_close(scaled.loss(params), plain.loss(same_params))


def test_factors_fill_their_range_evenly_in_their_logarithm(generator: torch.Generator) -> None:
    """Every coordinate has its own, from exp(-spread) to exp(spread)."""
    logarithms = RandomScaling(SAMPLER, 2.0)(generator)[0].factors.log()
    assert logarithms.shape == (50, 4)
    assert -2 <= float(logarithms.min()) < -1.9
    assert 1.9 < float(logarithms.max()) <= 2
    assert abs(float(logarithms.mean())) < 4 * 2 / math.sqrt(3 * 200)


def test_no_spread_leaves_problems_as_they_are(generator: torch.Generator) -> None:
    """All factors are 1."""
    scaled, params = RandomScaling(SAMPLER, 0.0)(generator)
    assert torch.equal(scaled.factors, torch.ones(50, 4, dtype=torch.float64))
    assert torch.equal(params, SAMPLER(torch.Generator().manual_seed(7))[1])


def test_gradients_are_those_of_the_scaled_problem(generator: torch.Generator) -> None:
    """By autograd, also with axes in front, and they are f's times c."""
    plain, _ = SAMPLER(generator)
    assert isinstance(plain, Quadratics)
    scaled = Scaled(plain, torch.rand(50, 4, generator=generator, dtype=torch.float64) + 0.5)
    params = torch.randn(3, 50, 4, generator=generator, dtype=torch.float64, requires_grad=True)
    losses, grads = scaled.loss_and_grads(params.detach())
    torch.testing.assert_close(losses, scaled.loss(params).detach())
    (expected,) = torch.autograd.grad(scaled.loss(params).sum(), params)
    torch.testing.assert_close(grads, expected)
