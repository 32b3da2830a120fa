"""A fault of the program's own is said, and the app goes on."""

from __future__ import annotations

import asyncio

import pytest

from l2l_tui.plan import store
from l2l_tui.tui import app as way_in
from l2l_tui.tui.messages import Troubled
from l2l_tui.tui.study import StudyApp
from l2l_tui.workspace import Workspace
from tests.tui.script import (
    NOW,
    add_measurements,
    notices,
    opened,
    settled,
    text_of,
    until,
    write_run,
)

OVER = "2026-03-04-1000-l2l-quadratic-done"


def _fail() -> str:
    raise KeyError("nobody [/] thought of this")


async def test_a_job_with_a_fault_is_reported_with_its_type(workspace: Workspace) -> None:
    """The next job is done as ever."""
    async with opened(workspace) as (app, pilot):
        app.do(_fail)
        await until(pilot, lambda: notices(app))
        assert notices(app) == [
            "l2l-tui met a fault of its own: KeyError: 'nobody [/] thought of this'; "
            "--debug shows where."
        ]
        assert app.traces == []
        app.do(lambda: "done")
        await until(pilot, lambda: "done" in notices(app))


def test_with_debug_tracebacks_are_shown_when_the_app_has_left(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those of jobs, and those of the worker that watches the disk."""

    def run(app: StudyApp) -> None:
        async def meet_faults() -> None:
            async with app.run_test() as pilot:
                app.do(_fail)
                app.post_message(Troubled("l2l-tui met a fault", "  in somewhere\n"))
                await until(pilot, lambda: len(app.traces) == 2)
                assert all("when you leave" in said for said in notices(app))

        asyncio.run(meet_faults())

    monkeypatch.setattr(StudyApp, "run", run)
    way_in.run(workspace, "study", debug=True)
    said = capsys.readouterr().err
    assert "in _fail" in said
    assert "  in somewhere\n" in said


async def test_a_run_that_could_not_be_read_for_a_moment_gets_its_curves_back(
    workspace: Workspace,
) -> None:
    """It stands under the cursor all the while."""
    directory = write_run(workspace, OVER)
    whole = directory.request.read_text(encoding="utf-8")
    async with opened(workspace) as (app, pilot):
        await until(pilot, lambda: "learned" in text_of(app))
        directory.request.unlink()
        await until(pilot, lambda: notices(app))
        add_measurements(directory, {"loss/rmsprop": [1.0, 0.5]})
        directory.request.write_text(whole, encoding="utf-8")
        await until(pilot, lambda: "rmsprop" in text_of(app))
        assert "learned" in text_of(app)


async def test_another_plan_chosen_at_the_start_keeps_the_curves(workspace: Workspace) -> None:
    """They are drawn in the other plan, too."""
    write_run(workspace, OVER)
    path = workspace.plan_file("study")
    other = workspace.plans / "zebra.toml"
    other.write_text(path.read_text(encoding="utf-8").replace("MAML", "ZEBRA"), encoding="utf-8")
    app = StudyApp(workspace, store.load(path), others=[other], clock=lambda: NOW)
    async with app.run_test(size=(160, 48)) as pilot:
        await until(pilot, lambda: "Which plan?" in text_of(app))
        await until(pilot, lambda: app.book.loaded)
        await pilot.press("down", "enter")
        await until(pilot, lambda: "ZEBRA" in text_of(app) and "learned" in text_of(app))
        await settled(pilot)
        assert app.book.get(OVER) is not None
