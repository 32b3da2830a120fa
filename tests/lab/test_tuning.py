"""Evaluation and the tuning of baselines."""

from __future__ import annotations

import math

import torch

from l2l_tui.lab.evaluation import final_loss, losses, median_final_loss, summed_loss
from l2l_tui.lab.optimizees import Quadratics, QuadraticSampler
from l2l_tui.lab.optimizers import SGD, Adam
from l2l_tui.lab.tuning import BASELINES, Tuned, grid, tune


def half_each_step() -> tuple[Quadratics, torch.Tensor]:
    """Return f(theta) = theta^2 from 8, which SGD with rate 1/4 halves at each step."""
    return Quadratics(torch.ones(1, 1, 1), torch.zeros(1, 1)), torch.full((1, 1), 8.0)


def test_the_loss_at_step_t_is_after_t_updates() -> None:
    """Theta goes 8, 4, 2, 1: the losses are 64, 16, 4, 1, and the start is in no sum."""
    trace = losses(SGD(0.25), *half_each_step(), 3)
    assert trace.flatten().tolist() == [64.0, 16.0, 4.0, 1.0]
    assert float(final_loss(trace, 2)) == 4.0
    assert float(summed_loss(trace, 2)) == 20.0


def test_the_median_of_an_even_number_lies_between_the_middle_two() -> None:
    """Of 1, 2, 4 and 100 it is 3; infinite losses on more than half make it infinite."""
    trace = torch.tensor([[0.0] * 4, [100.0, 2.0, 1.0, 4.0], [1.0, math.inf, 2.0, math.inf]])
    assert median_final_loss(trace, 1) == 3.0
    assert median_final_loss(trace[:, 1:], 1) == 2.0
    assert math.isinf(median_final_loss(trace[:, 1:], 2))


def test_divergence_is_infinite_and_never_nan() -> None:
    """A rate far too large ends at infinity."""
    trace = losses(SGD(1e6), *half_each_step(), 100)
    assert not bool(trace.isnan().any())
    assert math.isinf(float(trace[-1]))


def test_the_grid_is_even_in_its_logarithm() -> None:
    """Four rates from 0.001 to 1 are decades."""
    torch.testing.assert_close(grid(1e-3, 1.0, 4), torch.tensor([1e-3, 1e-2, 1e-1, 1.0]))


def test_tuning_finds_the_best_rate_and_passes_over_divergence() -> None:
    """On theta^2 the rate 1/2 jumps to the optimum, and 1e6 diverges."""
    rates = torch.tensor([0.01, 0.1, 0.5, 1e6])
    tuned = tune(SGD, rates, *half_each_step(), 20)
    assert tuned == Tuned(final=0.5, summed=0.5, doubled=0.5, at_edge=False)


def test_a_best_rate_at_the_grids_edge_is_told() -> None:
    """When the best rate is the grid's last, a better one may lie outside."""
    assert tune(SGD, torch.tensor([0.01, 0.1]), *half_each_step(), 20).at_edge


def test_each_measure_has_its_own_rate(generator: torch.Generator) -> None:
    """No criterion's choice is beaten, on its criterion, by any rate of the grid."""
    problems, rates = QuadraticSampler(64)(generator), grid(1e-3, 1.0, 16)
    for make in BASELINES.values():
        tuned = tune(make, rates, *problems, 50)
        traces = [losses(make(float(rate)), *problems, 100) for rate in rates]
        finals = [float(final_loss(trace, 50)) for trace in traces]
        sums = [float(summed_loss(trace, 50)) for trace in traces]
        assert tuned.final == float(rates[finals.index(min(finals))])
        assert tuned.summed == float(rates[sums.index(min(sums))])
        later = [float(final_loss(trace, 100)) for trace in traces]
        assert tuned.doubled == float(rates[later.index(min(later))])


def test_a_learned_rate_of_zero_leaves_the_loss(generator: torch.Generator) -> None:
    """Without updates every entry of the trace is the loss at the start."""
    problems = QuadraticSampler(4)(generator)
    trace = losses(Adam(0.0), *problems, 5)
    assert torch.equal(trace, trace[:1].expand(6, 4))
