"""All runs of a workspace."""

from __future__ import annotations

import pytest

from l2l_tui.errors import RequestError, UnknownNameError
from l2l_tui.runs import catalogue
from l2l_tui.runs.follow import Follower
from l2l_tui.runs.model import State
from l2l_tui.workspace import Workspace
from tests.runs.conftest import MakeRun


def test_runs_come_newest_first(workspace: Workspace, make_run: MakeRun) -> None:
    """The order is that in which they were asked for, not that of their names."""
    for name, age_s in (("b", 100), ("a", 200), ("c", 300)):
        make_run(name, age_s=age_s, ended=State.FINISHED)
    assert [run.id for run in catalogue.listing(workspace).runs] == ["b", "a", "c"]


def test_no_runs_are_no_fault(workspace: Workspace) -> None:
    """A workspace without a runs folder has no runs."""
    assert catalogue.listing(workspace).runs == []
    assert catalogue.listing(workspace).broken == []


def test_what_is_no_run_is_reported_and_passed_over(
    workspace: Workspace, make_run: MakeRun
) -> None:
    """Broken directories get a message each; files and hidden folders are nobody's business."""
    make_run("good")
    make_run("bad").request.write_text("seed = ")
    (workspace.runs / "empty").mkdir()
    (workspace.runs / ".new").mkdir()
    (workspace.runs / "notes.txt").write_text("mine")

    assert [run.id for run in catalogue.listing(workspace).runs] == ["good"]
    messages = catalogue.listing(workspace).broken
    assert len(messages) == 2
    assert "bad/request.toml is not TOML" in messages[0]
    assert "empty is not a run" in messages[1]


def test_a_run_is_found_by_any_unique_end_of_its_id(
    workspace: Workspace, make_run: MakeRun
) -> None:
    """The whole id, its beginning or its end will do, as long as one run only is meant."""
    for name in ("2026-11-23-1702-walk-aaaa", "2026-11-23-1703-walk-bbbb", "2026"):
        make_run(name)
    assert catalogue.find(workspace, "2026").id == "2026"
    assert catalogue.find(workspace, "bbbb").id == "2026-11-23-1703-walk-bbbb"
    assert catalogue.find(workspace, "2026-11-23-1702").id == "2026-11-23-1702-walk-aaaa"
    with pytest.raises(RequestError, match="several runs match '2026-11'"):
        catalogue.find(workspace, "2026-11")
    with pytest.raises(UnknownNameError, match="did you mean '2026-11-23-1702-walk-aaaa'"):
        catalogue.find(workspace, "2026-11-23-1702-walk-aaab")
    with pytest.raises(UnknownNameError):
        catalogue.find(workspace, "")


def test_a_file_in_the_place_of_the_runs_is_a_clear_refusal(workspace: Workspace) -> None:
    """It is named, whoever asks for runs."""
    workspace.runs.write_text("no folder")
    for ask in (catalogue.directories, catalogue.listing, lambda it: Follower(it).poll()):
        with pytest.raises(RequestError, match="runs is no folder"):
            ask(workspace)
    with pytest.raises(RequestError, match="runs is a file, not a folder"):
        catalogue.directories(Workspace(workspace.runs))
