"""Streams, their scenarios, and measures of a matrix worked by hand."""

from __future__ import annotations

import math

import pytest
import torch

from l2l_tui.lab.continual import matrix_picture, measures
from l2l_tui.lab.continual.problem import losses
from l2l_tui.lab.continual.streams import Examples, permuted, split
from l2l_tui.lab.data import pictures
from l2l_tui.lab.randomness import generator

DATA = pictures.load("digits")
NAN = math.nan


def test_permuted_experiences_are_the_same_pictures_in_other_orders() -> None:
    """The first as they are; every other has all pixels once, in one order for all pictures."""
    stream = permuted(DATA.train, DATA.test, 3, generator(0))
    plain = DATA.test.x.flatten(1)
    orders = []
    for experience in range(3):
        seen = stream.judged_by(experience)
        assert torch.equal(seen.y, DATA.test.y)
        orders.append(stream.pixels[experience].tolist() if stream.pixels is not None else [])
        assert sorted(orders[-1]) == list(range(64))
        assert torch.equal(seen.x, plain[:, orders[-1]])
    assert orders[0] == list(range(64))
    assert orders[1] != orders[2] != orders[0]
    assert bool(stream.visible.all())


@pytest.mark.parametrize("scenario", ["task", "domain", "class"])
def test_a_split_stream_has_every_class_once(scenario: str) -> None:
    """Two in each experience, all of their pictures, trained on and judged by."""
    stream = split(DATA.train, DATA.test, 5, scenario, generator(0))
    met = []
    for experience in range(5):
        fitted = stream.train.rows[experience]
        classes = DATA.train.y[fitted].unique().tolist()
        assert len(classes) == 2
        assert len(fitted) == int(torch.isin(DATA.train.y, torch.tensor(classes)).sum())
        assert DATA.test.y[stream.test.rows[experience]].unique().tolist() == classes
        met += classes
    assert sorted(met) == list(range(10))


def test_scenarios_differ_in_which_outputs_compete() -> None:
    """Those of the example's own pair, both that all pairs share, those met so far."""
    task, domain, grown = (
        split(DATA.train, DATA.test, 5, scenario, generator(0))
        for scenario in ("task", "domain", "class")
    )
    newest, experience = 3, 1
    assert task.visible[newest, experience].nonzero().flatten().tolist() == [2, 3]
    assert domain.visible[newest, experience].tolist() == [True, True]
    assert grown.visible[newest, experience].nonzero().flatten().tolist() == list(range(8))
    assert (task.outputs, domain.outputs, grown.outputs) == (10, 2, 10)
    for stream in (task, domain, grown):
        seen = stream.judged_by(experience)
        shown = stream.visible[experience, seen.experience]
        assert bool(shown.gather(1, seen.y.unsqueeze(1)).all())


def test_labels_stay_with_classes_whatever_the_scenario() -> None:
    """Of one experience, the first of two classes is the same pictures in all three."""
    labels = []
    for scenario in ("task", "domain", "class"):
        stream = split(DATA.train, DATA.test, 5, scenario, generator(7))
        labels.append(stream.judged_by(2).y - (0 if scenario == "domain" else 4))
    assert torch.equal(labels[0], labels[1])
    assert torch.equal(labels[0], labels[2])
    assert labels[0].unique().tolist() == [0, 1]


def test_drawn_examples_are_training_examples_of_the_experience_named() -> None:
    """The chance runs over an experience from its first picture to its last."""
    stream = split(DATA.train, DATA.test, 5, "class", generator(0))
    experience = torch.tensor([0, 0, 3, 4])
    drawn = stream.draw(experience, torch.tensor([0.0, 1 - 1e-12, 0.5, 0.0], dtype=torch.float64))
    rows = stream.train.rows
    wanted = [rows[0][0], rows[0][-1], rows[3][len(rows[3]) // 2], rows[4][0]]
    assert torch.equal(drawn.x, DATA.train.x.flatten(1)[torch.stack(wanted)])
    assert torch.equal(drawn.experience, experience)


def test_an_output_that_does_not_compete_has_no_part_in_the_loss() -> None:
    """Neither in its value nor in its gradient."""
    logits = torch.tensor([[[1.0, 2.0, 9.0]]], requires_grad=True)
    visible = torch.tensor([[[True, True, False]]])
    zero = torch.tensor([[0]])
    loss = losses(logits, Examples(torch.zeros(1, 1, 1), zero, zero), visible)
    assert loss.tolist() == pytest.approx([math.log(1 + math.e)])
    (slope,) = torch.autograd.grad(loss.sum(), logits)
    share = math.e / (1 + math.e)
    assert slope.flatten().tolist() == pytest.approx([-share, share, 0.0])


WORKED = torch.tensor([[0.9, NAN, NAN], [0.5, 0.8, NAN], [0.7, 0.6, 1.0]], dtype=torch.float64)
"""The first is forgotten and comes back in part; the second loses 0.2."""


def test_measures_of_a_matrix_worked_by_hand() -> None:
    """R[t, i], three experiences, what was not judged left out."""
    assert measures.average_accuracy(WORKED) == pytest.approx((0.7 + 0.6 + 1.0) / 3)
    assert measures.learning_accuracy(WORKED) == pytest.approx((0.9 + 0.8 + 1.0) / 3)
    assert measures.backward_transfer(WORKED) == pytest.approx((-0.2 - 0.2) / 2)
    assert measures.forgetting(WORKED) == pytest.approx(((0.9 - 0.7) + (0.8 - 0.6)) / 2)


def test_forgetting_looks_back_to_the_best_and_transfer_to_when_it_was_new() -> None:
    """They differ where an experience became better before it became worse."""
    matrix = torch.tensor([[0.5, NAN, NAN], [0.9, 0.8, NAN], [0.7, 0.8, 1.0]], dtype=torch.float64)
    assert measures.backward_transfer(matrix) == pytest.approx((0.2 + 0.0) / 2)
    assert measures.forgetting(matrix) == pytest.approx((0.2 + 0.0) / 2)


def test_a_matrix_becomes_a_picture_with_a_cell_for_each_accuracy() -> None:
    """Lighter is better; what was not judged is grey; several stand side by side."""
    seen = matrix_picture.picture("ewc", WORKED)
    cell, gap, title = matrix_picture.CELL, matrix_picture.GAP, matrix_picture.TITLE
    assert seen.shape == (3, title + 3 * cell + gap, 3 * cell + 2 * gap)
    assert (float(seen.min()) >= 0, float(seen.max()) <= 1) == (True, True)

    def corner(row: int, column: int) -> list[float]:
        """Return the colour of a cell, off the number in its middle."""
        return seen[:, title + cell * row + 3, gap + cell * column + 3].tolist()

    assert len(set(corner(0, 1))) == 1
    bright = [sum(corner(row, 0)) for row in range(3)]
    assert bright[0] > bright[2] > bright[1]
    assert matrix_picture.overview({"a": WORKED, "b": WORKED}).shape[2] == 2 * seen.shape[2]
