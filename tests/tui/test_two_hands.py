"""Two hands on one file: what is shown before it is saved, and what is asked."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

import pytest
from textual.pilot import Pilot

from l2l_tui.errors import L2LError
from l2l_tui.plan import edits, store
from l2l_tui.plan.model import Plan, Status
from l2l_tui.tui.screens.confirm import ConfirmScreen
from l2l_tui.tui.study import StudyApp
from l2l_tui.workspace import Workspace
from tests.tui.script import PLAN, notices, opened, settled, text_of, until

TODAY = date(2026, 3, 4)


@asynccontextmanager
async def unaware(workspace: Workspace) -> AsyncIterator[tuple[StudyApp, Pilot[None]]]:
    """Open an app that no longer watches the disk, and then somebody drops the milestone."""
    async with opened(workspace) as (app, pilot):
        app._feed.stop()
        await app.workers.wait_for_complete([one for one in app.workers if one.group == "feed"])
        other = PLAN.replace('status = "doing"', 'status = "dropped"')
        workspace.plan_file().write_text(other, encoding="utf-8")
        yield app, pilot


def status_on_disk(workspace: Workspace) -> Status:
    """Return where the first milestone stands on disk."""
    return store.load(workspace.plan_file()).milestone("l2l").status


async def test_an_edit_is_on_the_screen_before_it_is_on_disk(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However slow the disk."""
    go, save = threading.Event(), store.save

    def slow(*given: object) -> Plan:
        assert go.wait(20)
        return save(*given)  # type: ignore[arg-type]

    async with opened(workspace) as (app, pilot):
        await until(pilot, lambda: app._desk is not None and app._desk.holds(app.plan))
        monkeypatch.setattr(store, "save", slow)
        await pilot.press("d")
        assert app.plan.milestone("l2l").status is Status.DONE
        assert app.saving
        assert status_on_disk(workspace) is Status.DOING
        go.set()
        await until(pilot, lambda: not app.saving)
        await settled(pilot)
        assert app.plan == store.load(workspace.plan_file())
    assert status_on_disk(workspace) is Status.DONE


@pytest.mark.parametrize("kind", [L2LError, ZeroDivisionError])
async def test_what_could_not_be_saved_is_taken_from_the_screen_again(
    kind: type[Exception], workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk is said, and so is a fault of our own; the screen tells what is."""

    def full(*_given: object) -> Plan:
        raise kind("no space left on the disk")

    async with opened(workspace) as (app, pilot):
        await until(pilot, lambda: app._desk is not None and app._desk.holds(app.plan))
        monkeypatch.setattr(store, "save", full)
        await pilot.press("d")
        await until(pilot, lambda: any("no space left" in said for said in notices(app)))
        await until(pilot, lambda: app.plan.milestone("l2l").status is Status.DOING)


async def test_a_form_survives_a_fault_of_our_own(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was typed is still there, and can be saved once the fault is gone."""
    save = store.save

    def broken(*_given: object) -> Plan:
        raise ZeroDivisionError

    async with opened(workspace) as (app, pilot):
        await pilot.press("p", "w", "h", "y")
        monkeypatch.setattr(store, "save", broken)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: any("fault of its own" in said for said in notices(app)))
        await settled(pilot)
        monkeypatch.setattr(store, "save", save)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen is app.main)
    problems = [
        one.text for each in store.load(workspace.plan_file()).meetings for one in each.problems
    ]
    assert "why" in problems


async def test_edits_are_saved_in_the_order_in_which_they_were_made(workspace: Workspace) -> None:
    """Keys pressed fast leave a history in their order."""
    async with opened(workspace) as (app, pilot):
        for _ in range(9):
            await pilot.press("s")
        await until(pilot, lambda: not app.saving)
        await settled(pilot)
        assert app.plan == store.load(workspace.plan_file())
    statuses = [change.status for change in app.plan.milestone("l2l").history]
    assert statuses == [Status.DONE, Status.TODO, Status.DOING] * 3


@pytest.mark.parametrize(("key", "left"), [("y", Status.DONE), ("n", Status.DROPPED)])
async def test_of_the_same_field_the_person_is_asked(
    workspace: Workspace, key: str, left: Status
) -> None:
    """Both values are named, nothing is written until the answer."""
    async with unaware(workspace) as (app, pilot):
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        assert "was changed meanwhile" in " ".join(text_of(app).split())
        assert status_on_disk(workspace) is Status.DROPPED
        await pilot.press(key)
        await until(pilot, lambda: not isinstance(app.screen, ConfirmScreen))
        await until(pilot, lambda: app.plan.milestone("l2l").status is left)
        await settled(pilot)
    assert status_on_disk(workspace) is left


async def test_edits_on_both_sides_of_different_milestones_merge(workspace: Workspace) -> None:
    """Nobody is asked where nothing is in doubt."""
    async with unaware(workspace) as (app, pilot):
        await pilot.press("down", "d")
        await until(pilot, lambda: not app.saving)
        await settled(pilot)
        shown = app.plan
    plan = store.load(workspace.plan_file())
    assert plan.milestone("maml").status is Status.DONE
    assert plan.milestone("l2l").status is Status.DROPPED
    assert shown == plan


async def test_two_apps_on_one_plan_end_alike(workspace: Workspace) -> None:
    """Each shows what the other did."""
    async with opened(workspace) as (one, pilot), opened(workspace) as (two, other):
        one.edit("", edits.SetStatus("l2l", Status.DONE, TODAY, Status.DOING))
        two.edit("", edits.SetDue("maml", TODAY, TODAY))
        await until(pilot, lambda: one.plan.milestone("maml").due == TODAY)
        await until(other, lambda: two.plan.milestone("l2l").status is Status.DONE)
        await settled(pilot)
        await settled(other)
        assert one.plan == two.plan == store.load(workspace.plan_file())


async def test_each_hand_edit_that_the_app_saw_is_a_step_of_its_own(workspace: Workspace) -> None:
    """What broke the plan in the end is taken back alone; what was right before stays."""
    path = workspace.plan_file()
    texts = [
        PLAN,
        PLAN.replace("Residual networks", "Residual nets"),
        PLAN.replace("Residual networks", "Residual nets").replace("2026-03-25", "2026-04-01"),
    ]
    async with opened(workspace) as (app, pilot):
        for text in texts:
            path.write_text(text, encoding="utf-8")
            digest = store.load(path).digest
            await until(pilot, lambda digest=digest: app.plan.digest == digest)
            await until(
                pilot,
                lambda digest=digest: (
                    digest in {one.digest for one in store.timeline(path).versions}
                ),
            )
        path.write_text(texts[-1].replace('"doing"', '"doign"'), encoding="utf-8")
        await until(pilot, lambda: app.plan.faults)
        assert store.timeline(path).undo_label == "what broke the plan"
        for text in reversed(texts):
            store.undo(path)
            assert path.read_text(encoding="utf-8") == text
