"""Strategies against references worked by hand: Fisher, EWC, A-GEM, replay, reservoirs."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from l2l_tui.lab.continual import fisher
from l2l_tui.lab.continual.memory import Reservoir
from l2l_tui.lab.continual.problem import Problem, competing
from l2l_tui.lab.continual.strategies import AGEM, EWC, FineTuning, Joint, Replay, projected
from l2l_tui.lab.continual.streams import Examples, Stream, joined, split
from l2l_tui.lab.data.pictures import Pictures
from l2l_tui.lab.maml.perceptron import Perceptron
from l2l_tui.lab.randomness import generator

CLASSES, SIDE = 6, 3


def pictures(each: int, seed: int = 0) -> Pictures:
    """Return so many random pictures of each class."""
    x = torch.rand(each * CLASSES, 1, SIDE, SIDE, generator=generator(seed, "x"))
    return Pictures(x, torch.arange(CLASSES).repeat(each))


def stream(member: int = 0, scenario: str = "class", each: int = 4) -> Stream:
    """Return a stream of three pairs of classes."""
    return split(pictures(each, member), pictures(2, 9), 3, scenario, generator(member, "order"))


def problem(members: int = 2, scenario: str = "class") -> Problem:
    """Return a small network on streams of its own in each member."""
    streams = [stream(member, scenario) for member in range(members)]
    return Problem(Perceptron((SIDE * SIDE, 5, 4, streams[0].outputs)), streams)


def params(facing: Problem, seed: int = 0) -> Tensor:
    """Return params (members, size) that are not small."""
    size = (len(facing), facing.network.size)
    return torch.randn(size, generator=generator(seed, "params"))


def batch(facing: Problem, newest: int, seed: int = 0, size: int = 7) -> Examples:
    """Return examples of the newest experience."""
    chances = torch.rand(
        (len(facing), 2, size), generator=generator(seed, "batch"), dtype=torch.float64
    )
    return facing.draw(newest, newest, chances)


def draws(facing: Problem, purpose: str = "draws") -> list[torch.Generator]:
    """Return one generator a member."""
    return [generator(3, purpose, member) for member in range(len(facing))]


@pytest.mark.parametrize("scenario", ["task", "domain", "class"])
def test_the_fisher_information_is_that_of_a_loop_over_examples_and_labels(scenario: str) -> None:
    """In float64, each gradient by itself, squared, weighted with the model's probability."""
    facing, newest = problem(scenario=scenario), 1
    at, examples = params(facing).double(), batch(facing, newest)
    x, visible = examples.x.double(), facing.visible(examples, newest)
    found = fisher.diagonal(facing.network, at, x, visible)
    for member in range(len(facing)):
        expected = torch.zeros(facing.network.size, dtype=torch.float64)
        for example in range(len(examples)):
            expected += expected_square(
                facing.network, at[member], x[member, example], visible[member, example]
            )
        torch.testing.assert_close(found[member], expected / len(examples))


def expected_square(network: Perceptron, at: Tensor, x: Tensor, visible: Tensor) -> Tensor:
    """Return sum_y p(y | x) (d log p(y | x) / d params)^2 of one example."""
    total = torch.zeros_like(at)
    for label in visible.nonzero().flatten().tolist():
        leaf = at.clone().requires_grad_()
        log_p = competing(network.outputs(leaf.unsqueeze(0), x.view(1, 1, -1))[0, 0], visible)
        (slope,) = torch.autograd.grad(log_p[label], leaf)
        total += log_p[label].detach().exp() * slope.square()
    return total


