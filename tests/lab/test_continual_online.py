"""Online learning and what is trained through it, against loops and finite differences."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from l2l_tui.lab.continual import online
from l2l_tui.lab.continual.encoder import Encoder
from l2l_tui.lab.continual.online import Head
from l2l_tui.lab.continual.online_network import OnlineNetwork
from l2l_tui.lab.continual.representation import OML, Pretraining, Trajectories
from l2l_tui.lab.data import characters
from l2l_tui.lab.few_shot.episodes import Episodes, Sampler, Shape
from l2l_tui.lab.randomness import generator

NETWORK = OnlineNetwork(Encoder(2), units=5)


def head(trajectories: int, features: int, units: int, classes: int) -> Head:
    """Return random layers in float64: a start that all share, outputs of each trajectory's own."""
    hidden, output = (
        torch.randn(size, generator=generator(0, str(size)), dtype=torch.float64)
        for size in ((units, features + 1), (trajectories, classes, units + 1))
    )
    return Head(hidden, output)


def test_online_learning_is_torchs_gradient_descent_one_example_at_a_time() -> None:
    """Both layers and their biases, each trajectory by itself."""
    x = torch.randn(2, 9, 4, generator=generator(0, "x"), dtype=torch.float64)
    y = torch.randint(3, (2, 9), generator=generator(0, "y"))
    start = head(2, features=4, units=6, classes=3)
    found = online.learned(start, x, y, 0.3)
    for trajectory in range(2):
        network = torchs(start, trajectory)
        descent = torch.optim.SGD(network.parameters(), lr=0.3)
        for seen, label in zip(x[trajectory], y[trajectory], strict=True):
            descent.zero_grad()
            functional.cross_entropy(network(seen), label).backward()
            descent.step()
        for layer, weights in ((network[0], found.hidden), (network[2], found.output)):
            both = torch.cat((layer.weight, layer.bias.unsqueeze(1)), 1)
            torch.testing.assert_close(weights[trajectory], both.detach())
        torch.testing.assert_close(found.logits(x)[trajectory], network(x[trajectory]).detach())


def torchs(start: Head, trajectory: int) -> torch.nn.Sequential:
    """Return the same head made of torch's layers."""
    (units, features), (classes, _) = start.hidden.shape, start.output.shape[1:]
    network = torch.nn.Sequential(
        torch.nn.Linear(features - 1, units), torch.nn.ReLU(), torch.nn.Linear(units, classes)
    ).double()
    with torch.no_grad():
        for layer, weights in ((network[0], start.hidden), (network[2], start.output[trajectory])):
            layer.weight.copy_(weights[:, :-1])
            layer.bias.copy_(weights[:, -1])
    return network


def test_a_trajectory_may_be_learned_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """What learns on ends where it would have ended at once, as it does in blocks."""
    x = torch.randn(2, 7, 4, generator=generator(1, "x"), dtype=torch.float64)
    y = torch.randint(3, (2, 7), generator=generator(1, "y"))
    start = head(2, features=4, units=6, classes=3)
    whole = online.learned(start, x, y, 0.2)
    parts = online.learned(online.learned(start, x[:, :3], y[:, :3], 0.2), x[:, 3:], y[:, 3:], 0.2)
    monkeypatch.setattr(online, "_BLOCK", 2)
    blocks = online.learned(start, x, y, 0.2)
    for found in (parts, blocks):
        torch.testing.assert_close(found.hidden, whole.hidden)
        torch.testing.assert_close(found.output, whole.output)


def test_gradients_go_through_every_online_step() -> None:
    """To the examples and to both layers at the start, as finite differences do, in float64."""
    y = torch.tensor([[0, 1, 2, 0]])
    x = torch.randn(1, 4, 3, generator=generator(2), dtype=torch.float64, requires_grad=True)
    start = head(1, features=3, units=4, classes=3)

    def ends(x: Tensor, hidden: Tensor, output: Tensor) -> tuple[Tensor, Tensor]:
        end = online.learned(Head(hidden, output), x, y, 0.7)
        return end.hidden, end.output

    layers = start.hidden.requires_grad_(), start.output.requires_grad_()
    assert torch.autograd.gradcheck(ends, (x, *layers))


