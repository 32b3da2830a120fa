"""A trained rule as a `torch.optim.Optimizer`, in loops as people write them."""

from __future__ import annotations

import copy
import io
import pickle

import pytest
import torch
from torch import nn

from l2l_tui.errors import RequestError
from l2l_tui.lab import torch_optimizer
from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM
from l2l_tui.lab.grouped import Group, Grouped
from l2l_tui.lab.preprocessing import NAMES, named
from l2l_tui.lab.rules import Trained
from l2l_tui.lab.stretches import stretches
from l2l_tui.lab.torch_optimizer import RuleOptimizer
from tests.library.conftest import loss_of, network, trained_for


def same(left: nn.Module, right: nn.Module) -> bool:
    """Whether two networks have the same parameters to the last bit."""
    pairs = zip(left.parameters(), right.parameters(), strict=True)
    return all(torch.equal(one, other) for one, other in pairs)


@pytest.mark.parametrize("preprocessing", NAMES)
def test_it_moves_parameters_as_the_rule_says(
    preprocessing: str, generator: torch.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every parameter as if the rule had it alone, in stretches that cut parameters."""
    monkeypatch.setattr(torch_optimizer, "STRETCH", 50)
    rule = CoordinatewiseLSTM(named(preprocessing), hidden=6)
    trained = Trained(rule, rule.draw(generator, torch.float64))
    # In float64: a bias in front of a norm has rounding for a gradient, which some rules see.
    made, apart = network(torch.float64), network(torch.float64)
    optimizer = RuleOptimizer(made.parameters(), trained)
    states = [trained.init(param.detach().flatten()) for param in apart.parameters()]
    for step in range(4):
        trained_for(optimizer, made, range(step, step + 1))
        grads = torch.autograd.grad(loss_of(apart, step), list(apart.parameters()))
        with torch.no_grad():
            for index, (param, grad) in enumerate(zip(apart.parameters(), grads, strict=True)):
                flat = grad.flatten()
                updates, states[index] = trained.update(flat, states[index], flat)
                param += updates.view(param.shape)
    for param, other in zip(made.parameters(), apart.parameters(), strict=True):
        torch.testing.assert_close(param, other)


def test_convolutions_have_a_rule_of_their_own_in_a_grouped_one(grouped: Trained) -> None:
    """Parameters of three axes or more are updated by `conv`, all others by `fc`."""
    made, apart = network(torch.float64), network(torch.float64)
    trained_for(RuleOptimizer(made.parameters(), grouped), made, range(3))
    assert isinstance(grouped.rule, Grouped)
    conv, fc = (
        Trained(group.rule, phi)
        for group, phi in zip(grouped.rule.groups, grouped.rule.split_phi(grouped.phi), strict=True)
    )
    params = list(apart.parameters())
    deep = [param for param in params if param.dim() >= 3]
    flat = [param for param in params if param.dim() < 3]
    assert len(deep) == 1
    assert len(flat) > 4
    optimizers = RuleOptimizer(deep, conv), RuleOptimizer(flat, fc)
    for step in range(3):
        apart.zero_grad()
        loss_of(apart, step).backward()
        for optimizer in optimizers:
            optimizer.step()
    for param, other in zip(made.parameters(), apart.parameters(), strict=True):
        torch.testing.assert_close(param, other)


def test_a_rule_of_other_groups_is_refused(generator: torch.Generator) -> None:
    """What cannot be told from a parameter's shape is not guessed."""
    rule = Grouped((Group("first", CoordinatewiseLSTM(hidden=3), 2),))
    with pytest.raises(RequestError, match="conv, fc"):
        RuleOptimizer(network().parameters(), Trained(rule, rule.draw(generator)))


def through_memory(state: dict[str, object]) -> dict[str, object]:
    """Return a state as `torch.save` and `torch.load` give it back."""
    file = io.BytesIO()
    torch.save(state, file)
    file.seek(0)
    loaded: dict[str, object] = torch.load(file)
    return loaded


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("filed", [False, True])
def test_a_state_goes_on_to_the_same_bits(
    dtype: torch.dtype, filed: bool, trained: Trained
) -> None:
    """Also through a file, and in dtypes to which torch itself would round the state."""
    whole, left = network(dtype), network(dtype)
    trained_for(RuleOptimizer(whole.parameters(), trained), whole, range(6))
    first = RuleOptimizer(left.parameters(), trained)
    trained_for(first, left, range(3))
    state = through_memory(first.state_dict()) if filed else copy.deepcopy(first.state_dict())
    taken = copy.deepcopy(left)
    second = RuleOptimizer(taken.parameters(), trained)
    second.load_state_dict(state)
    trained_for(second, taken, range(3, 6))
    assert same(taken, whole)


def test_a_loaded_state_is_a_copy(trained: Trained) -> None:
    """Going on does not change what was loaded."""
    made = network()
    optimizer = RuleOptimizer(made.parameters(), trained)
    trained_for(optimizer, made, range(2))
    state = copy.deepcopy(optimizer.state_dict())
    kept = copy.deepcopy(state)
    optimizer.load_state_dict(state)
    trained_for(optimizer, made, range(2))
    for key, memory in kept["state"].items():
        assert all(torch.equal(value, state["state"][key][name]) for name, value in memory.items())


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda pair: pickle.loads(pickle.dumps(pair))])
def test_a_copy_and_a_pickle_go_on_to_the_same_bits(copied: object, trained: Trained) -> None:
    """Together with the network that they train."""
    made = network()
    optimizer = RuleOptimizer(made.parameters(), trained)
    trained_for(optimizer, made, range(3))
    other, its_optimizer = copied((made, optimizer))  # type: ignore[operator]
    trained_for(optimizer, made, range(3, 6))
    trained_for(its_optimizer, other, range(3, 6))
    assert same(other, made)


