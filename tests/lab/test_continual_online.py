"""Online learning and what is trained through it, against loops and finite differences."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from l2l_tui.lab.continual import online
from l2l_tui.lab.continual.encoder import Encoder
from l2l_tui.lab.continual.representation import OML, Pretraining, Trajectories
from l2l_tui.lab.data import characters
from l2l_tui.lab.few_shot.episodes import Episodes, Sampler, Shape
from l2l_tui.lab.randomness import generator


def test_online_learning_is_torchs_gradient_descent_one_example_at_a_time() -> None:
    """A linear layer from zero, each trajectory by itself."""
    x = torch.rand(2, 7, 4, generator=generator(0, "x"), dtype=torch.float64)
    y = torch.randint(3, (2, 7), generator=generator(0, "y"))
    found = online.learned(x, y, 3, 0.3)
    for trajectory in range(2):
        layer = torch.nn.Linear(4, 3, bias=False, dtype=torch.float64)
        torch.nn.init.zeros_(layer.weight)
        descent = torch.optim.SGD(layer.parameters(), lr=0.3)
        for seen, label in zip(x[trajectory], y[trajectory], strict=True):
            descent.zero_grad()
            functional.cross_entropy(layer(seen), label).backward()
            descent.step()
        torch.testing.assert_close(found[trajectory], layer.weight.detach())


def test_every_trajectory_may_have_its_own_rate() -> None:
    """What each learns is what it learns alone."""
    x = torch.rand(2, 5, 3, generator=generator(1))
    y = torch.tensor([[0, 0, 1, 1, 2], [2, 1, 0, 1, 2]])
    rates = torch.tensor([0.1, 2.0])
    both = online.learned(x, y, 3, rates.view(2, 1, 1))
    for trajectory, rate in enumerate(rates.tolist()):
        own = slice(trajectory, trajectory + 1)
        torch.testing.assert_close(both[own], online.learned(x[own], y[own], 3, rate))


def test_gradients_go_through_every_online_step() -> None:
    """They agree with finite differences, in float64."""
    y = torch.tensor([[0, 1, 2, 0]])
    x = torch.rand(1, 4, 3, generator=generator(2), dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda seen: online.learned(seen, y, 3, 0.7), (x,))


class Fixed(Sampler):
    """Gives the same episode each time, in float64."""

    def __init__(self) -> None:
        shape = (1, 3, 2, 1, 28, 28)
        support, query = (
            torch.rand(shape, generator=generator(5, name), dtype=torch.float64)
            for name in ("support", "query")
        )
        self._episodes = Episodes(support, query, torch.arange(3).unsqueeze(0))

    def draw(self, generator: torch.Generator, episodes: int) -> Episodes:
        """Return it."""
        del generator, episodes
        return self._episodes


def test_omls_gradient_is_that_of_finite_differences() -> None:
    """From the params of the convolutions through the whole trajectory to the loss."""
    encoder, rate = Encoder(2), 0.5
    objective, draws = OML(encoder, Fixed(), rate), generator(0)
    params = encoder.draw(generator(3)).double()
    # Biases off 0, lest a unit stands exactly where it is rectified.
    params = params + 0.1 * torch.rand(encoder.size, generator=generator(4), dtype=torch.float64)
    _, grads = objective.loss_and_grads(params, draws)
    assert float(grads.abs().max()) > 1e-3
    step = 1e-6
    for place in range(0, encoder.size, 3):
        shift = torch.zeros_like(params)
        shift[place] = step
        above, _ = objective.loss_and_grads(params + shift, draws)
        below, _ = objective.loss_and_grads(params - shift, draws)
        assert float(grads[place]) == pytest.approx((above - below) / (2 * step), abs=1e-6)


def test_an_encoder_is_three_strided_convolutions_of_torchs() -> None:
    """Its flat params are their kernels and biases, one layer after the other."""
    encoder = Encoder(3)
    params, pictures = encoder.draw(generator(0)), torch.rand(2, 1, 28, 28, generator=generator(1))
    params = params + 0.1
    begin, seen = 0, pictures
    for inputs in (1, 3, 3):
        layer = torch.nn.Conv2d(inputs, 3, 3, stride=2, padding=1)
        with torch.no_grad():
            for weights in (layer.weight, layer.bias):
                assert weights is not None
                weights.copy_(params[begin : begin + weights.numel()].view_as(weights))
                begin += weights.numel()
        seen = layer(seen).relu()
    assert begin == encoder.size
    found = encoder.represent(params, pictures)
    assert found.shape == (2, encoder.features)
    torch.testing.assert_close(found, seen.flatten(1))


def test_classes_of_a_trajectory_come_one_after_the_other() -> None:
    """All examples of the first, then all of the second; queries in the same order."""
    encoder = Encoder(2)
    episodes = Sampler(characters.load("glyphs").train, Shape(4, 3, 2)).draw(generator(0), 2)
    seen = Trajectories(encoder, encoder.draw(generator(1)), episodes)
    assert seen.y.tolist() == [[0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]] * 2
    assert seen.test_y.tolist() == [[0, 0, 1, 1, 2, 2, 3, 3]] * 2
    third = encoder.represent(encoder.draw(generator(1)), episodes.support[1, 2])
    torch.testing.assert_close(seen.x[1, 6:9], third)


def test_pretraining_learns_to_tell_its_classes_apart() -> None:
    """Its labels are the pictures' classes: a short training lowers the loss by a third."""
    from l2l_tui.lab.optimizers import Adam

    known = characters.load("glyphs").validation
    objective = Pretraining(Encoder(8), known, batch=64, jitter=None)
    params = objective.draw(generator(0))
    optimizer = Adam(0.003)
    memory, losses = optimizer.init(params), []
    for step in range(60):
        loss, grads = objective.loss_and_grads(params, generator(0, step))
        updates, memory = optimizer.update(grads, memory, params)
        params = params + updates
        losses.append(loss)
    assert losses[0] == pytest.approx(torch.tensor(float(len(known))).log().item(), abs=1e-4)
    assert sum(losses[-5:]) / 5 < losses[0] * 2 / 3


def test_small_rates_all_name_alike_whatever_the_order() -> None:
    """W is then a sum over examples: the limit in which no linear layer forgets."""
    x = torch.rand(1, 12, 6, generator=generator(6), dtype=torch.float64)
    y = torch.arange(4).repeat_interleave(3).unsqueeze(0)
    order = torch.randperm(12, generator=generator(7))
    one = online.learned(x, y, 4, 1e-9) / 1e-9
    other = online.learned(x[:, order], y[:, order], 4, 1e-8) / 1e-8
    torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-5)
    sums = torch.stack([x[0, y[0] == label].sum(0) for label in range(4)])
    torch.testing.assert_close(one[0], sums - x[0].sum(0) / 4, rtol=1e-5, atol=1e-5)
