"""Perceptrons of many kinds, alone and side by side."""

from __future__ import annotations

import torch
from torch import Tensor

from l2l_tui.lab.evaluation import losses
from l2l_tui.lab.mixture import mixed
from l2l_tui.lab.optimizees import QuadraticSampler
from l2l_tui.lab.optimizers import Adam
from l2l_tui.lab.random_scaling import RandomScaling
from l2l_tui.lab.varied_perceptrons import BATCHES, HIDDEN, PAPERS_SCALE, Several, VariedMLPSampler


def sampler(generator: torch.Generator, problems: int = 2) -> VariedMLPSampler:
    """Return one on random examples of 6 numbers in 4 classes."""
    x = torch.randn(200, 6, generator=generator)
    y = torch.randint(4, (200,), generator=generator)
    return VariedMLPSampler(x, y, 4, problems, inner_steps=5)


def test_every_kind_is_drawn(generator: torch.Generator) -> None:
    """Hidden layers, activations, sizes of minibatches, and both widths of initial params."""
    draw = sampler(generator)
    found = [draw(generator) for _ in range(200)]
    assert {problem.layers[1:-1] for problem, _ in found} == set(HIDDEN)
    assert {problem.activation for problem, _ in found} == {"sigmoid", "tanh", "relu"}
    assert {problem.minibatches.picks.shape for problem, _ in found} == {
        (6, 2, batch) for batch in BATCHES
    }
    narrow = [params for _, params in found if float(params.std()) < 2 * PAPERS_SCALE]
    assert 0.2 < len(narrow) / 200 < 0.4


def test_wide_params_are_as_wide_as_torchs_own(generator: torch.Generator) -> None:
    """Layer by layer: uniform in ±1/sqrt(n) has the standard deviation 1/sqrt(3 n)."""
    draw = sampler(generator, problems=500)
    found = (draw(generator) for _ in range(100))
    problem, params = next(
        (problem, params)
        for problem, params in found
        if problem.layers == (6, 20, 20, 4) and float(params.std()) > 2 * PAPERS_SCALE
    )
    assert params.shape == (500, 140 + 420 + 84)
    for part, inputs in zip(torch.split(params, [140, 420, 84], -1), problem.layers, strict=False):
        assert abs(float(part.std()) * (3 * inputs) ** 0.5 - 1) < 0.02


def test_a_problem_has_as_many_params_as_its_layers_say(generator: torch.Generator) -> None:
    """Whatever was drawn, its loss can be computed at each step for which it has minibatches."""
    draw = sampler(generator)
    for _ in range(20):
        problem, params = draw(generator)
        assert problem.loss(params, 5).shape == (2,)


def test_kinds_side_by_side_are_what_they_are_alone(generator: torch.Generator) -> None:
    """Losses and gradients, and no gradient where a shorter kind is padded."""
    draw = sampler(generator)
    drawn = [RandomScaling(draw, 1.0)(generator) for _ in range(6)]
    mixture, params = mixed(drawn)
    assert params.shape == (12, max(alone.shape[1] for _, alone in drawn))
    found, grads = mixture.loss_and_grads(params, 3)
    torch.testing.assert_close(found, mixture.loss(params, 3))
    for index, (problem, alone) in enumerate(drawn):
        rows = slice(2 * index, 2 * index + 2)
        losses_alone, grads_alone = problem.loss_and_grads(alone, 3)
        torch.testing.assert_close(found[rows], losses_alone)
        torch.testing.assert_close(grads[rows, : alone.shape[1]], grads_alone)
        assert not bool(grads[rows, alone.shape[1] :].any())


def test_a_mixture_is_evaluated_as_its_kinds_are(generator: torch.Generator) -> None:
    """An optimizer goes the same way on each, also a grid of rates at once."""
    several = Several(QuadraticSampler(3, dimension=2, initial_scale=1.0), 2)
    mixture, params = several(generator)
    rates = torch.tensor([0.1, 0.01]).view(2, 1, 1)
    traces = losses(Adam(rates), mixture, params.expand(2, 6, 2), 7)
    for index, member in enumerate(mixture.members):
        rows: Tensor = params[3 * index : 3 * index + 3]
        alone = losses(Adam(0.01), member.optimizee, rows, 7)
        torch.testing.assert_close(traces[:, 1, 3 * index : 3 * index + 3], alone)
