"""The coordinatewise LSTM with fixed phi."""

from __future__ import annotations

import torch

from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM
from l2l_tui.lab.preprocessing import Raw, RNNprop
from l2l_tui.lab.rules import Trained


def test_phi_has_the_sizes_of_two_lstm_layers_of_20() -> None:
    """With one input: 80 (1 + 1 + 20) + 80 (1 + 20 + 20) + 21 numbers."""
    assert CoordinatewiseLSTM(Raw()).size == 80 * 22 + 80 * 41 + 21


def test_packing_is_the_inverse_of_unpacking(generator: torch.Generator) -> None:
    """Named parts and the flat vector hold the same numbers."""
    rule = CoordinatewiseLSTM()
    phi = rule.draw(generator)
    assert torch.equal(rule.pack(rule.unpack(phi)), phi)


def test_a_zero_output_layer_gives_a_zero_update(generator: torch.Generator) -> None:
    """Whatever the gradients, nothing moves."""
    rule = CoordinatewiseLSTM()
    phi = rule.draw(generator)
    rule.unpack(phi)["head"].zero_()
    optimizer, params = Trained(rule, phi), torch.randn(3, 4, generator=generator)
    updates, _ = optimizer.update(params, optimizer.init(params), params)
    assert torch.equal(updates, torch.zeros(3, 4))


def test_coordinates_do_not_see_each_other(generator: torch.Generator) -> None:
    """Permuting coordinates permutes the updates, step after step."""
    rule = CoordinatewiseLSTM(RNNprop())
    optimizer = Trained(rule, rule.draw(generator, torch.float64))
    params = torch.zeros(1, 5, dtype=torch.float64)
    order = torch.tensor([3, 0, 4, 2, 1])
    state, permuted_state = optimizer.init(params), optimizer.init(params)
    for _ in range(3):
        grads = torch.randn(1, 5, generator=generator, dtype=torch.float64)
        updates, state = optimizer.update(grads, state, params)
        permuted, permuted_state = optimizer.update(grads[:, order], permuted_state, params)
        torch.testing.assert_close(permuted, updates[:, order])


def test_it_is_torchs_lstm_cell_twice(generator: torch.Generator) -> None:
    """The same weights in torch.nn.LSTMCell, whose gates are ordered i, f, g, o, agree."""
    rule = CoordinatewiseLSTM(Raw(scale=1.0), hidden=6, output_scale=1.0)
    phi = rule.draw(generator, torch.float64)
    parts = rule.unpack(phi)
    cells = [_torch_cell(parts["cell1"], 1), _torch_cell(parts["cell2"], 6)]
    optimizer, params = Trained(rule, phi), torch.zeros(4, 1, dtype=torch.float64)
    state = optimizer.init(params)
    states = [(torch.zeros(4, 6, dtype=torch.float64),) * 2 for _ in cells]
    for _ in range(3):
        grads = torch.randn(4, 1, generator=generator, dtype=torch.float64)
        updates, state = optimizer.update(grads, state, params)
        states[0] = cells[0](grads, states[0])
        states[1] = cells[1](states[0][0], states[1])
        expected = states[1][0] @ parts["head"][0, 1:, None] + parts["head"][0, 0]
        torch.testing.assert_close(updates, expected.detach())


def _torch_cell(weight: torch.Tensor, inputs: int) -> torch.nn.LSTMCell:
    hidden = weight.shape[0] // 4
    inward, forget, outward, candidate = weight.chunk(4)
    rows = torch.cat((inward, forget, candidate, outward))
    cell = torch.nn.LSTMCell(inputs, hidden, dtype=torch.float64)
    with torch.no_grad():
        cell.bias_ih.copy_(rows[:, 0])
        cell.bias_hh.zero_()
        cell.weight_ih.copy_(rows[:, 1 : 1 + inputs])
        cell.weight_hh.copy_(rows[:, 1 + inputs :])
    return cell
