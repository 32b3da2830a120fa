"""Matching Networks (arXiv:1606.04080): names by attention over the labelled pictures.

    P(y | x, S) = sum_i a(x, x_i) y_i,    a(x, x_i) = softmax_i(scale cos(f(x), g(x_i)))

(section 2.1.1). The paper's attention has no scale: a softmax of cosines cannot prefer one of
20 pictures by more than e^2 to 1, and so trains poorly. Here `scale` is a setting.

Full context embeddings (section 2.1.2, appendix A) let f and g depend on the whole support set:
g is a bidirectional LSTM over it, f an LSTM that reads it by attention.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from l2l_tui.lab.few_shot.embedding import Conv4, draw
from l2l_tui.lab.few_shot.episodes import Episodes


class MatchingNetwork(nn.Module):
    """Cosine attention, over embeddings as they are or in their full context.

    Args:
        embedding: What f' and g' are; both are one network, as in the paper's experiments.
        scale: What cosines are multiplied with.
        context: Full context embeddings, or None for f = f' and g = g'.
    """

    def __init__(self, embedding: Conv4, scale: float, context: FullContext | None = None) -> None:
        super().__init__()
        self.embedding, self.scale, self.context = embedding, scale, context

    def forward(self, episodes: Episodes) -> Tensor:
        """Return logits (episodes, n_way, n_query, n_way); their softmax is P(y | x, S)."""
        support, query = self.embedding.of_episodes(episodes)
        if self.context is not None:
            support, query = self.context(support, query)
        return attention(support, query, self.scale)


def attention(support: Tensor, query: Tensor, scale: float) -> Tensor:
    """Return log P(y | x, S) up to a constant of each query.

    Args:
        support: (episodes, n_way, k_shot, features).
        query: (episodes, n_way, n_query, features).
        scale: What cosines are multiplied with.

    Returns:
        (episodes, n_way, n_query, n_way): the last axis is the class that the query may be of.
    """
    cosines = torch.einsum(
        "enqf,ewkf->enqwk",
        functional.normalize(query, dim=-1),
        functional.normalize(support, dim=-1),
    )
    return (scale * cosines).logsumexp(-1)


class FullContext(nn.Module):
    """Embeddings that know the support set (appendix A).

    Args:
        features: Of the embeddings.
        processing_steps: How often f reads the support set, the paper's K.
        generator: Draws the weights.
    """

    def __init__(self, features: int, processing_steps: int, generator: torch.Generator) -> None:
        super().__init__()
        self.processing_steps = processing_steps
        self.reader = nn.LSTM(features, features, batch_first=True, bidirectional=True)
        self.cell = nn.LSTMCell(2 * features, features)
        for name, weights in self.named_parameters():
            if "bias" in name:
                nn.init.zeros_(weights)
        draw(self, generator)

    def forward(self, support: Tensor, query: Tensor) -> tuple[Tensor, Tensor]:
        """Return g of the support and f of the query embeddings, in the shapes they came in.

        The support set is read in the order in which its classes were drawn.
        """
        known = self._known(support.flatten(1, 2))
        asked = self._asked(query.flatten(1, 2), known)
        return known.view_as(support), asked.view_as(query)

    def _known(self, support: Tensor) -> Tensor:
        """Return g(x_i, S) = forward_i + backward_i + g'(x_i): (episodes, pictures, features)."""
        forward, backward = self.reader(support)[0].chunk(2, -1)
        return cast("Tensor", forward + backward + support)

    def _asked(self, query: Tensor, known: Tensor) -> Tensor:
        """Return f(x, S), the last h of equations 3 to 6: (episodes, queries, features).

        h_k = LSTM(f'(x), [h_(k-1), r_(k-1)]) + f'(x), where r_k = sum_i softmax_i(h_k g_i) g_i.
        """
        seen = query.flatten(0, 1)
        hidden, cell = torch.zeros_like(seen), torch.zeros_like(seen)
        for _ in range(self.processing_steps):
            read = _read(hidden.view_as(query), known).flatten(0, 1)
            # Beside the hidden state or beside the input: either way it has a matrix of its own.
            output, cell = self.cell(torch.cat((seen, read), 1), (hidden, cell))
            hidden = output + seen
        return hidden.view_as(query)


def _read(hidden: Tensor, known: Tensor) -> Tensor:
    """Return what h reads of the support by attention: (episodes, queries, features)."""
    weights = (hidden @ known.transpose(1, 2)).softmax(-1)
    return weights @ known
