"""Logistic regression and its data."""

from __future__ import annotations

import torch

from l2l_tui.lab import logistic_regression as model
from l2l_tui.lab.data import digits
from l2l_tui.lab.randomness import generator


def test_the_digits_are_all_there_and_scaled() -> None:
    """1,797 pictures of 64 pixels between 0 and 1, in ten classes."""
    pictures, classes = digits.load()
    assert pictures.shape == (1797, 64)
    assert (float(pictures.min()), float(pictures.max())) == (0.0, 1.0)
    assert sorted(set(classes.tolist())) == list(range(10))


def test_a_split_keeps_every_picture_once() -> None:
    """Both sides together are as many as asked for, and no picture is on both."""
    split = digits.split(generator(0, "split"), 0.25, 400)
    assert (len(split.train_x), len(split.test_x)) == (300, 100)
    train = {tuple(picture) for picture in split.train_x.tolist()}
    assert not any(tuple(picture) in train for picture in split.test_x.tolist())


def test_the_gradient_is_autograds() -> None:
    """The gradient written out equals that of the objective."""
    split = digits.split(generator(0, "split"), 0.25, 80)
    objective = model.Objective.of(split.train_x, split.train_y, 1.0)
    params = torch.randn(10, 65, generator=generator(0, "params"), dtype=torch.float64)
    params.requires_grad_()
    loss, grads = objective.loss_and_grads(params)
    (expected,) = torch.autograd.grad(loss, params)
    torch.testing.assert_close(grads.detach(), expected)


def test_scikit_learns_optimum_is_one_of_our_objective() -> None:
    """There our gradient vanishes, so both minimise the same function."""
    split = digits.split(generator(0, "split"), 0.25, 200)
    theirs = model.sklearn_optimum(split.train_x, split.train_y, 1.0)
    objective = model.Objective(
        model.with_ones(split.train_x), split.train_y, 1 / len(split.train_x)
    )
    assert float(objective.loss_and_grads(theirs)[1].abs().max()) < 1e-8


def test_uncentred_params_classify_pictures_as_they_are() -> None:
    """Logits of raw pictures equal those of centred ones."""
    x = torch.rand(6, 64, generator=generator(0, "x"), dtype=torch.float64)
    params = torch.randn(10, 65, generator=generator(0, "params"), dtype=torch.float64)
    centred = model.with_ones(x - x.mean(0)) @ params.t()
    raw = model.with_ones(x) @ model.uncentred(params, x).t()
    torch.testing.assert_close(raw, centred)
