"""Coordinates of many parameters in a row, a stretch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Piece:
    """Some coordinates of one parameter within a stretch."""

    index: int
    """Which parameter."""
    cut: slice
    """Which of its coordinates."""
    within: slice
    """Where in the stretch."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Coordinates of several parameters that go through the LSTM at once."""

    whole: slice
    """Which of all parameters' coordinates in a row."""
    pieces: tuple[Piece, ...]
    """The same by parameter."""


def stretches(sizes: Iterable[int], longest: int) -> Iterator[Stretch]:
    """Cut the coordinates of parameters of some sizes, in a row, into equal stretches.

    The last may be shorter. Parameters are cut too.
    """
    done, pieces, filled = 0, [], 0
    for index, size in enumerate(sizes):
        begin = 0
        while begin < size:
            count = min(size - begin, longest - filled)
            cut, within = slice(begin, begin + count), slice(filled, filled + count)
            pieces.append(Piece(index, cut, within))
            begin, filled = begin + count, filled + count
            if filled == longest:
                yield Stretch(slice(done, done + filled), tuple(pieces))
                done, pieces, filled = done + filled, [], 0
    if pieces:
        yield Stretch(slice(done, done + filled), tuple(pieces))


def gathered(states: Sequence[Mapping[str, Tensor]], stretch: Stretch) -> dict[str, Tensor]:
    """Return a stretch's part of the states (..., coordinates) of all parameters, as copies."""
    return {
        name: torch.cat([states[at.index][name][..., at.cut] for at in stretch.pieces], -1)
        for name in states[0]
    }


def scatter(
    after: Mapping[str, Tensor], states: Sequence[Mapping[str, Tensor]], stretch: Stretch
) -> None:
    """Write a stretch's part back into the states."""
    for name, value in after.items():
        for at in stretch.pieces:
            states[at.index][name][..., at.cut] = value[..., at.within]
