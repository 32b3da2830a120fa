"""MAML among few-shot learners: an embedding that takes inner steps on the support set first.

(arXiv:1703.03400, algorithm 1.) What is learned is Conv-4's body. Its head is new in every
episode and begins at 0, with an output for each of the episode's classes: so params that were
trained with some number of classes can be judged with any other, and none knows its classes by
their places. The first inner step then moves the head alone, since through a head of 0 the body
has no gradient; the others move all.

The loss that the inner steps descend is a mean over examples, of which each class has a share
of 1 / n_way. The step is `inner_lr` times n_way, so that a class moves the params as far in an
episode of 5 as in one of 20.

Queries are normalised by the support set's statistics, in training too: what one is called
depends on no other query.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain

import torch
from torch import Tensor, nn

from l2l_tui.lab.few_shot import embedding as few_shot
from l2l_tui.lab.few_shot.episodes import Episodes
from l2l_tui.lab.maml.conv4 import Conv4
from l2l_tui.lab.maml.episode_tasks import tasks
from l2l_tui.lab.maml.inner_loop import InnerLoop, cross_entropy


@dataclass(frozen=True)
class Adaptation:
    """How params adapt to a support set."""

    inner_steps: int
    """How many, in training and in judging; with one the body would not adapt."""
    inner_lr: float
    """The step size for each class of an episode."""


class AdaptingNetwork(nn.Module):
    """Names queries after inner steps on the support set; differentiable through those.

    Args:
        embedding: Where the body begins: Conv-4 as the other learners have it.
        adaptation: The inner steps.
    """

    def __init__(self, embedding: few_shot.Conv4, adaptation: Adaptation) -> None:
        super().__init__()
        self._filters, self._adaptation = embedding.features, adaptation
        self.body = nn.Parameter(_flat(embedding))

    def forward(self, episodes: Episodes) -> Tensor:
        """Return logits (episodes, n_way, n_query, n_way); their softmax is P(y | x, S).

        In training they can be differentiated by the body through the inner steps' gradients.
        """
        n_way, n_query = episodes.query.shape[1:3]
        network = Conv4(self._filters, n_way, pooling=True)
        inner_lr = self._adaptation.inner_lr * n_way
        inner = InnerLoop(network, cross_entropy, inner_lr, transductive=False)
        given = tasks(episodes)
        head_only = replace(inner, head_only=True)  # a gradient of 0 need not be computed
        with torch.enable_grad():  # judging needs gradients too, of the support set's loss
            params = torch.cat((self.body, self.body.new_zeros(network.head_size)))
            params = params.expand(len(episodes), -1)
            for loop, steps in ((head_only, 1), (inner, self._adaptation.inner_steps - 1)):
                params = loop.adapted(params, given.support, steps, second_order=self.training)
        outputs = inner.outputs(params, given.support, given.query.x)
        return outputs.view(len(episodes), n_query, n_way, n_way).transpose(1, 2)


def _flat(embedding: few_shot.Conv4) -> Tensor:
    """Return the kernels, scales and shifts of each module in turn, as one vector."""
    parts = chain.from_iterable(module.parameters() for module in embedding.layers)
    return torch.cat([part.detach().flatten() for part in parts])
