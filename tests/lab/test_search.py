"""Search algorithms on a line of points."""

from __future__ import annotations

import pytest
import torch

from l2l_tui.lab.counting import every_function
from l2l_tui.lab.search import FORGETFUL, NON_REPEATING, Algorithm, scrambled, search

ALL = {**NON_REPEATING, "scrambled-1": scrambled(1), "scrambled-2": scrambled(2)}
EVERY = every_function(5, 3)


def on(algorithm: Algorithm, costs: list[int], visits: int) -> list[int]:
    """Return the points that are visited on one function that does not change."""
    points, found = search(algorithm, torch.tensor([costs]).expand(visits, 1, len(costs)))
    assert found.tolist() == [[costs[point] for point in points[0].tolist()]]
    return points[0].tolist()


@pytest.mark.parametrize(
    ("name", "costs", "visited"),
    [
        ("in-order", [3, 1, 2, 0, 1], [0, 1, 2, 3, 4]),
        ("backwards", [3, 1, 2, 0, 1], [4, 3, 2, 1, 0]),
        ("spreading", [3, 1, 2, 0, 1], [0, 4, 2, 1, 3]),
        ("descent", [3, 1, 2, 0, 1], [2, 1, 0, 3, 4]),
        ("ascent", [3, 1, 2, 0, 1], [2, 1, 3, 0, 4]),
        ("turning", [3, 1, 2, 0, 1], [2, 3, 4, 1, 0]),
    ],
)
def test_each_algorithm_goes_its_way(name: str, costs: list[int], visited: list[int]) -> None:
    """By hand: the middle is point 2, and of two points worth the same the left is taken."""
    assert on(NON_REPEATING[name], costs, 5) == visited


def test_one_that_forgets_steps_back_onto_where_it_came_from() -> None:
    """From 2 to 3 the cost falls, from 3 to 4 it rises: it turns and meets 3 and 2 again."""
    assert on(FORGETFUL, [3, 1, 2, 0, 1], 5) == [2, 3, 4, 3, 2]
    assert on(NON_REPEATING["turning"], [3, 1, 2, 0, 1], 5)[:3] == [2, 3, 4]


@pytest.mark.parametrize("name", ALL)
def test_no_point_is_visited_twice(name: str) -> None:
    """On every function five visits see all five points."""
    points, _ = search(ALL[name], EVERY.expand(5, *EVERY.shape))
    assert bool((points.sort(1).values == torch.arange(5)).all())


@pytest.mark.parametrize("name", [*ALL, "forgetful"])
def test_the_next_point_depends_on_nothing_but_what_was_seen(name: str) -> None:
    """Functions that agree on the points visited so far are searched alike."""
    algorithm = {**ALL, "forgetful": FORGETFUL}[name]
    points, costs = search(algorithm, EVERY.expand(5, *EVERY.shape))
    next_by_history: dict[tuple[int, ...], int] = {}
    for went, found in zip(points.tolist(), costs.tolist(), strict=True):
        for visit in range(5):
            history = (*went[:visit], *found[:visit])
            assert next_by_history.setdefault(history, went[visit]) == went[visit]


@pytest.mark.parametrize("name", ["descent", "ascent", "turning", "scrambled-1"])
def test_the_adaptive_ones_look_at_costs(name: str) -> None:
    """From one first point they go to several second or third ones."""
    points, _ = search(ALL[name], EVERY.expand(3, *EVERY.shape))
    assert len(points[:, 0].unique()) == 1
    assert len(points.unique(dim=0)) > 1


def test_keys_scramble_differently() -> None:
    """Another key is another algorithm, the same key the same."""
    ways = [search(scrambled(key), EVERY.expand(4, *EVERY.shape))[0] for key in (1, 1, 2)]
    assert torch.equal(ways[0], ways[1])
    assert not torch.equal(ways[0], ways[2])


def test_costs_are_those_of_the_moment() -> None:
    """Each visit looks into its own table."""
    tables = torch.tensor([[[0, 1, 2]], [[3, 4, 5]], [[6, 7, 8]]])
    points, costs = search(NON_REPEATING["in-order"], tables)
    assert points.tolist() == [[0, 1, 2]]
    assert costs.tolist() == [[0, 4, 8]]
