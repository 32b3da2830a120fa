"""Prototypical Networks (arXiv:1703.05175): names by the nearest class mean."""

from __future__ import annotations

from torch import Tensor, nn

from l2l_tui.lab.few_shot.embedding import Conv4
from l2l_tui.lab.few_shot.episodes import Episodes


class PrototypicalNetwork(nn.Module):
    """P(y | x, S) = softmax_y(-|f(x) - c_y|^2), c_y the mean embedding of a class (section 2.2).

    Args:
        embedding: The paper's f.
    """

    def __init__(self, embedding: Conv4) -> None:
        super().__init__()
        self.embedding = embedding

    def forward(self, episodes: Episodes) -> Tensor:
        """Return logits (episodes, n_way, n_query, n_way); their softmax is P(y | x, S)."""
        support, query = self.embedding.of_episodes(episodes)
        return nearest_prototype(support, query)


def nearest_prototype(support: Tensor, query: Tensor) -> Tensor:
    """Return minus the squared distances of queries from class means.

    Args:
        support: (episodes, n_way, k_shot, features).
        query: (episodes, n_way, n_query, features).

    Returns:
        (episodes, n_way, n_query, n_way): the last axis is the class that the query may be of.
    """
    prototypes = support.mean(2)
    flat = query.flatten(1, 2)
    products = flat @ prototypes.transpose(1, 2)
    # A query's own square is the same for every class, so it is left out of the softmax's sight;
    # it stays in the numbers, because they are told to be distances.
    squares = flat.square().sum(-1, keepdim=True) + prototypes.square().sum(-1).unsqueeze(1)
    return (2 * products - squares).view(*query.shape[:3], prototypes.shape[1])
