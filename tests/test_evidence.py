"""Finished runs become results in the plan, once."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from l2l_tui import evidence
from l2l_tui import files as leaf
from l2l_tui.experiments.claims import Judgement, Ours, Verdict
from l2l_tui.plan import store
from l2l_tui.plan.edits import SetText
from l2l_tui.plan.model import Status
from l2l_tui.runs import files
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import Request, RunError, RunResult, State
from l2l_tui.workspace import Workspace

PLAN = """\
[plan]
title = "Learning"
first_meeting = 2021-07-07

[[track]]
id = "paper"
title = "PAPER"

[[milestone]]           # the first one
id = "l2l"
track = "paper"
title = "Learning to learn"
status = "doing"
"""
MOMENT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return a workspace with one plan of one milestone."""
    made = Workspace(tmp_path)
    made.plans.mkdir()
    made.runs.mkdir()
    (made.plans / "term.toml").write_text(PLAN)
    return made


def add_run(
    workspace: Workspace,
    name: str,
    *,
    milestone: str | None = "l2l",
    plan: str | None = "term",
    state: State | None = State.FINISHED,
    ended: datetime = MOMENT,
    sweep: str | None = None,
    swept: Mapping[str, int] | None = None,
) -> RunDirectory:
    """Make a run's directory as a trainer leaves it; without a state it has no result."""
    directory = RunDirectory(workspace.runs / name)
    directory.path.mkdir()
    whom = (milestone, plan)
    request = Request(
        name, "l2l-quadratic", "quick", 0, {}, MOMENT, 1, *whom, sweep=sweep, swept=swept or {}
    )
    files.write_request(directory, request)
    if state is not None:
        ours = Ours(0.4, 0.0, 1)
        claim = Judgement("beats", "It wins.", Verdict.HOLDS, ours, "Figure 4", "0.4 < 1")
        error = RunError("ValueError", "no", "...") if state is State.FAILED else None
        end = (MOMENT, ended, 2.5, {"ratio": 0.4, "lost": float("nan")}, ({"ratio": 0.4},))
        files.write_result(directory, RunResult(state, *end, claims=(claim,), error=error))
    return directory


def results(workspace: Workspace) -> list[str]:
    """Return the runs that the plan has, in its order."""
    plan = store.load(workspace.plans / "term.toml")
    assert plan.faults == ()
    return [result.run for result in plan.results]


def test_a_finished_run_becomes_a_result(workspace: Workspace) -> None:
    """The plan gets run, milestone, day, verdicts and figures, and keeps its comments."""
    add_run(workspace, "run-a")

    (collected,) = evidence.collect(workspace)

    plan = store.load(workspace.plans / "term.toml")
    (kept,) = plan.results
    assert (kept.run, kept.milestone, kept.experiment) == ("run-a", "l2l", "l2l-quadratic")
    assert kept.on == MOMENT.astimezone().date()
    assert kept.claims == {"beats": "holds"}
    assert kept.figures["ratio"] == 0.4
    assert collected.run == kept.run
    assert "# the first one" in plan.path.read_text()


def test_a_result_names_the_sweep_of_its_run(workspace: Workspace) -> None:
    """Others have no such key, nor those of a sweep over seeds alone, which tries nothing."""
    add_run(workspace, "run-a", sweep="l2l-quadratic-seeds-abcdef")
    add_run(workspace, "run-b", sweep="l2l-quadratic-over-hidden-abcdef", swept={"hidden": 10})
    evidence.collect(workspace)
    plan = store.load(workspace.plans / "term.toml")
    assert [one.sweep for one in plan.results] == ["", "l2l-quadratic-over-hidden-abcdef"]
    assert plan.path.read_text().count("sweep = ") == 1
    assert plan.warnings == ()


def test_a_run_is_collected_once(workspace: Workspace) -> None:
    """A second call collects nothing and leaves the file alone."""
    add_run(workspace, "run-a")
    evidence.collect(workspace)
    before = (workspace.plans / "term.toml").stat()

    assert evidence.collect(workspace) == ()
    after = (workspace.plans / "term.toml").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_runs_are_collected_in_the_order_in_which_they_ended(workspace: Workspace) -> None:
    """One that began first may end last; then it is the latest."""
    add_run(workspace, "run-a", ended=MOMENT + timedelta(minutes=9))
    add_run(workspace, "run-b", ended=MOMENT + timedelta(minutes=2))
    evidence.collect(workspace)
    assert results(workspace) == ["run-b", "run-a"]


def test_a_result_that_was_undone_stays_undone_until_the_next_edit(workspace: Workspace) -> None:
    """Otherwise the next look at the plan would do again what a person took back."""
    add_run(workspace, "run-a")
    evidence.collect(workspace)
    path = workspace.plans / "term.toml"
    store.undo(path)
    assert evidence.collect(workspace) == ()
    assert path.read_text() == PLAN

    store.save(path, SetText("l2l", "notes", "Read it."))
    assert [result.run for result in evidence.collect(workspace)] == ["run-a"]


