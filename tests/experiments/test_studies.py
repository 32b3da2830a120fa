"""What must hold of every tiny run, whatever the experiment."""

from __future__ import annotations

import pytest

from tests.experiments.studies import TINY


@pytest.mark.parametrize("at", range(3))
@pytest.mark.parametrize("name", TINY)
def test_a_run_left_anywhere_ends_with_the_same_bits(name: str, at: int) -> None:
    """Figures, measurements, weights and pictures equal those of an undisturbed run."""
    TINY[name].assert_resumed_alike(at)


@pytest.mark.parametrize("name", TINY)
def test_every_figure_and_chart_is_declared(name: str) -> None:
    """Nothing is measured that nobody explains."""
    TINY[name].assert_declared()
