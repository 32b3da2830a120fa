"""Positions on a grid, attention to symbols, and matrices as pictures."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from l2l_tui.lab.heat_maps import coloured, side_by_side
from l2l_tui.lab.models.building import build, width_for
from l2l_tui.lab.models.transformer import Transformer, TransformerSettings
from l2l_tui.lab.supervised.looking import Looks
from l2l_tui.lab.supervised.positions import (
    distance_correlation,
    distances,
    neighbours_by_chance,
    neighbours_found,
    pictured,
    similarities,
)
from l2l_tui.lab.supervised.sequences import TASKS, vocabulary


def bumps(grid: int) -> Tensor:
    """Return positions that are the more alike the nearer they are: (grid^2, grid^2)."""
    return torch.exp(-distances(grid).square() / 4)


def test_distances_are_pythagorass() -> None:
    """Row by row: from the first patch of four a row down and two columns right."""
    assert float(distances(4)[0, 4 + 2]) == pytest.approx(5**0.5)
    assert torch.equal(distances(4), distances(4).t())


def test_positions_that_know_the_grid_are_told_from_random_ones() -> None:
    """Of these nearly all similar ones touch, of random ones as many as by chance."""
    assert neighbours_found(bumps(5)) == 1
    assert distance_correlation(bumps(5)) < -0.7
    random = torch.randn((20, 25, 30), generator=torch.Generator().manual_seed(0))
    found = [neighbours_found(each) for each in random]
    assert sum(found) / 20 == pytest.approx(neighbours_by_chance(5), abs=0.05)
    correlations = [distance_correlation(each) for each in random]
    assert sum(correlations) / 20 == pytest.approx(0, abs=0.05)


def test_chance_counts_neighbours() -> None:
    """Of 3 x 3 patches corners touch 3, edges 5, the middle 8 of 8 others."""
    assert neighbours_by_chance(3) == pytest.approx((4 * 3 + 4 * 5 + 8) / 9 / 8)


def test_similarities_are_cosines() -> None:
    """1 with itself, and no matter how long."""
    alike = similarities(torch.tensor([[1.0, 0.0], [0.0, 2.0], [3.0, 3.0]]))
    torch.testing.assert_close(alike.diagonal(), torch.ones(3))
    assert float(alike[0, 1]) == 0
    assert float(alike[0, 2]) == pytest.approx(0.5**0.5)


def test_a_map_is_brighter_where_there_is_more() -> None:
    """Each cell is a square of one colour; what lies outside 0 and 1 is cut."""
    picture = coloured(torch.tensor([[0.0, 0.25, 0.6], [1.0, 2.0, -1.0]]), cell=3)
    assert picture.shape == (3, 6, 9)
    assert 0 <= float(picture.min()) <= float(picture.max()) <= 1
    bright = picture.mean(0)[::3, ::3]
    assert bright[0, 0] < bright[0, 1] < bright[0, 2] < bright[1, 0]
    assert bright[1].tolist() == pytest.approx([bright[1, 0], bright[1, 0], bright[0, 0]])
    assert torch.equal(picture[:, :3, :3], picture[:, :1, :1].expand(3, 3, 3))


def test_pictures_stand_in_rows_with_gaps() -> None:
    """Three in two columns leave one place black."""
    sheet = side_by_side([torch.ones(3, 2, 4)] * 3, 2)
    assert sheet.shape == (3, 2 + 12 + 2, 4 + 12 + 4)
    assert float(sheet.sum()) == 3 * 3 * 2 * 4
    assert not sheet[:, 14:, 16:].any()
    assert pictured(bumps(3)).shape == (3, 3 * 24 + 2 * 12, 3 * 24 + 2 * 12)


class Pointing(Transformer):
    """Looks at the source symbol at the place of the one it writes, with its second head."""

    def looks(self, source: Tensor, target: Tensor) -> Tensor:
        """Return attention of two heads, the first of which spreads it evenly."""
        examples, length = source.shape
        weights = torch.full((examples, 2, target.shape[1], length), 1 / length)
        weights[:, 1] = torch.eye(length).roll(1, 1)
        return weights


def test_attention_on_equal_symbols_is_counted() -> None:
    """All of it in copying; elsewhere about what chance has."""
    sizes = TransformerSettings(vocabulary(12), 8, 1, 2, 8)
    model = build(lambda: Pointing(sizes), torch.Generator().manual_seed(0))
    looks = Looks(model, 9, 12, 200, 3)
    found = looks.aligned()
    assert found["aligned_copy"] == 1
    for task in ("copy", "reverse", "sort"):
        assert found[f"by_chance_{task}"] == pytest.approx((1 + 8 / 12) / 10, abs=0.02)
    assert found["aligned_reverse"] == pytest.approx(1 / 9 + 8 / 9 / 12, abs=0.03)
    assert set(looks.pictures()) == {f"attention-{task}" for task in TASKS}


@pytest.mark.parametrize(("wanted", "width"), [(100, 10), (90, 9), (91, 10), (1, 1), (3, 2)])
def test_the_nearest_width_is_found(wanted: int, width: int) -> None:
    """By number of parameters, above or below."""
    assert width_for(lambda width: width * width, wanted) == width
