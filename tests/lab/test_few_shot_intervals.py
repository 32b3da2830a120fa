"""Intervals over classes and episodes, on simulated accuracies whose truth is known."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from l2l_tui.lab.few_shot.intervals import class_resampled, class_resampled_ratio
from l2l_tui.lab.normal import NORMAL_95

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


def test_the_interval_of_a_difference_leaves_out_what_both_share() -> None:
    """Two learners alike but for a little noise: their lead is far surer than either accuracy."""
    source = torch.Generator().manual_seed(3)
    classes = torch.rand(EPISODES, 60, generator=source).topk(N_WAY).indices
    first = accuracies(2 * torch.randn(60, generator=source)[classes], source)
    second = first - 0.02 + 0.01 * torch.randn(EPISODES, generator=source)
    lead = class_resampled(first - second, classes)
    assert lead.mean == pytest.approx(0.02, abs=lead.half_width)
    assert lead.half_width < class_resampled(first, classes).half_width / 10


def test_a_ratios_interval_is_that_of_its_first_order() -> None:
    """The ratio of the means, and as wide as drawing episodes anew makes it."""
    source = torch.Generator().manual_seed(4)
    above, below = torch.rand(2, 400, generator=source)
    above = 0.2 + above * 0.1 + below * 0.3
    below = 0.5 + below
    everything = torch.arange(5).expand(400, 5)  # no classes to draw anew: episodes alone
    found = class_resampled_ratio(above, below, everything)
    assert found.mean == pytest.approx(float(above.mean() / below.mean()))
    drawn = torch.randint(400, (4000, 400), generator=source)
    ratios = above[drawn].mean(1) / below[drawn].mean(1)
    assert found.half_width == pytest.approx(NORMAL_95 * float(ratios.std()), rel=0.1)


def test_a_ratio_to_nothing_is_none() -> None:
    """Rather than an error in a run that has taken an hour."""
    found = class_resampled_ratio(torch.rand(4), torch.zeros(4), torch.arange(5).expand(4, 5))
    assert found.mean != found.mean
