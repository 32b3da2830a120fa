"""Everything there is, counted: cost functions, the ways they may change, what searches find.

Wolpert and Macready's theorems sum over all cost functions from a finite domain to a finite
range (theorem 1), and over all the ways in which such functions may change between visits
(theorem 2). On small sets the sums can be made: nothing here is sampled, and counts are
64-bit integers from beginning to end. A function's number is its values read as digits, the
leftmost point's first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

import torch
from torch import Tensor


def every_function(domain: int, values: int) -> Tensor:
    """Return every cost function from so many points to the costs 0 to `values` - 1.

    Returns:
        (functions, points), the functions in the order of their numbers.
    """
    places = values ** torch.arange(domain - 1, -1, -1)
    return torch.arange(values**domain).unsqueeze(1) // places % values


def unimodal(tables: Tensor) -> Tensor:
    """Return which functions never fall again once they have risen: (functions,).

    Args:
        tables: (functions, points).
    """
    slopes = tables.diff(dim=1)
    risen = (slopes > 0).cumsum(1) > 0
    return ~(risen[:, :-1] & (slopes[:, 1:] < 0)).any(1)


def histogram(costs: Tensor, values: int, weights: Tensor | None = None) -> Tensor:
    """Count how often each sequence of costs was found.

    Args:
        costs: (rows, visits).
        values: How many costs there are.
        weights: How often each row counts: (rows,); once if nothing is said.

    Returns:
        (values ** visits,), the sequences in the order of functions of the visit.
    """
    code = costs.new_zeros(len(costs))
    for found in costs.T:
        code = code * values + found
    counts = torch.zeros(values ** costs.shape[1], dtype=torch.int64)
    # Not `bincount`: with weights it counts in floating point.
    return counts.index_add_(0, code, torch.ones_like(code) if weights is None else weights)


def cells_differing(histograms: Sequence[Tensor]) -> int:
    """Return in how many cells two histograms differ, summed over all pairs."""
    return sum(int((one != other).sum()) for one, other in combinations(histograms, 2))


def bijections(functions: int) -> Tensor:
    """Return every bijection of the numbers below `functions`: (functions!, functions)."""
    return torch.tensor(list(permutations(range(functions))), dtype=torch.int64)


@dataclass(frozen=True)
class Histories:
    """How a cost function may change from visit to visit, and in how many ways."""

    functions: Tensor
    """The number of the function met at each visit: (histories, visits)."""
    weights: Tensor
    """By how many choices of bijections each comes about: (histories,)."""

    def tables(self, every: Tensor) -> Tensor:
        """Return what `search` takes: (visits, histories, points).

        Args:
            every: All functions: (functions, points).
        """
        return every[self.functions].transpose(0, 1)

    def counts(self, costs: Tensor, values: int) -> Tensor:
        """Count sequences of costs (histories, visits) for each first function by itself.

        Returns:
            (functions, values ** visits).
        """
        first = self.functions[:, 0]
        return torch.stack(
            [
                histogram(costs[first == number], values, self.weights[first == number])
                for number in range(int(first.max()) + 1)
            ]
        )


def of_many_maps(maps: Tensor, visits: int) -> Histories:
    """Return all histories where any bijection may stand between any two visits.

    This is theorem 2's sum over T, a bijection of functions for each visit. A history counts
    as often as there are bijections that take each of its functions to the next, and these
    are counted from the bijections, all of which are given.

    Args:
        maps: Every bijection: (bijections, functions).
        visits: How many functions are met.
    """
    functions = maps.shape[1]
    leading = torch.stack([column.bincount(minlength=functions) for column in maps.T])
    histories = _all_histories(functions, visits)
    weights = torch.ones(len(histories), dtype=torch.int64)
    for before, after in zip(histories.T, histories.T[1:], strict=False):
        weights = weights * leading[before, after]
    return Histories(histories, weights)


def of_one_map(maps: Tensor, visits: int) -> Histories:
    """Return all histories where one and the same bijection stands between all visits.

    Args:
        maps: Every bijection: (bijections, functions).
        visits: How many functions are met.
    """
    functions = maps.shape[1]
    first = torch.arange(functions).repeat(len(maps))
    met = [first]
    for _ in range(visits - 1):
        met.append(maps.gather(1, met[-1].view(len(maps), functions)).flatten())
    weights = histogram(torch.stack(met, 1), functions)
    return Histories(_all_histories(functions, visits), weights)


def of_the_shift(every: Tensor, values: int, visits: int) -> Histories:
    """Return the histories where every function moves one point to the right between visits.

    Args:
        every: All functions: (functions, points).
        values: How many costs there are.
        visits: How many functions are met.
    """
    places = values ** torch.arange(every.shape[1] - 1, -1, -1)
    met = [(every.roll(visit, 1) * places).sum(1) for visit in range(visits)]
    return Histories(torch.stack(met, 1), torch.ones(len(every), dtype=torch.int64))


def _all_histories(functions: int, visits: int) -> Tensor:
    return every_function(visits, functions)
