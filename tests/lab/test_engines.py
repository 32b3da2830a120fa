"""Engines: equal to each other, to autograd and to finite differences."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from l2l_tui.lab import preprocessing
from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM
from l2l_tui.lab.engines import AutogradEngine, Engine
from l2l_tui.lab.first_order import FirstOrderEngine
from l2l_tui.lab.optimizees import Optimizee, QuadraticSampler
from tests.lab.conftest import Written

DOUBLE = torch.float64


def meta_loss(
    engine: Engine, phi: Tensor, optimizee: Optimizee, params: Tensor, weights: Tensor
) -> float:
    """Return sum_t w_t f(theta_t)."""
    state = CoordinatewiseLSTM().init(params)
    return float((engine.unroll(phi, optimizee, params, state, weights).losses * weights).sum())


def central_difference(engine: Engine, phi: Tensor, direction: Tensor, *problem: object) -> float:
    """Return the meta-loss's slope along a direction of phi."""
    step = 1e-6
    above = meta_loss(engine, phi + step * direction, *problem)  # type: ignore[arg-type]
    below = meta_loss(engine, phi - step * direction, *problem)  # type: ignore[arg-type]
    return (above - below) / (2 * step)


@pytest.mark.parametrize("name", preprocessing.NAMES)
def test_the_fused_engine_equals_autograd(name: str, generator: torch.Generator) -> None:
    """Gradient, params, memory and losses agree over two truncations, for every input."""
    rule = CoordinatewiseLSTM(preprocessing.named(name), hidden=7)
    optimizee, params = QuadraticSampler(3, dtype=DOUBLE)(generator)
    phi = rule.draw(generator, DOUBLE)
    weights = torch.rand(6, generator=generator, dtype=DOUBLE)
    fused, clear = FirstOrderEngine(rule), AutogradEngine(rule)
    state = rule.init(params)
    for _ in range(2):
        ours = fused.unroll(phi, optimizee, params, state, weights)
        theirs = clear.unroll(phi, optimizee, params, state, weights)
        torch.testing.assert_close(vars(ours), vars(theirs), rtol=1e-9, atol=1e-12)
        assert float(theirs.phi_grads.norm()) > 0
        params, state = theirs.params, theirs.state


def test_the_fused_engine_equals_finite_differences(generator: torch.Generator) -> None:
    """Where gradients are constant nothing is dropped, so the slope is the true one."""
    rule, optimizee = CoordinatewiseLSTM(), Written("slope")
    params = torch.randn(4, 2, generator=generator, dtype=DOUBLE)
    phi = rule.draw(generator, DOUBLE)
    weights = torch.rand(8, generator=generator, dtype=DOUBLE)
    engine = FirstOrderEngine(rule)
    grads = engine.unroll(phi, optimizee, params, rule.init(params), weights).phi_grads
    for _ in range(5):
        direction = torch.randn(phi.shape, generator=generator, dtype=DOUBLE)
        expected = central_difference(engine, phi, direction, optimizee, params, weights)
        assert float(grads @ direction) == pytest.approx(expected, rel=1e-6)


def test_second_order_equals_finite_differences(generator: torch.Generator) -> None:
    """With second derivatives kept the gradient is that of the whole objective."""
    rule = CoordinatewiseLSTM(output_scale=1.0)
    optimizee, params = QuadraticSampler(3, initial_scale=1.0, dtype=DOUBLE)(generator)
    phi = rule.draw(generator, DOUBLE)
    weights = torch.rand(6, generator=generator, dtype=DOUBLE)
    state = rule.init(params)
    kept = AutogradEngine(rule, second_order=True)
    dropped = AutogradEngine(rule)
    exact = kept.unroll(phi, optimizee, params, state, weights).phi_grads
    approximate = dropped.unroll(phi, optimizee, params, state, weights).phi_grads
    direction = torch.randn(phi.shape, generator=generator, dtype=DOUBLE)
    expected = central_difference(kept, phi, direction, optimizee, params, weights)
    assert float(exact @ direction) == pytest.approx(expected, rel=1e-5)
    assert float(approximate @ direction) != pytest.approx(expected, rel=1e-4)


def test_the_last_update_learns(generator: torch.Generator) -> None:
    """A truncation of a single step has a gradient: that at the last iterate counts."""
    rule = CoordinatewiseLSTM()
    optimizee, params = QuadraticSampler(3)(generator)
    phi = rule.draw(generator)
    unrolled = FirstOrderEngine(rule).unroll(
        phi, optimizee, params, rule.init(params), torch.ones(1)
    )
    assert float(unrolled.phi_grads.norm()) > 0


def test_an_unroll_does_not_remember_the_one_before(generator: torch.Generator) -> None:
    """Buffers are used again, for other sizes too, without a trace of earlier values."""
    rule = CoordinatewiseLSTM()
    phi = rule.draw(generator)
    engine = FirstOrderEngine(rule)
    sampler, other = QuadraticSampler(3), QuadraticSampler(5)
    (optimizee, params), (another, elsewhere) = sampler(generator), other(generator)
    arguments = (phi, optimizee, params, rule.init(params), torch.ones(4))
    first = engine.unroll(*arguments)
    engine.unroll(phi + 1, optimizee, params + 1, first.state, torch.ones(4))
    engine.unroll(phi, another, elsewhere, rule.init(elsewhere), torch.ones(2))
    again = engine.unroll(*arguments)
    assert torch.equal(first.phi_grads, again.phi_grads)
    assert torch.equal(first.params, again.params)
