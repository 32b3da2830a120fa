"""Perceptrons as optimizees."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from l2l_tui.lab.multilayer import ACTIVATIONS, MLP, Minibatches, MLPSampler


def sampled(
    generator: torch.Generator, activation: str = "sigmoid", hidden: tuple[int, ...] = (5,)
) -> tuple[MLP, torch.Tensor]:
    """Return three problems on random examples, and their initial params."""
    x = torch.randn(40, 6, generator=generator)
    y = torch.randint(4, (40,), generator=generator)
    return MLPSampler(x, y, hidden, 4, 3, 7, activation, 8, 0.5)(generator)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_it_is_torchs_network(activation: str, generator: torch.Generator) -> None:
    """Loss and gradient of one problem equal those of `nn.Linear` layers on its minibatch."""
    problem, params = sampled(generator, activation, (5, 3))
    losses, grads = problem.loss_and_grads(params, 2)
    module = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU}[activation]
    network = nn.Sequential(nn.Linear(6, 5), module(), nn.Linear(5, 3), module(), nn.Linear(3, 4))
    sizes = (30, 5, 15, 3, 12, 4)
    parts = torch.split(params[1], sizes)
    with torch.no_grad():
        for index, layer in enumerate((network[0], network[2], network[4])):
            layer.weight.copy_(parts[2 * index].view(layer.in_features, -1).t())
            layer.bias.copy_(parts[2 * index + 1])
    picks = problem.minibatches.picks[2, 1]
    x, y = problem.minibatches.x[picks], problem.minibatches.y[picks]
    loss = nn.functional.cross_entropy(network(x), y)
    loss.backward()
    torch.testing.assert_close(losses[1], loss.detach())
    expected = [
        part.flatten()
        for layer in (network[0], network[2], network[4])
        for part in (layer.weight.grad.t(), layer.bias.grad)
    ]
    torch.testing.assert_close(grads[1], torch.cat(expected))


def test_leading_axes_are_independent(generator: torch.Generator) -> None:
    """Params with another axis in front give what each slice gives."""
    problem, params = sampled(generator)
    stacked = torch.stack((params, 2 * params))
    losses, grads = problem.loss_and_grads(stacked, 4)
    for index, slice_ in enumerate(stacked):
        alone = problem.loss_and_grads(slice_, 4)
        torch.testing.assert_close((losses[index], grads[index]), alone)


def test_minibatches_change_with_the_inner_step_and_come_again(generator: torch.Generator) -> None:
    """The same step has the same examples for whoever asks; another step has others."""
    problem, params = sampled(generator)
    assert torch.equal(problem.loss(params, 3), problem.loss(params, 3))
    assert not torch.equal(problem.loss(params, 3), problem.loss(params, 4))
    assert problem.minibatches.picks.shape == (8, 3, 8)


def test_problems_that_know_some_examples_each_have_their_own(generator: torch.Generator) -> None:
    """With ``known`` a problem's minibatches are of so many examples, not its neighbour's."""
    x, y = torch.randn(30, 2, generator=generator), torch.zeros(30, dtype=torch.long)
    minibatches = Minibatches.draw(x, y, (50, 2, 16), generator, known=5)
    seen = [set(minibatches.picks[:, problem].flatten().tolist()) for problem in range(2)]
    assert [len(own) for own in seen] == [5, 5]
    assert seen[0] != seen[1]


@pytest.mark.parametrize("known", [None, 30, 31])
def test_who_knows_all_examples_draws_from_all(known: int | None) -> None:
    """As many as there are, or more, or no number: the same draw."""
    x, y = torch.zeros(30, 2), torch.zeros(30, dtype=torch.long)
    generators = torch.Generator().manual_seed(1), torch.Generator().manual_seed(1)
    plain = Minibatches.draw(x, y, (3, 2, 4), generators[0])
    assert torch.equal(Minibatches.draw(x, y, (3, 2, 4), generators[1], known).picks, plain.picks)


def test_the_papers_network_has_its_size(generator: torch.Generator) -> None:
    """784-20-10: 784 x 20 + 20 + 20 x 10 + 10 coordinates, about 0.01 wide."""
    x, y = torch.rand(10, 784), torch.zeros(10, dtype=torch.long)
    _, params = MLPSampler(x, y, (20,), 10, 2, 1)(generator)
    assert params.shape == (2, 15_910)
    assert abs(float(params.std()) - 0.01) < 0.001