def test_the_state_of_half_precision_is_kept_in_single(trained: Trained) -> None:
    """And that of double in double, where the rule computes in double too."""
    for dtype, kept in ((torch.float16, torch.float32), (torch.float64, torch.float64)):
        made = network(dtype)
        optimizer = RuleOptimizer(made.parameters(), trained)
        trained_for(optimizer, made, range(1))
        dtypes = {v.dtype for memory in optimizer.state.values() for v in memory.values()}
        assert dtypes == {kept}
        assert {param.dtype for param in made.parameters()} == {dtype}


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_a_parameter_of_half_precision_is_rounded_once(
    dtype: torch.dtype, trained: Trained
) -> None:
    """The update is added in single precision, then the sum is rounded."""
    half = torch.full((3,), 1.0, dtype=dtype, requires_grad=True)
    single = torch.full((3,), 1.0, requires_grad=True)
    for param in (half, single):
        param.grad = torch.tensor([0.5, -1.0, 2.0]).to(param.dtype)
        RuleOptimizer([param], trained).step()
    assert torch.equal(half.detach(), single.detach().to(dtype))


def test_parameters_without_a_gradient_are_left_alone(trained: Trained) -> None:
    """Neither they nor their state change, and later they go on from where they were."""
    frozen, moving = (torch.ones(4, requires_grad=True) for _ in range(2))
    optimizer = RuleOptimizer([frozen, moving], trained)
    moving.grad = torch.ones(4)
    optimizer.step()
    assert torch.equal(frozen.detach(), torch.ones(4))
    assert frozen not in optimizer.state
    frozen.grad, once = torch.ones(4), moving.detach().clone()
    moving.grad = None
    optimizer.step()
    torch.testing.assert_close(frozen.detach(), once, rtol=0, atol=0)
    assert torch.equal(moving.detach(), once)


def test_groups_have_rates_of_their_own(trained: Trained) -> None:
    """Twice the lr is twice the first update, and 0 is none."""
    params = [torch.zeros(3, requires_grad=True) for _ in range(3)]
    optimizer = RuleOptimizer([{"params": params[0]}, {"params": params[1], "lr": 2.0}], trained)
    optimizer.add_param_group({"params": [params[2]], "lr": 0.0})
    for param in params:
        param.grad = torch.tensor([0.3, -0.1, 4.0])
    optimizer.step()
    assert bool(params[0].detach().abs().min() > 0)
    assert torch.equal(params[1].detach(), 2 * params[0].detach())
    assert torch.equal(params[2].detach(), torch.zeros(3))


