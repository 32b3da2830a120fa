"""What the app knows of the runs."""

from __future__ import annotations

from dataclasses import replace

from l2l_tui.lab.measurement import Measurement
from l2l_tui.runs.follow import RunUpdate
from l2l_tui.runs.model import Request, Run, State
from l2l_tui.tui.state import RunBook, chart_of, label
from tests.tui.script import NOW


def _run(name: str, state: State = State.RUNNING) -> Run:
    request = Request(name, "l2l-quadratic", "quick", 0, {}, NOW)
    return Run(request, state)


def _points(name: str, *values: float, first: int = 0) -> tuple[Measurement, ...]:
    return tuple(Measurement(name, step, value) for step, value in enumerate(values, first))


def test_measurements_of_several_updates_are_joined() -> None:
    """None is lost, whatever comes between."""
    book = RunBook()
    book.take([RunUpdate(_run("a"), _points("loss/sgd", 3, 2), "one\n", fresh=True)])
    book.take([RunUpdate(_run("a")), RunUpdate(_run("b"), fresh=True)])
    book.take([RunUpdate(_run("a"), _points("loss/sgd", 1, first=2), "two\n")])
    watched = book.get("a")
    assert watched is not None
    assert watched.curves["loss/sgd"].values == [3, 2, 1]
    assert list(watched.log) == ["one", "two"]


def test_a_fresh_update_begins_anew() -> None:
    """A resumed run whose file was cut does not show its old tail."""
    book = RunBook()
    book.take([RunUpdate(_run("a"), _points("loss/sgd", 3, 2), fresh=True)])
    book.take([RunUpdate(_run("a"), _points("loss/sgd", 9), fresh=True)])
    watched = book.get("a")
    assert watched is not None
    assert watched.curves["loss/sgd"].values == [9]


def test_a_vanished_run_is_forgotten() -> None:
    """Its directory is no more."""
    book = RunBook()
    book.take([RunUpdate(_run("a"), fresh=True), RunUpdate(_run("b"), fresh=True)])
    book.take([RunUpdate(_run("a"), gone=True)])
    assert [watched.run.id for watched in book] == ["b"]


def test_runs_stand_newest_first() -> None:
    """By when they were asked for."""
    old = _run("old")
    new = replace(
        _run("new"), request=replace(old.request, run="new", created=NOW.replace(hour=13))
    )
    book = RunBook()
    book.take([RunUpdate(new, fresh=True), RunUpdate(old, fresh=True)])
    assert [watched.run.id for watched in book] == ["new", "old"]


def test_a_living_run_shows_the_family_that_grows() -> None:
    """A finished one shows the family that its experiment names first."""
    book = RunBook()
    points = (*_points("loss/sgd", 3, 2), *_points("meta/train", 5, 4))
    book.take([RunUpdate(_run("a"), points, fresh=True)])
    watched = book.get("a")
    assert watched is not None
    assert watched.telling() == "meta"
    book.take([RunUpdate(_run("a", State.FINISHED))])
    assert watched.telling() == "loss"


def test_runs_long_over_are_asked_for_once() -> None:
    """The list's neighbours with them."""
    book = RunBook()
    names = [f"run{number}" for number in range(5)]
    book.take([RunUpdate(_run(name, State.FINISHED), fresh=True) for name in names])
    assert len(book.closed_near("run2", 1)) == 3
    assert book.closed_near("run2", 1) == []
    assert not book.ask("nobody")


def test_a_run_that_begins_anew_is_asked_for_anew() -> None:
    """Its measurements were forgotten, so that they must come again."""
    book, over = RunBook(), _run("a", State.FINISHED)
    book.take([RunUpdate(over, fresh=True)])
    assert book.ask("a")
    book.take([RunUpdate(over, _points("loss/sgd", 3), fresh=True)], answers=True)
    assert not book.ask("a")
    book.take([RunUpdate(over, fresh=True)])
    assert book.ask("a")


def test_a_run_without_measurements_is_asked_for_once() -> None:
    """The answer counts, though there is nothing in it."""
    book, over = RunBook(), _run("a", State.FINISHED)
    book.take([RunUpdate(over, fresh=True)])
    assert book.ask("a")
    book.take([RunUpdate(over, fresh=True)], answers=True)
    assert not book.ask("a")


def test_an_unknown_experiment_still_has_curves() -> None:
    """A run of an experiment that is no longer in the catalogue is shown plainly."""
    assert chart_of("gone-experiment", "loss") is None
    assert label("loss") == "loss"
    assert label("loss/[/]") == "[/]"
