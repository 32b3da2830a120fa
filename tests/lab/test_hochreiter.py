"""The parts of the learner and its rivals, against torch's own and against known values."""

from __future__ import annotations

import math
from itertools import product

import pytest
import torch
from torch import Tensor, nn

from l2l_tui.lab.hochreiter import functions, rivals
from l2l_tui.lab.hochreiter.contest import Contest, Terms
from l2l_tui.lab.hochreiter.figures import Curve, examples_needed, of_family, sooner
from l2l_tui.lab.hochreiter.functions import Booleans, Examples, Family, Quadratics
from l2l_tui.lab.hochreiter.meta_training import MetaTraining, Schedule
from l2l_tui.lab.hochreiter.network import Network, before
from l2l_tui.lab.hochreiter.rivals import RIVALS, Rival, Scratch, Training
from l2l_tui.lab.optimizers import SGD
from l2l_tui.lab.randomness import generator

EVERY_BOOLEAN = Booleans(tuple(range(16)))
FAMILIES = [Quadratics(), EVERY_BOOLEAN]


def draws(name: str = "test") -> torch.Generator:
    """Return a generator of a test's own."""
    return generator(0, name)


@pytest.mark.parametrize("family", FAMILIES)
def test_targets_have_mean_0_and_variance_1(family: Family) -> None:
    """So an error is a share of the best memoryless mapping's, which is 0 everywhere."""
    y = family.draw(draws(), 20_000, 10).y
    assert float(y.mean()) == pytest.approx(0, abs=0.02)
    assert float(y.square().mean()) == pytest.approx(1, abs=0.02)


def test_a_boolean_function_is_its_truth_table() -> None:
    """8 is AND, 14 is OR, 6 is XOR; false is -1 and true is 1."""
    for number, table in (
        (8, lambda a, b: a and b),
        (14, lambda a, b: a or b),
        (6, lambda a, b: a != b),
    ):
        examples = Booleans((number,)).draw(draws(), 1, 40)
        assert {tuple(x) for x in examples.x[0].tolist()} == set(product((-1, 1), repeat=2))
        for (first, second), y in zip(examples.x[0].tolist(), examples.y[0].tolist(), strict=True):
            assert y == (1 if table(first > 0, second > 0) else -1)


def test_a_quadratic_is_one_everywhere() -> None:
    """Six examples settle its coefficients, which then give all the others."""
    examples = Quadratics().draw(draws(), 3, 30)
    matrix, y = functions.terms(examples.x).double(), examples.y.double().unsqueeze(-1)
    solved = torch.linalg.solve(matrix[:, :6], y[:, :6])
    torch.testing.assert_close(matrix @ solved, y, atol=1e-3, rtol=1e-3)


def test_held_out_booleans_share_nothing_with_the_seen() -> None:
    """Four meta-seeds after each other hold out all 16, with their negations, each once."""
    order = torch.randperm(8, generator=draws()).tolist()
    folds = [functions.held_out_booleans(fold, order) for fold in range(4)]
    assert sorted(number for fold in folds for number in fold) == list(range(16))
    assert functions.held_out_booleans(4, order) == folds[0]
    for fold in folds:
        assert {15 - number for number in fold} == set(fold)
        assert sorted(fold + functions.seen_booleans(fold)) == list(range(16))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_covariance_is_that_of_the_targets(family: Family) -> None:
    """Over many functions at the same inputs."""
    x = family.draw(draws("inputs"), 1, 5).x.expand(40_000, -1, -1)
    y = _values(family, x, draws("functions"))
    torch.testing.assert_close(y.t() @ y / len(y), family.covariance(x[0]), atol=0.03, rtol=0)


def _values(family: Family, x: Tensor, source: torch.Generator) -> Tensor:
    """Return targets at given inputs: of the quadratic that interpolates drawn examples."""
    drawn = family.draw(source, len(x), 40)
    matrix = functions.terms(drawn.x).double()
    weights = torch.linalg.pinv(matrix, rtol=1e-6) @ drawn.y.double().unsqueeze(-1)
    return (functions.terms(x).double() @ weights).squeeze(-1).float()


def test_who_is_told_the_family_needs_no_more_than_its_unknowns() -> None:
    """Quadratics have six; a Boolean is known where its input was seen, and is 0 elsewhere."""
    quadratics = Quadratics().draw(draws(), 50, 12)
    told = functions.told_errors(Quadratics(), quadratics)
    assert float(told[:, :3].mean()) > 0.05
    assert float(told[:, 7:].mean()) < 1e-4
    booleans = EVERY_BOOLEAN.draw(draws(), 50, 12)
    told = functions.told_errors(EVERY_BOOLEAN, booleans)
    seen = torch.tensor(
        [[any(torch.equal(x[j], x[i]) for i in range(j)) for j in range(12)] for x in booleans.x]
    )
    torch.testing.assert_close(told, (~seen).double(), atol=1e-6, rtol=0)


