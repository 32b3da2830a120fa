"""Global averaging cells and NTM-BFGS."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM
from l2l_tui.lab.optimizees import QuadraticSampler
from l2l_tui.lab.preprocessing import Combined, Raw
from l2l_tui.lab.rules import Trained, UpdateRule
from l2l_tui.lab.sharing import NTMBFGS, AveragingLSTM, averaged, read, write

DOUBLE = torch.float64


def walk(rule: UpdateRule, phi: Tensor, grads: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
    """Return the last updates and the state after gradients (steps, problems, coordinates)."""
    params = torch.zeros_like(grads[0])
    state = rule.init(params)
    for grad in grads:
        updates, state = rule.update(phi, grad, state, params)
    return updates, dict(state)


@pytest.mark.parametrize(
    "rule", [AveragingLSTM(Combined(), 6, 2), NTMBFGS(Combined(), 6, 2)], ids=["gac", "ntm-bfgs"]
)
def test_permuting_coordinates_permutes_the_updates(
    rule: UpdateRule, generator: torch.Generator
) -> None:
    """Coordinates are told apart by their gradients alone, though they share information."""
    phi = rule.draw(generator, DOUBLE)
    order = torch.tensor([3, 0, 4, 2, 1])
    grads = torch.randn(4, 2, 5, generator=generator, dtype=DOUBLE)
    updates, state = walk(rule, phi, grads)
    permuted, permuted_state = walk(rule, phi, grads[..., order])
    torch.testing.assert_close(permuted, updates[:, order])
    if "memory" in state:
        memory = state["memory"][:, order][:, :, order]
        torch.testing.assert_close(permuted_state["memory"], memory)


@pytest.mark.parametrize("rule", [AveragingLSTM(Raw(), 6, 2), NTMBFGS(Raw(), 6, 0)])
def test_coordinates_see_each_other(rule: UpdateRule, generator: torch.Generator) -> None:
    """Another gradient of one coordinate changes the others' later updates."""
    phi = rule.draw(generator, DOUBLE)
    grads = torch.randn(3, 1, 5, generator=generator, dtype=DOUBLE)
    before, _ = walk(rule, phi, grads)
    grads[0, 0, 2] += 1
    after, _ = walk(rule, phi, grads)
    assert (after != before).all()


def test_without_averaging_cells_it_is_the_plain_lstm(generator: torch.Generator) -> None:
    """The same phi gives the same updates."""
    rule, plain = AveragingLSTM(Raw(), 6, averaged=0), CoordinatewiseLSTM(Raw(), 6)
    phi = rule.draw(generator, DOUBLE)
    grads = torch.randn(3, 2, 5, generator=generator, dtype=DOUBLE)
    torch.testing.assert_close(walk(rule, phi, grads)[0], walk(plain, phi, grads)[0])


def test_activations_of_the_first_cells_are_means_over_a_problem() -> None:
    """Two problems of three coordinates: each has its own mean, other cells keep theirs."""
    hidden = torch.tensor([[1.0, 2, 3, 10, 20, 30], [1, 2, 3, 4, 5, 6]])
    expected = torch.tensor([[2.0, 2, 2, 20, 20, 20], [1, 2, 3, 4, 5, 6]])
    assert torch.equal(averaged(hidden, 1, 3), expected)
    assert torch.equal(averaged(hidden, 0, 3), hidden)


def test_averaging_cells_keep_a_state_of_their_own(generator: torch.Generator) -> None:
    """What goes out is the mean, what the cell holds is not."""
    rule = AveragingLSTM(Raw(), 6, 2)
    grads = torch.randn(2, 1, 5, generator=generator, dtype=DOUBLE)
    _, state = walk(rule, rule.draw(generator, DOUBLE), grads)
    for layer in ("1", "2"):
        assert len(set(state[f"hidden{layer}"][0].tolist())) == 1
        assert len(set(state[f"cell{layer}"][0].tolist())) == 5
        assert len(set(state[f"hidden{layer}"][2].tolist())) == 5


def test_a_memory_that_is_never_written_reads_the_vectors_back(generator: torch.Generator) -> None:
    """It is the identity and stays it, so a read's result is the read vector itself."""
    rule = NTMBFGS(Raw(), 6, 2, reads=2, write_scale=0.0)
    phi = rule.draw(generator, DOUBLE)
    grads = torch.randn(3, 2, 5, generator=generator, dtype=DOUBLE)
    _, state = walk(rule, phi, grads)
    assert torch.equal(state["memory"], torch.eye(5, dtype=DOUBLE).expand(2, 5, 5))
    weight = rule.unpack(phi)["read"]
    vectors = weight[:, :1] + weight[:, 1:] @ state["hidden2"]
    torch.testing.assert_close(state["result"], vectors.view(2, 2, 5))


