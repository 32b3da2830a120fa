"""Pictures that nobody took."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from l2l_tui.lab.randomness import generator
from l2l_tui.lab.textures import (
    CLASSES,
    KINDS,
    Led,
    Photographs,
    Scenes,
    Textures,
    labelled,
    resized,
    style,
)


@pytest.mark.parametrize("kind", KINDS)
def test_a_texture_is_made_of_its_two_colours(kind: str) -> None:
    """Every pixel lies between them, and a good part of each is there."""
    drawn = Textures.draw((kind,), (3.0, 3.0), generator(0, kind))
    mask, picture = drawn.mask(24)[0], drawn.render(24)[0]
    assert 0 <= float(mask.min()) < 0.3 < 0.7 < float(mask.max()) <= 1
    first, second = drawn.colours[0]
    torch.testing.assert_close(picture[:, 5, 7], first + mask[5, 7] * (second - first))


def test_stripes_have_the_periods_that_were_drawn() -> None:
    """Four periods along a side at angle 0: four times from one colour to the other and back."""
    drawn = Textures.draw(("stripes",), (4.0, 4.0), generator(0))
    drawn.angle.zero_()
    drawn.phase.fill_(0.05)
    row = drawn.mask(64)[0, 10] > 0.5
    assert int((row[1:] != row[:-1]).sum()) in {7, 8}


def test_a_picture_is_the_same_at_any_size() -> None:
    """Twice the resolution, averaged in squares of four pixels, is the one drawn small."""
    drawn = Textures.draw(KINDS, (2.0, 3.0), generator(1))
    small, large = drawn.mask(32), drawn.mask(64)
    averaged = functional.avg_pool2d(large.unsqueeze(1), 2).squeeze(1)
    assert float((averaged - small).abs().mean()) < 0.03


def test_labelled_textures_are_drawn_from_the_generator_alone() -> None:
    """The same again from the same; every class is there as often as any other."""
    (x, y), (again, y_again) = labelled(72, 8, generator(3)), labelled(72, 8, generator(3))
    assert torch.equal(x, again)
    assert torch.equal(y, y_again)
    assert not torch.equal(x, labelled(72, 8, generator(4))[0])
    assert torch.bincount(y).tolist() == [72 // CLASSES] * CLASSES
    assert x.shape == (72, 3, 8, 8)
    assert 0 <= float(x.min()) <= float(x.max()) <= 1


def test_scenes_differ_and_stay_within_black_and_white() -> None:
    """As many as asked for, of the size asked for."""
    scenes = Scenes()(5, 12, generator(0))
    assert scenes.shape == (5, 3, 12, 12)
    assert 0 <= float(scenes.min()) <= float(scenes.max()) <= 1
    assert float((scenes[0] - scenes[1]).abs().mean()) > 0.02


def test_photographs_are_drawn_from_those_there_are() -> None:
    """At their own size unchanged; at another one resized."""
    pictures = torch.rand((3, 3, 8, 8), generator=generator(0))
    drawn = Photographs(pictures)(6, 8, generator(1))
    assert all(any(torch.equal(one, each) for each in pictures) for one in drawn)
    assert Photographs(pictures)(2, 16, generator(1)).shape == (2, 3, 16, 16)


def test_a_given_picture_comes_first_and_the_rest_stays() -> None:
    """Only the first content is replaced."""
    given = torch.rand((3, 20, 20), generator=generator(0))
    led, plain = Led(given, Scenes())(4, 10, generator(2)), Scenes()(4, 10, generator(2))
    assert torch.equal(led[0], resized(given.unsqueeze(0), 10)[0])
    assert torch.equal(led[1:], plain[1:])


@pytest.mark.parametrize("seed", range(6))
def test_a_styles_colours_are_far_apart(seed: int) -> None:
    """Otherwise there would be nothing to transfer."""
    first, second = style("rings", generator(seed)).colours[0]
    assert float((first - second).norm()) >= 0.8
