"""Neural style as an optimizee."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from l2l_tui.lab.engines import AutogradEngine
from l2l_tui.lab.feature_network import FeatureNetwork, Features
from l2l_tui.lab.optimizers import Adam
from l2l_tui.lab.randomness import generator
from l2l_tui.lab.style import (
    StyleSampler,
    StyleTransfer,
    TermWeights,
    gram,
    painted,
    roughness,
    unpainted,
)
from l2l_tui.lab.textures import Scenes, style

SIZE = 8


def features(dtype: torch.dtype = torch.float32) -> Features:
    """Return an untrained network's features."""
    network = FeatureNetwork((4, 5), 3)
    pictures = torch.rand((8, 3, SIZE, SIZE), generator=generator(0, "calibration"), dtype=dtype)
    return Features.calibrated(network, network.draw(generator(0, "weights")).to(dtype), pictures)


def transfer(weights: TermWeights, problems: int = 3) -> tuple[StyleTransfer, Tensor]:
    """Return a batch of problems in float64, and where they start."""
    contents = Scenes()(problems, SIZE, generator(1)).double()
    wanted = style("stripes", generator(2)).render(SIZE)[0].double()
    optimizee = StyleTransfer.between(features(torch.float64), contents, wanted, weights, 1)
    start = torch.randn((problems, 3 * SIZE * SIZE), generator=generator(3), dtype=torch.float64)
    return optimizee, start


def test_the_loss_follows_the_equations() -> None:
    """Equations 1 and 4 of Gatys, Ecker and Bethge, written out for one picture at a time."""
    weights = TermWeights(0.7, 2.0, 0.3)
    optimizee, params = transfer(weights)
    d = params.shape[1]
    losses = optimizee.loss(params)
    for index, theta in enumerate(params):
        x = (0.5 + 0.25 * theta.view(3, SIZE, SIZE)).unsqueeze(0)
        p, a = optimizee.contents[index : index + 1], optimizee.style.unsqueeze(0)
        content, errors = 0.0, []
        for level, (f, wanted, seen) in enumerate(
            zip(*(optimizee.features(one) for one in (x, a, p)), strict=True)
        ):
            n, m = f.shape[1], f.shape[2] * f.shape[3]
            f_, a_ = f.reshape(n, m), wanted.reshape(n, m)
            difference = f_ @ f_.T - a_ @ a_.T
            errors.append(float(difference.square().sum()) / (4 * n**2 * m**2))
            if level == 1:
                content = 0.5 * float((f - seen).square().sum()) / (n * m)
        smooth = float((x[..., 1:, :] - x[..., :-1, :]).square().mean())
        smooth += float((x[..., 1:] - x[..., :-1]).square().mean())
        expected = d * (0.7 * content + 2.0 * sum(errors) / len(errors) + 0.3 * smooth)
        assert float(losses[index]) == pytest.approx(expected, rel=1e-9)


def test_each_term_is_nothing_where_it_should_be() -> None:
    """The content picture has its content, the style picture its style, a grey one no edges."""
    optimizee, _ = transfer(TermWeights(1.0, 1.0, 1.0))
    assert float(optimizee.terms(unpainted(optimizee.contents)).content.max()) < 1e-12
    as_style = unpainted(optimizee.style.expand(3, 3, SIZE, SIZE))
    assert float(optimizee.terms(as_style).style.max()) < 1e-12
    assert float(optimizee.terms(torch.zeros_like(as_style)).smooth.max()) == 0.0
    assert float(optimizee.terms(as_style).content.min()) > 0.0


def test_gradients_agree_with_finite_differences() -> None:
    """In float64, along random directions, with leading axes as tuning has them."""
    optimizee, params = transfer(TermWeights(1.0, 5.0, 2.0))
    params = torch.stack((params, params * 0.5))
    losses, grads = optimizee.loss_and_grads(params)
    assert losses.shape == (2, 3)
    direction = torch.randn(params.shape, generator=generator(5), dtype=torch.float64)
    eps = 1e-6
    ahead, behind = (optimizee.loss(params + sign * eps * direction) for sign in (1, -1))
    torch.testing.assert_close(
        (ahead - behind) / (2 * eps), (grads * direction).sum(-1), rtol=1e-4, atol=1e-4
    )


def test_problems_of_a_batch_do_not_see_each_other() -> None:
    """One alone has the loss and the gradient that it has among others."""
    optimizee, params = transfer(TermWeights(1.0, 5.0, 2.0))
    losses, grads = optimizee.loss_and_grads(params)
    alone, alone_grads = optimizee.of(slice(1, 2)).loss_and_grads(params[1:2])
    torch.testing.assert_close(alone, losses[1:2])
    torch.testing.assert_close(alone_grads, grads[1:2])


def test_a_gram_matrix_is_an_average_over_positions() -> None:
    """So twice as many of the same positions leave it as it is."""
    layer = torch.rand((2, 3, 4, 4), dtype=torch.float64)
    torch.testing.assert_close(gram(layer), gram(torch.cat((layer, layer), -1)))
    assert gram(layer).shape == (2, 3, 3)


def test_roughness_counts_steps_along_both_sides() -> None:
    """One step of height 1 in one column of three."""
    picture = torch.zeros(3, 4, 4)
    picture[:, :, 2:] = 1.0
    assert float(roughness(picture)) == pytest.approx(1 / 3)


def test_params_are_pictures_and_back() -> None:
    """Channels first, then rows; zero is grey."""
    pictures = torch.rand((2, 3, SIZE, SIZE), dtype=torch.float64)
    torch.testing.assert_close(painted(unpainted(pictures)), pictures)
    assert float(painted(torch.zeros(12))[0, 0, 0]) == 0.5


def test_a_sampler_draws_from_its_generator_alone() -> None:
    """Contents and start; the same again from the same."""
    wanted = style("rings", generator(0)).render(SIZE)[0]
    sampler = StyleSampler(features(), Scenes(), wanted, 3, TermWeights(1, 1, 1), 0)
    (first, start), (again, same) = sampler(generator(4)), sampler(generator(4))
    assert torch.equal(start, same)
    assert torch.equal(first.contents, again.contents)
    assert start.shape == (3, 3 * SIZE * SIZE)
    assert float(start.std()) == pytest.approx(1.0, abs=0.1)


def test_adam_brings_the_style_over() -> None:
    """From a grey picture: the style term falls far below the content picture's own."""
    optimizee, params = transfer(TermWeights(1.0, 20.0, 1.0))
    params, adam = params * 0.1, Adam(0.1)
    memory = adam.init(params)
    for _ in range(100):
        _, grads = optimizee.loss_and_grads(params)
        updates, memory = adam.update(grads, memory, params)
        params = params + updates
    before = optimizee.terms(unpainted(optimizee.contents)).style
    assert bool((optimizee.terms(params).style < before / 4).all())


def test_second_derivatives_can_be_kept() -> None:
    """The autograd engine differentiates through the features."""
    from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM

    wanted = style("rings", generator(0)).render(SIZE)[0]
    sampler = StyleSampler(features(), Scenes(), wanted, 1, TermWeights(1, 1, 1), 0)
    optimizee, params = sampler(generator(4))
    rule = CoordinatewiseLSTM(hidden=3)
    phi, weights = rule.draw(generator(1)), torch.ones(3)
    kept, dropped = (
        replace(AutogradEngine(rule), second_order=second).unroll(
            phi, optimizee, params, rule.init(params), weights
        )
        for second in (True, False)
    )
    torch.testing.assert_close(kept.losses, dropped.losses)
    assert not torch.allclose(kept.phi_grads, dropped.phi_grads)