def test_named_parameters_may_be_given(trained: Trained) -> None:
    """As to every optimizer of torch; their names are in the state."""
    optimizer = RuleOptimizer(network().named_parameters(), trained)
    assert "0.weight" in optimizer.state_dict()["param_groups"][0]["param_names"]


def test_climbing_is_descending_the_other_way(trained: Trained) -> None:
    """`maximize` turns the gradients round."""
    up, down = (torch.zeros(3, requires_grad=True) for _ in range(2))
    grads = torch.tensor([0.3, -0.1, 4.0])
    up.grad, down.grad = grads, -grads
    RuleOptimizer([up], trained, maximize=True).step()
    RuleOptimizer([down], trained).step()
    assert torch.equal(up.detach(), down.detach())
    assert torch.equal(up.grad, grads)


def test_a_closure_is_called_with_gradients_on(trained: Trained) -> None:
    """Its loss is what a step returns, also where the caller has gradients off."""
    made = network()
    optimizer = RuleOptimizer(made.parameters(), trained)
    before = copy.deepcopy(made)

    def closure() -> float:
        optimizer.zero_grad()
        loss = loss_of(made, 0)
        loss.backward()
        return loss.item()

    with torch.no_grad():
        assert optimizer.step(closure) == loss_of(before, 0).item()
    assert not same(made, before)
    assert optimizer.step() is None


def test_schedulers_of_torch_change_the_rate(trained: Trained) -> None:
    """They multiply what was trained."""
    made = network()
    optimizer = RuleOptimizer(made.parameters(), trained)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=4)
    rates = []
    for step in range(4):
        trained_for(optimizer, made, range(step, step + 1))
        scheduler.step()
        rates.append(optimizer.param_groups[0]["lr"])
    assert rates[1] == pytest.approx(0.5)
    assert rates[3] == pytest.approx(0.0)


def test_a_gradient_scaler_passes_over_steps_that_overflow(trained: Trained) -> None:
    """It unscales the gradients, and leaves parameters and state alone where they are infinite."""
    made, plain = network(), network()
    optimizer = RuleOptimizer(made.parameters(), trained)
    scaler = torch.amp.GradScaler("cpu", init_scale=4.0)
    scaler.scale(loss_of(made, 0)).backward()
    scaler.step(optimizer)
    scaler.update()
    trained_for(RuleOptimizer(plain.parameters(), trained), plain, range(1))
    assert same(made, plain)
    kept = copy.deepcopy(optimizer.state_dict())
    optimizer.zero_grad()
    scaler.scale(loss_of(made, 1) * float("inf")).backward()
    scaler.step(optimizer)
    assert same(made, plain)
    for key, memory in optimizer.state_dict()["state"].items():
        assert all(torch.equal(memory[name], kept["state"][key][name]) for name in memory)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("preprocessing", NAMES)
def test_a_gradient_that_is_not_finite_shows_where_it_is_and_nowhere_else(
    bad: float, preprocessing: str, generator: torch.Generator
) -> None:
    """That coordinate is NaN; the others go on as if it had been finite."""
    rule = CoordinatewiseLSTM(named(preprocessing), hidden=6)
    trained = Trained(rule, rule.draw(generator))
    hurt, well = (torch.zeros(4, requires_grad=True) for _ in range(2))
    optimizers = [RuleOptimizer([param], trained) for param in (hurt, well)]
    for step in range(3):
        for param, optimizer in zip((hurt, well), optimizers, strict=True):
            param.grad = torch.tensor([0.5, -1.0, 0.1, 2.0]) * (step + 1)
            if param is hurt and step == 1:
                param.grad[2] = bad
            optimizer.step()
    assert hurt.detach().isnan().tolist() == [False, False, True, False]
    others = torch.tensor([0, 1, 3])
    torch.testing.assert_close(hurt.detach()[others], well.detach()[others])


