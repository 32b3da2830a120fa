"""The worker that watches the disk, without an app."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual.message import Message

from l2l_tui import evidence
from l2l_tui.errors import L2LError
from l2l_tui.plan import store
from l2l_tui.plan.model import Result
from l2l_tui.runs.model import State
from l2l_tui.tui.follow import MISSED, Feed, stamp
from l2l_tui.tui.messages import EvidenceCollected, PlanGone, PlanLoaded, RunsUpdated, Troubled
from l2l_tui.workspace import Workspace
from tests.tui.script import PLAN, add_measurements, write_run

RUN = "2026-03-04-1130-l2l-quadratic-live"


def _feed(workspace: Workspace) -> tuple[Feed, list[Message]]:
    """Return a feed, and what it posts."""
    posted: list[Message] = []
    path = workspace.plan_file()
    return Feed(workspace, path, posted.append, seen=(stamp(path), store.load(path).digest)), posted


def _runs(posted: list[Message]) -> list[RunsUpdated]:
    return [message for message in posted if isinstance(message, RunsUpdated)]


def test_the_first_look_says_so_even_without_runs(workspace: Workspace) -> None:
    """So that the app knows that there are none."""
    feed, posted = _feed(workspace)
    feed.look()
    feed.look()
    assert [message.updates for message in _runs(posted)] == [()]


def test_only_what_is_new_is_posted(workspace: Workspace) -> None:
    """A quiet disk is no news."""
    directory = write_run(workspace, RUN, state=State.RUNNING, curves={"loss": [3.0, 2.0]})
    feed, posted = _feed(workspace)
    feed.look()
    feed.look()
    add_measurements(directory, {"loss": [1.0]}, first=2)
    feed.look()
    first, second = _runs(posted)
    assert [one.value for one in first.updates[0].measurements] == [3.0, 2.0]
    assert [one.value for one in second.updates[0].measurements] == [1.0]


def test_a_finished_run_becomes_evidence_and_the_plan_is_read_again(workspace: Workspace) -> None:
    """Whichever way it finished, with the app open or not."""
    write_run(workspace, RUN)
    feed, posted = _feed(workspace)
    feed.look()
    assert [message.runs for message in posted if isinstance(message, EvidenceCollected)] == [
        (RUN,)
    ]
    (loaded,) = (message for message in posted if isinstance(message, PlanLoaded))
    assert RUN in {result.run for result in loaded.plan.results}


def test_a_plan_touched_but_not_changed_is_no_news(workspace: Workspace) -> None:
    """An editor may save without a change."""
    feed, posted = _feed(workspace)
    feed.look()
    os.utime(workspace.plan_file())
    feed.look()
    assert not [message for message in posted if isinstance(message, PlanLoaded)]


def test_trouble_is_said_once(workspace: Workspace) -> None:
    """A plan that was deleted, and a run that cannot be read."""
    broken = write_run(workspace, RUN)
    broken.request.write_text("= no TOML", encoding="utf-8")
    feed, posted = _feed(workspace)
    workspace.plan_file().unlink()
    for _ in range(2 * MISSED):
        feed.look()
    assert len([message for message in posted if isinstance(message, Troubled)]) == 1
    assert len([message for message in posted if isinstance(message, PlanGone)]) == 1


def test_evidence_that_could_not_be_written_is_tried_again_patiently(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk is said once; when there is room again, nothing was lost."""
    tries: list[float] = []

    def fail(_workspace: Workspace) -> tuple[Result, ...]:
        tries.append(now)
        raise L2LError("the disk is full")

    write_run(workspace, RUN)
    posted: list[Message] = []
    feed = Feed(workspace, workspace.plan_file(), posted.append, clock=lambda: now)
    with monkeypatch.context() as patch:
        patch.setattr(evidence, "collect", fail)
        for second in range(100):
            now = float(second)
            feed.look()
    assert tries == [0, 10, 30, 70]
    assert [one.text for one in posted if isinstance(one, Troubled)] == ["the disk is full"]
    now = 1000.0
    feed.look()
    assert [one.runs for one in posted if isinstance(one, EvidenceCollected)] == [(RUN,)]


def test_an_own_fault_is_said_once_and_the_rest_is_looked_at(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its type, and with its traceback for those who ask."""

    def fail(_workspace: Workspace) -> tuple[Result, ...]:
        raise TypeError("'<' not supported")

    monkeypatch.setattr(evidence, "collect", fail)
    write_run(workspace, RUN)
    posted: list[Message] = []
    now = 0.0
    feed = Feed(workspace, workspace.plan_file(), posted.append, clock=lambda: now)
    feed.look()
    now = 1000.0
    feed.look()
    (said,) = (one for one in posted if isinstance(one, Troubled))
    assert said.text == "l2l-tui met a fault of its own: TypeError: '<' not supported"
    assert "in fail" in said.trace
    assert _runs(posted)
    assert any(isinstance(one, PlanLoaded) for one in posted)


def test_it_turns_to_another_plan_and_reads_no_run_again(workspace: Workspace) -> None:
    """The runs that are open stay so."""
    feed, posted = _feed(workspace)
    other = workspace.plans / "other.toml"
    other.write_text(PLAN.replace("MAML", "REPTILE"), encoding="utf-8")
    feed.look()
    feed.turn_to(other)
    feed.look()
    (loaded,) = (message for message in posted if isinstance(message, PlanLoaded))
    assert loaded.plan.path == other
    assert len(_runs(posted)) == 1


def test_a_newer_plan_takes_the_place_of_one_still_queued(tmp_path: Path) -> None:
    """Runs' news never does: each message carries measurements of its own."""
    plan = store.parse(tmp_path / "study.toml", PLAN.encode())
    assert PlanLoaded(plan).can_replace(PlanLoaded(plan))
    assert not RunsUpdated(()).can_replace(RunsUpdated(()))