def test_hindsight_bounds_are_exact() -> None:
    """A mapping that all sequences share has no memoryless error; a constant no constant one."""
    shared = Booleans((6,)).draw(draws(), 10, 20)
    assert functions.memoryless_error(shared) == pytest.approx(0, abs=1e-9)
    assert functions.constant_error(shared) > 0.5
    constants = Booleans((0, 15)).draw(draws(), 1000, 20)
    assert functions.constant_error(constants) == 0
    assert functions.memoryless_error(constants) == pytest.approx(1, abs=0.02)


def test_the_network_is_torchs_lstm() -> None:
    """Predictions equal those of `nn.LSTM` and `nn.Linear` with the same weights."""
    network, count = Network(hidden=5), 3
    phi = torch.stack([network.draw(draws(f"phi{index}")) for index in range(count)])
    x = torch.randn(count, 4, 7, 2, generator=draws("x"))
    y = torch.randn(count, 4, 7, generator=draws("y"))
    told = before(y)
    predicted = network.predict(phi, x, told)
    for index, parts in enumerate(phi):
        lstm, linear = _torchs(network, parts)
        outward, _ = lstm(torch.cat((x[index], told[index].unsqueeze(-1)), -1))
        torch.testing.assert_close(predicted[index], linear(outward).squeeze(-1))


def _torchs(network: Network, phi: Tensor) -> tuple[nn.LSTM, nn.Linear]:
    """Return torch's modules with our weights; its gates stand in another order."""
    parts = network.unpack(phi)
    lstm, linear = nn.LSTM(3, network.hidden, batch_first=True), nn.Linear(network.hidden, 1)

    def reordered(part: Tensor) -> Tensor:
        take, keep, show, candidate = part.chunk(4, -1)
        return torch.cat((take, keep, candidate, show), -1).t().squeeze(-1)

    with torch.no_grad():
        lstm.weight_ih_l0.copy_(reordered(parts["input"]))
        lstm.weight_hh_l0.copy_(reordered(parts["recurrent"]))
        lstm.bias_ih_l0.copy_(reordered(parts["bias"]))
        lstm.bias_hh_l0.zero_()
        linear.weight.copy_(parts["output"].t())
        linear.bias.copy_(parts["output_bias"].squeeze(0))
    return lstm, linear


def test_a_target_is_told_only_after_it_was_predicted() -> None:
    """Changing y(j) changes no prediction up to j, and some later one."""
    network = Network(hidden=5)
    phi = network.draw(draws()).unsqueeze(0)
    x, y = torch.randn(1, 1, 6, 2, generator=draws("x")), torch.zeros(1, 1, 6)
    changed = y.clone()
    changed[..., 3] = 1
    first, second = (network.predict(phi, x, before(targets)) for targets in (y, changed))
    assert torch.equal(first[..., :4], second[..., :4])
    assert not torch.equal(first[..., 4:], second[..., 4:])


def test_a_network_that_outputs_nothing_has_the_error_of_0() -> None:
    """With a zero output layer the errors are the squares of the targets."""
    network = Network(hidden=4)
    phi = torch.zeros(1, len(network.draw(draws())))
    examples = Quadratics().draw(draws(), 2, 5)
    lifted = Examples(examples.x.unsqueeze(0), examples.y.unsqueeze(0))
    torch.testing.assert_close(network.squared_errors(phi, lifted), lifted.y.square())


def test_networks_side_by_side_train_as_if_alone() -> None:
    """Each one's weights after some steps are those of a training of its own."""
    network, schedule = Network(hidden=4), Schedule(outer_steps=5, outer_lr=0.05)

    def trained(indices: tuple[int, ...]) -> Tensor:
        def batch(sources: list[torch.Generator]) -> Examples:
            found = [Quadratics().draw(source, 3, 6) for source in sources]
            return Examples(torch.stack([e.x for e in found]), torch.stack([e.y for e in found]))

        phi = torch.stack([network.draw(draws(f"phi{index}")) for index in indices])
        sources = [draws(f"train{index}") for index in indices]
        training = MetaTraining(network, phi, schedule, batch, sources)
        for _ in range(5):
            training.step()
        return training.phi

    both = trained((0, 1))
    for index in (0, 1):
        torch.testing.assert_close(both[index], trained((index,))[0], atol=1e-5, rtol=1e-4)


def test_the_rate_falls_to_nothing() -> None:
    """As half a cosine."""
    schedule = Schedule(outer_steps=10, outer_lr=0.4)
    assert [schedule.outer_lr_at(step) for step in (0, 5, 10)] == pytest.approx([0.4, 0.2, 0])


