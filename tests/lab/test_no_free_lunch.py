"""The counts that the experiment reports."""

from __future__ import annotations

import pytest

from l2l_tui.lab.measurement import Measurement
from l2l_tui.lab.no_free_lunch import Sizes, algorithms, count_changing, count_fixed

SIZES = Sizes(domain=5, costs=3, visits=3, changing_domain=3, changing_costs=2)
RIVALS = algorithms(11)


def series(measured: list[Measurement], family: str) -> dict[str, dict[int, float]]:
    """Return a family's values by name and step."""
    found: dict[str, dict[int, float]] = {}
    for one in measured:
        of, name = one.name.split("/")
        if of == family:
            found.setdefault(name, {})[one.step] = one.value
    return found


def test_on_all_functions_nobody_differs_but_who_repeats() -> None:
    """Seven algorithms make 21 pairs; the histograms of lowest costs are one and the same."""
    figures, measured = count_fixed(SIZES, RIVALS)
    assert figures["functions"] == 3**5
    assert figures["pairs"] == 21
    assert figures["cells"] == 27
    assert figures["cells_differing"] == 0
    assert 0 < figures["repeating_cells_differing"] <= 27
    histograms = series(measured, "histogram")
    forgetful = histograms.pop("forgetful")
    assert len(histograms) == 7
    # All three costs above the lowest: (2/3)^3 of the functions, and so on.
    assert all(counts == {0: 171, 1: 63, 2: 9} for counts in histograms.values())
    assert sum(forgetful.values()) == 3**5
    assert forgetful[0] < 171


def test_what_is_won_on_a_class_is_lost_on_the_rest() -> None:
    """Summed over both, the lowest costs of all algorithms are equal."""
    figures, _ = count_fixed(SIZES, RIVALS)
    inside = figures["class_functions"]
    outside = figures["functions"] - inside
    totals = {
        round(inside * figures[f"class_best_{name}"] + outside * figures[f"rest_best_{name}"], 6)
        for name in RIVALS
    }
    assert totals == {171 * 0 + 63 * 1 + 9 * 2}
    assert figures["class_cells_differing"] > 0
    assert figures["class_difference"] < 0 < figures["rest_difference"]


def test_the_way_down_ends_at_the_figure() -> None:
    """Means of the lowest cost so far never rise, and the last is the reported one."""
    figures, measured = count_fixed(SIZES, RIVALS)
    for name, means in series(measured, "class").items():
        assert list(means) == [1, 2, 3]
        assert means[1] >= means[2] >= means[3]
        if name != "forgetful":
            assert means[3] == figures[f"class_best_{name}"]


def test_where_functions_change_nobody_differs() -> None:
    """By both schemes; other sums than theorem 2's tell algorithms apart."""
    figures = count_changing(SIZES, RIVALS)
    assert figures["time_functions"] == 8
    assert figures["time_bijections"] == 40320
    assert figures["time_cells"] == 8 * 4
    assert figures["time_present_cells"] == 8 * 8
    assert figures["time_cells_differing"] == figures["time_present_cells_differing"] == 0
    assert figures["time_repeating_cells_differing"] == 0
    assert figures["time_repeating_present_cells_differing"] > 0
    assert figures["time_one_map_cells_differing"] > 0
    assert figures["time_shift_cells_differing"] > 0


@pytest.mark.parametrize(("domain", "costs", "functions"), [(2, 2, 4), (2, 3, 9)])
def test_two_points_suffice(domain: int, costs: int, functions: int) -> None:
    """Between two visits there is one map, so it makes no difference whether it stays."""
    sizes = Sizes(5, 3, 3, domain, costs)
    figures = count_changing(sizes, RIVALS)
    assert figures["time_functions"] == functions
    assert figures["time_cells_differing"] == figures["time_present_cells_differing"] == 0
    assert figures["time_one_map_cells_differing"] == 0
