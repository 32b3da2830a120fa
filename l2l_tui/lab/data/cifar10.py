"""CIFAR-10: small photographs of ten things, 50,000 to fit and 10,000 to judge by (Krizhevsky).

The binary version: records of one label and 3 x 32 x 32 bytes, the red plane first. Any of the
five files to fit may be missing, and any file may hold fewer records than its authors' 10,000.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from l2l_tui.lab.data.store import Layout, Remote, broken, unreadable
from l2l_tui.language import tr

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CLASSES = 10
SHAPE = (3, 32, 32)
"""Channels, height, width."""

_TEST = "test_batch.bin"
_TRAIN = tuple(f"data_batch_{number}.bin" for number in range(1, 6))
_RECORD = 1 + math.prod(SHAPE)
_MOST_BYTES = 100_000 * _RECORD
"""No file that we know is longer; what is must not fill the memory."""

LAYOUT = Layout(
    name="cifar10",
    folder="cifar-10-batches-bin",
    needed=(_TEST,),
    some_of=_TRAIN,
    remotes=(
        Remote(
            "cifar-10-binary.tar.gz",
            ("https://www.cs.toronto.edu/~kriz/",),
            170_052_171,
            "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
        ),
    ),
)


def count(folder: Path) -> tuple[int, int]:
    """Return how many pictures there are to fit and to judge by, from the files' sizes.

    Raises:
        DataError: A file cannot be read, or is not what it should be.
    """
    train, test = (sum(map(_records, _files(folder, part))) for part in ("train", "test"))
    return train, test


def read(folder: Path, part: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return pictures (pictures, 3, 32, 32), 0 to 255, and their classes (pictures,).

    Args:
        folder: Where the files are.
        part: ``train`` or ``test``.

    Raises:
        DataError: A file cannot be read, or is not what it should be.
    """
    import numpy as np

    records = np.concatenate([_read(path) for path in _files(folder, part)])
    return records[:, 1:].reshape(-1, *SHAPE), records[:, 0]


def _files(folder: Path, part: str) -> list[Path]:
    if part == "test":
        return [folder / _TEST]
    return [folder / file for file in _TRAIN if (folder / file).exists()]


def _records(path: Path) -> int:
    """Return how many records a file has."""
    try:
        length = path.stat().st_size
    except OSError as error:
        raise unreadable(path, error) from error
    if length == 0 or length % _RECORD or length > _MOST_BYTES:
        wrong = tr(
            "has {found} bytes, expected whole records of {record} bytes, 1 to {most} of them",
            found=length,
            record=_RECORD,
            most=_MOST_BYTES // _RECORD,
        )
        raise broken(path, wrong)
    return length // _RECORD


def _read(path: Path) -> NDArray[np.uint8]:
    """Return a file's records (records, 3073), the label in front."""
    import numpy as np

    count = _records(path)
    try:
        records = np.frombuffer(path.read_bytes(), np.uint8).reshape(count, _RECORD)
    except OSError as error:
        raise unreadable(path, error) from error
    labels = records[:, 0]
    if labels.max() >= CLASSES:
        position = int((labels >= CLASSES).argmax())
        wrong = tr(
            "holds the label {label} (record {position}), expected 0 to {last}",
            label=labels[position],
            position=position,
            last=CLASSES - 1,
        )
        raise broken(path, wrong)
    return records
