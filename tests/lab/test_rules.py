"""What holds for every update rule that is not one LSTM a coordinate."""

from __future__ import annotations

import json

import pytest
import torch
from torch import Tensor

from l2l_tui.lab import preprocessing
from l2l_tui.lab.engines import AutogradEngine
from l2l_tui.lab.full_rnn import FullLSTM
from l2l_tui.lab.optimizees import QuadraticSampler
from l2l_tui.lab.rules import Trained, UpdateRule
from l2l_tui.lab.sharing import NTMBFGS, AveragingLSTM

DOUBLE = torch.float64
RULES: dict[str, UpdateRule] = {
    "full": FullLSTM(4, hidden=5),
    "averaging": AveragingLSTM(hidden=5, averaged=2),
    "ntm-bfgs": NTMBFGS(hidden=5, averaged=2, reads=2, writes=3),
    "full, directions": FullLSTM(4, preprocessing.Combined(), hidden=3),
    "averaging, directions": AveragingLSTM(preprocessing.RNNprop(), hidden=3, averaged=1),
    "ntm-bfgs, logarithms": NTMBFGS(preprocessing.LogSign(), hidden=3, averaged=0),
}
every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


@every_rule
def test_packing_is_the_inverse_of_unpacking(rule: UpdateRule, generator: torch.Generator) -> None:
    """Named parts and the flat vector hold the same numbers, as many as the shapes say."""
    phi = rule.draw(generator)
    assert phi.shape == (rule.size,)
    assert torch.equal(rule.pack(rule.unpack(phi)), phi)


@every_rule
def test_a_fresh_phi_keeps_what_its_cells_hold(
    rule: UpdateRule, generator: torch.Generator
) -> None:
    """Weights are within 1/sqrt(hidden), but for the forget gates' biases, which are 1 higher."""
    parts = rule.unpack(rule.draw(generator))
    for name in ("cell1", "cell2"):
        hidden = parts[name].shape[0] // 4
        forget = parts[name][hidden : 2 * hidden, 0].clone()
        parts[name][hidden : 2 * hidden, 0] -= 1
        assert (forget > 0).all()
    assert all((part.abs() <= hidden**-0.5).all() for part in parts.values())


@every_rule
def test_a_zero_output_layer_gives_a_zero_update(
    rule: UpdateRule, generator: torch.Generator
) -> None:
    """Whatever the gradients, nothing moves."""
    phi = rule.draw(generator)
    rule.unpack(phi)["head"].zero_()
    optimizer, params = Trained(rule, phi), torch.randn(3, 4, generator=generator)
    state = optimizer.init(params)
    for _ in range(3):
        updates, state = optimizer.update(params, state, params)
        assert torch.equal(updates, torch.zeros(3, 4))


@every_rule
def test_problems_do_not_see_each_other(rule: UpdateRule, generator: torch.Generator) -> None:
    """Each problem of a batch is updated as if it were alone."""
    optimizer = Trained(rule, rule.draw(generator, DOUBLE))
    params = torch.zeros(3, 4, dtype=DOUBLE)
    together, alone = optimizer.init(params), [optimizer.init(params[:1]) for _ in range(3)]
    for _ in range(3):
        grads = torch.randn(3, 4, generator=generator, dtype=DOUBLE)
        updates, together = optimizer.update(grads, together, params)
        for problem, state in enumerate(alone):
            update, alone[problem] = optimizer.update(grads[problem, None], state, params[:1])
            torch.testing.assert_close(update[0], updates[problem])


@every_rule
def test_the_gradient_of_phi_equals_finite_differences(
    rule: UpdateRule, generator: torch.Generator
) -> None:
    """With second derivatives kept the gradient is that of the whole objective."""
    optimizee, params = QuadraticSampler(3, 4, initial_scale=1.0, dtype=DOUBLE)(generator)
    phi, weights = rule.draw(generator, DOUBLE), torch.rand(5, generator=generator, dtype=DOUBLE)
    engine, state = AutogradEngine(rule, second_order=True), rule.init(params)

    def meta_loss(phi: Tensor) -> float:
        losses = engine.unroll(phi, optimizee, params, state, weights).losses
        return float((losses * weights).sum())

    gradient = engine.unroll(phi, optimizee, params, state, weights).phi_grads
    for part in rule.unpack(gradient).values():
        assert float(part.norm()) > 0
    for _ in range(3):
        direction = torch.randn(phi.shape, generator=generator, dtype=DOUBLE)
        slope = (meta_loss(phi + 1e-6 * direction) - meta_loss(phi - 1e-6 * direction)) / 2e-6
        assert float(gradient @ direction) == pytest.approx(slope, rel=1e-5)


@every_rule
def test_a_truncation_ends_where_the_next_begins(
    rule: UpdateRule, generator: torch.Generator
) -> None:
    """Its memory is handed over whole: two truncations move as one of both lengths does."""
    optimizee, params = QuadraticSampler(2, 4, dtype=DOUBLE)(generator)
    phi, engine = rule.draw(generator, DOUBLE), AutogradEngine(rule)
    weights = torch.ones(3, dtype=DOUBLE)
    whole = engine.unroll(phi, optimizee, params, rule.init(params), weights.repeat(2))
    first = engine.unroll(phi, optimizee, params, rule.init(params), weights)
    second = engine.unroll(phi, optimizee, first.params, first.state, weights)
    assert not any(value.requires_grad for value in first.state.values())
    torch.testing.assert_close(second.params, whole.params)
    torch.testing.assert_close(second.state, whole.state)


@every_rule
def test_its_description_is_json_that_tells_it_from_others(rule: UpdateRule) -> None:
    """Weights are kept with it, so that a reader knows what they belong to."""
    described = json.dumps(rule.described())
    assert json.loads(described) == rule.described()
    assert [json.dumps(other.described()) for other in RULES.values()].count(described) == 1