def test_a_rivals_gradient_is_autograds() -> None:
    """And its loss that of a network of one hidden layer of tanh units in torch."""
    scratch = Scratch(hidden=6)
    params = scratch.draw(draws(), 4).double().requires_grad_()
    x = torch.randn(4, 9, 2, generator=draws("x")).double()
    y = torch.randn(4, 9, generator=draws("y")).double()
    inward, outward = params[:, :18].view(4, 3, 6), params[:, 18:24].unsqueeze(-1)
    units = torch.tanh(x @ inward[:, :2] + inward[:, 2:])
    predicted = (units @ outward).squeeze(-1) + params[:, 24:]
    loss = (predicted - y).square().mean(-1).sum()
    (expected,) = torch.autograd.grad(loss, params)
    found = params.detach()
    torch.testing.assert_close(scratch.predict(found, x), predicted.detach())
    torch.testing.assert_close(scratch.grads(found, x, y), expected)


@pytest.mark.parametrize("replay", [False, True])
def test_a_rival_trains_on_what_it_has_seen(replay: bool) -> None:
    """Online a step on the last example; with replay several on all, the next one predicted."""
    scratch, steps = Scratch(hidden=3), 12
    params = scratch.draw(draws(), 2)
    examples = Quadratics().draw(draws("examples"), 2, 4)
    rates = torch.tensor([[0.1], [0.2]])
    training = Training(Rival(SGD, replay), scratch, params, rates, examples, steps)
    while training.done < training.steps:
        training.advance()
    for at in range(4):
        x, y = examples.x[:, : at + 1], examples.y[:, : at + 1]
        expected = (scratch.predict(params, x)[:, -1] - y[:, -1]).square()
        torch.testing.assert_close(training.errors[:, at], expected)
        for _ in range(steps if replay else 1):
            seen = slice(None) if replay else slice(-1, None)
            params = params - rates * scratch.grads(params, x[:, seen], y[:, seen])


def test_no_stretch_of_a_rivals_work_is_long() -> None:
    """Many steps after an example are done in several stretches."""
    assert Training.steps_for(RIVALS["sgd-replay"], 60, 25) == 180
    assert Training.steps_for(RIVALS["sgd-replay"], 60, rivals.AT_ONCE) == 60
    assert Training.steps_for(RIVALS["sgd-online"], 60, 25) == 60


def test_rates_are_chosen_for_each_measure_and_seed() -> None:
    """Each is what trying the grid by hand finds, and the same networks start every rate."""
    scratch, rates = Scratch(hidden=3), torch.tensor([1e-4, 0.05, 30.0])
    terms = Terms(scratch, 2, rates, length=6, goal=0.3)
    shape = (2, 1, 5)
    drawn = Quadratics().draw(draws(), 10, 12)
    examples = Examples(drawn.x.view(*shape, 12, 2), drawn.y.view(*shape, 12))
    contest = Contest(terms, examples, examples, seed=3)
    while "sgd-online" not in contest.curves:
        contest.advance()
    assert contest.rates["sgd-online"].tolist() == [[[rates[1]], [rates[1]]]] * 2
    start = scratch.draw(generator(3, "rival"), *shape).flatten(0, 2)
    alone = Training(RIVALS["sgd-online"], scratch, start, rates[1].expand(10, 1), drawn, 2)
    while alone.done < alone.steps:
        alone.advance()
    curves = alone.errors.double().view(2, 1, 5, 12).mean(2)
    torch.testing.assert_close(contest.curves["sgd-online"], torch.stack((curves, curves)))
    assert contest.figures(0, 0)["inner_lr_at_edge_sgd-online"] == 0


def test_examples_needed_is_where_the_next_five_are_good_on_the_mean() -> None:
    """Before the first that suffices all were worse; never is infinite, divergence too."""
    falls = torch.tensor([1.0, 1.0, 0.5, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1])
    assert float(examples_needed(falls, 0.2)) == 2
    assert float(examples_needed(falls, 0.1000001)) == 3
    assert math.isinf(float(examples_needed(falls, 0.01)))
    assert math.isinf(float(examples_needed(falls * math.nan, 0.2)))
    assert examples_needed(torch.stack((falls, falls * 2)), 0.2).tolist() == [2.0, 3.0]


def test_a_rival_that_never_arrives_is_counted_in_its_favour() -> None:
    """As arriving after the last example; a learner that never does is infinitely late."""
    never = {"learner": 6.0, "a": math.inf, "b": math.inf}
    assert sooner(never, ["a", "b"], 60) == 0.1
    assert sooner({**never, "b": 4.0}, ["a", "b"], 60) == 1.5
    assert sooner({**never, "learner": math.inf}, ["a"], 60) == math.inf
    assert sooner({"learner": 3.0, "a": 0.0}, ["a"], 60) == 3


def test_no_mapping_without_memory_can_learn_within_a_sequence() -> None:
    """The best one has late errors as high as its bar, so its ratio is 1 or more."""
    examples = Quadratics().draw(draws(), 400, 16)
    flat = torch.full((16,), functions.memoryless_error(examples), dtype=torch.float64)
    everyone = {name: Curve(flat, flat) for name in ("learner", "blind", "told", *RIVALS)}
    figures = of_family(everyone, examples, length=8, goal=0.2)
    assert figures["within_ratio"] >= 1
    assert figures["mean_ratio"] == figures["replay_mean_ratio"] == 1
    assert figures["examples_ratio"] == math.inf