def test_ewcs_gradient_is_that_of_the_papers_sum_of_quadratics() -> None:
    """After two experiences, each anchored where it ended, each member with its own strength."""
    facing = problem()
    strength = torch.tensor([[3.0], [50.0]])
    strategy = EWC(facing, strength, fisher_examples=100)
    anchors = [params(facing, seed) for seed in (1, 2)]
    for experience, anchor in enumerate(anchors):
        strategy.end(anchor, experience, draws(facing))
    leaf = params(facing, 3).requires_grad_()
    penalty = torch.zeros(2, 1)
    for experience, anchor in enumerate(anchors):
        information = torch.stack(
            [whole_fisher(facing, member, anchor, experience) for member in range(2)]
        )
        penalty += (information * (leaf - anchor).square()).sum(1, keepdim=True)
    (expected,) = torch.autograd.grad((strength / 2 * penalty).sum(), leaf)
    examples = batch(facing, 2)
    plain = facing.losses_and_grads(leaf, examples, 2)[1]
    found = strategy.losses_and_grads(leaf.detach(), examples, 2, draws(facing))[1]
    torch.testing.assert_close(found - plain, expected, rtol=1e-4, atol=1e-4)


def whole_fisher(facing: Problem, member: int, at: Tensor, experience: int) -> Tensor:
    """Return one member's Fisher information on all of an experience."""
    own = facing.streams[member]
    positions = torch.arange(int(own.train.lengths[experience]))
    examples = own.learned_from(experience, positions)
    visible = own.visible[experience, examples.experience].unsqueeze(0)
    x = examples.x.unsqueeze(0)
    return fisher.diagonal(facing.network, at[member : member + 1], x, visible)[0]


def test_ewc_without_strength_is_fine_tuning() -> None:
    """To the bit, whatever it has learned before."""
    facing = problem()
    strategy = EWC(facing, 0.0, fisher_examples=5)
    strategy.end(params(facing, 1), 0, draws(facing))
    at, examples = params(facing), batch(facing, 1)
    expected = FineTuning(facing).losses_and_grads(at, examples, 1, draws(facing))
    found = strategy.losses_and_grads(at, examples, 1, draws(facing))
    assert all(map(torch.equal, found, expected))


def test_fisher_examples_are_each_drawn_once() -> None:
    """So many that there are no more: the information is that of all, in whatever order."""
    facing = problem(1)
    strategy, at = EWC(facing, 1.0, fisher_examples=8), params(facing)
    strategy.end(at, 0, draws(facing))
    found = -strategy.penalty_grads(torch.zeros_like(at)) / at
    torch.testing.assert_close(found[0], whole_fisher(facing, 0, at, 0))


@pytest.mark.parametrize("seed", range(5))
def test_a_projected_gradient_never_points_against_the_reference(seed: int) -> None:
    """And it is the nearest that does not: no step on the boundary is nearer to the gradient."""
    size = (20, 15)
    grads, reference = (
        torch.randn(size, generator=generator(seed, name), dtype=torch.float64)
        for name in ("grads", "reference")
    )
    found = projected(grads, reference)
    along = (grads * reference).sum(1)
    assert bool((along < 0).any())
    assert bool((along >= 0).any())
    assert float((found * reference).sum(1).min()) > -1e-12
    assert torch.equal(found[along >= 0], grads[along >= 0])
    against = along < 0
    torch.testing.assert_close(
        (found * reference).sum(1)[against], torch.zeros(int(against.sum()), dtype=torch.float64)
    )
    others = torch.randn((200, *size), generator=generator(seed, "others"), dtype=torch.float64)
    allowed = projected(found + 0.1 * others, reference)
    distances = (allowed - grads).norm(dim=-1)
    assert bool((distances[:, against] >= (found - grads).norm(dim=-1)[against] - 1e-12).all())


def test_agem_goes_along_the_gradient_projected_on_that_of_its_memory() -> None:
    """Both worked out here from what is in the memory; the loss told is the examples' own."""
    facing, newest = problem(), 1
    strategy = AGEM(facing, capacity=1)  # one example, so that any draw is of it
    strategy.end(params(facing), 0, draws(facing))
    seen = 0
    for seed in range(8):
        at, examples = params(facing, seed), batch(facing, newest, seed)
        remembered = strategy.remembered(1, draws(facing))
        assert remembered is not None
        loss, grads = facing.losses_and_grads(at, examples, newest)
        reference = facing.losses_and_grads(at, remembered, newest)[1]
        told, found = strategy.losses_and_grads(at, examples, newest, draws(facing))
        assert torch.equal(told, loss)
        torch.testing.assert_close(found, projected(grads, reference), rtol=1e-4, atol=1e-5)
        seen += int(((grads * reference).sum(1) < 0).sum())
    assert seen > 0


