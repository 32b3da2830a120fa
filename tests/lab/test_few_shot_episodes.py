"""Episodes: who is in them, from whom they come, and what jitter does."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from l2l_tui.errors import RequestError
from l2l_tui.lab.data import characters
from l2l_tui.lab.data.characters import Characters
from l2l_tui.lab.few_shot.episodes import Jitter, Sampler, Shape

SIDE = characters.SIDE


def numbered(drawers: list[int]) -> Characters:
    """Return classes whose every picture tells which it is: class in row 0, drawer in row 1."""
    count = torch.tensor(drawers)
    pictures = torch.zeros(sum(drawers), 1, SIDE, SIDE, dtype=torch.uint8)
    for position, (one, drawer) in enumerate(
        (one, drawer) for one, drawn in enumerate(drawers) for drawer in range(drawn)
    ):
        pictures[position, 0, 0], pictures[position, 0, 1] = one, drawer
    nothing = torch.zeros(len(drawers), dtype=torch.int64)
    return Characters(pictures, count.cumsum(0) - count, count, nothing, ("numbers",))


def told(pictures: Tensor) -> tuple[Tensor, Tensor]:
    """Return the classes and drawers that numbered pictures tell."""
    rows = pictures[..., 0, :2, 0].mul(255).round().long()
    return rows[..., 0], rows[..., 1]


@pytest.mark.parametrize("shape", [Shape(5, 1, 3), Shape(7, 3, 1), Shape(2, 2, 2)])
def test_support_and_query_are_different_pictures_of_the_same_classes(shape: Shape) -> None:
    """Whatever the shape, with classes of different sizes."""
    sampler = Sampler(numbered([4, 9, 5, 4, 20, 6, 7]), shape)
    drawn = sampler.draw(torch.Generator().manual_seed(0), 200)
    assert drawn.support.shape == (200, shape.n_way, shape.k_shot, 1, SIDE, SIDE)
    assert drawn.query.shape == (200, shape.n_way, shape.n_query, 1, SIDE, SIDE)
    classes, drawers = told(torch.cat((drawn.support, drawn.query), 2))
    assert torch.equal(classes, drawn.classes.unsqueeze(-1).expand_as(classes))
    for row in drawn.classes.tolist():
        assert len(set(row)) == shape.n_way
    for of_one in drawers.flatten(0, 1).tolist():
        assert len(set(of_one)) == shape.k_shot + shape.n_query
    assert torch.equal(drawn.labels()[3, :, 0], torch.arange(shape.n_way))


def test_every_class_and_every_drawer_is_drawn_equally_often() -> None:
    """Classes of few pictures as often as those of many."""
    drawers = [4, 12, 8]
    sampler = Sampler(numbered(drawers), Shape(1, 1, 1))
    drawn = sampler.draw(torch.Generator().manual_seed(1), 9000)
    classes, drawer = told(drawn.query)
    counts = classes.flatten().bincount().double() / 9000
    assert counts.tolist() == pytest.approx([1 / 3] * 3, abs=0.02)
    for one, size in enumerate(drawers):
        shares = drawer[classes == one].bincount(minlength=size).double()
        assert (shares / shares.sum()).tolist() == pytest.approx([1 / size] * size, abs=0.03)


def test_the_generator_decides_everything() -> None:
    """The same seed draws the same episodes, jitter and all, and the next draw is another."""
    sampler = Sampler(numbered([6] * 6), Shape(5, 1, 2), Jitter())
    source, again = (torch.Generator().manual_seed(3) for _ in range(2))
    first, second = sampler.draw(source, 4), sampler.draw(again, 4)
    assert torch.equal(first.query, second.query)
    assert torch.equal(first.classes, second.classes)
    assert not torch.equal(sampler.draw(source, 4).query, first.query)


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (Shape(4, 1, 1), "n_way = 4 is more than the 3 classes"),
        (Shape(2, 2, 3), "k_shot = 2 and n_query = 3 are more than the 4 pictures"),
    ],
)
def test_a_shape_that_classes_cannot_fill_is_refused(shape: Shape, said: str) -> None:
    """With what was asked for and what there is."""
    with pytest.raises(RequestError, match=said):
        Sampler(numbered([4, 5, 6]), shape)


def cross() -> Tensor:
    """Return a picture with a pixel to the right of the middle and a darker one below it."""
    picture = torch.zeros(1, 1, SIDE, SIDE)
    picture[0, 0, 13:15, 20:22] = 1.0
    picture[0, 0, 20:22, 13:15] = 0.5
    return picture


def centre(picture: Tensor, shade: float) -> tuple[float, float]:
    """Return where the ink of a shade is, from the middle: right and down, in pixels."""
    near = torch.where((picture[0, 0] - shade).abs() < 0.25, picture[0, 0], 0.0)
    place = torch.arange(SIDE) - (SIDE - 1) / 2
    ink = near.sum()
    return float((near.sum(0) * place).sum() / ink), float((near.sum(1) * place).sum() / ink)


def test_jitter_of_nothing_changes_nothing() -> None:
    """To rounding."""
    kept = Jitter(0, 0, 0, 0)(cross(), torch.Generator())
    assert torch.allclose(kept, cross(), atol=1e-5)


def test_jitter_stays_within_its_bounds_and_reaches_them() -> None:
    """Shifts in pixels, rotations in degrees, sizes as shares: each alone."""
    many = cross().expand(400, 1, SIDE, SIDE)
    found: dict[str, list[tuple[float, float]]] = {}
    for name, jitter in {
        "shift": Jitter(0, 0, 0, 1.5),
        "rotation": Jitter(10, 0, 0, 0),
        "scale": Jitter(0, 0.1, 0, 0),
    }.items():
        moved = jitter(many, torch.Generator().manual_seed(0))
        found[name] = [centre(picture.unsqueeze(0), 1.0) for picture in moved]
    across = [x - 7 for x, _ in found["shift"]]
    assert max(map(abs, across)) == pytest.approx(1.5, abs=0.15)
    assert abs(sum(across) / len(across)) < 0.15
    angles = [math.degrees(math.atan2(y, x)) for x, y in found["rotation"]]
    assert (min(angles), max(angles)) == pytest.approx((-10, 10), abs=1)
    sizes = [x / 7 for x, _ in found["scale"]]
    assert (min(sizes), max(sizes)) == pytest.approx((1 / 1.1, 1 / 0.9), abs=0.04)


def test_shear_slants_without_moving_the_horizontal() -> None:
    """What lies level with the middle stays; what lies below goes aside, 0.15 pixels a pixel."""
    many = cross().expand(200, 1, SIDE, SIDE)
    moved = Jitter(0, 0, 0.15, 0)(many, torch.Generator().manual_seed(0))
    level = [centre(picture.unsqueeze(0), 1.0) for picture in moved]
    assert all(x == pytest.approx(7, abs=0.2) for x, _ in level)
    mass = moved[:, 0, 17:].sum(1)
    place = torch.arange(SIDE) - (SIDE - 1) / 2
    aside = (mass * place).sum(1) / mass.sum(1)
    assert float(aside.abs().max()) == pytest.approx(0.15 * 7, abs=0.15)


def test_the_embedded_glyphs_fill_the_paper_s_episodes() -> None:
    """20 ways, 1 and 5 shots; the ink is between 0 and 1 after jitter too."""
    test = characters.load("glyphs").test
    for shape in (Shape(20, 1, 3), Shape(20, 5, 3)):
        drawn = Sampler(test, shape, Jitter()).draw(torch.Generator().manual_seed(0), 8)
        assert 0 <= float(drawn.query.min()) < float(drawn.query.max()) <= 1
        assert drawn.query.mean((-1, -2)).min() > 0.005
