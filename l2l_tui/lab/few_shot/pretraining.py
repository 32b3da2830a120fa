"""The plain baseline: a classifier of all training classes, then a new last layer an episode.

Chen et al., "A Closer Look at Few-shot Classification" (arXiv:1904.04232, section 3.2), call it
Baseline: pre-train embedding and classifier on all training classes; for new classes keep the
embedding and fit a linear layer to the support set.

It sees the very pictures that the other learners' training episodes hold, as plain examples.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from l2l_tui.lab.few_shot.embedding import Conv4, draw
from l2l_tui.lab.few_shot.episodes import Episodes


@dataclass(frozen=True)
class FineTuning:
    """How a last layer is fitted to a support set."""

    inner_steps: int
    """Steps of gradient descent on all of it, from weights of 0."""
    inner_lr: float
    """Their rate."""
    decay: float
    """What half the squared weights are multiplied with in the loss."""


class PretrainedClassifier(nn.Module):
    """An embedding with a linear layer over all training classes, and how it meets new ones.

    Args:
        embedding: What stays.
        classes: How many training classes there are.
        tuning: How a new last layer is fitted.
        generator: Draws the training classes' layer.
    """

    def __init__(
        self, embedding: Conv4, classes: int, tuning: FineTuning, generator: torch.Generator
    ) -> None:
        super().__init__()
        self.embedding, self._tuning = embedding, tuning
        self.classifier = nn.Linear(embedding.features, classes)
        nn.init.zeros_(self.classifier.bias)
        draw(self.classifier, generator)

    def forward(self, episodes: Episodes) -> Tensor:
        """Return logits (episodes, n_way, n_query, n_way) of a layer fitted to the support set."""
        support, query = self.embedding.of_episodes(episodes)
        weights, biases = fitted(_unit(support), self._tuning)
        flat = _unit(query).flatten(1, 2) @ weights.transpose(1, 2) + biases.unsqueeze(1)
        return flat.view(*query.shape[:3], weights.shape[1])


def named_among_all(network: nn.Module, episodes: Episodes) -> Tensor:
    """Return the mean of -log P(class) among all training classes, over all pictures.

    Support and query pictures count alike: the episodes are but a way to draw them.
    """
    assert isinstance(network, PretrainedClassifier)
    pictures = torch.cat((episodes.support, episodes.query), 2)
    classes = episodes.classes.unsqueeze(-1).expand(pictures.shape[:3])
    logits = network.classifier(network.embedding(pictures.flatten(0, 2)))
    return functional.cross_entropy(logits, classes.flatten())


def fitted(support: Tensor, tuning: FineTuning) -> tuple[Tensor, Tensor]:
    """Return each episode's last layer after descent on its support set.

    Args:
        support: (episodes, n_way, k_shot, features).
        tuning: Steps, rate and decay.

    Returns:
        Weights (episodes, n_way, features) and biases (episodes, n_way).
    """
    episodes, n_way, k_shot, features = support.shape
    examples = support.flatten(1, 2)
    wanted = torch.eye(n_way).repeat_interleave(k_shot, 0)
    weights = examples.new_zeros(episodes, n_way, features)
    biases = examples.new_zeros(episodes, n_way)
    for _ in range(tuning.inner_steps):
        logits = examples @ weights.transpose(1, 2) + biases.unsqueeze(1)
        errors = (logits.softmax(-1) - wanted) / (n_way * k_shot)
        grads = errors.transpose(1, 2) @ examples + tuning.decay * weights
        weights = weights - tuning.inner_lr * grads
        biases = biases - tuning.inner_lr * errors.sum(1)
    return weights, biases


def _unit(embedded: Tensor) -> Tensor:
    """Return embeddings of length 1: one rate then suits every network."""
    return functional.normalize(embedded, dim=-1)
