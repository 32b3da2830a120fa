"""The Transformer and the LSTM beside it, against torch's own modules."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from l2l_tui.lab.models.attention import MultiHeadAttention
from l2l_tui.lab.models.building import build
from l2l_tui.lab.models.sequence_lstm import SequenceLSTM, SequenceLSTMSettings
from l2l_tui.lab.models.transformer import Transformer, TransformerSettings, sinusoids
from tests.lab.models.attention_weights import given_to

WIDTH, HEADS, INNER, SYMBOLS = 12, 3, 20, 9


def model(generator: torch.Generator, *, positions: bool = True) -> Transformer:
    """Return a small Transformer in double precision, as in evaluation."""
    settings = TransformerSettings(SYMBOLS, WIDTH, 2, HEADS, INNER, positions=positions)
    return build(lambda: Transformer(settings), generator).double().eval()


def drawn(shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """Return Gaussian numbers in double precision."""
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def symbols(shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """Return symbols."""
    return torch.randint(SYMBOLS, shape, generator=generator)


@pytest.mark.parametrize("masked", [True, False])
def test_attention_is_torchs(masked: bool, generator: torch.Generator) -> None:
    """What is gathered, where each head looks, and the gradient."""
    ours = MultiHeadAttention(WIDTH, HEADS).double()
    with torch.no_grad():
        ours.initialise(generator)
        for layer in (ours.query, ours.key, ours.value, ours.output):
            layer.bias.normal_(generator=generator)
    theirs = nn.MultiheadAttention(WIDTH, HEADS, batch_first=True, dtype=torch.float64)
    given_to(theirs, ours)
    x, memory = (drawn((2, length, WIDTH), generator).requires_grad_() for length in (5, 7))
    hidden = torch.rand((5, 7), generator=generator) < 0.4 if masked else None
    if hidden is not None:
        hidden[:, 0] = False
    expected, looks = theirs(x, memory, memory, attn_mask=hidden, average_attn_weights=False)
    torch.testing.assert_close(ours(x, memory, hidden), expected)
    torch.testing.assert_close(ours.weights(x, memory, hidden), looks)
    found, wanted = (
        torch.autograd.grad(y.square().sum(), (x, memory))
        for y in (ours(x, memory, hidden), expected)
    )
    for one, other in zip(found, wanted, strict=True):
        torch.testing.assert_close(one, other)


def test_an_encoder_layer_is_torchs(generator: torch.Generator) -> None:
    """The original one, that normalises last."""
    layer = model(generator).encoder[0]
    theirs = nn.TransformerEncoderLayer(
        WIDTH, HEADS, INNER, 0.0, batch_first=True, dtype=torch.float64
    )
    given_to(theirs.self_attn, layer.attention)
    theirs.linear1.load_state_dict(layer.feed_forward.first.state_dict())
    theirs.linear2.load_state_dict(layer.feed_forward.second.state_dict())
    x = drawn((2, 6, WIDTH), generator)
    torch.testing.assert_close(layer(x), theirs(x))


def test_a_decoder_layer_is_torchs(generator: torch.Generator) -> None:
    """With what is later hidden."""
    layer = model(generator).decoder[0]
    theirs = nn.TransformerDecoderLayer(
        WIDTH, HEADS, INNER, 0.0, batch_first=True, dtype=torch.float64
    )
    given_to(theirs.self_attn, layer.attention)
    given_to(theirs.multihead_attn, layer.source)
    theirs.linear1.load_state_dict(layer.feed_forward.first.state_dict())
    theirs.linear2.load_state_dict(layer.feed_forward.second.state_dict())
    x, memory = (drawn((2, length, WIDTH), generator) for length in (6, 4))
    later = torch.ones(6, 6, dtype=torch.bool).triu(1)
    torch.testing.assert_close(layer(x, memory, later), theirs(x, memory, tgt_mask=later))


def test_sinusoids_are_the_papers() -> None:
    """PE(pos, 2i) = sin(pos / 10000^(2i/d)), PE(pos, 2i + 1) = cos; and a shift is a rotation."""
    found = sinusoids(30, WIDTH)
    for position in (0, 1, 17):
        for i in range(WIDTH // 2):
            angle = position / 10_000 ** (2 * i / WIDTH)
            assert found[position, 2 * i] == pytest.approx(math.sin(angle), abs=1e-5)
            assert found[position, 2 * i + 1] == pytest.approx(math.cos(angle), abs=1e-5)
    assert sinusoids(4, 5).shape == (4, 5)
    products = found @ found.t()
    torch.testing.assert_close(products.diagonal(3), products[0, 3].expand(27))


def test_a_symbol_is_written_without_a_look_at_later_ones(generator: torch.Generator) -> None:
    """Changing the target from some place on changes no logits before it."""
    made, source = model(generator), symbols((3, 5), generator)
    target = symbols((3, 6), generator)
    changed = torch.cat((target[:, :4], (target[:, 4:] + 1) % SYMBOLS), 1)
    ours, other = made(source, target), made(source, changed)
    torch.testing.assert_close(ours[:, :4], other[:, :4])
    assert not torch.allclose(ours[:, 4:], other[:, 4:])


def test_without_positions_the_order_of_the_source_is_lost(generator: torch.Generator) -> None:
    """Any order gives the same logits; with sinusoids it does not."""
    source, target = symbols((4, 7), generator), symbols((4, 3), generator)
    shuffled = source[:, torch.randperm(7, generator=generator)]
    blind, seeing = model(generator, positions=False), model(generator)
    torch.testing.assert_close(blind(source, target), blind(shuffled, target))
    assert not torch.allclose(seeing(source, target), seeing(shuffled, target))


def test_looks_are_what_the_last_layer_does(generator: torch.Generator) -> None:
    """Rows sum to one, and values gathered with them give the layer's own output."""
    made, source, target = model(generator), symbols((2, 5), generator), symbols((2, 4), generator)
    gathered: list[Tensor] = []
    last = made.decoder[-1].source
    last.register_forward_hook(lambda _, __, output: gathered.append(output))
    made(source, target)
    looks = made.looks(source, target)
    assert looks.shape == (2, HEADS, 4, 5)
    torch.testing.assert_close(looks.sum(-1), torch.ones(2, HEADS, 4, dtype=torch.float64))
    values = last.value(made.encode(source)).unflatten(-1, (HEADS, -1)).transpose(1, 2)
    mixed = last.output((looks @ values).transpose(1, 2).flatten(2))
    torch.testing.assert_close(mixed, gathered[0])


