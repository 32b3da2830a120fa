"""A sweep in the app's list of runs: one line that opens."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from l2l_tui import language
from l2l_tui.runs import control
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import Order, RunError, State
from l2l_tui.tui.format import sweeps
from l2l_tui.tui.study import StudyApp
from l2l_tui.tui.widgets.runs import SWEEP
from l2l_tui.workspace import Workspace
from tests.tui.conftest import Compare
from tests.tui.script import falling, lines_of, notices, opened, settled, text_of, until, write_run

NAME = "l2l-quadratic-over-hidden-abcdef"
STATES = {
    (10, 0): State.FINISHED,
    (20, 0): State.FINISHED,
    (10, 1): State.FAILED,
    (20, 1): State.RUNNING,
}


@pytest.fixture
def runs(workspace: Workspace) -> list[str]:
    """Return the ids of a sweep's runs, oldest first, between two others."""
    write_run(workspace, "2026-03-04-0900-l2l-quadratic-olds", age_min=180)
    made = []
    for n, ((hidden, seed), state) in enumerate(STATES.items()):
        run = f"2026-03-04-100{n}-l2l-quadratic-{hidden}s{seed}"
        curves = {"loss/learned": falling(40, 5)}
        swept = {"hidden": hidden}
        write_run(
            workspace,
            run,
            state=state,
            seed=seed,
            age_min=120 - n,
            curves=curves,
            error=RunError("ValueError", "x", "") if state is State.FAILED else None,
            sweep=NAME,
            swept=swept,
        )
        made.append(run)
    write_run(workspace, "2026-03-04-1130-l2l-quadratic-news", age_min=30)
    return made


async def to_sweep(app: StudyApp, pilot: Pilot[None]) -> None:
    """Put the cursor on the sweep's line."""
    await until(pilot, lambda: len(app.book) == 6)
    await pilot.press("2")
    trainer = app.main.trainer
    assert trainer is not None
    assert trainer.runs.go_to(SWEEP + NAME)
    await settled(pilot)


def keys(app: StudyApp) -> list[str]:
    """Return the keys of the list's rows."""
    assert app.main.trainer is not None
    return [row.key for row in app.main.trainer.runs.rows]


async def test_a_sweep_is_one_line_that_opens_and_folds(
    workspace: Workspace, runs: list[str]
) -> None:
    """By enter and by z; from one of its runs z folds it, and the cursor goes to its line."""
    closed = ["2026-03-04-1130-l2l-quadratic-news", SWEEP + NAME]
    closed.append("2026-03-04-0900-l2l-quadratic-olds")
    async with opened(workspace) as (app, pilot):
        await to_sweep(app, pilot)
        assert keys(app) == closed
        (line,) = (one for one in lines_of(app) if "2×2" in one)
        assert "2 of 4 finished, 1 failed, 1 running" in line
        await pilot.press("enter")
        assert keys(app) == [*closed[:2], *reversed(runs), closed[2]]
        assert any("hidden=20" in one for one in lines_of(app))
        await pilot.press("j", "z")
        assert keys(app) == closed
        assert app.main.trainer is not None
        assert app.main.trainer.runs.sweep == NAME
        await pilot.press("z", "j", "enter")
        await settled(pilot)
        assert runs[-1] in text_of(app)  # the run's own screen


async def test_its_line_shows_the_run_at_work(workspace: Workspace, runs: list[str]) -> None:
    """Its curves and its log, and the keys that are for a sweep."""
    async with opened(workspace) as (app, pilot):
        await to_sweep(app, pilot)
        await until(pilot, lambda: f"Log of {runs[-1]}" in text_of(app))
        trainer = app.main.trainer
        assert trainer is not None
        assert trainer.drawn is not None
        assert trainer.drawn.run.id == runs[-1]
        shown = lines_of(app)[-1]
        assert "Pause" not in shown
        assert "Stop" in shown
        await pilot.press("space")
        await until(pilot, lambda: any("for one run" in one for one in notices(app)))


async def test_stopping_a_sweep_stops_what_is_under_way(
    workspace: Workspace, runs: list[str]
) -> None:
    """After asking; the others stand as they were."""
    async with opened(workspace) as (app, pilot):
        await to_sweep(app, pilot)
        await pilot.press("x")
        await settled(pilot)
        assert f"Stop 1 run of {NAME}?" in text_of(app)
        await pilot.press("y")
        running = RunDirectory(workspace.runs / runs[-1])

        def told() -> bool:
            given = control.read_order(running)
            return given is not None and given.order is Order.STOP

        await until(pilot, told)
        assert control.read_order(RunDirectory(workspace.runs / runs[0])) is None


async def test_it_is_marked_and_compared_as_a_whole(workspace: Workspace, runs: list[str]) -> None:
    """The run that counts of each point."""
    async with opened(workspace) as (app, pilot):
        await to_sweep(app, pilot)
        await pilot.press("v")
        assert app.main.marked == set(runs)
        await pilot.press("v")
        assert app.main.marked == set()
        await pilot.press("c")
        await settled(pilot)
        assert "hidden" in text_of(app)
        assert app.screen is not app.main


async def test_it_is_told_at_the_meeting_by_one_key(workspace: Workspace, runs: list[str]) -> None:
    """As one line that names it."""
    assert runs
    async with opened(workspace) as (app, pilot):
        await to_sweep(app, pilot)
        await pilot.press("i")
        await until(pilot, lambda: NAME in workspace.plan_file().read_text(encoding="utf-8"))
        text = workspace.plan_file().read_text(encoding="utf-8")
        assert "sweep `" in text
        assert f"run `{runs[0]}" not in text


@pytest.mark.parametrize("cells", [*range(0, 60, 7), 75, 100])
async def test_its_line_has_exactly_its_width(
    workspace: Workspace, runs: list[str], cells: int
) -> None:
    """In either language, under way or over."""
    assert runs
    async with opened(workspace) as (app, pilot):
        await until(pilot, lambda: len(app.book) == 6)
        sweep = app.book.sweep(NAME)
        assert sweep is not None
        over = type(sweep)(NAME, sweep.runs[1:], sweep.points[:-1])
        for spoken in language.LANGUAGES:
            language.use(spoken)
            for one in (sweep, over):
                drawn = sweeps.line(one, cells, opened=False)
                assert drawn.truncate(cells).cell_length <= cells
                if cells >= 28:
                    assert drawn.cell_length == cells


@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("spoken", language.LANGUAGES)
async def test_it_looks_as_it_did(
    spoken: str,
    size: tuple[int, int],
    workspace: Workspace,
    runs: list[str],
    same_picture: Compare,
) -> None:
    """Opened, with its runs below it."""
    assert runs
    async with opened(workspace, size, spoken) as (app, pilot):
        await to_sweep(app, pilot)
        await pilot.press("enter")
        await until(pilot, lambda: all(one.curves for one in app.book))
        await until(pilot, lambda: len(app.plan.results) > 1)
        await until(pilot, lambda: app._notifications)
        app.clear_notifications()
        await settled(pilot)
        same_picture(app, f"sweep-{spoken}-{size[0]}x{size[1]}")
