"""What is counted, against counts made by hand or one at a time."""

from __future__ import annotations

from itertools import combinations, permutations, product
from math import factorial

import pytest
import torch

from l2l_tui.lab.counting import (
    Histories,
    bijections,
    cells_differing,
    every_function,
    histogram,
    of_many_maps,
    of_one_map,
    of_the_shift,
    unimodal,
)
from l2l_tui.lab.search import FORGETFUL, NON_REPEATING, Algorithm, scrambled, search

ALL = {**NON_REPEATING, "scrambled": scrambled(7)}
PAIRS = list(combinations(ALL, 2))


def test_every_function_is_there_once() -> None:
    """All rows of digits in their order."""
    expected = [list(digits) for digits in product(range(3), repeat=4)]
    assert every_function(4, 3).tolist() == expected


def test_unimodal_functions_fall_and_then_rise() -> None:
    """Level stretches count for neither."""
    tables = torch.tensor([[3, 1, 1, 2], [0, 0, 1, 1], [2, 1, 0, 0], [0, 1, 0, 0], [1, 2, 2, 0]])
    assert unimodal(tables).tolist() == [True, True, True, False, False]


def test_a_histogram_counts_sequences() -> None:
    """Cell 5 of two visits with three costs is (1, 2); weights count a row several times."""
    costs = torch.tensor([[1, 2], [0, 0], [1, 2]])
    assert histogram(costs, 3).tolist() == [1, 0, 0, 0, 0, 2, 0, 0, 0]
    weighted = histogram(costs, 3, torch.tensor([2**60, 1, 1]))
    assert weighted.tolist() == [1, 0, 0, 0, 0, 2**60 + 1, 0, 0, 0]


def test_differing_cells_are_summed_over_pairs() -> None:
    """Of three histograms the first two differ in one cell, the third from both in two."""
    histograms = [torch.tensor(counts) for counts in ([1, 2, 3], [1, 2, 4], [2, 1, 3])]
    assert cells_differing(histograms) == 1 + 2 + 3


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
@pytest.mark.parametrize("visits", [1, 3, 4])
def test_theorem_1_holds_as_integers(pair: tuple[str, str], visits: int) -> None:
    """Any two non-repeating algorithms find each sequence of costs on as many functions."""
    every = every_function(5, 3)
    one, other = (
        histogram(search(ALL[name], every.expand(visits, *every.shape))[1], 3) for name in pair
    )
    assert one.dtype == torch.int64
    assert torch.equal(one, other)
    assert one.tolist() == [3 ** (5 - visits)] * 3**visits


def test_a_repeating_algorithm_breaks_theorem_1() -> None:
    """It finds some sequences on more functions and others on none."""
    every = every_function(5, 3)
    tables = every.expand(3, *every.shape)
    counts = histogram(search(FORGETFUL, tables)[1], 3)
    assert int(counts.sum()) == len(every)
    assert len(counts.unique()) > 1
    steps = ((0, 1, 2), (0, 1, 1))
    impossible = [9 * a + 3 * b + c for a, b, c in steps]  # it would step back onto cost 0
    assert counts[impossible].tolist() == [0, 0]


def test_bijections_are_all_there() -> None:
    """As many as the factorial, all different, each with every number."""
    maps = bijections(5)
    assert len(maps.unique(dim=0)) == factorial(5)
    assert bool((maps.sort(1).values == torch.arange(5)).all())


def found_one_at_a_time(
    algorithm: Algorithm, maps: list[list[tuple[int, ...]]], *, present: bool
) -> dict[tuple[int, ...], int]:
    """Count (first function, costs) over sequences of maps, each followed by itself."""
    every = every_function(2, 2)
    counts: dict[tuple[int, ...], int] = {}
    for first in range(4):
        for sequence in maps:
            met = [first]
            for bijection in sequence:
                met.append(bijection[met[-1]])
            points, costs = search(algorithm, every[met].unsqueeze(1))
            if present:
                costs = every[met[-1]][points]
            key = (first, *costs[0].tolist())
            counts[key] = counts.get(key, 0) + 1
    return counts


@pytest.mark.parametrize("name", [*ALL, "forgetful"])
@pytest.mark.parametrize("present", [False, True])
@pytest.mark.parametrize("same", [False, True])
def test_histories_count_what_following_every_map_counts(
    name: str, present: bool, same: bool
) -> None:
    """On 4 functions and 24 bijections, by three visits or two, with one map or one for each."""
    algorithm = {**ALL, "forgetful": FORGETFUL}[name]
    visits = 2 if name != "forgetful" else 3
    all_maps = list(permutations(range(4)))
    maps = (
        [[bijection] * (visits - 1) for bijection in all_maps]
        if same
        else [list(maps) for maps in product(all_maps, repeat=visits - 1)]
    )
    every, of_maps = every_function(2, 2), of_one_map if same else of_many_maps
    histories = of_maps(bijections(4), visits)
    points, costs = search(algorithm, histories.tables(every))
    if present:
        costs = histories.tables(every)[-1].gather(1, points)
    counts = histories.counts(costs, 2)
    expected = found_one_at_a_time(algorithm, maps, present=present)
    for first in range(4):
        for code, sequence in enumerate(product(range(2), repeat=visits)):
            assert int(counts[first, code]) == expected.get((first, *sequence), 0)


def counted(algorithm: Algorithm, histories: Histories, *, present: bool) -> torch.Tensor:
    """Count on three points and two costs, for each first function by itself.

    Costs of the moment are counted from the second visit on: no map touches the first.
    """
    tables = histories.tables(every_function(3, 2))
    points, costs = search(algorithm, tables)
    return histories.counts(tables[-1].gather(1, points) if present else costs[:, 1:], 2)


MANY = of_many_maps(bijections(8), 3)
ONE = of_one_map(bijections(8), 3)


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
@pytest.mark.parametrize("present", [False, True])
def test_theorem_2_holds_as_integers(pair: tuple[str, str], present: bool) -> None:
    """Over all 40320 squared sequences of maps, from each of the 8 functions, by both schemes."""
    one, other = (counted(ALL[name], MANY, present=present) for name in pair)
    assert one.dtype == torch.int64
    assert int(one.sum()) == 8 * factorial(8) ** 2
    assert torch.equal(one, other)


def test_repetition_breaks_theorem_2_where_costs_are_the_present_ones() -> None:
    """A point visited twice costs the same twice at the end, but not at the two moments."""
    turning = NON_REPEATING["turning"]
    for present in (False, True):
        one, other = (counted(way, MANY, present=present) for way in (turning, FORGETFUL))
        assert torch.equal(one, other) is not present


def test_a_map_that_stays_the_same_is_not_what_theorem_2_sums_over() -> None:
    """With one bijection for all visits algorithms can be told apart from a given function."""
    one, other = (counted(ALL[name], ONE, present=False) for name in ("in-order", "descent"))
    assert int(one.sum()) == int(other.sum()) == 8 * factorial(8)
    assert not torch.equal(one, other)
    assert torch.equal(one.sum(0), other.sum(0))


def test_a_known_map_tells_algorithms_apart() -> None:
    """Under the shift one that moves along sees a single cost for ever (the paper's example)."""
    every = every_function(3, 2)
    shift = of_the_shift(every, 2, 3)
    _, costs = search(NON_REPEATING["in-order"], shift.tables(every))
    assert bool((costs == costs[:, :1]).all())
    _, costs = search(NON_REPEATING["backwards"], shift.tables(every))
    assert not bool((costs == costs[:, :1]).all())
