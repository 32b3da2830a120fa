"""Batches of problems."""

from __future__ import annotations

import torch

from l2l_tui.lab.optimizees import Quadratics, QuadraticSampler


def test_a_known_quadratic_has_its_known_loss_and_gradient() -> None:
    """With W = diag(1, 2), y = (1, 1) and theta = (3, 2): f = 4 + 9, grad f = (4, 12)."""
    problem = Quadratics(torch.diag(torch.tensor([1.0, 2.0]))[None], torch.ones(1, 2))
    loss, grads = problem.loss_and_grads(torch.tensor([[3.0, 2.0]]))
    assert loss.tolist() == [13.0]
    assert grads.tolist() == [[4.0, 12.0]]


def test_gradients_are_autograds(generator: torch.Generator) -> None:
    """The gradient written out equals that of the loss."""
    problem, params = QuadraticSampler(5, dtype=torch.float64)(generator)
    params.requires_grad_()
    (expected,) = torch.autograd.grad(problem.loss(params).sum(), params)
    torch.testing.assert_close(problem.loss_and_grads(params)[1], expected)


def test_leading_axes_are_independent(generator: torch.Generator) -> None:
    """Params with another axis in front give what each slice gives."""
    problem, params = QuadraticSampler(4, dtype=torch.float64)(generator)
    stacked = torch.stack((params, 2 * params, params - 1))
    loss, grads = problem.loss_and_grads(stacked)
    for index, slice_ in enumerate(stacked):
        alone = problem.loss_and_grads(slice_)
        torch.testing.assert_close((loss[index], grads[index]), alone)


def test_a_sample_has_the_sizes_and_spreads_asked_for(generator: torch.Generator) -> None:
    """W and y are standard Gaussian, theta_0 as wide as told."""
    problem, params = QuadraticSampler(500, dimension=10, initial_scale=0.01)(generator)
    assert problem.w.shape == (500, 10, 10)
    assert problem.y.shape == (500, 10)
    assert params.shape == (500, 10)
    assert abs(float(problem.w.std()) - 1) < 0.02
    assert abs(float(problem.y.std()) - 1) < 0.05
    assert abs(float(params.std()) - 0.01) < 0.0005
