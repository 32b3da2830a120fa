"""Matrices as pictures."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

_CELL = 24
"""Pixels along a side of a cell."""
_GAP = 12
"""Pixels between two matrices."""
_COLOURS = torch.tensor(
    [[0.05, 0.03, 0.20], [0.45, 0.10, 0.45], [0.90, 0.35, 0.25], [0.99, 0.85, 0.45], [1, 1, 0.95]]
)
"""From the lowest value to the highest, darker to lighter throughout."""


def coloured(matrix: Tensor, cell: int = _CELL) -> Tensor:
    """Return a matrix (rows, columns) between 0 and 1 as a picture (3, height, width).

    Args:
        matrix: What lies outside is drawn as 0 or 1.
        cell: Pixels along a side of a cell.
    """
    place = matrix.float().clamp(0, 1) * (len(_COLOURS) - 1)
    lower = place.floor().clamp(max=len(_COLOURS) - 2).long()
    share = (place - lower).unsqueeze(-1)
    mixed = _COLOURS[lower] * (1 - share) + _COLOURS[lower + 1] * share  # (rows, columns, 3)
    picture = mixed.permute(2, 0, 1).unsqueeze(0)
    return functional.interpolate(picture, scale_factor=cell, mode="nearest")[0]


def side_by_side(pictures: Sequence[Tensor], columns: int) -> Tensor:
    """Return pictures (3, height, width) of one size in rows, black between them."""
    height, width = pictures[0].shape[1:]
    rows = -(-len(pictures) // columns)
    sheet = torch.zeros(3, rows * (height + _GAP) - _GAP, columns * (width + _GAP) - _GAP)
    for index, picture in enumerate(pictures):
        row, column = divmod(index, columns)
        top, left = row * (height + _GAP), column * (width + _GAP)
        sheet[:, top : top + height, left : left + width] = picture
    return sheet