def test_a_write_has_the_rank_of_its_heads(generator: torch.Generator) -> None:
    """Whatever the memory was, two heads change it by a matrix of rank two."""
    memory, left, right = (
        torch.randn(shape, generator=generator, dtype=DOUBLE)
        for shape in ((3, 9, 9), (2, 3, 9), (2, 3, 9))
    )
    difference = write(memory, left, right) - memory
    assert torch.linalg.matrix_rank(difference, atol=1e-9).tolist() == [2, 2, 2]
    expected = sum(torch.outer(left[head, 1], right[head, 1]) for head in range(2))
    torch.testing.assert_close(difference[1], expected)


def test_the_memory_gathers_what_the_controller_writes(generator: torch.Generator) -> None:
    """It is the identity plus the scaled outer products of every step's vectors."""
    rule = NTMBFGS(Raw(), 6, 2, writes=2)
    phi, params = rule.draw(generator, DOUBLE), torch.zeros(1, 5, dtype=DOUBLE)
    parts, state = rule.unpack(phi), rule.init(params)
    expected = torch.eye(5, dtype=DOUBLE)
    for _ in range(3):
        grads = torch.randn(1, 5, generator=generator, dtype=DOUBLE)
        _, state = rule.update(phi, grads, state, params)
        left, right = (
            parts[name][:, :1] + parts[name][:, 1:] @ state["hidden2"] for name in ("left", "right")
        )
        expected = expected + rule.write_scale * left.T @ right
    torch.testing.assert_close(state["memory"][0], expected)


def test_what_was_read_reaches_the_update_now_and_the_controller_next(
    generator: torch.Generator,
) -> None:
    """Another memory changes this step's update; another result the next step's states."""
    rule = NTMBFGS(Raw(), 6, 2)
    phi, params = rule.draw(generator, DOUBLE), torch.zeros(1, 5, dtype=DOUBLE)
    grads = torch.randn(1, 5, generator=generator, dtype=DOUBLE)
    state = dict(rule.init(params))
    updates, after = rule.update(phi, grads, state, params)
    doubled, _ = rule.update(phi, grads, {**state, "memory": 2 * state["memory"]}, params)
    moved = rule.output_scale * rule.unpack(phi)["head"][0, -1] * after["result"][0]
    torch.testing.assert_close(doubled - updates, moved)
    told = {**state, "result": torch.ones_like(state["result"])}
    assert not torch.equal(rule.update(phi, grads, told, params)[1]["hidden1"], after["hidden1"])


def test_three_write_heads_suffice_for_bfgs(generator: torch.Generator) -> None:
    """With BFGS's own vectors the memory of a quadratic becomes its inverse Hessian.

    M' = (1 - s y^T / y^T s) M (1 - y s^T / y^T s) + s s^T / y^T s, multiplied out; with exact
    line searches d steps suffice, and each of them is a read of the gradient.
    """
    quadratics, params = QuadraticSampler(2, 4, initial_scale=1.0, dtype=DOUBLE)(generator)
    memory = torch.eye(4, dtype=DOUBLE).repeat(2, 1, 1)
    hessian = 2 * quadratics.w.mT @ quadratics.w
    _, grads = quadratics.loss_and_grads(params)
    for _ in range(4):
        direction = -read(memory, grads.unsqueeze(0))[0]
        curved = (hessian @ direction.unsqueeze(-1)).squeeze(-1)
        length = -(grads * direction).sum(-1, keepdim=True) / (direction * curved).sum(-1, True)
        step = length * direction
        params = params + step
        _, after = quadratics.loss_and_grads(params)
        change, grads = after - grads, after
        scale = 1 / (change * step).sum(-1, keepdim=True)
        seen = read(memory, change.unsqueeze(0))[0]
        grown = 1 + scale * (change * seen).sum(-1, keepdim=True)
        left = torch.stack((-scale * step, -scale * seen, scale * grown * step))
        memory = write(memory, left, torch.stack((seen, step, step)))
        torch.testing.assert_close(read(memory, change.unsqueeze(0))[0], step)  # the secant
    torch.testing.assert_close(memory, torch.linalg.inv(hessian), rtol=1e-6, atol=1e-8)


def test_sharing_is_an_optimizer_like_any_other(generator: torch.Generator) -> None:
    """With phi fixed it has the interface of Adam, and its state is all that it remembers."""
    optimizer = Trained(NTMBFGS(), NTMBFGS().draw(generator))
    params = torch.zeros(3, 10)
    state = optimizer.init(params)
    grads = torch.randn(3, 10, generator=generator)
    first, _ = optimizer.update(grads, state, params)
    again, _ = optimizer.update(grads, state, params)
    assert torch.equal(first, again)
    assert first.shape == params.shape
