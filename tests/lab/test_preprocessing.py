"""Features of gradients."""

from __future__ import annotations

import math

import pytest
import torch

from l2l_tui.errors import UnknownNameError
from l2l_tui.lab import preprocessing
from l2l_tui.lab.optimizers import Adam
from l2l_tui.lab.preprocessing import LogSign, RNNprop


def test_log_sign_is_appendix_a() -> None:
    """Large gradients give log and sign, small ones -1 and e^p g."""
    grads = torch.tensor([2.0, -0.5, 1e-6, -1e-6, 0.0], dtype=torch.float64)
    features, _ = LogSign(10.0)(grads, {})
    small = math.exp(10) * 1e-6
    expected = [
        [math.log(2) / 10, math.log(0.5) / 10, -1, -1, -1],
        [1, -1, small, -small, 0],
    ]
    torch.testing.assert_close(features, torch.tensor(expected, dtype=torch.float64))


def test_rnnprop_sees_adams_direction(generator: torch.Generator) -> None:
    """Its first feature is Adam's update with both decays alike and a rate of -1."""
    seen = RNNprop(0.95)
    adam = Adam(-1.0, 0.95, 0.95, eps=0.0)
    params = torch.zeros(6, dtype=torch.float64)
    memory, state = seen.init(params), adam.init(params)
    for _ in range(5):
        grads = torch.randn(6, generator=generator, dtype=torch.float64)
        features, memory = seen(grads, memory)
        direction, state = adam.update(grads, state, params)
        torch.testing.assert_close(features[0], direction)


@pytest.mark.parametrize("name", preprocessing.NAMES)
def test_features_are_as_many_as_declared_and_finite(name: str) -> None:
    """Zero, tiny and huge gradients give finite features of the declared number."""
    chosen = preprocessing.named(name)
    grads = torch.tensor([0.0, 1e-30, -1e-8, 1.0, -1e8])
    features, _ = chosen(grads, chosen.init(grads))
    assert features.shape == (chosen.features, 5)
    assert bool(features.isfinite().all())


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    """A misspelt preprocessing names the one meant."""
    with pytest.raises(UnknownNameError, match="rnnprop"):
        preprocessing.named("rnprop")
