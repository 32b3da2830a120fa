"""Problems near the class of random quadratics."""

from __future__ import annotations

import pytest
import torch

from l2l_tui.lab.evaluation import losses
from l2l_tui.lab.off_class import FAMILIES, OfResiduals, Stretched, rippled
from l2l_tui.lab.optimizees import QuadraticSampler
from l2l_tui.lab.optimizers import SGD, Adam, Optimizer
from l2l_tui.lab.randomness import generator

CLASS = QuadraticSampler(6, 4, dtype=torch.float64)


@pytest.mark.parametrize("name", FAMILIES)
def test_gradients_are_those_of_the_loss(name: str) -> None:
    """Central differences in float64 agree in every coordinate."""
    optimizee, params = FAMILIES[name](CLASS)(generator(0, name))
    params = params + torch.randn(params.shape, generator=generator(1), dtype=params.dtype)
    _, grads = optimizee.loss_and_grads(params)
    for coordinate in range(4):
        step = torch.zeros_like(params)
        step[:, coordinate] = 1e-6
        slope = (optimizee.loss(params + step) - optimizee.loss(params - step)) / 2e-6
        assert torch.allclose(grads[:, coordinate], slope, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", FAMILIES)
def test_a_grid_of_rates_is_tried_at_once(name: str) -> None:
    """With a leading axis every entry has the loss and gradient that it has by itself."""
    optimizee, params = FAMILIES[name](CLASS)(generator(0, name))
    both = torch.stack((params, params + 0.3))
    together = optimizee.loss_and_grads(both)
    for index, alone in enumerate(both):
        for one, other in zip(together, optimizee.loss_and_grads(alone), strict=True):
            assert torch.allclose(one[index], other)


@pytest.mark.parametrize(
    ("on_class", "stretched"),
    [(SGD(0.01), SGD(0.01 * 9)), (Adam(0.1, eps=0), Adam(0.1 * 3, eps=0))],
)
def test_stretching_changes_nothing_for_who_may_choose_a_rate(
    on_class: Optimizer, stretched: Optimizer
) -> None:
    """SGD at nine times its rate and Adam at three times meet the losses of the class."""
    problems, wider = CLASS(generator(0)), Stretched(CLASS, 3.0)(generator(0))
    assert torch.allclose(losses(on_class, *problems, 20), losses(stretched, *wider, 20))


def test_a_minimum_is_zero() -> None:
    """Where W has an inverse the residuals can all vanish."""
    for name, family in FAMILIES.items():
        optimizee, _ = family(CLASS)(generator(0, name))
        optimum = torch.linalg.solve(optimizee.w, optimizee.y.unsqueeze(-1)).squeeze(-1)
        assert float(optimizee.loss(optimum).abs().max()) < 1e-12


def test_ripples_have_wells_of_their_own() -> None:
    """Near residual 1 there is a point without slope that is no minimum of the bowl."""
    optimizee = OfResiduals(torch.eye(1).expand(1, 1, 1), torch.zeros(1, 1), rippled)
    slopes = [float(optimizee.loss_and_grads(torch.tensor([[at]]))[1]) for at in (0.8, 0.94, 0.96)]
    assert slopes[0] < 0 < slopes[2]
    assert float(optimizee.loss(torch.tensor([[0.95]]))) > 0.9
