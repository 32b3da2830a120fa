"""Labelled pictures, whichever data set they come from.

The digits are embedded; MNIST and CIFAR-10 are looked for (see `store`).
"""

from __future__ import annotations

import functools
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from l2l_tui.errors import UnknownNameError
from l2l_tui.lab.data import cifar10, downloads, mnist, store

if TYPE_CHECKING:
    from types import ModuleType

    from torch import Tensor

NAMES = ("digits", "mnist", "cifar10")
"""The data sets that there are."""

_SHAPES = {"digits": (1, 8, 8), "mnist": mnist.SHAPE, "cifar10": cifar10.SHAPE}
_FILED = {"mnist": mnist, "cifar10": cifar10}
FILED = tuple(_FILED)
"""Those of them that come in files."""

_DIGITS = 10
_HELD_BACK = 3
"""Of every so many digits of a class one is kept to judge by."""
_VALIDATION = 6
"""Of every so many training pictures of a class one is kept to choose settings by."""


@dataclass(frozen=True)
class Pictures:
    """Pictures and their classes. Several readers share the tensors: nobody writes into them."""

    x: Tensor
    """(pictures, channels, height, width), float32 between 0 and 1."""
    y: Tensor
    """(pictures,), int64 classes, counted from 0."""


@dataclass(frozen=True)
class DataSet:
    """Pictures to fit and pictures to judge by."""

    name: str
    """What it is called."""
    classes: int
    """How many classes there are."""
    train: Pictures
    """What is fitted."""
    test: Pictures
    """What is held back."""


def shape(name: str) -> tuple[int, int, int]:
    """Return a data set's channels, height and width, without loading it.

    Raises:
        UnknownNameError: There is no such data set.
    """
    if name not in _SHAPES:
        raise UnknownNameError("data set", name, NAMES)
    return _SHAPES[name]


@dataclass(frozen=True, slots=True)
class Found:
    """Where a data set's files are, and what they seem to hold."""

    folder: Path
    """Its folder."""
    train: int
    """Pictures to fit."""
    test: int
    """Pictures to judge by."""


def look(name: str) -> Found | None:
    """Look for a data set that comes in files, without reading them; None if it is nowhere.

    Raises:
        DataError: A place cannot be looked into, or a file is seen to be wrong.
    """
    source = _FILED[name]
    folder = store.find(source.LAYOUT)
    return None if folder is None else Found(folder, *source.count(folder))


def how_to_get(name: str) -> str:
    """Return how to get a data set that comes in files."""
    return store.advice(_FILED[name].LAYOUT)


def load(name: str, *, download: bool = False) -> DataSet:
    """Return a data set; the same one again where its files are the same.

    Args:
        name: One of `NAMES`.
        download: Whether it may be fetched if it is nowhere.

    Raises:
        UnknownNameError: There is no such data set.
        DataError: It is nowhere, cannot be fetched, or its files are not what they should be.
        RequestError: What fetches is not installed.
    """
    return downloads.awaited(loading(name, download=download))


def loading(name: str, *, download: bool = False) -> Generator[str, None, DataSet]:
    """Do what `load` does, where fetching may take minutes in which a run is to be steered.

    Yields:
        While it fetches, about twice a second, a line that tells how far it is, or an empty one.

    Returns:
        The data set.
    """
    shape(name)
    if name == "digits":
        return _digits()
    layout: store.Layout = _FILED[name].LAYOUT
    folder = store.find(layout)
    if folder is None:
        if not download:
            raise store.missing(layout)
        folder = yield from downloads.fetch(layout)
    return _read(name, folder)


def without_test(data: DataSet) -> DataSet:
    """Return the pictures to fit alone, split anew: what settings are chosen by.

    In each class, in their order, every sixth is held back in place of the test's pictures,
    which are not looked at.
    """
    held_back = _every(data.train.y, data.classes, _VALIDATION)
    fitted, validation = (
        Pictures(data.train.x[part], data.train.y[part]) for part in (~held_back, held_back)
    )
    return DataSet(data.name, data.classes, fitted, validation)


def _every(y: Tensor, classes: int, count: int) -> Tensor:
    """Tell which examples are every `count`-th of their class, in their order: (examples,)."""
    import torch

    held_back = torch.zeros(len(y), dtype=torch.bool)
    for one in range(classes):
        held_back[(y == one).nonzero()[count - 1 :: count]] = True
    return held_back


@functools.cache
def _digits() -> DataSet:
    """Split scikit-learn's digits: in each class, in their order, every third is held back."""
    from l2l_tui.lab.data import digits

    flat, classes = digits.load()
    held_back = _every(classes, _DIGITS, _HELD_BACK)
    pictures = flat.float().reshape(-1, *_SHAPES["digits"])
    train = Pictures(pictures[~held_back], classes[~held_back])
    return DataSet("digits", _DIGITS, train, Pictures(pictures[held_back], classes[held_back]))


@functools.cache
def _read(name: str, folder: Path) -> DataSet:
    source = _FILED[name]
    return DataSet(
        name, source.CLASSES, _part(source, folder, "train"), _part(source, folder, "test")
    )


def _part(source: ModuleType, folder: Path, part: str) -> Pictures:
    import torch

    pictures, classes = source.read(folder, part)
    # Contiguous and writable first: torch takes no read-only memory without a warning.
    x = torch.from_numpy(pictures.astype("float32")).div_(255)
    return Pictures(x, torch.from_numpy(classes.astype("int64")))
