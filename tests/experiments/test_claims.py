"""Verdicts: what a claim makes of meta-seeds, and of how sure each one's figure is."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l2l_tui.experiments.claims import Claim, Verdict

BOUND = 0.5


def claim(**changes: Any) -> Claim:
    """Return a claim that an error is below a half, whose intervals are measured."""
    declared: dict[str, Any] = {
        "id": "small",
        "statement": "The error is small.",
        "reference": "nobody",
        "measure": lambda figures: figures["error"],
        "uncertainty": lambda figures: figures["half_width"],
        "bound": BOUND,
        "reads": "the error",
    }
    return Claim(**(declared | changes))


def seeds(*errors: float, half_width: float = 0.0) -> list[dict[str, float]]:
    """Return the figures of some meta-seeds, all equally sure."""
    return [{"error": error, "half_width": half_width} for error in errors]


def test_without_an_interval_only_meta_seeds_count() -> None:
    """A mean nearer to the bound than its standard error over them settles nothing, and says so."""
    known = claim(uncertainty=None)
    assert known.judge(seeds(0.3, 0.4, 0.5)).verdict is Verdict.HOLDS
    assert known.judge(seeds(0.3, 0.4, 0.5)).detail.endswith("to be below 0.5")
    judged = known.judge(seeds(0.2, 0.4, 0.85))
    assert judged.verdict is Verdict.INCONCLUSIVE
    assert judged.detail.endswith("nearer than the standard error over meta-seeds, 0.19")


def test_a_wide_interval_settles_nothing_however_alike_the_meta_seeds_are() -> None:
    """95 % reach 1.96 standard errors; the mean must be one of them away."""
    sure, unsure = 1.96 * 0.09, 1.96 * 0.11
    assert claim().judge(seeds(0.4, 0.4, 0.4, half_width=sure)).verdict is Verdict.HOLDS
    assert claim().judge(seeds(0.6, 0.6, 0.6, half_width=sure)).verdict is Verdict.FAILS
    for error in (0.4, 0.6):
        judged = claim().judge(seeds(error, error, error, half_width=unsure))
        assert judged.verdict is Verdict.INCONCLUSIVE
        chance = "over meta-seeds, test classes and episodes, 0.11"
        assert judged.detail.endswith(f"which is nearer than the standard error {chance}")


def test_a_settled_claim_says_how_sure_its_figure_is() -> None:
    """In the words that a document for somebody else uses, too."""
    figures = seeds(0.3, 0.3, 0.3, half_width=1.96 * 0.05)
    judged = claim().judge(figures)
    end = "the standard error over meta-seeds, test classes and episodes is 0.05"
    assert judged.detail == f"the error 0.3 ± 0 (3 meta-seeds), to be below 0.5; {end}"
    assert str(claim().why(judged.ours, figures)) == judged.detail
    assert str(claim().against(judged.ours, figures)) == f"to be below 0.5; {end}"


@given(
    errors=st.lists(st.floats(-10, 10), min_size=2, max_size=6),
    half_width=st.floats(0, 10),
)
def test_both_sources_of_chance_add_as_variances(errors: list[float], half_width: float) -> None:
    """What seeds share, the test classes, does not fall with their number; the spread does."""
    figures = seeds(*errors, half_width=half_width)
    ours = claim().judge(figures).ours
    found = claim().standard_error(ours, figures)
    shared = half_width / NormalDist().inv_cdf(0.975)
    assert found**2 == pytest.approx(ours.spread**2 / len(errors) + shared**2)
    assert found >= claim(uncertainty=None).standard_error(ours, figures)


def test_an_interval_that_was_not_measured_settles_nothing() -> None:
    """Nor does a figure that diverged hold by it."""
    assert claim().judge(seeds(0.1, 0.1, half_width=math.nan)).verdict is Verdict.INCONCLUSIVE
    assert claim().judge(seeds(math.inf, 0.1)).verdict is Verdict.FAILS


def test_figures_of_any_size_are_judged() -> None:
    """Squares of such a spread would overflow."""
    assert claim().judge(seeds(1e200, -1e200, 3e200)).verdict is Verdict.INCONCLUSIVE
