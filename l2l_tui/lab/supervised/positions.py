"""What a Vision Transformer's learned positions know of the grid that patches lie on."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from l2l_tui.lab.heat_maps import coloured, side_by_side

_CELL = 8
"""Pixels along a side of a patch in the picture."""


def similarities(positions: Tensor) -> Tensor:
    """Return cosines between positions (patches, width): (patches, patches)."""
    unit = functional.normalize(positions, dim=-1)
    return unit @ unit.t()


def distances(grid: int) -> Tensor:
    """Return how far patches are from each other on a grid: (grid^2, grid^2), in patches."""
    rows, columns = torch.meshgrid(torch.arange(grid), torch.arange(grid), indexing="ij")
    places = torch.stack((rows.flatten(), columns.flatten()), -1).float()
    return torch.cdist(places, places, compute_mode="donot_use_mm_for_euclid_dist")


def distance_correlation(positions: Tensor) -> float:
    """Return the correlation (Pearson's) of similarity and distance over pairs of patches.

    -1 where positions are the less alike the farther apart patches are, about 0 where they know
    nothing of the grid, as when they are drawn at random.

    Args:
        positions: (grid^2, width), row by row.
    """
    grid = round(len(positions) ** 0.5)
    pairs = torch.triu_indices(len(positions), len(positions), offset=1)
    both = torch.stack(
        [of[pairs[0], pairs[1]] for of in (similarities(positions), distances(grid))]
    )
    return float(torch.corrcoef(both.double())[0, 1])


def neighbours_found(positions: Tensor) -> float:
    """Return the share of patches whose most similar other patch touches them, a corner counts.

    Args:
        positions: (grid^2, width), row by row.
    """
    alike = similarities(positions).fill_diagonal_(-2)
    nearest = alike.argmax(1, keepdim=True)
    apart = distances(round(len(positions) ** 0.5)).gather(1, nearest)
    return float(apart.lt(1.5).float().mean())  # a corner is sqrt(2) away, the next patch 2


def neighbours_by_chance(grid: int) -> float:
    """Return what `neighbours_found` is on average where any other patch is as likely."""
    touching = distances(grid).lt(1.5).float().sum(1) - 1  # it touches itself
    return float((touching / (grid**2 - 1)).mean())


def pictured(positions: Tensor) -> Tensor:
    """Return the picture of Figure 7, centre: (3, height, width).

    A grid of maps, one for each patch at its place: how similar its position is to all others',
    the least similar pair of all dark and equal ones bright.

    Args:
        positions: (grid^2, width), row by row.
    """
    alike, grid = similarities(positions), round(len(positions) ** 0.5)
    lowest = alike.min()
    scaled = (alike - lowest) / (1 - lowest)
    return side_by_side([coloured(each.view(grid, grid), _CELL) for each in scaled], grid)
