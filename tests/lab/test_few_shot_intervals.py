"""Intervals over classes and episodes, on simulated accuracies whose truth is known."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from l2l_tui.lab.few_shot.intervals import NORMAL_95, class_resampled

N_WAY, EPISODES = 5, 600


def accuracies(ease: Tensor, source: torch.Generator) -> Tensor:
    """Return accuracies of episodes whose classes are so easy (episodes, n_way).

    A class's queries are named rightly more often if it is easy and if the others are.
    """
    chance = torch.sigmoid(1.5 + 0.5 * ease + 0.8 * ease.mean(1, keepdim=True))
    return torch.bernoulli(chance.unsqueeze(-1).expand(-1, -1, 4), generator=source).mean((1, 2))


def test_the_interval_holds_the_truth_of_all_classes_as_often_as_it_says() -> None:
    """95 of 100 times, within the chance of 200 trials; over episodes alone it does not."""
    source = torch.Generator().manual_seed(0)
    every = torch.randn(200_000, N_WAY, generator=source)
    truth = float(accuracies(every, source).mean())
    held = held_by_episodes = 0
    trials, count = 200, 80
    for _ in range(trials):
        ease = torch.randn(count, generator=source)
        classes = torch.rand(EPISODES, count, generator=source).topk(N_WAY).indices
        found = class_resampled(accuracies(ease[classes], source), classes)
        held += abs(found.mean - truth) < found.half_width
        held_by_episodes += abs(found.mean - truth) < found.episodes_half_width
    assert held / trials == pytest.approx(0.95, abs=0.045)
    assert held_by_episodes / trials < 0.6


def test_without_differences_between_classes_it_is_the_interval_over_episodes() -> None:
    """To the noise of the estimate, which is subtracted."""
    source = torch.Generator().manual_seed(1)
    wider = []
    for _ in range(50):
        classes = torch.rand(EPISODES, 100, generator=source).topk(N_WAY).indices
        same = accuracies(torch.zeros(EPISODES, N_WAY), source)
        found = class_resampled(same, classes)
        wider.append(found.half_width / found.episodes_half_width)
    assert 1 <= sum(wider) / len(wider) < 1.6


def test_the_interval_over_episodes_is_the_usual_one() -> None:
    """1.96 standard errors around the mean."""
    values = torch.tensor([0.2, 0.4, 0.9, 1.0])
    found = class_resampled(values, torch.tensor([[0, 1], [1, 2], [2, 0], [0, 1]]))
    assert found.mean == pytest.approx(0.625)
    assert found.episodes_half_width == pytest.approx(NORMAL_95 * float(values.std()) / 2)


def test_what_classes_are_called_does_not_matter() -> None:
    """Numbers far apart give the same interval."""
    source = torch.Generator().manual_seed(2)
    classes = torch.rand(300, 30, generator=source).topk(N_WAY).indices
    values = accuracies(torch.randn(30, generator=source)[classes], source)
    assert class_resampled(values, classes) == class_resampled(values, 7 + 100 * classes)


def test_episodes_that_all_have_every_class_tell_nothing_of_other_classes() -> None:
    """Then only the interval over episodes is left."""
    found = class_resampled(torch.tensor([0.5, 1.0, 0.7]), torch.arange(5).expand(3, 5))
    assert found.half_width == found.episodes_half_width > 0
