"""Streams of experiences: what is learned one after the other, and never seen again.

An experience is a part of a labelled data set, or all of it seen through pixels in an order of
its own. Which outputs of the network compete for an example is what tells the three scenarios
apart (van de Ven and Tolias, arXiv:1904.07734, section 2): with task identity given, those of
the example's own experience; in domain-incremental learning all, which every experience shares;
in class-incremental learning those of every class met so far.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor
from torch.nn import functional

from l2l_tui.lab.data.pictures import Pictures


@dataclass(frozen=True)
class Examples:
    """Examples to learn from, of one stream (axis batch) or of several (members, batch)."""

    x: Tensor
    """(..., batch, features), float32."""
    y: Tensor
    """(..., batch), int64: which output is right."""
    experience: Tensor
    """(..., batch), int64: which experience each comes from."""

    def __len__(self) -> int:
        """Return how many there are in each stream."""
        return self.y.shape[-1]


def stacked(parts: Sequence[Examples]) -> Examples:
    """Return equally many examples of several streams side by side: (members, batch, ...)."""
    return Examples(
        torch.stack([part.x for part in parts]),
        torch.stack([part.y for part in parts]),
        torch.stack([part.experience for part in parts]),
    )


def joined(one: Examples, other: Examples) -> Examples:
    """Return the examples of both, streams side by side, in one batch."""
    return Examples(
        torch.cat((one.x, other.x), -2),
        torch.cat((one.y, other.y), -1),
        torch.cat((one.experience, other.experience), -1),
    )


@dataclass(frozen=True)
class Part:
    """What is seen in each experience of one of a data set's parts, to fit or to judge by."""

    x: Tensor
    """(pictures, features), as the data set has them."""
    y: Tensor
    """(pictures,), the data set's classes."""
    rows: tuple[Tensor, ...]
    """For each experience, which pictures it has."""

    @cached_property
    def lengths(self) -> Tensor:
        """How many pictures each experience has: (experiences,)."""
        return torch.tensor([len(rows) for rows in self.rows])

    @cached_property
    def _joined(self) -> Tensor:
        return torch.cat(self.rows)

    def find(self, experience: Tensor, position: Tensor) -> Tensor:
        """Return which pictures (batch,) stand at some positions of some experiences."""
        starts = self.lengths.cumsum(0) - self.lengths
        return self._joined[starts[experience] + position]


@dataclass(frozen=True)
class Stream:
    """Experiences in their order. Pictures stay where they are and are looked up when drawn."""

    train: Part
    """What is learned."""
    test: Part
    """What it is judged by."""
    pixels: Tensor | None
    """(experiences, features), the order of an experience's pixels; None leaves them."""
    labels: Tensor
    """(experiences, classes): which output is a class's in an experience; -1 where it has none."""
    visible: Tensor
    """(experiences, experiences, outputs), bool: at [n, e], which outputs compete for an example
    of experience e once n is the newest."""

    @property
    def experiences(self) -> int:
        """How many there are."""
        return len(self.train.rows)

    @property
    def features(self) -> int:
        """How many numbers an example has."""
        return self.train.x.shape[1]

    @property
    def outputs(self) -> int:
        """How many outputs a network needs."""
        return self.visible.shape[-1]

    def draw(self, experience: Tensor, chance: Tensor) -> Examples:
        """Return one training example of each named experience.

        Args:
            experience: (batch,), int64.
            chance: (batch,), float64 from 0 to below 1: where in its experience each stands.
        """
        position = (chance * self.train.lengths[experience]).long()
        return self._seen(self.train, self.train.find(experience, position), experience)

    def learned_from(self, experience: int, positions: Tensor) -> Examples:
        """Return an experience's training examples at some positions (batch,)."""
        return self._of_one(self.train, experience, self.train.rows[experience][positions])

    def judged_by(self, experience: int) -> Examples:
        """Return all examples that an experience is judged by."""
        return self._of_one(self.test, experience, self.test.rows[experience])

    def _of_one(self, part: Part, experience: int, rows: Tensor) -> Examples:
        return self._seen(part, rows, torch.full_like(rows, experience))

    def _seen(self, part: Part, rows: Tensor, experience: Tensor) -> Examples:
        x = part.x[rows]
        if self.pixels is not None:
            x = x.gather(1, self.pixels[experience])
        return Examples(x, self.labels[experience, part.y[rows]], experience)


def enlarged(part: Pictures, side: int) -> Pictures:
    """Return pictures of at least so many pixels along a side, interpolated if they had fewer."""
    if part.x.shape[-1] >= side:
        return part
    return Pictures(functional.interpolate(part.x, (side, side), mode="bilinear"), part.y)


def permuted(train: Pictures, test: Pictures, experiences: int, draws: torch.Generator) -> Stream:
    """Return a stream whose experiences are all pictures with their pixels in another order.

    The first leaves them as they are (arXiv:1612.00796, section 2.1; the outputs are shared, as
    in domain-incremental learning).
    """
    fit, judge = _flat(train), _flat(test)
    features, classes = fit.shape[1], int(train.y.max()) + 1
    orders = [torch.arange(features)]
    orders += [torch.randperm(features, generator=draws) for _ in range(experiences - 1)]
    return Stream(
        Part(fit, train.y, (torch.arange(len(fit)),) * experiences),
        Part(judge, test.y, (torch.arange(len(judge)),) * experiences),
        torch.stack(orders),
        torch.arange(classes).expand(experiences, classes),
        torch.ones((experiences, experiences, classes), dtype=torch.bool),
    )


def split(
    train: Pictures, test: Pictures, experiences: int, scenario: str, draws: torch.Generator
) -> Stream:
    """Return a stream whose experiences have classes of their own, as many in each.

    Which classes come when is drawn. In domain-incremental learning the first class of every
    experience shares an output, and so on.

    Args:
        train: Pictures to fit.
        test: Pictures to judge by.
        experiences: How many; must divide the number of classes.
        scenario: ``task``, ``domain`` or ``class``: what is incremental.
        draws: Decides the order of classes.
    """
    classes = int(train.y.max()) + 1
    order = torch.randperm(classes, generator=draws).view(experiences, -1)
    each = order.shape[1]
    labels = torch.full((experiences, classes), -1)
    own = torch.arange(classes).view(experiences, each)
    units = torch.arange(each).expand(experiences, each) if scenario == "domain" else own
    labels.scatter_(1, order, units)
    outputs = each if scenario == "domain" else classes
    return Stream(
        Part(_flat(train), train.y, _of_classes(train.y, order)),
        Part(_flat(test), test.y, _of_classes(test.y, order)),
        None,
        labels,
        _visible(scenario, torch.zeros(experiences, outputs).scatter(1, units, 1.0).bool()),
    )


def _visible(scenario: str, own: Tensor) -> Tensor:
    """Return which outputs compete (see `Stream.visible`), from each experience's own."""
    experiences, outputs = own.shape
    if scenario == "task":
        seen = own.unsqueeze(0)
    elif scenario == "domain":
        seen = torch.ones((1, 1, outputs), dtype=torch.bool)
    else:
        seen = own.cumsum(0).bool().unsqueeze(1)
    return seen.expand(experiences, experiences, outputs)


def _flat(part: Pictures) -> Tensor:
    return part.x.flatten(1)


def _of_classes(y: Tensor, order: Tensor) -> tuple[Tensor, ...]:
    """Return, for each row of classes, the positions of their pictures."""
    return tuple(torch.isin(y, classes).nonzero().squeeze(1) for classes in order)
