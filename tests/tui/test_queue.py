"""Runs that wait for their turn in the app: where they stand, and how that is changed."""

from __future__ import annotations

import pytest

from l2l_tui import experiments
from l2l_tui.runs import launch
from l2l_tui.runs.queue import owner, store
from l2l_tui.runs.queue.store import Entry
from l2l_tui.workspace import Workspace
from tests.tui.script import lines_of, notices, opened, text_of, until, write_run


@pytest.fixture(autouse=True)
def kicked(monkeypatch: pytest.MonkeyPatch) -> list[Workspace]:
    """Start no owner; return for which workspaces one was looked for."""
    asked: list[Workspace] = []
    monkeypatch.setattr(owner, "kick", asked.append)
    return asked


@pytest.fixture
def waiting(workspace: Workspace) -> list[str]:
    """Return the ids of three runs that wait, in their order."""
    experiment = experiments.get("l2l-quadratic")
    made = [launch.prepare(workspace, experiment, seed=seed).id for seed in range(3)]
    store.add(workspace.runs, [Entry(run) for run in made])
    return made


def order(workspace: Workspace) -> list[str]:
    """Return the runs of the queue in order."""
    return [one.run for one in store.read(workspace.runs)]


async def test_the_keys_give_a_waiting_run_another_place(
    workspace: Workspace, waiting: list[str]
) -> None:
    """K and J by one place, F to the first; the list says which place it is."""
    async with opened(workspace) as (app, pilot):
        await until(pilot, lambda: len(app.book) == 3)
        await pilot.press("2")
        trainer = app.main.trainer
        assert trainer is not None
        assert trainer.await_run(waiting[2])
        await until(pilot, lambda: any("queued, place 3" in one for one in lines_of(app)))
        assert "First" in text_of(app)  # in the footer
        for key, then in (("K", [0, 2, 1]), ("F", [2, 0, 1]), ("J", [0, 2, 1])):
            await pilot.press(key)
            await until(pilot, lambda then=then: order(workspace) == [waiting[at] for at in then])
        await until(
            pilot,
            lambda: app.main.watched is not None and app.main.watched.run.place == 2,
        )


async def test_a_run_that_does_not_wait_has_no_place(workspace: Workspace) -> None:
    """The footer leaves the keys out, and pressed all the same they say why."""
    write_run(workspace, "2026-03-01-1000-l2l-quadratic-done")
    async with opened(workspace) as (app, pilot):
        await until(pilot, lambda: len(app.book) == 1)
        await pilot.press("2")
        assert "First" not in text_of(app)
        await pilot.press("F")
        await until(pilot, lambda: any("has a place there" in one for one in notices(app)))


async def test_the_app_sees_to_it_that_the_queue_goes_on(
    workspace: Workspace, kicked: list[Workspace], waiting: list[str]
) -> None:
    """Whoever owned it may be gone."""
    async with opened(workspace) as (app, pilot):
        await until(pilot, lambda: len(app.book) == len(waiting))
        await until(pilot, lambda: kicked[:1] == [workspace])


async def test_a_broken_queue_is_said(workspace: Workspace) -> None:
    """With what to do."""
    workspace.runs.mkdir(exist_ok=True)
    (workspace.runs / store.NAME).write_text("{")
    async with opened(workspace) as (app, pilot):
        await until(pilot, lambda: any("is not a queue" in one for one in notices(app)))