def test_an_lstm_writes_from_the_state_that_it_has_read(generator: torch.Generator) -> None:
    """Equal to cells step by step; two sources that end in the same state give the same."""
    settings = SequenceLSTMSettings(SYMBOLS, 6)
    made = build(lambda: SequenceLSTM(settings), generator).double()
    source, target = symbols((3, 5), generator), symbols((3, 4), generator)
    state = (torch.zeros(3, 6, dtype=torch.float64),) * 2
    outputs = []
    for lstm, read in ((made.reader, source), (made.writer, target)):
        cell = nn.LSTMCell(6, 6, dtype=torch.float64)
        cell.load_state_dict(
            {key.removesuffix("_l0"): value for key, value in lstm.state_dict().items()}
        )
        for at in range(read.shape[1]):
            state = cell(made.embedding.weight[read[:, at]], state)
            outputs.append(state[0])
    expected = torch.stack(outputs[5:], 1) @ made.embedding.weight.t()
    torch.testing.assert_close(made(source, target), expected)


def test_forget_gates_begin_open(generator: torch.Generator) -> None:
    """Their bias is 1, all others are 0."""
    made = build(lambda: SequenceLSTM(SequenceLSTMSettings(SYMBOLS, 6)), generator)
    for lstm in (made.reader, made.writer):
        bias = lstm.bias_ih_l0 + lstm.bias_hh_l0
        assert torch.equal(bias, torch.tensor([0.0, 1.0, 0.0, 0.0]).repeat_interleave(6))
