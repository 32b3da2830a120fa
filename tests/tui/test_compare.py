"""The comparison grows with its runs, and keeps what one chose to look at."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot

from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import State
from l2l_tui.tui.screens.compare import CompareScreen
from l2l_tui.tui.study import StudyApp
from l2l_tui.tui.widgets.chart import Chart
from l2l_tui.workspace import Workspace
from tests.tui.script import add_measurements, falling, opened, until, write_run

LIVE = "2026-03-04-1130-l2l-quadratic-live"
OLD = "2026-03-04-1000-l2l-quadratic-done"


@asynccontextmanager
async def _comparing(
    workspace: Workspace,
) -> AsyncIterator[tuple[StudyApp, Pilot[None], Chart, RunDirectory]]:
    """Compare a run that goes on with one that is over."""
    curves = {"loss/sgd": falling(30), "accuracy": [0.1, 0.2]}
    live = write_run(workspace, LIVE, state=State.RUNNING, age_min=30, curves=curves)
    write_run(workspace, OLD, age_min=120, curves=curves)
    async with opened(workspace) as (app, pilot):
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        await until(pilot, lambda: len(app.screen.query_one(Chart).names) > 0)
        chart = app.screen.query_one(Chart)
        while "loss/sgd" not in chart._captions.title:
            await pilot.press("f")
        await until(pilot, lambda: len(chart.names) == len(app.book))
        yield app, pilot, chart, live


def _points(chart: Chart) -> dict[str, int]:
    return {name: len(line.series) for name, line in chart._lines.items()}


async def test_new_points_leave_axis_zoom_and_crosshair_as_they_are(workspace: Workspace) -> None:
    """What one looks at is not taken away while a run goes on."""
    async with _comparing(workspace) as (_, pilot, chart, live):
        assert chart.log_y
        chart.focus()
        await pilot.press("l", "plus", "left", "left")
        view, crosshair = chart.view, chart.crosshair
        assert view is not None
        assert crosshair is not None
        add_measurements(live, {"loss/sgd": [0.05] * 5}, first=30)
        await until(pilot, lambda: _points(chart) == {"live s0": 35, "done s0": 30})
        assert not chart.log_y
        assert chart.crosshair == crosshair
        assert chart.view is not None


async def test_each_quantity_comes_on_its_own_kind_of_axis(workspace: Workspace) -> None:
    """A share is not drawn as a loss is."""
    async with _comparing(workspace) as (_, pilot, chart, _live):
        assert chart.log_y
        await pilot.press("f")
        await until(pilot, lambda: "accuracy" in chart._captions.title)
        assert not chart.log_y
        assert set(_points(chart).values()) == {2}
        await pilot.press("F")
        await until(pilot, lambda: chart.log_y)
        assert set(_points(chart).values()) == {30}


async def test_only_new_points_are_drawn(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long the curves are."""
    given: list[int] = []
    extend = Chart.extend

    def counted(drawn: Chart, name: str, steps: list[float], values: list[float]) -> None:
        if drawn.id == "overlay":
            given.append(len(steps))
        extend(drawn, name, steps, values)

    async with _comparing(workspace) as (_, pilot, chart, live):
        monkeypatch.setattr(Chart, "extend", counted)
        add_measurements(live, {"loss/sgd": [0.05, 0.04]}, first=30)
        await until(pilot, lambda: _points(chart)["live s0"] == 32)
        assert set(given) <= {1, 2}


async def test_a_run_that_begins_anew_is_drawn_anew(workspace: Workspace) -> None:
    """As after going on from a checkpoint."""
    async with _comparing(workspace) as (_, pilot, chart, live):
        lines = live.metrics.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if json.loads(line)["step"] < 10]
        live.metrics.write_text("\n".join(kept) + "\n", encoding="utf-8")
        await until(pilot, lambda: _points(chart) == {"live s0": 10, "done s0": 30})


async def test_runs_of_the_same_short_name_are_told_apart(workspace: Workspace) -> None:
    """Somebody may have copied a run's directory."""
    write_run(workspace, "copy-of-it-live", state=State.RUNNING, age_min=20)
    async with _comparing(workspace) as (_app, _pilot, chart, _live):
        assert sorted(chart.names) == ["2026-03-04-1130-l2l-quadratic-live", "done s0", "live s0"]
        assert set(_points(chart).values()) == {30, 40}
