"""Where all pictures of a run of neural art come from: made, CIFAR-10's, or a person's own."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from l2l_tui.lab import textures
from l2l_tui.lab.data import picture_file, pictures
from l2l_tui.lab.feature_network import Examples
from l2l_tui.lab.randomness import generator
from l2l_tui.lab.textures import Contents, Led, Photographs, Scenes, resized

_TEXTURES = 1800, 360
"""Made pictures that the network learns from, and held-out ones."""


class Sources:
    """The pictures of one run.

    Args:
        resolution: Pixels along a side of what is trained on.
        data: ``made`` or ``cifar10``.
        given: Paths of a person's pictures, as ``content`` and ``style``.
        seed: Decides all that is made.
        download: Whether CIFAR-10 may be fetched.

    Attributes:
        train: What the feature network learns from.
        test: Held-out pictures of the same kinds.
        digest: Stands for the person's pictures.

    Raises:
        DataError: CIFAR-10 or a person's picture is missing or not what it should be.
    """

    def __init__(
        self,
        resolution: int,
        data: str,
        given: Mapping[str, str],
        seed: int,
        *,
        download: bool = False,
    ) -> None:
        self._resolution, self._data, self._seed = resolution, data, seed
        self._given = {
            name: picture_file.read(path, 2 * resolution) for name, path in given.items()
        }
        self.digest = " ".join(map(picture_file.digest, given.values()))
        self.train, self.test = self._cifar10(download) if data == "cifar10" else self._made()

    def _made(self) -> tuple[Examples, Examples]:
        train, test = (
            Examples(*textures.labelled(count, self._resolution, generator(self._seed, purpose)))
            for count, purpose in zip(_TEXTURES, ("textures", "held-out textures"), strict=True)
        )
        return train, test

    def _cifar10(self, download: bool) -> tuple[Examples, Examples]:
        data = pictures.load("cifar10", download=download)
        train, test = (
            Examples(resized(part.x, self._resolution), part.y) for part in (data.train, data.test)
        )
        return train, test

    @property
    def classes(self) -> int:
        """How many kinds of pictures the network tells apart."""
        return int(self.train.y.max()) + 1

    def contents(self, *, held_out: bool) -> Contents:
        """Return where contents come from; the first held out is the one that was given."""
        part = self.test if held_out else self.train
        drawn: Contents = Photographs(part.x) if self._data == "cifar10" else Scenes()
        first = self._given.get("content")
        return Led(first, drawn) if held_out and first is not None else drawn

    def style(self, kind: str, size: int, *, given: bool = False) -> Tensor:
        """Return a style (3, size, size): a texture of a kind.

        Args:
            kind: One of `textures.KINDS`.
            size: Pixels along a side.
            given: Whether a person's style takes its place where there is one.
        """
        own = self._given.get("style") if given else None
        if own is not None:
            return resized(own.unsqueeze(0), size)[0]
        return textures.style(kind, generator(self._seed, "style", kind)).render(size)[0]
