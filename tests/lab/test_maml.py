"""MAML on batches of tasks, against one task after the other and against finite differences."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from l2l_tui.lab.maml import meta_gradients
from l2l_tui.lab.maml.conv4 import Conv4
from l2l_tui.lab.maml.inner_loop import InnerLoop, cross_entropy, squared_error
from l2l_tui.lab.maml.meta_gradients import MAML, Reptile, spread
from l2l_tui.lab.maml.networks import Network
from l2l_tui.lab.maml.perceptron import Perceptron
from l2l_tui.lab.maml.tasks import Examples, Tasks, joined
from l2l_tui.lab.maml.training import Schedule, Training
from tests.lab import maml_loop

SEEDS, TASKS, STEPS = 2, 3, 2
PERCEPTRON = InnerLoop(Perceptron((1, 7, 6, 1)), squared_error, 0.05)
STRIDED = InnerLoop(Conv4(filters=3, n_way=4, side=12), cross_entropy, 0.1)
POOLED = InnerLoop(Conv4(filters=3, n_way=4, side=32, pooling=True), cross_entropy, 0.1)
ALONE = replace(STRIDED, transductive=False)
INNER = {"perceptron": PERCEPTRON, "strided": STRIDED, "pooled": POOLED, "alone": ALONE}
ALL = pytest.mark.parametrize("name", INNER)


def tasks_of(inner: InnerLoop, source: torch.Generator, tasks: int = SEEDS * TASKS) -> Tasks:
    """Return random tasks in double precision."""

    def draw(examples: int) -> Examples:
        network = inner.network
        if isinstance(network, Perceptron):
            x = torch.randn(tasks, examples, 1, generator=source, dtype=torch.float64)
            return Examples(x, torch.randn(x.shape, generator=source, dtype=torch.float64))
        assert isinstance(network, Conv4)
        shape = (tasks, examples, 1, network.side, network.side)
        x = torch.randn(shape, generator=source, dtype=torch.float64)
        return Examples(x, torch.randint(4, (tasks, examples), generator=source))

    return Tasks(draw(5), draw(8))


def initial_of(network: Network, source: torch.Generator, seeds: int = SEEDS) -> Tensor:
    """Return initial params (seeds, size) of which none is 0, in double precision."""
    drawn = torch.stack([network.draw(source) for _ in range(seeds)]).double()
    return drawn + 0.1 * torch.randn(drawn.shape, generator=source, dtype=torch.float64)


def share(tasks: Tasks, seed: int) -> Tasks:
    """Return the tasks of one meta-seed."""
    which = slice(seed * TASKS, (seed + 1) * TASKS)
    return Tasks(tasks.support.of(which), tasks.query.of(which))


@ALL
@pytest.mark.parametrize("head_only", [False, True])
def test_the_meta_gradient_is_that_of_a_loop_over_tasks(
    name: str, head_only: bool, generator: torch.Generator
) -> None:
    """Losses and second-order gradients, of each meta-seed from its own tasks alone."""
    inner = replace(INNER[name], head_only=head_only)
    initial, tasks = initial_of(inner.network, generator), tasks_of(inner, generator)
    losses, grads = MAML(inner, STEPS).meta_gradient(initial, tasks)
    assert losses.shape == (SEEDS, TASKS)
    for seed in range(SEEDS):
        alone = initial[seed].clone().requires_grad_()
        expected = maml_loop.meta_loss(inner, alone, share(tasks, seed), STEPS)
        torch.testing.assert_close(losses[seed].mean(), expected.detach())
        torch.testing.assert_close(grads[seed], torch.autograd.grad(expected, alone)[0])


@ALL
def test_the_meta_gradient_is_the_slope_of_the_meta_loss(
    name: str, generator: torch.Generator
) -> None:
    """Central differences along random directions, through two inner steps."""
    inner = INNER[name]
    initial, tasks = initial_of(inner.network, generator), tasks_of(inner, generator)
    learner = MAML(inner, STEPS)
    _, grads = learner.meta_gradient(initial, tasks)
    for _ in range(3):
        direction = torch.randn(initial.shape, generator=generator, dtype=torch.float64)
        step = 1e-7 * direction
        above, below = (
            learner.meta_gradient(initial + sign * step, tasks)[0].mean(1) for sign in (1, -1)
        )
        slope = (above - below) / 2e-7
        torch.testing.assert_close((grads * direction).sum(1), slope, rtol=1e-5, atol=1e-6)


@ALL
def test_fomaml_is_the_query_gradient_at_the_adapted_params(
    name: str, generator: torch.Generator
) -> None:
    """The textbook's first-order approximation, which is not the whole gradient."""
    inner = INNER[name]
    initial, tasks = initial_of(inner.network, generator), tasks_of(inner, generator)
    _, whole = MAML(inner, STEPS).meta_gradient(initial, tasks)
    _, grads = MAML(inner, STEPS, second_order=False).meta_gradient(initial, tasks)
    for seed in range(SEEDS):
        alone = initial[seed].clone().requires_grad_()
        expected = maml_loop.first_order(inner, alone, share(tasks, seed), STEPS)
        torch.testing.assert_close(grads[seed], expected)
        assert float((whole[seed] - grads[seed]).norm() / whole[seed].norm()) > 1e-3


