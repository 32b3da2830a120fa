"""Sinusoids, and what pre-training on all of them comes to."""

from __future__ import annotations

import math

import pytest
import torch

from l2l_tui.lab.few_shot.intervals import normal_half_width
from l2l_tui.lab.maml.perceptron import Perceptron
from l2l_tui.lab.maml.sinusoid_study import regression, repeated
from l2l_tui.lab.maml.sinusoids import Sampler


def test_points_lie_on_their_sinusoids(generator: torch.Generator) -> None:
    """Of amplitude, phase and inputs in the paper's ranges, which they fill."""
    drawn = Sampler(k_shot=7, n_query=3).draw([generator], 500)
    for examples, points in ((drawn.tasks.support, 7), (drawn.tasks.query, 3)):
        assert examples.x.shape == examples.y.shape == (500, points, 1)
        expected = drawn.amplitude * torch.sin(examples.x - drawn.phase)
        torch.testing.assert_close(examples.y, expected)
        assert -5 <= float(examples.x.min()) < -4.9
        assert 4.9 < float(examples.x.max()) <= 5
    assert 0.1 <= float(drawn.amplitude.min()) < 0.2
    assert 4.9 < float(drawn.amplitude.max()) <= 5
    assert 0 <= float(drawn.phase.min()) < 0.05
    assert math.pi - 0.05 < float(drawn.phase.max()) <= math.pi


def test_every_generator_has_functions_of_its_own() -> None:
    """A meta-seed's functions do not depend on how many there are beside it."""
    sampler = Sampler(2, 2)
    first, second = (torch.Generator().manual_seed(seed) for seed in (1, 2))
    both = sampler.draw([first, second], 4).tasks
    alone = sampler.draw([torch.Generator().manual_seed(2)], 4).tasks
    assert torch.equal(both.query.y[4:], alone.query.y)
    assert not torch.equal(both.query.y[:4], alone.query.y)


def test_the_oracle_is_told_amplitude_and_phase_beside_x(generator: torch.Generator) -> None:
    """From which y follows."""
    told = Sampler(2, 3).draw([generator], 6).told()
    x, amplitude, phase = told.x.unbind(-1)
    torch.testing.assert_close(told.y.squeeze(-1), amplitude * torch.sin(x - phase))
    assert told.x.shape == (6, 5, 3)


def test_regression_fits_all_points_of_a_meta_seed_at_once(generator: torch.Generator) -> None:
    """Losses and gradients equal those of a plain mean over its tasks' points."""
    network = Perceptron((1, 5, 4, 1))
    weights = torch.stack([network.draw(generator) for _ in range(2)])
    union = Sampler(2, 3).draw([generator, generator], 3).tasks.union()
    losses, grads = regression(network, weights, union)
    for seed in range(2):
        alone = weights[seed, None].clone().requires_grad_()
        mine = slice(3 * seed, 3 * seed + 3)
        error = network.outputs(alone, union.x[mine].reshape(1, -1, 1)) - union.y[mine].reshape(
            1, -1, 1
        )
        expected = error.square().mean()
        torch.testing.assert_close(losses[seed, 0], expected.detach())
        torch.testing.assert_close(grads[seed], torch.autograd.grad(expected, alone)[0][0])


def test_tasks_are_repeated_as_a_whole(generator: torch.Generator) -> None:
    """All of them for the first meta-seed, then all for the second."""
    tasks = Sampler(2, 3).draw([generator], 4).tasks
    twice = repeated(tasks, 2)
    assert torch.equal(twice.support.x, torch.cat((tasks.support.x, tasks.support.x)))
    assert torch.equal(twice.query.y, torch.cat((tasks.query.y, tasks.query.y)))


def test_half_a_width_is_1_96_standard_errors() -> None:
    """Of 1, 2, 3, 4: the standard deviation is sqrt(5/3), of four."""
    found = normal_half_width(torch.tensor([1.0, 2.0, 3.0, 4.0]))
    assert found == pytest.approx(1.96 * math.sqrt(5 / 3) / 2, rel=1e-4)
