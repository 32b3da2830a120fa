"""Runs side by side."""

from __future__ import annotations

from l2l_tui.runs import catalogue
from l2l_tui.runs.compare import compare
from l2l_tui.runs.model import State
from tests.runs.conftest import MakeRun


def test_only_what_differs_is_listed(make_run: MakeRun) -> None:
    """Settings that are the same everywhere are left out; what a run lacks is None."""
    runs = [
        catalogue.load(each)
        for each in (
            make_run("a", seed=0, settings={"steps": 5, "rate": 0.1}, ended=State.FINISHED),
            make_run("b", seed=1, settings={"steps": 5, "rate": 0.2, "clip": 1.0}),
        )
    ]
    assert compare(runs).settings_differ == {
        "seed": {"a": 0, "b": 1},
        "rate": {"a": 0.1, "b": 0.2},
        "clip": {"a": None, "b": 1.0},
    }


def test_figures_stand_side_by_side(make_run: MakeRun) -> None:
    """Every figure is listed for every run; a run without result has none."""
    runs = [
        catalogue.load(make_run("a", ended=State.FINISHED, figures={"ratio": 0.5})),
        catalogue.load(make_run("b", ended=State.FINISHED, figures={"ratio": 0.6, "sum": 3.0})),
        catalogue.load(make_run("c")),
    ]
    assert compare(runs).figures == {
        "ratio": {"a": 0.5, "b": 0.6, "c": None},
        "sum": {"a": None, "b": 3.0, "c": None},
    }


def test_one_run_differs_from_nothing(make_run: MakeRun) -> None:
    """A comparison of one run lists its figures and no settings."""
    run = catalogue.load(make_run("a", ended=State.FINISHED, figures={"ratio": 0.5}))
    assert compare([run]).settings_differ == {}
    assert compare([]).figures == {}