@ALL
def test_reptile_is_the_sum_of_the_inner_gradients(name: str, generator: torch.Generator) -> None:
    """Each at the params before it, on examples of support and query in turn."""
    inner = INNER[name]
    initial, tasks = initial_of(inner.network, generator), tasks_of(inner, generator)
    steps = 3  # of 5 examples: the last two of them begin again with the first of 13
    losses, grads = Reptile(inner, steps).meta_gradient(initial, tasks)
    union = tasks.union()
    for seed in range(SEEDS):
        sums, ends = [], []
        for task in range(seed * TASKS, (seed + 1) * TASKS):
            params, total = initial[seed].clone().requires_grad_(), torch.zeros(1)
            for step in range(steps):
                which = [place % 13 for place in range(5 * step, 5 * step + 5)]
                x, y = union.x[task, which], union.y[task, which]
                found = maml_loop.outputs(inner.network, params, x, None)
                (slope,) = torch.autograd.grad(inner.loss(found[None], y[None])[0], params)
                params = (params - inner.inner_lr * slope).detach().requires_grad_()
                total = total + slope
            sums.append(total)
            ends.append(maml_loop.query_loss(inner, params, tasks, task).detach())
        torch.testing.assert_close(grads[seed], torch.stack(sums).mean(0))
        torch.testing.assert_close(losses[seed], torch.stack(ends))


@ALL
@pytest.mark.parametrize("head_only", [False, True])
def test_the_path_has_the_params_after_every_step(
    name: str, head_only: bool, generator: torch.Generator
) -> None:
    """From where they start on; with ANIL the body stays to the bit."""
    inner = replace(INNER[name], head_only=head_only)
    network, tasks = inner.network, tasks_of(inner, generator)
    start = spread(initial_of(network, generator), len(tasks)).requires_grad_()
    path = list(inner.path(start, tasks.support, 3))
    assert torch.equal(path[0], start)
    for steps, params in enumerate(path):
        for task in range(len(tasks)):
            expected = maml_loop.adapt(inner, start[task], tasks, task, steps, second_order=False)
            torch.testing.assert_close(params[task], expected)
    body, head = network.halves(path[-1])
    assert torch.equal(body, network.halves(start)[0]) == head_only
    assert not torch.equal(head, network.halves(start)[1])


def test_a_zero_head_gives_chance(generator: torch.Generator) -> None:
    """Before the first inner step every name of a new Conv-4 is as likely as the others."""
    network = Conv4(filters=3, n_way=4)
    x = torch.rand(2, 5, 1, 28, 28, generator=generator)
    logits = network.outputs(spread(network.draw(generator)[None], 2), x)
    assert torch.equal(logits, torch.zeros(2, 5, 4))


def test_transductive_answers_depend_on_other_queries_and_others_do_not(
    generator: torch.Generator,
) -> None:
    """Half of the queries are named as before exactly where the support set normalises."""
    for inner in (STRIDED, ALONE):
        tasks = tasks_of(inner, generator)
        params = spread(initial_of(inner.network, generator), len(tasks))
        whole = inner.outputs(params, tasks.support, tasks.query.x)[:, :4]
        half = inner.outputs(params, tasks.support, tasks.query.x[:, :4])
        assert torch.allclose(whole, half) != inner.transductive


