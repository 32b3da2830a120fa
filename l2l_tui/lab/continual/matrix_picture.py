"""Accuracy matrices as pictures: a cell is an experience judged after another was learned.

Time goes down, experiences go to the right; the colour and the number are the accuracy in per
cent. What was not judged, because it was not yet learned, stays grey.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from l2l_tui.lab import heat_maps

CELL = 40
"""Pixels along a side of a cell."""
TITLE = 24
"""Pixels of the line above a matrix."""
GAP = 12
"""Pixels between matrices, and around them."""
_PAPER, _NOTHING = 1.0, 0.88


def picture(title: str, matrix: Tensor) -> Tensor:
    """Return one matrix as a picture (3, height, width) between 0 and 1.

    Args:
        title: What stands above it.
        matrix: (experiences, experiences) between 0 and 1; NaN where nothing was judged.
    """
    cells = _coloured(matrix)
    side = cells.shape[-1]
    sheet = torch.full((3, TITLE + side + GAP, side + 2 * GAP), _PAPER)
    sheet[:, TITLE : TITLE + side, GAP : GAP + side] = cells
    return _written(sheet, title, matrix)


def overview(matrices: Mapping[str, Tensor]) -> Tensor:
    """Return several matrices of one size side by side, each under its name."""
    return torch.cat([picture(title, matrix) for title, matrix in matrices.items()], 2)


def _coloured(matrix: Tensor) -> Tensor:
    """Return a cell for each number: (3, rows * CELL, columns * CELL)."""
    cells = heat_maps.coloured(matrix.nan_to_num(), CELL)
    unknown = matrix.isnan().repeat_interleave(CELL, 0).repeat_interleave(CELL, 1)
    return cells.masked_fill(unknown, _NOTHING)


def _written(sheet: Tensor, title: str, matrix: Tensor) -> Tensor:
    """Return the sheet with its title, and each cell's per cent in what can be read on it."""
    import numpy as np
    from PIL import Image, ImageDraw, ImageFont

    drawn = Image.fromarray(sheet.mul(255).byte().permute(1, 2, 0).contiguous().numpy())
    pen, font = ImageDraw.Draw(drawn), ImageFont.load_default()
    pen.text((GAP, TITLE // 2), title, fill="black", font=font, anchor="lm")
    for row, accuracies in enumerate(matrix.tolist()):
        for column, accuracy in enumerate(accuracies):
            if accuracy == accuracy:  # not NaN
                centre = (GAP + CELL * column + CELL // 2, TITLE + CELL * row + CELL // 2)
                ink = "black" if accuracy > 0.5 else "white"
                pen.text(centre, f"{100 * accuracy:.0f}", fill=ink, font=font, anchor="mm")
    return torch.from_numpy(np.array(drawn)).permute(2, 0, 1).float() / 255
