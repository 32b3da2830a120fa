"""Multi-head attention (Vaswani et al., arXiv:1706.03762, section 3.2)."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from l2l_tui.lab.models.building import glorot


class MultiHeadAttention(nn.Module):
    """Concat(head_1, ..., head_h) W^O with head_i = softmax(Q_i K_i^T / sqrt(d_k)) V_i.

    Args:
        width: d_model, of what comes in and goes out.
        heads: h; divides the width.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.output = nn.Linear(width, width)

    def forward(self, x: Tensor, memory: Tensor, hidden: Tensor | None = None) -> Tensor:
        """Return what each position of x gathers from the memory: (batch, positions, width).

        Args:
            x: Who asks: (batch, positions, width).
            memory: What is asked: (batch, keys, width); x itself for self-attention.
            hidden: True where a position must not look; broadcasts to (batch, heads,
                positions, keys).
        """
        weights = self.weights(x, memory, hidden)  # (batch, heads, positions, keys)
        mixed = weights @ self._split(self.value(memory))  # (batch, heads, positions, d_k)
        joined = mixed.transpose(1, 2).flatten(2)  # (batch, positions, width)
        gathered: Tensor = self.output(joined)  # (batch, positions, width)
        return gathered

    def weights(self, x: Tensor, memory: Tensor, hidden: Tensor | None = None) -> Tensor:
        """Return how much each position looks where: (batch, heads, positions, keys).

        Rows sum to 1 (equation 1). Arguments are those of `forward`.
        """
        queries = self._split(self.query(x))  # (batch, heads, positions, d_k)
        keys = self._split(self.key(memory))  # (batch, heads, keys, d_k)
        scores = queries @ keys.transpose(-2, -1) / math.sqrt(queries.shape[-1])
        if hidden is not None:
            scores = scores.masked_fill(hidden, -math.inf)
        return scores.softmax(-1)

    def _split(self, x: Tensor) -> Tensor:
        """Return (batch, heads, positions, d_k) of (batch, positions, width)."""
        return x.view(*x.shape[:2], self.heads, -1).transpose(1, 2)

    def initialise(self, generator: torch.Generator) -> None:
        """Draw every weight; biases are 0."""
        for layer in (self.query, self.key, self.value, self.output):
            glorot(layer.weight, generator)
            nn.init.zeros_(layer.bias)


class FeedForward(nn.Module):
    """W_2 f(W_1 x + b_1) + b_2, each position for itself (section 3.3).

    Args:
        width: d_model.
        inner: d_ff.
        activation: f; the paper's is a ReLU.
    """

    def __init__(self, width: int, inner: int, activation: nn.Module) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(width, inner), nn.Linear(inner, width)
        self.activation = activation

    def forward(self, x: Tensor) -> Tensor:
        """Return (batch, positions, width) of the same."""
        inner = self.activation(self.first(x))  # (batch, positions, inner)
        y: Tensor = self.second(inner)  # (batch, positions, width)
        return y

    def initialise(self, generator: torch.Generator) -> None:
        """Draw every weight; biases are 0."""
        for layer in (self.first, self.second):
            glorot(layer.weight, generator)
            nn.init.zeros_(layer.bias)