def test_any_strides_will_do(trained: Trained) -> None:
    """Parameters and gradients that are not contiguous are moved like copies that are."""
    straight = torch.arange(6.0).view(2, 3).requires_grad_()
    crossed = torch.arange(6.0).view(2, 3).t().contiguous().t().requires_grad_()
    assert not crossed.is_contiguous()
    for param in (straight, crossed):
        param.grad = torch.arange(6.0).view(2, 3) - 2
    crossed.grad = crossed.grad.t().contiguous().t()
    for param in (straight, crossed):
        RuleOptimizer([param], trained).step()
    assert torch.equal(straight.detach(), crossed.detach())


def test_sparse_gradients_are_refused_before_anything_moves(trained: Trained) -> None:
    """The message says what to do."""
    table, other = nn.Embedding(5, 2, sparse=True), torch.ones(2, requires_grad=True)
    optimizer = RuleOptimizer([{"params": [other]}, {"params": table.parameters()}], trained)
    (table(torch.tensor([1])).sum() + other.sum()).backward()
    with pytest.raises(RequestError, match=r"sparse gradients; make the layer dense"):
        optimizer.step()
    assert torch.equal(other.detach(), torch.ones(2))


def test_complex_parameters_are_refused(trained: Trained) -> None:
    """When they are given, and the optimizer is as it was."""
    optimizer = RuleOptimizer([torch.ones(2, requires_grad=True)], trained)
    with pytest.raises(RequestError, match="complex"):
        optimizer.add_param_group({"params": [torch.ones(2, dtype=torch.cfloat)]})
    assert len(optimizer.param_groups) == 1


@pytest.mark.parametrize("lr", [-1.0, float("nan"), float("inf")])
def test_a_rate_that_is_none_is_refused(lr: float, trained: Trained) -> None:
    """For all, and for a group."""
    params = [torch.ones(2, requires_grad=True)]
    with pytest.raises(RequestError, match=f"lr = {lr}"):
        RuleOptimizer(params, trained, lr)
    with pytest.raises(RequestError, match=f"lr = {lr}"):
        RuleOptimizer([{"params": params, "lr": lr}], trained)


def test_a_state_of_other_weights_is_refused_and_nothing_is_changed(trained: Trained) -> None:
    """A state means something only to the numbers that made it."""
    made = network()
    optimizer = RuleOptimizer(made.parameters(), trained)
    trained_for(optimizer, made, range(2))
    other = RuleOptimizer(made.parameters(), Trained(trained.rule, trained.phi * 2), lr=0.5)
    kept = other.state_dict()
    with pytest.raises(RequestError, match="other weights"):
        other.load_state_dict(optimizer.state_dict())
    assert other.state_dict() == kept


def test_a_state_of_other_parameters_is_refused(trained: Trained) -> None:
    """The message names the shape that it does not fit."""
    small, large = (torch.ones(size, requires_grad=True) for size in (2, 3))
    small.grad = torch.ones(2)
    optimizer = RuleOptimizer([small], trained)
    optimizer.step()
    with pytest.raises(RequestError, match=r"shape \(3,\)"):
        RuleOptimizer([large], trained).load_state_dict(optimizer.state_dict())


def test_hooks_of_the_user_see_and_change_a_state_before_it_is_taken(trained: Trained) -> None:
    """What a pre-hook returns is what is loaded."""
    param = torch.ones(2, requires_grad=True)
    param.grad = torch.ones(2)
    optimizer = RuleOptimizer([param], trained)
    optimizer.step()

    def cleared(_: object, state: dict[str, object]) -> dict[str, object]:
        return {**state, "state": {}}

    other = RuleOptimizer([param], trained)
    other.register_load_state_dict_pre_hook(cleared)
    other.load_state_dict(optimizer.state_dict())
    assert not other.state


def test_stretches_cut_every_coordinate_once() -> None:
    """In order, none longer than allowed, all but the last as long."""
    found = list(stretches([5, 0, 1, 7], 4))
    assert [stretch.whole for stretch in found] == [
        slice(0, 4),
        slice(4, 8),
        slice(8, 12),
        slice(12, 13),
    ]
    cut = [(at.index, at.cut.start, at.cut.stop) for one in found for at in one.pieces]
    assert cut == [(0, 0, 4), (0, 4, 5), (2, 0, 1), (3, 0, 2), (3, 2, 6), (3, 6, 7)]
    assert [at.within for at in found[1].pieces] == [slice(0, 1), slice(1, 2), slice(2, 4)]
