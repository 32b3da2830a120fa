"""Data sets: what they hold when they are there."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import torch

from l2l_tui.errors import UnknownNameError
from l2l_tui.lab.data import digits, pictures, store

needs_files = pytest.mark.skipif(
    not os.environ.get(store.VARIABLE), reason=f"{store.VARIABLE} names no folder of data sets"
)


@pytest.mark.parametrize(
    "name",
    [
        "digits",
        pytest.param("mnist", marks=needs_files),
        pytest.param("cifar10", marks=needs_files),
    ],
)
def test_a_data_set_has_the_shape_and_range_that_it_tells(name: str) -> None:
    """Pictures between 0 and 1, every class in both parts, one class a picture."""
    loaded = pictures.load(name)
    assert (loaded.name, loaded.classes) == (name, 10)
    for part in (loaded.train, loaded.test):
        assert part.x.shape == (len(part.y), *pictures.shape(name))
        assert (part.x.dtype, part.y.dtype) == (torch.float32, torch.int64)
        assert (float(part.x.min()), float(part.x.max())) == (0, 1)
        assert part.y.unique().tolist() == list(range(10))


def test_the_digits_are_split_by_a_rule() -> None:
    """Each digit is in one part, a third of every class is held back, and it is always the same."""
    flat, classes = digits.load()
    loaded = pictures.load("digits")
    both = torch.cat((loaded.train.x, loaded.test.x)).reshape(len(flat), 64)
    assert sorted(both.tolist()) == sorted(flat.float().tolist())
    assert loaded.test.y.bincount().tolist() == (classes.bincount() // 3).tolist()
    # The third of the zeros: positions 0, 10 and 20 of the file.
    assert torch.equal(loaded.test.x[loaded.test.y == 0][0].flatten(), flat[20].float())


@needs_files
def test_mnist_is_mnist() -> None:
    """Its published sizes, classes and mean."""
    loaded = pictures.load("mnist")
    assert (len(loaded.train.y), len(loaded.test.y)) == (60_000, 10_000)
    assert loaded.train.y[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert loaded.test.y[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert float(loaded.train.x.double().mean()) == pytest.approx(0.1307, abs=5e-5)


@needs_files
def test_cifar10_has_upright_photographs_in_three_planes() -> None:
    """Its published mean colours, to what a part of the pictures can tell: blue is darkest."""
    red, green, blue = pictures.load("cifar10").train.x.mean((0, 2, 3)).tolist()
    assert (red, green, blue) == pytest.approx((0.491, 0.482, 0.447), abs=0.02)
    assert red > green > blue


def test_an_unknown_data_set_is_answered_with_the_nearest() -> None:
    """Before anything is looked for."""
    with pytest.raises(UnknownNameError, match="did you mean 'mnist'"):
        pictures.shape("minst")
    with pytest.raises(UnknownNameError, match="did you mean 'cifar10'"):
        pictures.load("cifar-10")


def test_looking_for_files_loads_no_torch_and_no_numpy() -> None:
    """`doctor` looks, and stays light."""
    code = (
        "from l2l_tui.lab.data import mnist, cifar10, store, pictures, downloads\n"
        "import sys; print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"torch", "numpy", "sklearn", "pooch"} & set(done.stdout.split())
