"""Small files in the layouts of MNIST and CIFAR-10."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np

PICTURES = 20
"""In each file; two of each class."""


def idx(content: bytes, *axes: int) -> bytes:
    """Return a packed file of these axes."""
    head = bytes((0, 0, 8, len(axes))) + struct.pack(f">{len(axes)}I", *axes)
    return gzip.compress(head + content, mtime=0)


def pixels(file: int, size: int) -> bytes:
    """Return bytes of every kind, other ones for every file."""
    return np.random.default_rng(file).integers(0, 256, PICTURES * size, np.uint8).tobytes()


def mnist() -> Mapping[str, bytes]:
    """Return the four files of a small MNIST."""
    labels = bytes(range(10)) * 2
    return {
        "train-images-idx3-ubyte.gz": idx(pixels(0, 784), PICTURES, 28, 28),
        "train-labels-idx1-ubyte.gz": idx(labels, PICTURES),
        "t10k-images-idx3-ubyte.gz": idx(pixels(1, 784), PICTURES, 28, 28),
        "t10k-labels-idx1-ubyte.gz": idx(labels[::-1], PICTURES),
    }


def cifar10() -> Mapping[str, bytes]:
    """Return the six files of a small CIFAR-10."""
    names = (*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin")
    return {name: records(file) for file, name in enumerate(names)}


def records(file: int) -> bytes:
    """Return a label and 3072 bytes, `PICTURES` times."""
    flat = np.frombuffer(pixels(file, 3073), np.uint8).reshape(PICTURES, 3073).copy()
    flat[:, 0] = np.arange(PICTURES) % 10
    return flat.tobytes()


def write(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write files into a folder of their own; return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder
