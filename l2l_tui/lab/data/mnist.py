"""MNIST: handwritten digits, 60,000 to fit and 10,000 to judge by (LeCun, Cortes, Burges).

Any set of 28x28 pictures in ten classes that comes in the same four files will do as well.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from l2l_tui.lab.data import idx
from l2l_tui.lab.data.store import Layout, Remote, broken
from l2l_tui.language import tr

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CLASSES = 10
SHAPE = (1, 28, 28)
"""Channels, height, width."""

_MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
_FILES = (
    Remote(
        "train-images-idx3-ubyte.gz",
        _MIRRORS,
        9_912_422,
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    ),
    Remote(
        "train-labels-idx1-ubyte.gz",
        _MIRRORS,
        28_881,
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    ),
    Remote(
        "t10k-images-idx3-ubyte.gz",
        _MIRRORS,
        1_648_877,
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    ),
    Remote(
        "t10k-labels-idx1-ubyte.gz",
        _MIRRORS,
        4_542,
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    ),
)
LAYOUT = Layout(
    name="mnist",
    folder="mnist",
    needed=tuple(remote.file for remote in _FILES),
    some_of=(),
    remotes=_FILES,
)


def count(folder: Path) -> tuple[int, int]:
    """Return how many pictures there are to fit and to judge by, as the headers tell.

    Raises:
        DataError: A file cannot be read, or is not what it should be.
    """
    train, test = (idx.size(folder / file, SHAPE[1:]) for file in LAYOUT.needed[::2])
    return train, test


def read(folder: Path, part: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return pictures (pictures, 1, 28, 28), 0 to 255, and their classes (pictures,).

    Args:
        folder: Where the files are.
        part: ``train`` or ``test``.

    Raises:
        DataError: A file cannot be read, or is not what it should be.
    """
    first = 0 if part == "train" else 2
    images, labels = (folder / file for file in LAYOUT.needed[first : first + 2])
    pictures, classes = idx.read(images, SHAPE[1:]), idx.read(labels, ())
    if len(pictures) != len(classes):
        wrong = tr(
            "holds {labels} labels, expected {images}, as many as {file} has pictures",
            labels=len(classes),
            images=len(pictures),
            file=images.name,
        )
        raise broken(labels, wrong)
    if classes.max() >= CLASSES:
        wrong = tr(
            "holds the label {label}, expected 0 to {last}", label=classes.max(), last=CLASSES - 1
        )
        raise broken(labels, wrong)
    return pictures[:, None], classes
