"""Engines: equal to each other, to autograd and to finite differences."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import torch
from torch import Tensor

from l2l_tui.lab import preprocessing
from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM
from l2l_tui.lab.engines import AutogradEngine, Engine
from l2l_tui.lab.first_order import FirstOrderEngine
from l2l_tui.lab.grouped import Group, Grouped
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


@dataclass(frozen=True)
class Turning:
    """A slope that turns with the inner step, as minibatches do."""

    def loss(self, params: Tensor, inner_step: int = 0) -> Tensor:
        """Return each problem's loss (problems,)."""
        return self.loss_and_grads(params, inner_step)[0]

    def loss_and_grads(self, params: Tensor, inner_step: int = 0) -> tuple[Tensor, Tensor]:
        """Return losses and gradients."""
        slope = (torch.arange(params.shape[-1], dtype=params.dtype) + inner_step).sin()
        return (params * slope).sum(-1), slope.expand_as(params)


def test_a_problem_may_change_with_the_inner_step(generator: torch.Generator) -> None:
    """Both engines ask for the loss of the step that it is, in a later truncation too."""
    rule, params = CoordinatewiseLSTM(hidden=3), torch.zeros(2, 4, dtype=DOUBLE)
    phi, weights = rule.draw(generator, DOUBLE), torch.ones(3, dtype=DOUBLE)
    found = []
    for first_step in (0, 3):
        arguments = (phi, Turning(), params, rule.init(params), weights, first_step)
        ours = FirstOrderEngine(rule).unroll(*arguments)
        torch.testing.assert_close(vars(ours), vars(AutogradEngine(rule).unroll(*arguments)))
        slope = torch.sin(torch.arange(4, dtype=DOUBLE) + first_step + 3)
        assert float(ours.losses[-1]) == pytest.approx(float((ours.params @ slope).mean()))
        found.append(ours.phi_grads)
    assert not torch.equal(*found)


def test_groups_of_coordinates_have_rules_of_their_own(generator: torch.Generator) -> None:
    """The engine equals autograd, and each group's updates are those of its rule alone."""
    first, second = CoordinatewiseLSTM(hidden=3), CoordinatewiseLSTM(preprocessing.Raw(), hidden=2)
    rule = Grouped((Group("conv", first, 4), Group("fc", second, 6)))
    optimizee, params = QuadraticSampler(3, dtype=DOUBLE)(generator)
    phi, weights = rule.draw(generator, DOUBLE), torch.rand(5, generator=generator, dtype=DOUBLE)
    arguments = (phi, optimizee, params, rule.init(params), weights)
    ours = FirstOrderEngine(rule).unroll(*arguments)
    torch.testing.assert_close(vars(ours), vars(AutogradEngine(rule).unroll(*arguments)))
    grads = optimizee.loss_and_grads(params)[1]
    together, _ = rule.update(phi, grads, rule.init(params), params)
    alone = phi[: first.size], grads[:, :4], first.init(params[:, :4]), params[:, :4]
    assert torch.equal(together[:, :4], first.update(*alone)[0])


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
