"""No free lunch, counted out; and a learned optimizer's lunch, on its class and off it.

Wolpert and Macready, "No Free Lunch Theorems for Optimization" (1997). Theorem 1: summed over
all cost functions, any two search algorithms that visit no point twice find each sequence of
costs equally often. Theorem 2: so they do from any one function, summed over all the ways in
which it may change between visits, whether a cost counts as it was when its point was visited
or as it is at the last visit. Here the sums are made, on sets so small that they can be.

The first cost of all is found before anything changed: from a given function it depends on
the first point alone, so where costs count as they were, those from the second on are
compared.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from l2l_tui.lab import counting
from l2l_tui.lab.comparison import Comparison
from l2l_tui.lab.counting import Histories, cells_differing, histogram
from l2l_tui.lab.measurement import Measurement, Outcome, Progress
from l2l_tui.lab.randomness import generator
from l2l_tui.lab.search import FORGETFUL, NON_REPEATING, Algorithm, scrambled, search

LIKE_FORGETFUL = "turning"
"""What differs from `FORGETFUL` in nothing but that it knows where it has been."""


@dataclass(frozen=True)
class Sizes:
    """How large the sets are on which everything is counted."""

    domain: int
    """Points of functions that stay as they are."""
    costs: int
    """How many costs they may have: 0 to one less."""
    visits: int
    """Points that a search visits."""
    changing_domain: int
    """Points of functions that change, all of which are visited."""
    changing_costs: int
    """How many costs they may have."""


Counts = dict[str, float]
"""Figures of one meta-seed; those that count are whole numbers."""


def algorithms(key: int) -> dict[str, Algorithm]:
    """Return all that never visit a point again; the key decides the scrambled one."""
    return {**NON_REPEATING, "scrambled": scrambled(key)}


def count_fixed(sizes: Sizes, rivals: Mapping[str, Algorithm]) -> tuple[Counts, list[Measurement]]:
    """Search every function, and compare what was found on all, on a class and on the rest.

    The class is the unimodal functions, which fall and then rise along the line.

    Returns:
        Figures, and as measurements how often each cost was the lowest on all functions
        (``histogram/NAME``) and the mean of the lowest so far on the class (``class/NAME``).
    """
    every = counting.every_function(sizes.domain, sizes.costs)
    tables = every.expand(sizes.visits, *every.shape)
    found = {name: search(rival, tables)[1] for name, rival in rivals.items()}
    forgetful = search(FORGETFUL, tables)[1]
    counted = {name: histogram(costs, sizes.costs) for name, costs in found.items()}
    within = counting.unimodal(every)
    figures: Counts = {
        "functions": len(every),
        "pairs": len(found) * (len(found) - 1) // 2,
        "cells": sizes.costs**sizes.visits,
        "cells_differing": cells_differing(list(counted.values())),
        "repeating_cells_differing": cells_differing(
            [counted[LIKE_FORGETFUL], histogram(forgetful, sizes.costs)]
        ),
        "class_functions": int(within.sum()),
        "class_cells_differing": cells_differing(
            [histogram(costs[within], sizes.costs) for costs in found.values()]
        ),
    }
    lowest = {name: costs.cummin(1).values for name, costs in found.items()}
    for part, rows in (("class", within), ("rest", ~within)):
        figures |= _compared(part, {name: best[rows] for name, best in lowest.items()})
    lowest["forgetful"] = forgetful.cummin(1).values
    measured = [
        *_counts_of_lowest({name: best[:, -1] for name, best in lowest.items()}, sizes.costs),
        *_means_on_the_way({name: best[within] for name, best in lowest.items()}),
    ]
    return figures, measured


def _compared(part: str, lowest: Mapping[str, Tensor]) -> Counts:
    """Return the mean lowest cost of each, and how much higher descent's is than the others'."""
    means = {name: _mean(best[:, -1]) for name, best in lowest.items()}
    rivals = min(mean for name, mean in means.items() if name != "descent")
    figures = {f"{part}_best_{name}": mean for name, mean in means.items()}
    return {**figures, f"{part}_difference": means["descent"] - rivals}


def _mean(numbers: Tensor) -> float:
    """Return the mean of integers, rounded once."""
    return int(numbers.sum()) / len(numbers)


def _counts_of_lowest(lowest: Mapping[str, Tensor], values: int) -> list[Measurement]:
    return [
        Measurement(f"histogram/{name}", cost, float(count))
        for name, best in lowest.items()
        for cost, count in enumerate(best.bincount(minlength=values).tolist())
    ]


def _means_on_the_way(lowest: Mapping[str, Tensor]) -> list[Measurement]:
    return [
        Measurement(f"class/{name}", visit, _mean(best))
        for name, bests in lowest.items()
        for visit, best in enumerate(bests.T, start=1)
    ]


def count_changing(sizes: Sizes, rivals: Mapping[str, Algorithm]) -> Counts:
    """Search from every function through every way in which it may change, and compare.

    Returns:
        Figures. ``time_`` stands before those of theorem 2's sum, one bijection for each
        visit; ``time_one_map_`` and ``time_shift_`` before those of other sums.
    """
    every = counting.every_function(sizes.changing_domain, sizes.changing_costs)
    visits, values = sizes.changing_domain, sizes.changing_costs
    maps = counting.bijections(len(every))
    many = _Changing(every, values, counting.of_many_maps(maps, visits))
    one = _Changing(every, values, counting.of_one_map(maps, visits))
    shift = _Changing(every, values, counting.of_the_shift(every, values, visits))
    all_rivals, memory = list(rivals.values()), [rivals[LIKE_FORGETFUL], FORGETFUL]
    return {
        "time_functions": len(every),
        "time_bijections": len(maps),
        "time_cells": len(every) * values ** (visits - 1),
        "time_present_cells": len(every) * values**visits,
        "time_cells_differing": many.differing(all_rivals),
        "time_present_cells_differing": many.differing(all_rivals, present=True),
        "time_repeating_cells_differing": many.differing(memory),
        "time_repeating_present_cells_differing": many.differing(memory, present=True),
        "time_one_map_cells_differing": one.differing(all_rivals),
        "time_shift_cells_differing": shift.differing(all_rivals, given=False),
    }


@dataclass(frozen=True)
class _Changing:
    """Functions that change in ways that are all counted."""

    every: Tensor
    values: int
    histories: Histories

    def differing(
        self, rivals: list[Algorithm], *, present: bool = False, given: bool = True
    ) -> int:
        """Return in how many cells what was found differs, over all pairs.

        Args:
            rivals: What searches.
            present: Count the costs of the visited points at the last visit, instead of those
                from the second visit on as they were.
            given: Count from each first function by itself, not from all together.
        """
        counted = [self._counts(rival, present) for rival in rivals]
        return cells_differing(counted if given else [counts.sum(0) for counts in counted])

    def _counts(self, rival: Algorithm, present: bool) -> Tensor:
        tables = self.histories.tables(self.every)
        points, costs = search(rival, tables)
        found = tables[-1].gather(1, points) if present else costs[:, 1:]
        return self.histories.counts(found, self.values)


class NoFreeLunch:
    """Counts for every meta-seed, then compares a learned optimizer with tuned baselines.

    Args:
        sizes: The sets on which everything is counted.
        meta_seeds: How often, each time with another scrambled algorithm.
        comparison: The learned optimizer's, of as many meta-seeds.
        seed: Decides the scrambled algorithms.
    """

    def __init__(self, sizes: Sizes, meta_seeds: int, comparison: Comparison, seed: int) -> None:
        self._sizes, self._comparison = sizes, comparison
        self._rivals = [algorithms(_key(seed, index)) for index in range(meta_seeds)]
        self._counts: list[Counts] = [{} for _ in self._rivals]
        self._done = 0
        self._countings = 2 * meta_seeds
        self.steps = self._countings + comparison.steps

    def run(self) -> Generator[Progress, None, Outcome]:
        """Go on to the end; each yield is a safe point.

        Returns:
            The figures of each meta-seed, those of its counts and those of its phi
            (`Comparison.figures`), and the phi that was best in validation.
        """
        while self._done < self._countings:
            measurements, note = self._count(*divmod(self._done, 2))
            self._done += 1
            yield Progress(self._done, tuple(measurements), note)
        for progress in self._comparison.run():
            yield replace(progress, step=self._countings + progress.step)
        figures = tuple(
            {**counts, **learned}
            for counts, learned in zip(self._counts, self._comparison.figures(), strict=True)
        )
        return Outcome(figures, self._comparison.weights(), self._comparison.about())

    def _count(self, meta_seed: int, changing: int) -> tuple[list[Measurement], str]:
        """Count on functions that stay, or on functions that change."""
        rivals, measured = self._rivals[meta_seed], list[Measurement]()
        if changing:
            counts = count_changing(self._sizes, rivals)
            note = _told_of_changing(counts)
        else:
            counts, measured = count_fixed(self._sizes, rivals)
            note = _told_of_fixed(counts)
        self._counts[meta_seed] |= {name: float(count) for name, count in counts.items()}
        return ([] if meta_seed else measured), note

    def state(self) -> dict[str, Any]:
        """Return everything that the rest of the work depends on, as copies."""
        return {
            "done": self._done,
            "counts": [
                {name: count.hex() for name, count in counts.items()} for counts in self._counts
            ],
            "comparison": self._comparison.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave."""
        self._done = state["done"]
        self._counts = [
            {name: float.fromhex(text) for name, text in counts.items()}
            for counts in state["counts"]
        ]
        self._comparison.restore(state["comparison"])


def _told_of_fixed(counts: Counts) -> str:
    return (
        f"{counts['functions']} functions, {counts['pairs']} pairs of algorithms: "
        f"{counts['cells_differing']} cells differ, "
        f"{counts['class_cells_differing']} on the {counts['class_functions']} unimodal ones"
    )


def _told_of_changing(counts: Counts) -> str:
    return (
        f"{counts['time_functions']} functions, {counts['time_bijections']} bijections for each "
        f"visit: {counts['time_cells_differing']} cells differ, "
        f"{counts['time_present_cells_differing']} in costs at the last visit"
    )


def _key(seed: int, meta_seed: int) -> int:
    """Draw what decides a scrambled algorithm."""
    drawn = torch.randint(2**31 - 1, (), generator=generator(seed, "scrambled", meta_seed))
    return int(drawn)
