"""MAML among few-shot learners, against the loop over tasks and one step on paper."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from l2l_tui.lab.few_shot import embedding
from l2l_tui.lab.few_shot.episodes import Episodes
from l2l_tui.lab.few_shot.learners import named_wrongly
from l2l_tui.lab.maml.adapting import Adaptation, AdaptingNetwork
from l2l_tui.lab.maml.conv4 import Conv4
from l2l_tui.lab.maml.episode_tasks import tasks
from l2l_tui.lab.maml.inner_loop import InnerLoop, cross_entropy
from tests.lab import maml_loop

FILTERS, INNER_LR = 3, 0.1


def begun(inner_steps: int, source: torch.Generator) -> AdaptingNetwork:
    """Return a network in double precision."""
    first = embedding.Conv4(FILTERS, source).double()
    return AdaptingNetwork(first, Adaptation(inner_steps, INNER_LR))


def episodes_of(n_way: int, source: torch.Generator) -> Episodes:
    """Return two episodes of noise in double precision, two shots and three queries a class."""
    pictures = torch.rand(2, n_way, 5, 1, 28, 28, generator=source, dtype=torch.float64)
    classes = torch.arange(n_way).expand(2, n_way)
    return Episodes(pictures[:, :, :2], pictures[:, :, 2:], classes)


def with_a_new_head(body: Tensor, network: Conv4) -> Tensor:
    """Return params (size,) whose head is 0."""
    return torch.cat((body, body.new_zeros(network.head_size)))


@pytest.mark.parametrize("n_way", [4, 7])
def test_its_loss_and_gradient_are_those_of_a_loop_over_tasks(
    n_way: int, generator: torch.Generator
) -> None:
    """From a head of 0, whatever the number of classes, by steps that are n_way times as long."""
    network, shown = begun(3, generator).train(), episodes_of(n_way, generator)
    loss = named_wrongly(network, shown)
    loss.backward()
    conv4 = Conv4(FILTERS, n_way, pooling=True)
    inner = InnerLoop(conv4, cross_entropy, INNER_LR * n_way, transductive=False)
    body = network.body.detach().requires_grad_()
    expected = maml_loop.meta_loss(inner, with_a_new_head(body, conv4), tasks(shown), 3)
    torch.testing.assert_close(loss, expected)
    torch.testing.assert_close(network.body.grad, torch.autograd.grad(expected, body)[0])


def test_one_step_compares_a_query_with_each_class(generator: torch.Generator) -> None:
    """From 0 the head becomes inner_lr times what a class has above the mean of all."""
    network, shown = begun(1, generator).eval(), episodes_of(4, generator)
    given, conv4 = tasks(shown), Conv4(FILTERS, 4, pooling=True)
    body = network.body.detach().expand(2, -1)
    seen = conv4.features(body, given.support.x)
    asked = conv4.features(body, given.query.x, given.support.x)
    labels = functional.one_hot(given.support.y, 4).double()
    wrong = (labels - 0.25).transpose(1, 2)  # each class's label less its share before the step
    head = INNER_LR * 4 * torch.cat((wrong @ seen, wrong.sum(-1, keepdim=True)), -1) / 8
    expected = asked @ head[..., :-1].transpose(1, 2) + head[:, None, :, -1]
    found = network(shown).transpose(1, 2).flatten(1, 2)
    torch.testing.assert_close(found, expected)


def test_judging_leaves_no_graph_and_adapts_all_the_same(generator: torch.Generator) -> None:
    """As learners are judged: gradients are off around it."""
    network, shown = begun(2, generator).eval(), episodes_of(4, generator)
    with torch.no_grad():
        logits = network(shown)
    assert not logits.requires_grad
    torch.testing.assert_close(logits, network(shown).detach())
    assert float(logits.std()) > 0


def test_it_begins_where_the_other_learners_do(generator: torch.Generator) -> None:
    """Its features are the embedding's, both normalised by the pictures themselves."""
    first = embedding.Conv4(FILTERS, generator).double()
    network = AdaptingNetwork(first, Adaptation(1, INNER_LR))
    pictures = torch.rand(6, 1, 28, 28, generator=generator, dtype=torch.float64)
    conv4 = Conv4(FILTERS, 5, pooling=True)
    found = conv4.features(network.body[None], pictures[None])[0]
    torch.testing.assert_close(found, first.train()(pictures))