@pytest.mark.parametrize(
    ("network", "size"),
    [
        # weights and biases: 1x40 + 40, 40x40 + 40, 40x1 + 1
        (Perceptron((1, 40, 40, 1)), 80 + 1640 + 41),
        # kernels 9x64 and three of 9x64x64, scales and shifts, 256 features to 5 names
        (Conv4(filters=64, n_way=5), 576 + 3 * 36864 + 4 * 128 + 256 * 5 + 5),
        # pooling leaves 1x1
        (Conv4(filters=64, n_way=20, pooling=True), 576 + 3 * 36864 + 4 * 128 + 64 * 20 + 20),
    ],
)
def test_networks_have_so_many_params(
    network: Network, size: int, generator: torch.Generator
) -> None:
    """The count follows from the architecture; drawing gives as many, in named parts."""
    drawn = network.draw(generator)
    assert network.size == size == len(drawn)
    assert sum(part.numel() for part in network.unpack(drawn).values()) == size


def test_a_perceptron_computes_what_torchs_layers_do(generator: torch.Generator) -> None:
    """Each task with its own params, drawn within 1 / sqrt(inputs)."""
    network = Perceptron((6, 5, 4))
    flat = torch.stack([network.draw(generator) for _ in range(2)])
    x = torch.rand(2, 3, 6, generator=generator)
    first, second = torch.nn.Linear(6, 5), torch.nn.Linear(5, 4)
    weight1, bias1, weight2, bias2 = network.unpack(flat).values()
    for task, found in enumerate(network.outputs(flat, x)):
        for layer, weight, bias in ((first, weight1, bias1), (second, weight2, bias2)):
            layer.weight.data, layer.bias.data = weight[task].T, bias[task, 0]
            assert float(weight[task].abs().max()) <= layer.in_features**-0.5
        torch.testing.assert_close(found, second(first(x[task]).relu()))


@pytest.mark.parametrize("name", meta_gradients.NAMES)
def test_every_algorithm_learns_a_family_of_lines(name: str, generator: torch.Generator) -> None:
    """Of lines y = a x + 3 no fixed function has an error below 1/3; adapted ones have."""

    def lines(count: int) -> Tasks:
        x = torch.rand(count, 20, 1, generator=generator) * 2 - 1
        y = torch.randn(count, 1, 1, generator=generator) * x + 3
        return Tasks(Examples(x[:, :10], y[:, :10]), Examples(x[:, 10:], y[:, 10:]))

    inner = InnerLoop(Perceptron((1, 10, 1)), squared_error, 0.1)
    learner = meta_gradients.named(name, inner, 2)
    initial = torch.stack([inner.network.draw(generator) for _ in range(2)])
    schedule = Schedule(200, 0.03)
    training = Training(
        initial, schedule, lambda learned: learner.meta_gradient(learned, lines(16)), [generator]
    )
    losses = [float(training.step().mean()) for _ in range(200)]
    assert training.is_over
    assert sum(losses[-50:]) / 50 < 0.25


def test_the_outer_rate_falls_or_stays() -> None:
    """Half a cosine from the rate to 0, or the rate."""
    falling, level = Schedule(10, 0.5), Schedule(10, 0.5, cosine=False)
    assert [falling.outer_lr_at(step) for step in (0, 5, 10)] == pytest.approx([0.5, 0.25, 0])
    assert [level.outer_lr_at(step) for step in (0, 5, 10)] == [0.5, 0.5, 0.5]


def test_batches_of_tasks_are_joined_in_order(generator: torch.Generator) -> None:
    """Supports with supports, queries with queries."""
    first, second = (tasks_of(PERCEPTRON, generator, 2) for _ in range(2))
    both = joined([first, second])
    assert len(both) == 4
    for part in ("support", "query"):
        for values in ("x", "y"):
            found: Any = getattr(getattr(both, part), values)
            parts = [getattr(getattr(one, part), values) for one in (first, second)]
            assert torch.equal(found, torch.cat(parts))
