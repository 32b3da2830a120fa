"""Characters for few-shot learning, whichever data set they come from.

A class is a character of an alphabet; a drawer drew it once (a person in Omniglot, a font in
the glyphs). Train, validation and test share no alphabet. The glyphs are embedded; Omniglot is
looked for (see `store`).
"""

from __future__ import annotations

import functools
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from l2l_tui.errors import UnknownNameError
from l2l_tui.lab.data import downloads, glyphs, omniglot, store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

NAMES = ("glyphs", "omniglot")
"""The data sets that there are."""

SIDE = 28
"""Height and width of every picture."""

PARTS = ("train", "validation", "test")
_QUARTERS = 4


@dataclass(frozen=True)
class Characters:
    """Pictures in order of their classes. Several readers share the tensors: nobody writes."""

    pictures: Tensor
    """(pictures, 1, 28, 28), uint8, ink 255 on 0."""
    first: Tensor
    """(classes,), int64: the position of each class's first picture."""
    drawers: Tensor
    """(classes,), int64: how many pictures each class has, one after the other."""
    alphabet: Tensor
    """(classes,), int64: which of `alphabets` a class is of."""
    alphabets: tuple[str, ...]
    """Their names."""

    def __len__(self) -> int:
        """Return how many classes there are."""
        return len(self.first)


@dataclass(frozen=True)
class CharacterSet:
    """Characters to train on, to choose by, and to judge by."""

    name: str
    """What the data set is called; a minimal Omniglot is ``omniglot-minimal``."""
    train: Characters
    """What is trained on. Omniglot's rotations by 90 degrees count as classes of their own."""
    validation: Characters
    """What settings and checkpoints may be chosen by."""
    test: Characters
    """What figures are of, and nothing else is."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where a data set's files are, and what they seem to hold."""

    folder: Path
    """Its folder."""
    train: int
    """Characters to train and to validate on, without rotations."""
    test: int
    """Characters to test on."""


def look() -> Found | None:
    """Look for Omniglot without reading its pictures; None if it is nowhere.

    Raises:
        DataError: A place cannot be looked into, or an archive is seen to be wrong.
    """
    found = _place()
    return None if found is None else Found(found[0], *omniglot.count(*found))


def how_to_get() -> str:
    """Return how to get Omniglot."""
    return store.advice(omniglot.LAYOUTS[0])


def load(name: str, *, download: bool = False) -> CharacterSet:
    """Return a data set; the same one again where its files are the same.

    Args:
        name: One of `NAMES`. Of Omniglot the full set is preferred to the minimal ones.
        download: Whether it may be fetched, in full, if it is nowhere.

    Raises:
        UnknownNameError: There is no such data set.
        DataError: It is nowhere, cannot be fetched, or its files are not what they should be.
        RequestError: What fetches is not installed.
    """
    return downloads.awaited(loading(name, download=download))


def loading(name: str, *, download: bool = False) -> Generator[str, None, CharacterSet]:
    """Do what `load` does, where fetching may take minutes in which a run is to be steered.

    Yields:
        While it fetches, about twice a second, a line that tells how far it is, or an empty one.

    Returns:
        The data set.
    """
    if name not in NAMES:
        raise UnknownNameError("data set", name, NAMES)
    if name == "glyphs":
        return _glyphs()
    found = _place()
    if found is not None:
        return _omniglot(*found)
    full = omniglot.LAYOUTS[0]
    if not download:
        raise store.missing(full)
    folder = yield from downloads.fetch(full)
    return _omniglot(folder, full)


def _place() -> tuple[Path, store.Layout] | None:
    """Return where the best edition of Omniglot is, and which it is."""
    for layout in omniglot.LAYOUTS:
        folder = store.find(layout)
        if folder is not None:
            return folder, layout
    return None


@functools.cache
def _glyphs() -> CharacterSet:
    """Return the glyphs: each class's fonts one after the other, the ink amid 28x28 pixels."""
    import numpy as np

    margin = (SIDE - glyphs.INK) // 2
    around = ((0, 0), (margin, margin), (margin, margin))
    parts: dict[str, list[_Alphabet]] = {part: [] for part in PARTS}
    for one in glyphs.read():
        drawn = [np.pad(cells[cells.any((1, 2))], around) for cells in one.pictures]
        parts[one.part].append((one.name, drawn))
    return CharacterSet("glyphs", *(_gathered(parts[part]) for part in PARTS))


@functools.cache
def _omniglot(folder: Path, layout: store.Layout) -> CharacterSet:
    """Return Omniglot; in training a character turned by 90 degrees is another character."""
    import numpy as np

    parts: dict[str, list[_Alphabet]] = {part: [] for part in PARTS}
    for one in omniglot.read(folder, layout):
        turns = _QUARTERS if one.part == "train" else 1
        turned = [
            np.rot90(drawn, quarters, (1, 2)) for drawn in one.classes for quarters in range(turns)
        ]
        parts[one.part].append((one.name, turned))
    return CharacterSet(layout.name, *(_gathered(parts[part]) for part in PARTS))


_Alphabet = tuple[str, "Sequence[NDArray[np.uint8]]"]
"""A name, and each class's pictures (drawers, 28, 28)."""


def _gathered(alphabets: Iterable[_Alphabet]) -> Characters:
    """Return alphabets as one table."""
    import numpy as np
    import torch

    named = list(alphabets)
    classes = [drawn for _, found in named for drawn in found]
    drawers = torch.tensor([len(drawn) for drawn in classes])
    return Characters(
        pictures=torch.from_numpy(np.concatenate(classes)).unsqueeze(1),
        first=drawers.cumsum(0) - drawers,
        drawers=drawers,
        alphabet=torch.tensor([i for i, (_, found) in enumerate(named) for _ in found]),
        alphabets=tuple(name for name, _ in named),
    )