def test_replay_adds_as_many_remembered_examples_to_every_batch() -> None:
    """The gradient is that of both together; without a memory it is plain."""
    facing = problem()
    strategy, plain = Replay(facing, capacity=5), FineTuning(facing)
    at, examples = params(facing), batch(facing, 1)
    first = strategy.losses_and_grads(at, examples, 1, draws(facing))
    assert all(map(torch.equal, first, plain.losses_and_grads(at, examples, 1, draws(facing))))
    strategy.end(at, 0, draws(facing))
    remembered = strategy.remembered(len(examples), draws(facing))
    assert remembered is not None
    assert set(remembered.experience.flatten().tolist()) == {0}
    expected = facing.losses_and_grads(at, joined(examples, remembered), 1)
    found = strategy.losses_and_grads(at, examples, 1, draws(facing))
    assert all(map(torch.equal, found, expected))


def test_joint_training_draws_every_experience_as_often() -> None:
    """Others draw the newest alone."""
    facing = problem(1)
    assert (Joint(facing).oldest(2), FineTuning(facing).oldest(2)) == (0, 2)
    chances = torch.rand((1, 2, 3000), generator=generator(0), dtype=torch.float64)
    counts = facing.draw(0, 2, chances).experience[0].bincount(minlength=3)
    assert counts.tolist() == pytest.approx([1000, 1000, 1000], abs=5 * math.sqrt(3000 * 2 / 9))


def test_members_do_not_touch_each_other() -> None:
    """Losses and gradients side by side are those of each alone."""
    facing, newest = problem(3), 2
    at, examples = params(facing), batch(facing, newest)
    losses, grads = facing.losses_and_grads(at, examples, newest)
    for member in range(3):
        alone = Problem(facing.network, facing.streams[member : member + 1])
        own = slice(member, member + 1)
        part = Examples(examples.x[own], examples.y[own], examples.experience[own])
        loss, grad = alone.losses_and_grads(at[own], part, newest)
        torch.testing.assert_close(loss, losses[own])
        torch.testing.assert_close(grad, grads[own])


@pytest.mark.parametrize("counts", [(8, 8, 8), (2, 3, 19), (24,)])
def test_a_reservoir_holds_every_example_as_likely(counts: tuple[int, ...]) -> None:
    """However many come at once: over many trials each is kept in capacity / seen of them."""
    capacity, trials, total = 4, 4000, sum(counts)
    kept = torch.zeros(total)
    for trial in range(trials):
        memory, drawing = Reservoir(capacity, 1), generator(trial, "reservoir")
        for experience in range(len(counts)):
            memory.meet(numbered(counts), experience, drawing)
        assert len(memory) == capacity
        kept[memory.kept().x.flatten().long()] += 1
    share = capacity / total
    assert float(kept.sum()) == trials * capacity  # none is there twice
    margin = 5 * math.sqrt(trials * share * (1 - share))
    assert kept.tolist() == pytest.approx([trials * share] * total, abs=margin)


def numbered(counts: tuple[int, ...]) -> Stream:
    """Return a stream whose examples are their numbers."""
    base = split(pictures(4), pictures(1), 1, "domain", generator(0))
    total = sum(counts)
    rows = torch.arange(total).split(counts)
    x, y = torch.arange(total).float().unsqueeze(1), torch.zeros(total, dtype=torch.int64)
    labels = torch.zeros((len(counts), CLASSES), dtype=torch.int64)
    return replace(base, train=replace(base.train, x=x, y=y, rows=rows), labels=labels)


def test_a_reservoir_that_is_not_full_holds_all() -> None:
    """In the order in which they came."""
    memory = Reservoir(10, 1)
    for experience in range(2):
        memory.meet(numbered((3, 4)), experience, generator(0))
    assert memory.kept().x.flatten().tolist() == list(range(7))
    assert memory.kept().experience.tolist() == [0, 0, 0, 1, 1, 1, 1]
    drawn = memory.draw(50, generator(1)).x.flatten().unique()
    assert drawn.tolist() == list(range(7))
