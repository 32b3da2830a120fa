"""Episodes: N classes, K labelled pictures of each to learn from, others to be named.

    sampler = Sampler(characters, Shape(n_way=5, k_shot=1, n_query=5), Jitter())
    episodes = sampler.draw(generator, 32)

(arXiv:1606.04080, section 2.2.) Classes of an episode differ, and no picture is both in the
support and the query set. A batch of episodes is drawn at once, without a loop in Python.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from l2l_tui.errors import RequestError
from l2l_tui.lab.data.characters import Characters
from l2l_tui.language import tr

_ALL = slice(None)


@dataclass(frozen=True)
class Shape:
    """The size of an episode."""

    n_way: int
    """Classes."""
    k_shot: int
    """Labelled pictures of each."""
    n_query: int
    """Pictures of each that are to be named."""

    @property
    def name(self) -> str:
        """What figures of such episodes are called, ``5way_1shot``."""
        return f"{self.n_way}way_{self.k_shot}shot"


@dataclass(frozen=True)
class Episodes:
    """A batch of episodes. A picture's label is its class's place along the axis ``n_way``."""

    support: Tensor
    """(episodes, n_way, k_shot, 1, 28, 28), float32, ink 1 on 0."""
    query: Tensor
    """(episodes, n_way, n_query, 1, 28, 28)."""
    classes: Tensor
    """(episodes, n_way), int64: which class of the data set each is."""

    def __len__(self) -> int:
        """Return how many episodes there are."""
        return len(self.classes)

    def labels(self) -> Tensor:
        """Return the queries' labels (episodes, n_way, n_query), 0 to n_way - 1."""
        episodes, n_way, n_query = self.query.shape[:3]
        places = torch.arange(n_way, device=self.query.device)
        return places.view(1, n_way, 1).expand(episodes, n_way, n_query)


@dataclass(frozen=True)
class Jitter:
    """Small random affine maps, each picture its own; every quantity uniform around none.

    Without them a drawer's lines are where the next one's are: on the glyphs raw pixels would
    be nearly enough.
    """

    rotation_deg: float = 10.0
    """The largest rotation either way."""
    scale: float = 0.1
    """The largest change of size, a share of it."""
    shear: float = 0.15
    """The largest slant, in pixels a pixel."""
    shift_px: float = 1.5
    """The largest shift along each axis."""

    def __call__(self, pictures: Tensor, generator: torch.Generator) -> Tensor:
        """Return pictures (pictures, 1, height, width) moved; what comes in is 0."""
        return self.moved(pictures, self.draw(generator, len(pictures)))

    def draw(self, generator: torch.Generator, pictures: int) -> Tensor:
        """Draw what is done to so many pictures: (5, pictures), from -1 to 1."""
        return torch.rand(5, pictures, generator=generator).mul_(2).sub_(1)

    def moved(self, pictures: Tensor, drawn: Tensor) -> Tensor:
        """Return pictures (pictures, 1, height, width) moved as it was drawn."""
        size = pictures.shape
        maps = functional.affine_grid(self._maps(drawn, size[-1]), list(size), align_corners=False)
        return functional.grid_sample(pictures, maps, align_corners=False)

    def _maps(self, drawn: Tensor, side: int) -> Tensor:
        """Return where each picture's pixels come from: (pictures, 2, 3).

        A pixel at p is taken from scale * rotation @ slant @ p + shift, in coordinates that go
        from -1 to 1 over a side.
        """
        angle = drawn[0] * math.radians(self.rotation_deg)
        scale = 1 + drawn[1] * self.scale
        slant = drawn[2] * self.shear
        cos, sin = scale * angle.cos(), scale * angle.sin()
        shift = drawn[3:] * (2 * self.shift_px / side)
        rows = (cos, cos * slant - sin, shift[0], sin, sin * slant + cos, shift[1])
        return torch.stack(rows, 1).view(-1, 2, 3)


class Sampler:
    """Draws episodes of one shape.

    Args:
        characters: The classes.
        shape: The size of an episode.
        jitter: What is done to each picture; None leaves it as it was drawn.

    Raises:
        RequestError: There are too few classes, or a class has too few pictures.
    """

    def __init__(self, characters: Characters, shape: Shape, jitter: Jitter | None = None) -> None:
        _refuse(characters, shape)
        self.characters, self.shape, self._jitter = characters, shape, jitter
        most = int(characters.drawers.max())
        self._absent = torch.arange(most) >= characters.drawers.unsqueeze(1)

    def draw(self, generator: torch.Generator, episodes: int, which: slice = _ALL) -> Episodes:
        """Return a batch of episodes, or some of it; every draw comes from the generator.

        Args:
            generator: Is as far after it whichever are wanted.
            episodes: How many the batch has.
            which: The places of those that are wanted.
        """
        shape = self.shape
        classes = _first_of_each(
            torch.rand(episodes, len(self.characters), generator=generator), shape.n_way
        )
        chosen = self._pictures(classes, generator)
        pictures = self.characters.pictures[chosen[which].flatten()].float().div_(255)
        if self._jitter is not None:
            drawn = self._jitter.draw(generator, chosen.numel()).view(5, *chosen.shape)
            pictures = self._jitter.moved(pictures, drawn[:, which].flatten(1))
        shaped = pictures.view(-1, *chosen.shape[1:], *pictures.shape[1:])
        return Episodes(shaped[:, :, : shape.k_shot], shaped[:, :, shape.k_shot :], classes[which])

    def _pictures(self, classes: Tensor, generator: torch.Generator) -> Tensor:
        """Return positions of different pictures: (episodes, n_way, k_shot + n_query)."""
        absent = self._absent[classes]
        order = torch.rand(absent.shape, generator=generator).masked_fill_(absent, 2.0)
        drawn = _first_of_each(order, self.shape.k_shot + self.shape.n_query)
        return self.characters.first[classes].unsqueeze(-1) + drawn


def _first_of_each(order: Tensor, count: int) -> Tensor:
    """Return where the smallest `count` entries of each row are, the smallest first."""
    return order.topk(count, largest=False).indices


def _refuse(characters: Characters, shape: Shape) -> None:
    """Refuse a shape that the classes cannot fill.

    Raises:
        RequestError: They cannot.
    """
    if shape.n_way > len(characters):
        said = tr(
            "n_way = {n_way} is more than the {classes} classes that there are",
            n_way=shape.n_way,
            classes=len(characters),
        )
        raise RequestError(said)
    fewest = int(characters.drawers.min())
    if shape.k_shot + shape.n_query > fewest:
        said = tr(
            "k_shot = {k_shot} and n_query = {n_query} are more than the {drawers} pictures that "
            "some classes have",
            k_shot=shape.k_shot,
            n_query=shape.n_query,
            drawers=fewest,
        )
        raise RequestError(said)
