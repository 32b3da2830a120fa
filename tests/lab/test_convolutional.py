"""Convolutional networks as optimizees."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from l2l_tui.lab.convolutional import Architecture, Convnet, ConvnetSampler
from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM
from l2l_tui.lab.first_order import engine_for
from l2l_tui.lab.grouped import Group, Grouped

SMALL = Architecture((2, 9, 8), (3, 4, 5), 6, 4)
UNPADDED = Architecture((3, 32, 32), (2, 3, 2), 4, 5, kernel=5, padding=0)


def sampled(
    generator: torch.Generator, architecture: Architecture = SMALL, scale: float = 0.3
) -> tuple[Convnet, Tensor]:
    """Return three problems on random examples, and params off their initial values."""
    channels, height, width = architecture.picture
    x = torch.randn(40, height, width, channels, generator=generator)
    y = torch.randint(architecture.classes, (40,), generator=generator)
    problem, params = ConvnetSampler(x, y, architecture, 3, 7, 8, scale)(generator)
    return problem, params + 0.2 * torch.randn(params.shape, generator=generator)


def torchs(architecture: Architecture) -> nn.Sequential:
    """Return the same network out of torch's modules, in training mode."""
    layers: list[nn.Module] = []
    for after, before, kernel, _ in architecture.convolutions:
        layers += [
            nn.Conv2d(before, after, kernel, padding=architecture.padding, bias=False),
            nn.BatchNorm2d(after),
            nn.ReLU(),
            nn.MaxPool2d(2, ceil_mode=True),
        ]
    layers += [
        nn.Flatten(),
        nn.Linear(architecture.flat, architecture.units, bias=False),
        nn.BatchNorm1d(architecture.units),
        nn.ReLU(),
        nn.Linear(architecture.units, architecture.classes),
    ]
    return nn.Sequential(*layers)


def turned(part: Tensor) -> Tensor:
    """Return a fully connected layer's weights as torch has them, or the other way; else it."""
    return part.t() if part.dim() == 2 else part


@pytest.mark.parametrize("architecture", [SMALL, UNPADDED])
def test_it_is_torchs_network(architecture: Architecture, generator: torch.Generator) -> None:
    """Loss and gradient of each problem equal those of torch's modules on its minibatch.

    The modules' parameters in their own order are the coordinates in theirs: convolutional
    layers first, in each the weights before scale and shift.
    """
    problem, params = sampled(generator, architecture)
    losses, grads = problem.loss_and_grads(params, 2)
    for index in range(3):
        network = torchs(architecture)
        parts = architecture.split(params[index])
        with torch.no_grad():
            for own, part, shape in zip(
                network.parameters(), parts, architecture.shapes, strict=True
            ):
                own.copy_(turned(part.view(shape)))
        picks = problem.minibatches.picks[2, index]
        x, y = problem.minibatches.x[picks], problem.minibatches.y[picks]
        loss = nn.functional.cross_entropy(network(x.permute(0, 3, 1, 2)), y)
        loss.backward()
        torch.testing.assert_close(losses[index], loss.detach())
        expected = [turned(own.grad).flatten() for own in network.parameters()]
        torch.testing.assert_close(grads[index], torch.cat(expected), rtol=1e-4, atol=1e-6)


def test_leading_axes_are_independent(generator: torch.Generator) -> None:
    """Params with two more axes in front give what each slice gives."""
    problem, params = sampled(generator)
    stacked = torch.stack((params, 2 * params, -params, 0.5 * params)).view(2, 2, *params.shape)
    losses, grads = problem.loss_and_grads(stacked, 4)
    assert losses.shape == (2, 2, 3)
    for row in range(2):
        for column in range(2):
            alone = problem.loss_and_grads(stacked[row, column], 4)
            together = losses[row, column], grads[row, column]
            torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-6)


def test_a_problem_does_not_feel_its_neighbours(generator: torch.Generator) -> None:
    """A change of one problem's params leaves the others' losses and gradients as they were."""
    problem, params = sampled(generator)
    losses, grads = problem.loss_and_grads(params)
    params[1] *= 3
    others = torch.tensor([0, 2])
    after, grads_after = problem.loss_and_grads(params)
    torch.testing.assert_close(after[others], losses[others])
    torch.testing.assert_close(grads_after[others], grads[others])
    assert not torch.equal(after[1], losses[1])


def test_the_authors_network_has_its_size() -> None:
    """16 channels of 5x5 thrice, 32 units: with zeros around, pictures are 16, 8, 4 pixels wide.

    75 x 16, 400 x 16 and 400 x 16 weights with 2 x 16 of normalisation each; 256 x 32 weights
    with 2 x 32, and 32 x 10 with 10 biases.
    """
    authors = Architecture((3, 32, 32), (16, 16, 16), 32, 10, kernel=5, padding=2)
    assert authors.convolutional == 1200 + 2 * 6400 + 3 * 32
    assert authors.flat == 256
    assert authors.fully_connected == 256 * 32 + 64 + 330


def test_pooling_keeps_what_is_left_at_a_border() -> None:
    """Without zeros around, 32 pixels become 14, 5 and 1; 8 with them become 4, 2 and 1."""
    assert UNPADDED.flat == 2
    assert Architecture((1, 8, 8), (4, 4, 4), 8, 10).flat == 4
    assert Architecture((1, 8, 8), (4, 4, 4), 8, 10, kernel=5, padding=0).flat == 0


def test_initial_params_normalise_and_nothing_more(generator: torch.Generator) -> None:
    """Scales are 1, shifts 0, all else about 0.01 wide; so the first loss is that of guessing."""
    x, y = torch.rand(50, 32, 32, 3), torch.arange(50) % 10
    architecture = Architecture((3, 32, 32), (8, 8, 8), 32, 10, kernel=5, padding=0)
    problem, params = ConvnetSampler(x, y, architecture, 2, 1)(generator)
    parts = architecture.split(params)
    for index, part in enumerate(parts):
        kind = 0 if index >= 12 else index % 3
        if kind:
            assert bool((part == (1 if kind == 1 else 0)).all())
        else:
            assert abs(float(part.std()) / 0.01 - 1) < 0.5
    assert problem.minibatches.picks.shape == (2, 2, 128)
    assert torch.allclose(problem.loss(params), torch.tensor(10.0).log(), atol=0.1)


def test_the_same_step_gives_the_same_bits(generator: torch.Generator) -> None:
    """A run that was left must end as one left alone; another step has other pictures."""
    problem, params = sampled(generator, UNPADDED)
    first, grads = problem.loss_and_grads(params, 3)
    again, grads_again = problem.loss_and_grads(params.clone(), 3)
    assert torch.equal(first, again)
    assert torch.equal(grads, grads_again)
    assert not torch.equal(first, problem.loss(params, 4))


def test_each_kind_of_layer_is_updated_by_an_lstm_of_its_own(generator: torch.Generator) -> None:
    """With the fully connected layers' phi at 0, all that moves is convolutional."""
    problem, params = sampled(generator)
    lstm = CoordinatewiseLSTM(hidden=4)
    rule = Grouped(
        (Group("conv", lstm, SMALL.convolutional), Group("fc", lstm, SMALL.fully_connected))
    )
    phi = rule.draw(generator)
    conv, _ = rule.split_phi(phi)
    still = torch.cat((conv, torch.zeros_like(conv)))
    after = engine_for(rule).unroll(still, problem, params, rule.init(params), torch.ones(3))
    moved = (after.params != params).any(0)
    assert bool(moved[: SMALL.convolutional].all())
    assert not bool(moved[SMALL.convolutional :].any())
