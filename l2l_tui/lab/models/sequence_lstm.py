"""An LSTM that reads a source and writes a target (Sutskever, Vinyals, Le, arXiv:1409.3215).

What the Transformer is compared with: one LSTM reads, its last state is where another begins
to write. No attention, so all of the source must fit into that state.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class SequenceLSTMSettings:
    """The sizes of a model."""

    symbols: int
    """Of the vocabulary that source and target share."""
    width: int
    """Of embeddings and of every LSTM layer's state."""
    layers: int = 1
    """Of the reader and of the writer."""


class SequenceLSTM(nn.Module):
    """Source and target so far in, logits of each next symbol out."""

    def __init__(self, settings: SequenceLSTMSettings) -> None:
        super().__init__()
        self.settings = settings
        width, layers = settings.width, settings.layers
        self.embedding = nn.Embedding(settings.symbols, width)
        self.reader = nn.LSTM(width, width, layers, batch_first=True)
        self.writer = nn.LSTM(width, width, layers, batch_first=True)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """Return logits (batch, targets, symbols) of the symbol after each of the target's.

        Args:
            source: (batch, sources), symbols.
            target: (batch, targets), symbols, the first a mark that stands for the beginning.
        """
        _, state = self.reader(self.embedding(source))  # twice (layers, batch, width)
        x, _ = self.writer(self.embedding(target), state)  # (batch, targets, width)
        return functional.linear(x, self.embedding.weight)  # (batch, targets, symbols)

    def initialise(self, generator: torch.Generator) -> None:
        """Draw every weight uniformly within 1 / sqrt(width); forget gates begin open.

        A forget gate's bias of 1 lets a state last (Jozefowicz, Zaremba, Sutskever 2015).
        """
        width = self.settings.width
        for name, weight in self.named_parameters():
            if ".bias" in name:
                nn.init.zeros_(weight)
            else:
                bound = width**-0.5
                nn.init.uniform_(weight, -bound, bound, generator=generator)
            if ".bias_ih" in name:
                nn.init.ones_(weight[width : 2 * width])
