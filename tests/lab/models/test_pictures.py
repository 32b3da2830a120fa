"""Residual networks, ResNeSt and the Vision Transformer against loops and torch's own modules."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from l2l_tui.lab.models import residual, resnest, vit
from l2l_tui.lab.models.building import build
from l2l_tui.lab.models.residual import Block, Padded, Projected, ResidualNetwork
from l2l_tui.lab.models.resnest import ResNeSt, SplitAttention
from l2l_tui.lab.models.vit import VisionTransformer
from tests.lab.models.attention_weights import given_to


def drawn(shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """Return Gaussian numbers in double precision."""
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def network(generator: torch.Generator, **changes: bool) -> ResidualNetwork:
    """Return a small network of the CIFAR family in double precision."""
    settings = residual.cifar(8, widths=(4, 6, 8), channels=1, **changes)
    return build(lambda: ResidualNetwork(settings), generator).double()


def convolved(x: Tensor, layer: nn.Module) -> Tensor:
    """Return a convolution without bias, written as a sum over the window."""
    assert isinstance(layer, nn.Conv2d)
    (stride, _), padding = layer.stride, int(layer.padding[0])
    padded, side = functional.pad(x, [padding] * 4), layer.weight.shape[-1]
    height = (padded.shape[2] - side) // stride + 1
    return sum(
        (
            torch.einsum(
                "oi,bihw->bohw",
                layer.weight[:, :, row, column],
                padded[:, :, row::stride, column::stride][:, :, :height, :height],
            )
            for row in range(side)
            for column in range(side)
        ),
        start=torch.zeros((), dtype=x.dtype),
    )


def normalised(x: Tensor) -> Tensor:
    """Return each channel with mean 0 and variance 1 over the batch."""
    mean = x.mean((0, 2, 3), keepdim=True)
    variance = x.var((0, 2, 3), unbiased=False, keepdim=True)
    return (x - mean) / (variance + 1e-5).sqrt()


@pytest.mark.parametrize("is_residual", [True, False])
@pytest.mark.parametrize("stage", [0, 1])
def test_a_block_is_the_papers_equation(
    is_residual: bool, stage: int, generator: torch.Generator
) -> None:
    """That is relu(F(x) + x), in a plain network relu(F(x)); where sizes change x is padded."""
    block = network(generator, residual=is_residual).stages[stage][0]
    x = drawn((3, 4, 6, 6), generator)
    first, last = block.learned[0], block.learned[3]
    y = normalised(convolved(normalised(convolved(x, first)).relu(), last))
    if is_residual and stage == 0:
        y = y + x
    if is_residual and stage == 1:
        y[:, 1:5] += x[:, :, ::2, ::2]  # two new channels, one on each side
    torch.testing.assert_close(block(x), y.relu())


def test_shortcuts_pad_or_project(generator: torch.Generator) -> None:
    """Option A adds zeros for new channels; option B is a 1 x 1 convolution, normalised."""
    x = drawn((2, 3, 5, 5), generator)
    padded = Padded(3, 6, 2)(x)
    assert padded.shape == (2, 6, 3, 3)
    assert torch.equal(padded[:, 1:4], x[:, :, ::2, ::2])
    assert not padded[:, [0, 4, 5]].any()
    projected = Projected(3, 4, 2).double()
    weight = projected[0].weight[:, :, 0, 0]
    expected = normalised(torch.einsum("oi,bihw->bohw", weight, x[:, :, ::2, ::2]))
    torch.testing.assert_close(projected(x), expected)


def test_a_block_that_learned_nothing_is_the_identity(generator: torch.Generator) -> None:
    """What the paper means by "easier to push the residual to zero"; a plain one loses all."""
    x = drawn((2, 4, 6, 6), generator).relu()
    for is_residual in (True, False):
        block = network(generator, residual=is_residual).stages[0][0]
        assert isinstance(block, Block)
        nn.init.zeros_(block.learned[-1].weight)
        assert torch.equal(block(x), x if is_residual else torch.zeros_like(x))


@pytest.mark.parametrize("depth", [8, 14, 20])
def test_a_network_has_as_many_layers_as_its_name(depth: int) -> None:
    """6n + 2 with weights."""
    made = ResidualNetwork(residual.cifar(depth, widths=(1, 1, 1)))
    layers = [one for one in made.modules() if isinstance(one, (nn.Conv2d, nn.Linear))]
    assert len(layers) == depth


@pytest.mark.parametrize("depth", [18, 34, 50, 101, 152])
def test_a_large_network_has_as_many_layers_as_its_name(depth: int) -> None:
    """Table 1 counts neither projections nor pooling."""
    with torch.device("meta"):
        made = ResidualNetwork(residual.imagenet(depth))
        logits = made(torch.empty(1, 3, 224, 224))
    layers = [one for one in made.modules() if isinstance(one, (nn.Conv2d, nn.Linear))]
    projections = [one for one in made.modules() if isinstance(one, Projected)]
    assert len(layers) - len(projections) == depth
    assert logits.shape == (1, 1000)


def attended(layer: SplitAttention, x: Tensor) -> Tensor:
    """Return split attention as section 3.1 writes it, cardinal group by group."""
    radix, groups, channels = layer.radix, layer.cardinality, x.shape[1]
    own = channels // groups  # C / K
    inner = layer.squeeze.out_channels // groups
    splits = layer.normalised(layer.convolution(x)).relu()
    u = [
        [splits[:, (r * groups + k) * own : (r * groups + k + 1) * own] for r in range(radix)]
        for k in range(groups)
    ]
    squeeze = layer.squeeze.weight[:, :, 0, 0]
    dense = []
    for k in range(groups):
        s = sum(u[k]).mean((2, 3))  # type: ignore[union-attr]
        rows = slice(k * inner, (k + 1) * inner)
        dense.append(s @ squeeze[rows].t() + layer.squeeze.bias[rows])  # type: ignore[index]
    z = layer.squeezed(torch.cat(dense, 1)[..., None, None])[..., 0, 0].relu()
    excite = layer.excite.weight[:, :, 0, 0]
    found = []
    for k in range(groups):
        rows = slice(k * radix * own, (k + 1) * radix * own)
        scores = z[:, k * inner : (k + 1) * inner] @ excite[rows].t()
        scores = (scores + layer.excite.bias[rows]).view(-1, radix, own)  # type: ignore[index]
        shares = scores.softmax(1) if radix > 1 else scores.sigmoid()
        found.append(sum(shares[:, r, :, None, None] * u[k][r] for r in range(radix)))
    return torch.cat(found, 1)  # type: ignore[arg-type]


@pytest.mark.parametrize("radix", [1, 2, 3])
@pytest.mark.parametrize("cardinality", [1, 2])
def test_split_attention_is_the_papers(
    radix: int, cardinality: int, generator: torch.Generator
) -> None:
    """Output and gradient equal those of a loop over cardinal groups and splits."""
    layer = SplitAttention(24, radix, cardinality, least_inner=4).double()
    x = drawn((3, 24, 5, 5), generator).requires_grad_()
    weights = drawn((3, 24, 5, 5), generator)
    ours, theirs = layer(x), attended(layer, x)
    torch.testing.assert_close(ours, theirs)
    for one, other in zip(
        *(torch.autograd.grad((y * weights).sum(), x) for y in (ours, theirs)), strict=True
    ):
        torch.testing.assert_close(one, other)


def test_shares_of_splits_sum_to_one(generator: torch.Generator) -> None:
    """Per channel; with equal scores every split has the same share, a single one a half."""
    layer = SplitAttention(8, 2, 2)
    shares = layer.shares(torch.randn((3, 16, 1, 1), generator=generator))
    torch.testing.assert_close(shares.sum(1), torch.ones(3, 8, 1, 1))
    assert torch.equal(layer.shares(torch.zeros(1, 16, 1, 1)), torch.full((1, 2, 8, 1, 1), 0.5))
    alone = SplitAttention(8, 1, 2).shares(torch.zeros(1, 8, 1, 1))
    assert torch.equal(alone, torch.full((1, 1, 8, 1, 1), 0.5))


def test_resnest_halves_pictures_where_its_stages_begin(generator: torch.Generator) -> None:
    """Of 8 x 8 the second of two stages leaves 4 x 4."""
    settings = resnest.ResNeStSettings((1, 2), (4, 8), 10, channels=1, radix=0)
    made = build(lambda: ResNeSt(settings), generator)
    x = made.stem(torch.zeros(2, 1, 8, 8))
    assert [tuple((x := block(x)).shape) for block in made.stages] == [
        (2, 16, 8, 8),
        (2, 32, 4, 4),
        (2, 32, 4, 4),
    ]


def vision(generator: torch.Generator) -> VisionTransformer:
    """Return a small Vision Transformer in double precision."""
    settings = vit.ViTSettings(6, 2, 5, channels=2, width=8, layers=1, heads=2, inner=16)
    return build(lambda: VisionTransformer(settings), generator).double()


def test_a_vision_layer_is_torchs(generator: torch.Generator) -> None:
    """That with the normalisation first and a GELU."""
    layer = vision(generator).layers[0]
    theirs = nn.TransformerEncoderLayer(
        8, 2, 16, 0.0, "gelu", batch_first=True, norm_first=True, dtype=torch.float64
    )
    given_to(theirs.self_attn, layer.attention)
    theirs.linear1.load_state_dict(layer.feed_forward.first.state_dict())
    theirs.linear2.load_state_dict(layer.feed_forward.second.state_dict())
    x = drawn((3, 10, 8), generator)
    torch.testing.assert_close(layer(x), theirs(x))


def test_patches_are_tokens(generator: torch.Generator) -> None:
    """Each is one linear map of its pixels; the class token stands before them."""
    model, x = vision(generator), drawn((3, 2, 6, 6), generator)
    seen: list[Tensor] = []
    model.layers.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    model.eval()(x)
    weight = model.patches.weight.flatten(1)
    for row in range(3):
        for column in range(3):
            pixels = x[:, :, 2 * row : 2 * row + 2, 2 * column : 2 * column + 2].flatten(1)
            at = 1 + 3 * row + column
            expected = pixels @ weight.t() + model.positions[:, at]
            torch.testing.assert_close(seen[0][:, at], expected)
    torch.testing.assert_close(seen[0][:, 0], (model.token[0] + model.positions[:, 0]).repeat(3, 1))


def test_only_the_class_token_decides(generator: torch.Generator) -> None:
    """Logits are the head's of the first token's normalised output (equation 4)."""
    model, x = vision(generator), drawn((3, 2, 6, 6), generator)
    nn.init.normal_(model.head.weight, generator=generator)
    seen: list[Tensor] = []
    model.layers.register_forward_hook(lambda _, __, output: seen.append(output))
    logits = model(x)
    torch.testing.assert_close(logits, model.head(model.norm(seen[0][:, 0])))
