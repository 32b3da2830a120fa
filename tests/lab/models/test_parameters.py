"""As many parameters as the papers' tables say, and weights from the generator alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
import torch
from torch import nn

from l2l_tui.errors import RequestError
from l2l_tui.lab.models import building, residual, resnest, transformer, vit
from l2l_tui.lab.models.dropout import Dropout, draw_from
from l2l_tui.lab.models.residual import ResidualNetwork
from l2l_tui.lab.models.resnest import ResNeSt
from l2l_tui.lab.models.sequence_lstm import SequenceLSTM, SequenceLSTMSettings
from l2l_tui.lab.models.transformer import Transformer
from l2l_tui.lab.models.vit import VisionTransformer


def millions(make: Callable[[], Any]) -> float:
    """Return how many million parameters a model has, without making any."""
    return building.parameters(building.laid_out(make)) / 1e6


@pytest.mark.parametrize(
    ("depth", "told"), [(20, 0.27), (32, 0.46), (44, 0.66), (56, 0.85), (110, 1.7)]
)
@pytest.mark.parametrize("is_residual", [True, False])
def test_the_cifar_family_is_the_papers(depth: int, told: float, is_residual: bool) -> None:
    """arXiv:1512.03385 Table 6; shortcuts of option A have no parameters, so plain is equal."""
    settings = residual.cifar(depth, residual=is_residual)
    found = millions(lambda: ResidualNetwork(settings))
    assert round(found, len(str(told).split(".")[1])) == told


@pytest.mark.parametrize(
    ("depth", "told"), [(18, 11.69), (34, 21.80), (50, 25.56), (101, 44.55), (152, 60.19)]
)
def test_the_imagenet_family_is_the_papers(depth: int, told: float) -> None:
    """arXiv:1512.03385 Table 1's networks with option B, to two decimals."""
    assert round(millions(lambda: ResidualNetwork(residual.imagenet(depth))), 2) == told


@pytest.mark.parametrize(("depth", "told"), [(50, 27.5), (101, 48.3)])
def test_resnest_is_the_papers(depth: int, told: float) -> None:
    """arXiv:2004.08955 Table 3."""
    assert round(millions(lambda: ResNeSt(resnest.imagenet(depth))), 1) == told


@pytest.mark.parametrize(
    ("radix", "cardinality", "group_width", "told"),
    [
        (1, 1, 64, 26.3),
        (2, 1, 64, 27.5),
        (4, 1, 64, 31.9),
        (1, 2, 40, 25.9),
        (2, 2, 40, 26.9),
        (4, 2, 40, 30.4),
        (1, 4, 24, 25.7),
    ],
)
def test_every_radix_and_cardinality_is_the_authors(
    radix: int, cardinality: int, group_width: int, told: float
) -> None:
    """The table of github.com/zhanghang1989/ResNeSt, ablation.md, to 0.1 M."""
    settings = replace(
        resnest.imagenet(50), radix=radix, cardinality=cardinality, group_width=group_width
    )
    assert millions(lambda: ResNeSt(settings)) == pytest.approx(told, abs=0.1)


@pytest.mark.parametrize(
    ("settings", "told"), [(vit.base(), 86), (vit.large(), 307), (vit.huge(), 632)]
)
def test_the_vision_transformer_is_the_papers(settings: vit.ViTSettings, told: float) -> None:
    """arXiv:2010.11929 Table 1; its 307 M is not quite what its formulas give, 304.3 M."""
    assert millions(lambda: VisionTransformer(settings)) == pytest.approx(told, rel=0.01)


def test_the_transformers_are_the_papers() -> None:
    """arXiv:1706.03762 Table 3; "about 37000" symbols make its base 63 M rather than 65."""
    assert millions(lambda: Transformer(transformer.big())) == pytest.approx(213, rel=0.01)
    assert millions(lambda: Transformer(transformer.base())) == pytest.approx(65, rel=0.03)


SMALL: dict[str, Callable[[], Any]] = {
    "residual": partial(ResidualNetwork, residual.cifar(8, widths=(4, 6, 8))),
    "residual-large": partial(ResidualNetwork, residual.imagenet(50, classes=3)),
    "resnest": partial(ResNeSt, resnest.ResNeStSettings((1, 1), (4, 8), 3, radix=2, cardinality=2)),
    "transformer": partial(
        Transformer, transformer.TransformerSettings(7, width=8, layers=1, heads=2, inner=16)
    ),
    "vit": partial(
        VisionTransformer, vit.ViTSettings(8, 2, 3, width=8, layers=1, heads=2, inner=16)
    ),
    "lstm": partial(SequenceLSTM, SequenceLSTMSettings(7, 8)),
}


@pytest.mark.parametrize("name", SMALL)
def test_weights_come_from_the_generator_alone(name: str, generator: torch.Generator) -> None:
    """Nothing is forgotten (it would be NaN), and torch's global generator is not touched."""
    before = torch.get_rng_state()
    model = building.build(SMALL[name], generator)
    again = building.build(SMALL[name], torch.Generator().manual_seed(7))
    other = building.build(SMALL[name], torch.Generator().manual_seed(8))
    assert torch.equal(torch.get_rng_state(), before)
    ours, same, different = (each.state_dict() for each in (model, again, other))
    assert all(torch.isfinite(value).all() for value in ours.values())
    assert all(torch.equal(value, same[key]) for key, value in ours.items())
    assert any(not torch.equal(value, different[key]) for key, value in ours.items())


def test_what_a_model_forgets_to_set_is_seen(generator: torch.Generator) -> None:
    """Its weights are NaN, not whatever lay in memory."""

    class Forgetful(nn.Linear):
        def initialise(self, generator: torch.Generator) -> None:
            self.weight.normal_(generator=generator)

    model = building.build(lambda: Forgetful(2, 3), generator)
    assert torch.isfinite(model.weight).all()
    assert model.bias.isnan().all()


def test_sizes_that_make_no_network_are_refused() -> None:
    """With what was asked for and what there is."""
    with pytest.raises(RequestError, match="depth = 21 is not 6n"):
        residual.cifar(21)
    with pytest.raises(RequestError, match="18, 34, 50, 101, 152"):
        residual.imagenet(20)
    with pytest.raises(RequestError, match="Table 3: 50, 101"):
        resnest.imagenet(18)
    with pytest.raises(RequestError, match="patch = 3 does not divide"):
        vit.ViTSettings(8, 3, 10)


def test_dropout_is_torchs_with_a_generator_of_its_own(generator: torch.Generator) -> None:
    """A share is 0 and the rest as much larger; out of training nothing happens."""
    layer, x = Dropout(0.25), torch.ones(100, 100)
    draw_from(layer, generator)
    once, twice = layer(x), layer(x)
    assert once.unique().tolist() == pytest.approx([0, 4 / 3])
    assert float(once.eq(0).float().mean()) == pytest.approx(0.25, abs=0.02)
    assert not torch.equal(once, twice)
    assert torch.equal(layer.eval()(x), x)