class Fixed(Sampler):
    """Gives the same episode each time, in float64."""

    def __init__(self) -> None:
        shape = (2, 3, 2, 1, 28, 28)
        support, query = (
            torch.rand(shape, generator=generator(5, name), dtype=torch.float64)
            for name in ("support", "query")
        )
        self._episodes = Episodes(support, query, torch.arange(3).expand(2, 3))

    def draw(
        self, generator: torch.Generator, episodes: int, which: slice = slice(None)
    ) -> Episodes:
        """Return it."""
        del generator, episodes, which
        return self._episodes


def test_omls_gradient_is_that_of_finite_differences() -> None:
    """From the convolutions and the hidden layer's start through the trajectory to the loss."""
    objective = OML(NETWORK, Fixed(), 2, 0.3)
    params = NETWORK.draw(generator(3)).double()
    # Biases off 0, lest a unit stands exactly where it is rectified.
    params = params + 0.1 * torch.rand(NETWORK.size, generator=generator(4), dtype=torch.float64)
    _, grads = objective.loss_and_grads(params, generator(0))
    encoder = NETWORK.encoder.size
    step, places = 1e-6, (*range(0, encoder, 3), *range(encoder, NETWORK.size, 7))
    for part in (grads[:encoder], grads[encoder:]):
        assert float(part.abs().max()) > 1e-3
    for place in places:
        shift = torch.zeros_like(params)
        shift[place] = step
        # The same generator anew, so that the fresh outputs are the same.
        above, _ = objective.loss_and_grads(params + shift, generator(0))
        below, _ = objective.loss_and_grads(params - shift, generator(0))
        assert float(grads[place]) == pytest.approx((above - below) / (2 * step), abs=1e-6)


def test_outputs_are_fresh_and_their_biases_0() -> None:
    """He's normal distribution: a variance of two over the hidden units, each drawn by itself."""
    network = OnlineNetwork(Encoder(2), units=50)
    drawn = network.outputs(generator(0), 4, 30)
    assert drawn.shape == (4, 30, 51)
    assert not bool(drawn[..., -1].any())
    assert float(drawn[..., :-1].var()) == pytest.approx(2 / 50, rel=0.1)
    assert len(drawn[..., 0].unique()) == 4 * 30


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
    params = NETWORK.draw(generator(1))
    episodes = Sampler(characters.load("glyphs").train, Shape(4, 3, 2)).draw(generator(0), 2)
    seen = Trajectories(NETWORK, params, episodes)
    assert seen.y.tolist() == [[0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]] * 2
    assert seen.test_y.tolist() == [[0, 0, 1, 1, 2, 2, 3, 3]] * 2
    third = NETWORK.represent(params, episodes.support[1, 2])
    torch.testing.assert_close(seen.x[1, 6:9], third)


def test_pretraining_learns_to_tell_its_classes_apart() -> None:
    """Its labels are the pictures' classes: a short training lowers the loss by a third."""
    from l2l_tui.lab.optimizers import Adam

    known = characters.load("glyphs").validation
    network = OnlineNetwork(Encoder(8), units=128)
    objective = Pretraining(network, known, batch=64, jitter=None)
    params = objective.draw(generator(0))
    optimizer = Adam(0.003)
    memory, losses = optimizer.init(params), []
    for step in range(100):
        loss, grads = objective.loss_and_grads(params, generator(0, step))
        updates, memory = optimizer.update(grads, memory, params)
        params = params + updates
        losses.append(loss)
    assert losses[0] == pytest.approx(torch.tensor(float(len(known))).log().item(), abs=0.1)
    assert sum(losses[-5:]) / 5 < losses[0] * 2 / 3
