"""The fully connected LSTM optimizer."""

from __future__ import annotations

import torch

from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM
from l2l_tui.lab.full_rnn import FullLSTM
from l2l_tui.lab.preprocessing import Combined, Raw
from l2l_tui.lab.rules import Trained


def test_phi_grows_with_the_coordinates() -> None:
    """80 (1 + 3 d + 20) + 80 (1 + 20 + 20) + d (1 + 20) numbers, with three features."""
    for coordinates in (1, 10, 1000):
        expected = 80 * (21 + 3 * coordinates) + 80 * 41 + coordinates * 21
        assert FullLSTM(coordinates, Combined()).size == expected


def test_of_one_coordinate_it_is_the_coordinatewise_one(generator: torch.Generator) -> None:
    """The same phi gives the same updates, and the same generator the same phi."""
    full, coordinatewise = FullLSTM(1, hidden=6), CoordinatewiseLSTM(Raw(), hidden=6)
    phi = full.draw(generator, torch.float64)
    assert torch.equal(phi, coordinatewise.draw(torch.Generator().manual_seed(7), torch.float64))
    ours, theirs = Trained(full, phi), Trained(coordinatewise, phi)
    params = torch.zeros(5, 1, dtype=torch.float64)
    state, other = ours.init(params), theirs.init(params)
    for _ in range(3):
        grads = torch.randn(5, 1, generator=generator, dtype=torch.float64)
        updates, state = ours.update(grads, state, params)
        expected, other = theirs.update(grads, other, params)
        torch.testing.assert_close(updates, expected)


def test_every_coordinate_sees_every_gradient(generator: torch.Generator) -> None:
    """A change of one gradient moves all updates of its problem."""
    rule = FullLSTM(4, hidden=6)
    phi, params = rule.draw(generator), torch.zeros(2, 4)
    grads = torch.randn(2, 4, generator=generator)
    before, _ = rule.update(phi, grads, rule.init(params), params)
    grads[0, 2] += 1
    after, _ = rule.update(phi, grads, rule.init(params), params)
    assert (after[0] != before[0]).all()
    assert torch.equal(after[1], before[1])
