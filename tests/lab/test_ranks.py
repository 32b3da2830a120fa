"""What ranks share, in double precision: nothing but rounding may tell them from one."""

from __future__ import annotations

import copy

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM
from l2l_tui.lab.engines import AutogradEngine
from l2l_tui.lab.few_shot.shared_norm import SharedNorm
from l2l_tui.lab.maml.inner_loop import InnerLoop, squared_error
from l2l_tui.lab.maml.meta_gradients import MAML
from l2l_tui.lab.maml.perceptron import Perceptron
from l2l_tui.lab.maml.sinusoids import Sampler
from l2l_tui.lab.meta_training import MetaTraining, Schedule, Stage
from l2l_tui.lab.mixture import mixed
from l2l_tui.lab.optimizees import QuadraticSampler
from l2l_tui.lab.ranks import ALONE, Ranks, share
from tests.lab.company import Company

RANKS = (2, 3)


def close(found: Tensor, expected: Tensor) -> None:
    """Assert that doubles are equal to rounding."""
    torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-12)


@given(st.integers(1, 9), st.integers(0, 40))
def test_shares_make_up_the_whole(size: int, count: int) -> None:
    """In the ranks' order, equal but for one; of too little everybody has all."""
    shares = [share(rank, size, count) for rank in range(size)]
    places = [list(range(count))[one] for one in shares]
    if count < size:
        assert places == [list(range(count))] * size
    else:
        assert [place for one in places for place in one] == list(range(count))
        assert max(map(len, places)) - min(map(len, places)) <= 1


@pytest.mark.parametrize("size", RANKS)
@pytest.mark.parametrize("second_order", [False, True])
def test_phi_is_that_of_one_rank(size: int, second_order: bool) -> None:
    """After several truncations, clipped and over a horizon's end, with its measured losses."""

    def trained(ranks: Ranks) -> MetaTraining:
        rule = CoordinatewiseLSTM(hidden=3)
        for_phi, for_problems = (torch.Generator().manual_seed(i) for i in (1, 2))
        training = MetaTraining(
            AutogradEngine(rule, second_order=second_order),
            rule,
            QuadraticSampler(6, 4, dtype=torch.float64),
            Schedule((Stage(7, 3),), horizon=6, clip=0.1),
            torch.ones(6, dtype=torch.float64),
            (for_phi, for_problems),
            ranks,
        )
        training.phi = training.phi.double()
        for _ in range(7):
            training.step()
        return training

    alone = trained(ALONE)
    for one in Company(size).do(trained):
        close(one.phi, alone.phi)
        assert one.horizon_loss == pytest.approx(alone.horizon_loss, rel=1e-9)


@pytest.mark.parametrize("size", RANKS)
def test_the_meta_gradient_is_that_of_all_tasks(size: int) -> None:
    """MAML's, of two meta-seeds side by side, each with its own tasks."""
    network = Perceptron((1, 5, 1))
    learner = MAML(InnerLoop(network, squared_error, 0.1), 2)
    initial = torch.stack([network.draw(torch.Generator().manual_seed(i)) for i in (1, 2)]).double()

    def gradient(ranks: Ranks) -> tuple[Tensor, ...]:
        sources = [torch.Generator().manual_seed(i) for i in (3, 4)]
        tasks = Sampler(3, 4).draw(sources, 6, ranks.share(6)).tasks
        for part in (tasks.support, tasks.query):
            object.__setattr__(part, "x", part.x.double())
            object.__setattr__(part, "y", part.y.double())
        return ranks.mean(*learner.meta_gradient(initial, tasks))

    losses, grads = gradient(ALONE)
    for mine, found in Company(size).do(gradient):
        close(found, grads)
        close(mine.mean(), losses.mean())


@pytest.mark.parametrize("size", RANKS)
def test_normalisation_is_that_of_the_whole_batch(size: int) -> None:
    """Its outputs, gradients and running statistics are `BatchNorm2d`'s on all pictures."""
    draws = torch.Generator().manual_seed(0)
    pictures, wanted = (torch.randn(6, 3, 4, 4, generator=draws).double() for _ in range(2))
    usual = nn.BatchNorm2d(3).double()
    nn.init.uniform_(usual.weight, 0.5, 2.0, generator=draws)

    def done(norm: nn.BatchNorm2d, ranks: Ranks) -> tuple[Tensor, ...]:
        mine = ranks.share(6)
        x = pictures[mine].clone().requires_grad_()
        loss = (norm(x) - wanted[mine]).square().mean()
        grads = torch.autograd.grad(loss, (x, *norm.parameters()))
        assert norm.running_mean is not None
        assert norm.running_var is not None
        return (grads[0] / ranks.size, *ranks.mean(*grads[1:]), norm.running_mean, norm.running_var)

    def shared(ranks: Ranks) -> tuple[Tensor, ...]:
        norm = SharedNorm(3, ranks).double()
        norm.load_state_dict(usual.state_dict())
        return done(norm, ranks)

    expected = done(copy.deepcopy(usual), ALONE)
    found = Company(size).do(shared)
    close(torch.cat([one[0] for one in found]), expected[0])
    for one in found:
        for mine, whole in zip(one[1:], expected[1:], strict=True):
            close(mine, whole)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 3), min_size=1, max_size=4), st.data())
def test_a_part_of_a_mixture_is_those_problems(sizes: list[int], data: st.DataObject) -> None:
    """Losses and gradients of some of the problems, across kinds, are theirs among all."""
    draws = torch.Generator().manual_seed(0)
    drawn = [QuadraticSampler(size, 2 + kind)(draws) for kind, size in enumerate(sizes)]
    optimizee, params = mixed(drawn)
    begin = data.draw(st.integers(0, sum(sizes) - 1))
    which = slice(begin, data.draw(st.integers(begin + 1, sum(sizes))))
    whole = optimizee.loss_and_grads(params)
    for part, among in zip(optimizee.of(which).loss_and_grads(params[which]), whole, strict=True):
        torch.testing.assert_close(part, among[which])