def test_a_milestone_by_claims_is_done_in_the_same_save(workspace: Workspace) -> None:
    """One undo takes back both; a key written by hand later decides at the next look."""
    path = workspace.plans / "term.toml"
    path.write_text(PLAN + 'done_when = "claims"\n')
    add_run(workspace, "run-a")
    evidence.collect(workspace)
    (change,) = store.load(path).milestone("l2l").history
    assert (change.status, change.run) == (Status.DONE, "run-a")
    store.undo(path)
    assert path.read_text() == PLAN + 'done_when = "claims"\n'


def test_claims_decide_also_where_the_run_was_collected_before(workspace: Workspace) -> None:
    """A key written by hand later decides at the next look, unless that was undone."""
    path = workspace.plans / "term.toml"
    add_run(workspace, "run-a")
    evidence.collect(workspace)
    path.write_text(path.read_text().replace('"doing"', '"doing"\ndone_when = "claims"'))
    assert evidence.collect(workspace) == ()
    assert store.load(path).milestone("l2l").status is Status.DONE
    store.undo(path)
    evidence.collect(workspace)
    assert store.load(path).milestone("l2l").status is Status.DOING


def test_what_is_no_evidence_is_left_out(workspace: Workspace) -> None:
    """Failed, unfinished and broken runs, and runs that serve nothing here, are not collected."""
    add_run(workspace, "failed", state=State.FAILED)
    add_run(workspace, "unfinished", state=None)
    add_run(workspace, "serves-nothing", milestone=None, plan=None)
    add_run(workspace, "other-plan", plan="gone")
    add_run(workspace, "other-milestone", milestone="gone")
    add_run(workspace, "broken").result.write_text("state = ")
    (workspace.runs / "empty").mkdir()

    assert evidence.collect(workspace) == ()
    assert (workspace.plans / "term.toml").read_text() == PLAN


def test_a_plan_with_faults_is_left_alone(workspace: Workspace) -> None:
    """A broken plan is not written to; its runs are collected once it is mended."""
    add_run(workspace, "run-a")
    path = workspace.plans / "term.toml"
    broken = PLAN.replace('"doing"', '"dong"')
    path.write_text(broken)

    assert evidence.collect(workspace) == ()
    assert path.read_text() == broken
    path.write_text(PLAN)
    assert [result.run for result in evidence.collect(workspace)] == ["run-a"]


def test_two_processes_at_once_collect_each_run_once(workspace: Workspace) -> None:
    """Whoever comes first writes a run; together they report each run exactly once."""
    names = [f"run-{number:02}" for number in range(20)]
    for name in names:
        add_run(workspace, name)
    gate = workspace.root / "gate"
    script = (
        "import sys, time; from pathlib import Path;"
        "from l2l_tui import evidence; from l2l_tui.workspace import Workspace;"
        "root = Path(sys.argv[1]); print('ready', flush=True)\n"
        "while not (root / 'gate').exists(): time.sleep(0.001)\n"
        "for result in evidence.collect(Workspace(root)): print(result.run)"
    )
    collectors = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(workspace.root)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    for collector in collectors:
        assert collector.stdout is not None
        assert collector.stdout.readline() == "ready\n"
    gate.touch()
    reported = [name for each in collectors for name in each.communicate()[0].split()]

    assert [each.returncode for each in collectors] == [0, 0, 0]
    assert Counter(reported) == Counter(names)
    assert results(workspace) == names


def test_nothing_new_among_200_runs_is_quick(workspace: Workspace) -> None:
    """At each start of the app 200 collected runs cost next to nothing."""
    for number in range(200):
        add_run(workspace, f"run-{number:03}")
    assert len(evidence.collect(workspace)) == 200

    before = time.process_time()
    assert evidence.collect(workspace) == ()
    assert time.process_time() - before < 0.5


def test_runs_that_can_be_no_evidence_are_not_parsed(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that serve nothing, failed, go on or are collected cost no more than a look."""
    add_run(workspace, "collected")
    evidence.collect(workspace)
    add_run(workspace, "serves-nothing", milestone=None, plan=None)
    add_run(workspace, "failed", state=State.FAILED)
    add_run(workspace, "unfinished", state=None)
    parsed: list[str] = []
    read_toml = leaf.read_toml

    def noted(path: Path, abridge: Callable[[str], str] | None = None) -> dict[str, object]:
        parsed.append(path.parent.name)
        return read_toml(path, abridge)

    monkeypatch.setattr(leaf, "read_toml", noted)
    assert evidence.collect(workspace) == ()
    assert parsed == []
    add_run(workspace, "new")
    assert [result.run for result in evidence.collect(workspace)] == ["new"]
    assert set(parsed) == {"new"}


def test_a_plan_that_was_just_read_is_not_read_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A verb that shows the plan reads it once; what is new is collected all the same."""
    path = workspace.plans / "term.toml"
    plan = store.load(path)
    add_run(workspace, "run-a")
    assert [result.run for result in evidence.collect(workspace, read=plan)] == ["run-a"]
    plan = store.load(path)
    monkeypatch.setattr(store, "load", lambda _path: pytest.fail("the plan was read again"))
    assert evidence.collect(workspace, read=plan) == ()
