"""The Transformer (Vaswani et al., "Attention Is All You Need", arXiv:1706.03762).

An encoder reads the source at once; a decoder writes the target symbol by symbol and looks back
at both. Layers are those of Figure 1: LayerNorm(x + Sublayer(x)). Source, target and the last
layer share one embedding, scaled by sqrt(d_model) where it is read (section 3.4).

Parameters: base 65 M, big 213 M (Table 3). With the 37,000 symbols that the paper speaks of
("about 37000", section 5.1) its base is 63.1 M by its own formulas, and its big 214.3 M.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from l2l_tui.lab.models.attention import FeedForward, MultiHeadAttention
from l2l_tui.lab.models.building import reset_normalisation
from l2l_tui.lab.models.dropout import Dropout


@dataclass(frozen=True)
class TransformerSettings:
    """The sizes of a model."""

    symbols: int
    """Of the vocabulary that source and target share."""
    width: int = 512
    """d_model."""
    layers: int = 6
    """N, of the encoder and of the decoder."""
    heads: int = 8
    """h."""
    inner: int = 2048
    """d_ff."""
    dropout: float = 0.1
    """P_drop, of sublayers and of embeddings with positions."""
    positions: bool = True
    """Whether sinusoids say where a symbol stands; else nothing does."""


def base(symbols: int = 37_000) -> TransformerSettings:
    """Return the base model of Table 3."""
    return TransformerSettings(symbols)


def big(symbols: int = 37_000) -> TransformerSettings:
    """Return the big model of Table 3."""
    return TransformerSettings(symbols, width=1024, heads=16, inner=4096, dropout=0.3)


def sinusoids(positions: int, width: int) -> Tensor:
    """Return the encoding of positions 0, 1, ...: (positions, width) (section 3.5).

    Entry 2i is sin(position / 10000^(2i / width)), entry 2i + 1 the cosine of the same.
    """
    pairs = torch.arange(0, width, 2)  # 2i: (pairs,)
    rates = torch.exp(-math.log(10_000) * pairs / width)
    angles = torch.arange(positions).unsqueeze(1) * rates  # (positions, pairs)
    return torch.stack((angles.sin(), angles.cos()), -1).flatten(1)[:, :width]


class Transformer(nn.Module):
    """Source and target so far in, logits of each next symbol out."""

    def __init__(self, settings: TransformerSettings) -> None:
        super().__init__()
        self.settings = settings
        self.embedding = nn.Embedding(settings.symbols, settings.width)
        self.dropout = Dropout(settings.dropout)
        self.encoder = nn.ModuleList(EncoderLayer(settings) for _ in range(settings.layers))
        self.decoder = nn.ModuleList(DecoderLayer(settings) for _ in range(settings.layers))

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """Return logits (batch, targets, symbols) of the symbol after each of the target's.

        Args:
            source: (batch, sources), symbols.
            target: (batch, targets), symbols, the first a mark that stands for the beginning.
        """
        return self.decode(target, self.encode(source))

    def encode(self, source: Tensor) -> Tensor:
        """Return the encoder's output (batch, sources, width)."""
        x = self._embed(source)
        for layer in self.encoder:
            x = layer(x)
        return x

    def decode(self, target: Tensor, memory: Tensor) -> Tensor:
        """Return logits (batch, targets, symbols), given the encoder's output."""
        x = self._embed(target)
        later = _later(target.shape[1])
        for layer in self.decoder:
            x = layer(x, memory, later)
        return functional.linear(x, self.embedding.weight)

    @torch.no_grad()
    def looks(self, source: Tensor, target: Tensor) -> Tensor:
        """Return where the last decoder layer looks: (batch, heads, targets, sources)."""
        memory, x = self.encode(source), self._embed(target)
        later = _later(target.shape[1])
        *before, last = self.decoder
        for layer in before:
            x = layer(x, memory, later)
        assert isinstance(last, DecoderLayer)
        return last.looks(x, memory, later)

    def _embed(self, symbols: Tensor) -> Tensor:
        """Return (batch, positions, width) of symbols (batch, positions)."""
        settings = self.settings
        x: Tensor = self.embedding(symbols) * math.sqrt(settings.width)
        if settings.positions:
            x = x + sinusoids(symbols.shape[1], settings.width)
        dropped: Tensor = self.dropout(x)
        return dropped

    def initialise(self, generator: torch.Generator) -> None:
        """Draw every weight; embeddings have variance 1 / d_model, which their scale undoes."""
        nn.init.normal_(self.embedding.weight, std=self.settings.width**-0.5, generator=generator)
        for module in self.modules():
            reset_normalisation(module)
            if isinstance(module, (MultiHeadAttention, FeedForward)):
                module.initialise(generator)


def _later(positions: int) -> Tensor:
    """Return True where a position would look at a later one: (positions, positions)."""
    return torch.ones(positions, positions, dtype=torch.bool).triu(1)


class _Added(nn.Module):
    """LayerNorm(x + Dropout(y)) (section 5.4)."""

    def __init__(self, settings: TransformerSettings) -> None:
        super().__init__()
        self.norm, self.dropout = nn.LayerNorm(settings.width), Dropout(settings.dropout)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        total: Tensor = self.norm(x + self.dropout(y))
        return total


def _feed_forward(settings: TransformerSettings) -> FeedForward:
    return FeedForward(settings.width, settings.inner, nn.ReLU())


class EncoderLayer(nn.Module):
    """Self-attention, then a feed-forward network (Figure 1, left)."""

    def __init__(self, settings: TransformerSettings) -> None:
        super().__init__()
        self.attention = MultiHeadAttention(settings.width, settings.heads)
        self.feed_forward = _feed_forward(settings)
        self.attended, self.fed = _Added(settings), _Added(settings)

    def forward(self, x: Tensor) -> Tensor:
        """Return (batch, sources, width) of the same."""
        x = self.attended(x, self.attention(x, x))
        y: Tensor = self.fed(x, self.feed_forward(x))
        return y


class DecoderLayer(nn.Module):
    """Self-attention to what came before, attention to the source, a network (Figure 1, right)."""

    def __init__(self, settings: TransformerSettings) -> None:
        super().__init__()
        self.attention = MultiHeadAttention(settings.width, settings.heads)
        self.source = MultiHeadAttention(settings.width, settings.heads)
        self.feed_forward = _feed_forward(settings)
        self.attended, self.sourced, self.fed = (_Added(settings) for _ in range(3))

    def forward(self, x: Tensor, memory: Tensor, later: Tensor) -> Tensor:
        """Return (batch, targets, width) of the same.

        Args:
            x: (batch, targets, width).
            memory: The encoder's output: (batch, sources, width).
            later: True where a position must not look: (targets, targets).
        """
        x = self.attended(x, self.attention(x, x, later))
        x = self.sourced(x, self.source(x, memory))
        y: Tensor = self.fed(x, self.feed_forward(x))
        return y

    def looks(self, x: Tensor, memory: Tensor, later: Tensor) -> Tensor:
        """Return where it looks in the source: (batch, heads, targets, sources)."""
        x = self.attended(x, self.attention(x, x, later))
        return self.source.weights(x, memory)
