"""Pictures as a problem: prepared, drawn, varied and judged."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from l2l_tui.lab.data import pictures
from l2l_tui.lab.data.pictures import DataSet, Pictures, without_test
from l2l_tui.lab.supervised.pictures import Classification, prepared, some


def data(train: int = 50, test: int = 20, side: int = 4) -> DataSet:
    """Return noise with classes, bright pictures to fit and dark ones held back."""
    draws = torch.Generator().manual_seed(3)
    bright = Pictures(
        1 + torch.rand((train, 2, side, side), generator=draws), torch.arange(train) % 5
    )
    dark = Pictures(torch.rand((test, 2, side, side), generator=draws), torch.arange(test) % 5)
    return DataSet("noise", 5, bright, dark)


def test_pictures_are_standardised_by_those_to_fit_alone() -> None:
    """These have mean 0 and variance 1 in each channel; those held back keep their distance."""
    ready = prepared(data(), 4)
    torch.testing.assert_close(ready.train.x.mean((0, 2, 3)), torch.zeros(2), atol=1e-5, rtol=0)
    torch.testing.assert_close(ready.train.x.std((0, 2, 3)), torch.ones(2))
    assert ready.test.x.mean() < -2
    assert torch.equal(ready.train.y, data().train.y)


def test_pictures_are_shrunk_by_averaging() -> None:
    """A quarter of the pixels, each the mean of four, before they are standardised."""
    ready, given = prepared(data(), 2), data().train.x
    means = given.view(50, 2, 2, 2, 2, 2).mean((3, 5))
    expected = (means - means.mean((0, 2, 3), keepdim=True)) / means.std((0, 2, 3), keepdim=True)
    torch.testing.assert_close(ready.train.x, expected)


@pytest.mark.parametrize(("count", "least"), [(10, 2), (23, 4), (1000, 10)])
def test_some_pictures_are_of_all_classes_alike(count: int, least: int) -> None:
    """No class has two more than another; no picture comes twice; those held back all stay."""
    whole = data()
    fewer = some(whole, count, torch.Generator().manual_seed(0))
    classes = fewer.train.y.bincount(minlength=5)
    assert len(fewer.train.y) == min(count, 50)
    assert int(classes.min()) == least
    assert int(classes.max()) <= least + 1
    assert len(fewer.train.x.flatten(1).unique(dim=0)) == len(fewer.train.y)
    assert fewer.test is whole.test


def test_pictures_to_choose_by_are_of_those_to_fit() -> None:
    """Of a class every sixth in its order; the rest is fitted, the test's are nowhere."""
    whole = data(train=60)
    split = without_test(whole)
    chosen = torch.tensor([25, 26, 27, 28, 29, 55, 56, 57, 58, 59])  # classes go round by five
    assert torch.equal(split.test.x, whole.train.x[chosen])
    assert torch.equal(split.test.y, whole.train.y[chosen])
    rest = torch.ones(60, dtype=torch.bool)
    rest[chosen] = False
    assert torch.equal(split.train.x, whole.train.x[rest])
    assert torch.equal(split.train.y, whole.train.y[rest])


class Linear(nn.Module):
    """Logits of the flat pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn((5, 32), generator=torch.Generator().manual_seed(1)))

    def forward(self, x: Tensor) -> Tensor:
        """Return (pictures, classes)."""
        return functional.linear(x.flatten(1), self.weight)


def test_what_is_judged_does_not_depend_on_the_pieces() -> None:
    """Means over all pictures, as a formula gives them; train and test apart."""
    model, whole = Linear(), data()
    found = []
    for piece in (7, 512):
        problem = Classification(whole, 8, piece=piece)
        sums: dict[str, float] = {}
        for index in range(problem.pieces):
            for name, value in problem.tally(model, index).items():
                sums[name] = sums.get(name, 0) + value
        found.append(problem.figures(sums))
    assert Classification(whole, 8, piece=7).pieces == 8 + 3
    assert found[0] == pytest.approx(found[1], rel=1e-5)
    for part, told in (("train", whole.train), ("test", whole.test)):
        logits = model(told.x).detach()
        assert found[0][f"{part}_error"] == pytest.approx(
            float(logits.argmax(1).ne(told.y).float().mean())
        )
        assert found[0][f"{part}_loss"] == pytest.approx(
            float(functional.cross_entropy(logits, told.y)), rel=1e-5
        )


def test_a_minibatch_is_of_pictures_to_fit() -> None:
    """Its loss and error are those of a plain formula on the pictures that the draws pick."""
    model, whole = Linear(), data()
    batch = Classification(whole, 8).batch(model, torch.Generator().manual_seed(5))
    picks = torch.randint(50, (8,), generator=torch.Generator().manual_seed(5))
    logits = model(whole.train.x[picks])
    torch.testing.assert_close(batch.loss, functional.cross_entropy(logits, whole.train.y[picks]))
    assert float(batch.error) == float(logits.argmax(1).ne(whole.train.y[picks]).float().mean())


def test_varied_pictures_are_moved_and_mirrored() -> None:
    """Each is one of the ways in which it can be, with zeros where nothing was."""
    problem = Classification(data(), 8, shift=1, flips=True)
    x = data().train.x[:40]
    seen = problem._varied(x, torch.Generator().manual_seed(0))
    ways = {
        (mirrored, down, right): functional.pad(x.flip(-1) if mirrored else x, [1] * 4)[
            :, :, down : down + 4, right : right + 4
        ]
        for mirrored in (False, True)
        for down in range(3)
        for right in range(3)
    }
    found = [
        [way for way, moved in ways.items() if torch.equal(moved[index], seen[index])]
        for index in range(len(x))
    ]
    assert all(len(which) == 1 for which in found)
    assert len({which[0] for which in found}) > 10


def test_the_digits_are_prepared_as_they_are() -> None:
    """Eight pixels a side, ten classes, a third held back."""
    ready = prepared(pictures.load("digits"), 8)
    assert ready.train.x.shape[1:] == ready.test.x.shape[1:] == (1, 8, 8)
    assert len(ready.train.y) + len(ready.test.y) == 1797
