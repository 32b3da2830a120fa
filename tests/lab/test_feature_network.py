"""The network that sees features, and its training."""

from __future__ import annotations

import json
from typing import Any

import pytest
import torch

from l2l_tui.lab.feature_network import (
    Examples,
    FeatureNetwork,
    Features,
    FeatureSchedule,
    FeatureTraining,
)
from l2l_tui.lab.randomness import generator
from l2l_tui.lab.textures import CLASSES, labelled

NETWORK = FeatureNetwork((6, 8), CLASSES)


def training(steps: int = 12, seed: int = 0) -> FeatureTraining:
    """Return a training on few small textures."""
    train, test = (Examples(*labelled(180, 8, generator(0, name))) for name in ("a", "b"))
    schedule = FeatureSchedule(steps, batch=32, lr=0.02, every=5)
    return FeatureTraining(NETWORK, schedule, train, test, seed)


def test_layers_halve_the_resolution() -> None:
    """Channels as declared; ReLU leaves nothing below 0."""
    weights = NETWORK.unpack(NETWORK.draw(generator(0)))
    first, second = NETWORK.features(weights, torch.rand((2, 3, 8, 12)))
    assert (first.shape, second.shape) == ((2, 6, 8, 12), (2, 8, 4, 6))
    assert float(first.min()) == 0.0
    assert NETWORK.logits(weights, torch.rand((2, 3, 8, 8))).shape == (2, CLASSES)


def test_the_weights_are_as_many_as_their_shapes_say() -> None:
    """5 x 5 and 3 x 3 windows with biases, and a head on the means of all features."""
    expected = (6 * 3 * 25 + 6) + (8 * 6 * 9 + 8) + (CLASSES * 14 + CLASSES)
    assert NETWORK.draw(generator(0)).numel() == expected


def test_a_flat_grey_picture_has_no_frame() -> None:
    """What surrounds a picture mirrors it, so features are the same all over."""
    weights = NETWORK.unpack(NETWORK.draw(generator(0)))
    for layer in NETWORK.features(weights, torch.full((1, 3, 8, 8), 0.7)):
        torch.testing.assert_close(layer, layer[..., :1, :1].expand_as(layer))


def test_training_learns_to_tell_textures_apart() -> None:
    """Held-out textures, several times as often as by chance; the loss falls."""
    work = training(steps=120)
    seen = [progress.measurements[0].value for progress in work.run()]
    assert seen[-1] < seen[0] / 1.5
    assert work.accuracy() > 5 / CLASSES


@pytest.mark.parametrize("leave_at", [1, 2, 3])
def test_a_training_left_goes_on_to_the_same_bits(leave_at: int) -> None:
    """Twelve minibatches in stretches of five, five and two."""
    undisturbed, first = training(), training()
    seen = list(undisturbed.run())
    assert [progress.step for progress in seen] == [1, 2, 3]
    work = first.run()
    for _ in range(leave_at):
        next(work)
    state: dict[str, Any] = first.state()
    json.dumps({"done": state["done"]})
    second = training()
    second.restore(state)
    assert list(second.run()) == seen[leave_at:]
    assert torch.equal(second.weights, undisturbed.weights)


def test_features_are_calibrated_layer_by_layer() -> None:
    """On the pictures that they are calibrated on their mean square is 1; the ratio stays."""
    pictures, weights = torch.rand((20, 3, 8, 8)), NETWORK.draw(generator(0))
    features = Features.calibrated(NETWORK, weights, pictures)
    plain = NETWORK.features(NETWORK.unpack(weights), pictures)
    for layer, raw, scale in zip(features(pictures), plain, features.scales, strict=True):
        assert float(layer.square().mean()) == pytest.approx(1.0, rel=1e-4)
        torch.testing.assert_close(layer, raw * scale)
