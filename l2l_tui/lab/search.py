"""Search on a finite line of points: algorithms that look at costs one point at a time.

The setting of Wolpert and Macready, "No Free Lunch Theorems for Optimization", section II:
an algorithm sees the points that it has visited and the costs found there, nothing else, and
names the next point; all here are deterministic. Rows are searches made side by side, each on
a cost function of its own, so that every function there is may be searched at once. Points
and costs are integers, and so is everything that is made of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

Preference = Callable[[Tensor, Tensor, int], Tensor]
"""From the points visited and the costs found there, both (rows, visits), and the number of
points, what each point is worth: (rows, points), the lowest next; of equals the leftmost."""


@dataclass(frozen=True)
class Algorithm:
    """A deterministic search algorithm."""

    first: Callable[[int], int]
    """The first point to visit, from the number of points."""
    prefer: Preference
    """Which point it would visit next."""
    repeats: bool = False
    """Whether it may visit a point again; one that may not takes the best that is left."""

    def next(self, points: Tensor, costs: Tensor, domain: int) -> Tensor:
        """Return the point that each row visits next: (rows,)."""
        if points.shape[1] == 0:
            return points.new_full((len(points),), self.first(domain))
        # No two points are worth the same: which of equals `argmin` takes is not promised.
        worth = self.prefer(points, costs, domain) * domain + torch.arange(domain)
        if not self.repeats:
            worth = worth.scatter(1, points, torch.iinfo(torch.int64).max)
        return worth.argmin(1)


def search(algorithm: Algorithm, tables: Tensor) -> tuple[Tensor, Tensor]:
    """Visit as many points as there are tables.

    Args:
        algorithm: Names the points.
        tables: The cost of every point at each visit: (visits, rows, points).

    Returns:
        The points and the costs found at them when they were visited, both (rows, visits).
    """
    points = costs = tables.new_empty((tables.shape[1], 0))
    for table in tables:
        point = algorithm.next(points, costs, table.shape[1]).unsqueeze(1)
        points = torch.cat((points, point), 1)
        costs = torch.cat((costs, table.gather(1, point)), 1)
    return points, costs


def _in_order(points: Tensor, costs: Tensor, domain: int) -> Tensor:
    del costs
    return torch.arange(domain).expand(len(points), domain)


def _backwards(points: Tensor, costs: Tensor, domain: int) -> Tensor:
    return -_in_order(points, costs, domain)


def _spreading(points: Tensor, costs: Tensor, domain: int) -> Tensor:
    """Prefer what is far from everything seen."""
    del costs
    return -_distance(points.unsqueeze(2), domain).amin(1)


def _descent(points: Tensor, costs: Tensor, domain: int) -> Tensor:
    """Prefer what is near the lowest cost seen."""
    return _distance(points.gather(1, _first_lowest(costs)), domain)


def _ascent(points: Tensor, costs: Tensor, domain: int) -> Tensor:
    """Prefer what is near the highest cost seen."""
    return _descent(points, -costs, domain)


def _turning(points: Tensor, costs: Tensor, domain: int) -> Tensor:
    """Prefer a step on in the last direction, or a step back where the cost rose."""
    if points.shape[1] == 1:
        return _distance(points + 1, domain)
    went = (points[:, -1:] - points[:, -2:-1]).sign()
    rose = costs[:, -1:] > costs[:, -2:-1]
    return _distance(points[:, -1:] + torch.where(rose, -went, went), domain)


def scrambled(key: int) -> Algorithm:
    """Return a rule without sense: every history seen sends it elsewhere, as the key says."""

    def prefer(points: Tensor, costs: Tensor, domain: int) -> Tensor:
        history = torch.full((len(points),), key % _PRIME)
        for point, cost in zip(points.T, costs.T, strict=True):
            history = _mix(history + 31 * point + 1009 * cost + 1)
        return _mix(history.unsqueeze(1) + 65537 * (1 + torch.arange(domain)))

    return Algorithm(lambda domain: key % domain, prefer)


_PRIME = 2_147_483_647


def _mix(number: Tensor) -> Tensor:
    """Return another number below the prime, whose bits depend on all of the first's."""
    number = (number * 48_271) % _PRIME
    number = (number ^ (number >> 15)) % _PRIME
    return (number * 69_621) % _PRIME


def _distance(points: Tensor, domain: int) -> Tensor:
    """Return how far every point of the line is from some: (..., 1) gives (..., points)."""
    return (torch.arange(domain) - points).abs()


def _first_lowest(costs: Tensor) -> Tensor:
    """Return the visit that found the lowest cost first: (rows, 1)."""
    visits = costs.shape[1]
    return (costs * visits + torch.arange(visits)).argmin(1, keepdim=True)


def _left(domain: int) -> int:
    del domain
    return 0


def _middle(domain: int) -> int:
    return domain // 2


def _right(domain: int) -> int:
    return domain - 1


NON_REPEATING: Mapping[str, Algorithm] = {
    "in-order": Algorithm(_left, _in_order),
    "backwards": Algorithm(_right, _backwards),
    "spreading": Algorithm(_left, _spreading),
    "descent": Algorithm(_middle, _descent),
    "ascent": Algorithm(_middle, _ascent),
    "turning": Algorithm(_middle, _turning),
}
"""Algorithms that never visit a point again; `scrambled` makes as many more as there are keys."""

FORGETFUL = Algorithm(_middle, _turning, repeats=True)
"""``turning`` without a memory of where it was: it steps back onto the point it came from."""
