"""``sweep``: the grid, its refusals, its table, and sweeps in the list of runs."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import replace

import pytest

from l2l_tui import experiments
from l2l_tui.experiments.claims import Ours
from l2l_tui.report import swept
from l2l_tui.runs import catalogue
from l2l_tui.runs.model import State
from l2l_tui.runs.queue import owner, store
from l2l_tui.workspace import Workspace
from tests.cli.conftest import Cli, command
from tests.cli.made import CLAIM, make_run
from tests.trainer.children import kill_trainer, wait_until

GRID = ("sweep", "logistic-regression", "--over", "c=0.1,1", "--over", "splits=2,3")
SWEEP = "l2l-quadratic-over-hidden-abcdef"


def test_help_says_that_each_array_has_its_own_limit(cli: Cli) -> None:
    """A sweep that goes on may be several: one for all runs that ask for the same."""
    said = " ".join(cli("sweep", "--help").out.split())
    assert "how many jobs of each array may run at once" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--over", "c=0.1,-1"), "c = '-1' is not float in 1e-06 to 1e+06"),
        (("--over", "splits=2,3,x"), "splits = 'x' is not int in 1 to 100"),
        (("--over", "spilts=2"), "did you mean 'splits'?"),
        (("--over", "c"), "write it as FIELD=V1,V2,..."),
        (("--over", "c=1,,2"), "write it as FIELD=V1,V2,..."),
        (("--over", "c=1", "--over", "c=2"), "is there twice"),
        (("--over", "c=1", "--set", "c=2"), "fixed by --set and swept"),
        (("--seeds", "0"), "at least 1"),
        (("--seeds", "x"), "--seeds"),
        (("--preset", "qick"), "did you mean 'quick'?"),
        (("--figure", "same-optimun"), "did you mean 'same-optimum'?"),
        (("--at-once", "3"), "[queue]"),
        (("--on", "slurm", "--at-once", "0"), "at least 1"),
        (("--ranks", "2"), "has no outer loop whose batch 2 ranks could share"),
        (("--nodes", "2"), "say --on slurm as well"),
        (("--on", "slurm", "--ranks", "3", "--nodes", "2"), "cannot be spread over them evenly"),
        (("--milestone", "nothing"), "no milestone is called 'nothing'"),
    ],
)
def test_a_bad_request_is_refused_and_nothing_was_started(
    cli: Cli, workspace: Workspace, no_start: list[str], words: tuple[str, ...], said: str
) -> None:
    """One clear message; not one directory was made."""
    done = cli("sweep", "logistic-regression", *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert no_start == []
    assert catalogue.directories(workspace) == []


def test_the_grid_is_handed_over_in_order(cli: Cli, no_start: list[str]) -> None:
    """`--detach` returns at once, with the same document."""
    done = cli(*GRID, "--seeds", 2, "--detach", "--json")
    assert done.code == 0, done.err
    document = done.document
    assert [run["run"] for run in document["runs"]] == no_start
    assert document["over"] == {"c": [0.1, 1.0], "splits": [2, 3]}
    assert (document["seeds"], document["state"]) == (2, "queued")
    assert document["counts"] == {"queued": 8}
    assert [one["swept"] for one in document["settings"]] == [
        {"c": c, "splits": splits} for c in (0.1, 1.0) for splits in (2, 3)
    ]
    assert document["ranked_by"] is None
    assert document["settings"][0]["runs"] == [no_start[0], no_start[4]]
    assert {run["seed"] for run in document["runs"]} == {0, 1}
    assert "l2l-tui runs --sweep logistic-regression-over-c-splits-" in done.err


def test_every_run_of_a_sweep_has_its_ranks(cli: Cli, no_start: list[str]) -> None:
    """As `run` has them."""
    words = ("sweep", "l2l-mlp", "--over", "problems=4,8", "--ranks", "2", "--detach")
    assert cli(*words).code == 0
    assert len(no_start) == 2
    shown = [cli("show", run, "--json").document["request"]["ranks"] for run in no_start]
    assert shown == [2, 2]


def test_without_over_it_is_the_seeds_alone(cli: Cli, no_start: list[str]) -> None:
    """One setting, the preset's."""
    done = cli("sweep", "logistic-regression", "--seeds", 3, "--detach", "--json")
    assert len(done.document["settings"]) == 1
    assert done.document["settings"][0]["swept"] == {}
    assert len(no_start) == 3


@pytest.fixture
def ended(workspace: Workspace) -> list[str]:
    """Return the ids of a sweep's runs: two settings, two seeds, and one more that failed."""
    made = []
    for hidden, means in ((10, (0.5, 0.7)), (20, (0.3, 0.5))):
        for seed, mean in enumerate(means):
            run = f"2026-11-20-120{len(made)}-l2l-quadratic-{hidden}s{seed}"
            judged = replace(CLAIM, ours=Ours(mean, 0.01, 3))
            figures = {"final_ratio": mean, "sum_ratio": mean / 2, "final_learned": 2 * mean}
            make_run(
                workspace,
                run,
                seed=seed,
                judged=judged,
                figures=figures,
                sweep=SWEEP,
                swept={"hidden": hidden},
            )
            made.append(run)
    make_run(
        workspace,
        "2026-11-20-1100-l2l-quadratic-fail",
        state=State.FAILED,
        sweep=SWEEP,
        swept={"hidden": 20},
    )
    return made


def test_a_sweep_is_one_line_of_the_list_that_opens(
    cli: Cli, workspace: Workspace, ended: list[str]
) -> None:
    """A point that failed once and finished then has finished; JSON lists every run."""
    make_run(workspace, "2026-11-20-1300-l2l-quadratic-zzzz")
    done = cli("runs")
    lines = done.out.splitlines()
    assert len(lines) == 3
    (line,) = (one for one in lines if SWEEP in one)
    assert "4 of 4 runs" in line
    assert "2 seeds" in line
    opened = cli("runs", "--sweep", SWEEP[-6:])
    assert all(run in opened.out for run in ended)
    assert "hidden=20" in opened.out
    assert "*  20      2      0.4 ± 0.141" in opened.out
    found = cli("runs", "--json").document
    assert [run["sweep"] for run in found].count(SWEEP) == 5
    assert [run["sweep"] for run in found].count(None) == 1
    assert len(cli("runs", "--sweep", SWEEP, "--json").document) == 5
    shown = cli("show", ended[0], "--json").document["request"]
    assert (shown["sweep"], shown["swept"]) == (SWEEP, {"hidden": 10})
    assert SWEEP in cli("show", ended[0]).out


def test_a_sweep_that_there_is_not_is_refused(cli: Cli, ended: list[str]) -> None:
    """With the nearest one."""
    done = cli("runs", "--sweep", "l2l-quadratic-over-hiden-abcdef")
    assert done.code == 2
    assert ended
    assert f"did you mean '{SWEEP}'?" in done.err


def test_the_table_ranks_by_a_claim_or_by_what_it_reads(
    workspace: Workspace, ended: list[str]
) -> None:
    """Whether lower is better follows from the claim; what no claim reads ranks nothing."""
    runs = catalogue.completed(workspace, catalogue.listing(workspace).runs)
    points = sorted((run for run in runs if run.id in ended), key=lambda run: run.id)
    entry = experiments.get("l2l-quadratic")
    table = swept.tabulate(points, entry)
    assert [row.best for row in table.rows] == [False, True]
    assert table.ranked_by is not None
    assert (table.ranked_by.name, table.ranked_by.lower) == ("beats-tuned-baselines", True)
    cell = table.rows[1].cells[0]
    assert cell is not None
    assert (cell.mean, cell.seeds) == (pytest.approx(0.4), 2)
    by_figure = swept.tabulate(points, entry, "final_ratio")
    assert by_figure.columns[0].name == "final_ratio"
    assert [row.best for row in by_figure.rows] == [False, True]
    assert [one.name for one in swept.tabulate(points, entry, "final_learned").columns] == [
        "beats-tuned-baselines"
    ]


@pytest.mark.parametrize(
    ("measure", "lower"),
    [
        (lambda f: f["a"] / f["b"], True),
        (lambda f: 1 - f["a"], False),
        (lambda f: f["b"] - f["a"], False),
        (lambda f: max(f["a"], f["b"]), True),
        (lambda f: min(f["a"], f["b"]), True),
        (lambda f: f["b"], None),
    ],
)
@pytest.mark.parametrize("known", [{"a": 0.2, "b": 0.9}, {"a": 0.9, "b": 0.2}])
def test_the_direction_of_a_figure_follows_from_the_claim(
    measure: object, lower: bool | None, known: dict[str, float]
) -> None:
    """A claim holds where its own figure is low."""
    (claim, *_) = experiments.get("l2l-quadratic").claims
    claim = replace(claim, measure=measure)  # type: ignore[arg-type]
    assert swept.lower_is_better([claim], "a", known) is lower
    negative = {"a": -known["a"], "b": known["b"]}
    if lower is not None and swept.lower_is_better([claim], "a", negative) is not None:
        assert swept.lower_is_better([claim], "a", negative) is lower


def test_a_setting_of_which_a_seed_diverged_does_not_rank(
    workspace: Workspace, ended: list[str]
) -> None:
    """Its mean is no number."""
    runs = catalogue.completed(workspace, catalogue.listing(workspace).runs)
    points = sorted((run for run in runs if run.id in ended), key=lambda run: run.id)
    last = points[-1]
    assert last.result is not None
    judged = replace(CLAIM, ours=Ours(float("nan"), 0.0, 1))
    points[-1] = replace(last, result=replace(last.result, claims=(judged,)))
    table = swept.tabulate(points, experiments.get("l2l-quadratic"))
    assert [row.best for row in table.rows] == [True, False]


def test_a_waiting_sweep_is_stopped_by_its_name(
    cli: Cli, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All its runs leave the queue; the same command puts them back."""
    monkeypatch.setattr(owner, "kick", lambda _workspace: False)
    name = cli(*GRID, "--detach", "--json").document["sweep"]
    assert len(store.read(workspace.runs)) == 4
    done = cli("stop", name[-6:], "--json")
    assert (done.code, done.document["sweep"]) == (0, name)
    assert set(done.document["stopped"].values()) == {"stopped"}
    assert store.read(workspace.runs) == ()
    assert cli(*GRID, "--detach", "--json").document["counts"] == {"queued": 4}
    assert len(store.read(workspace.runs)) == 4
    assert len(catalogue.directories(workspace)) == 4
    assert cli("stop", "nothing").code == 2


WALK = ("sweep", "tiny-walk", "--over", "width=2,3", "--seeds", "2", "--set", "steps=4")
ENDLESS = ("sweep", "tiny-walk", "--over", "width=2,3", "--set", "steps=1000000")
ENDLESS = (*ENDLESS, "--set", "wait_s=0.01")


@pytest.fixture
def _no_trainer_outlives_its_test(workspace: Workspace) -> Iterator[None]:
    yield
    with store.changing(workspace.runs) as held:
        held.entries.clear()
    for directory in catalogue.directories(workspace):
        kill_trainer(directory)


@pytest.mark.slow
def test_a_sweep_runs_and_again_runs_nothing(process: Cli, workspace: Workspace) -> None:
    """The second prints the same table; a wider one runs what is new alone."""
    done = process(*WALK, "--json")
    assert done.code == 0, done.err
    first = done.document
    assert (first["state"], first["counts"]) == ("finished", {"finished": 4})
    assert sum(one["best"] for one in first["settings"]) == 1
    cells = [next(iter(one["claims"].values())) for one in first["settings"]]
    assert [one["seeds"] for one in cells] == [2, 2]
    assert all(run["claims"] for run in first["runs"])
    assert process(*WALK, "--json").document == first
    again = process(*WALK[:-2], "--set", "steps=4", "--seeds", "3")
    assert again.code == 0, again.err
    assert "After ±" in again.out
    assert "6 of 6 finished" in again.err
    assert len(catalogue.directories(workspace)) == 6
    text = workspace.plan_file().read_text(encoding="utf-8")
    assert all(text.count(run["run"]) <= 1 for run in first["runs"])


@pytest.mark.slow
def test_a_run_that_fails_is_code_1_and_is_tried_again(process: Cli, workspace: Workspace) -> None:
    """Alone: the others stand as they were."""
    words = ("sweep", "tiny-walk", "--over", "fails_at=0,2", "--set", "steps=4", "--json")
    done = process(*words)
    assert done.code == 1
    assert done.document["counts"] == {"finished": 1, "failed": 1}
    assert "l2l-tui show" in done.err
    before = {run["run"] for run in done.document["runs"]}
    again = process(*words)
    assert again.code == 1
    assert len(before & {run["run"] for run in again.document["runs"]}) == 1
    assert len(catalogue.directories(workspace)) == 3


@pytest.mark.slow
@pytest.mark.usefixtures("_no_trainer_outlives_its_test")
@pytest.mark.parametrize("terminal", [False, True])
def test_ctrl_c_leaves_the_runs_going(
    workspace: Workspace, environment: dict[str, str], terminal: bool
) -> None:
    """And says how to look again; stdout holds the document as it stands."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        command(*ENDLESS, "--json"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=theirs if terminal else subprocess.PIPE,
        env=environment,
    )
    os.close(theirs)

    def at_work() -> bool:
        found = catalogue.listing(workspace).runs
        return any(run.state is State.RUNNING for run in found)

    wait_until(at_work)
    if terminal:
        seen = b""
        while b"0 of 2 finished" not in seen:
            seen += os.read(ours, 4096)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=60)
    if terminal:
        err = os.read(ours, 65536)
    os.close(ours)
    assert child.returncode == 130
    assert b"l2l-tui runs --sweep tiny-walk-over-width-" in err
    assert b"Traceback" not in err
    assert json.loads(out)["counts"].keys() <= {"running", "queued"}
    assert all(run.state.alive for run in catalogue.listing(workspace).runs)


@pytest.mark.slow
def test_two_commands_at_once_share_the_runs(
    workspace: Workspace, environment: dict[str, str]
) -> None:
    """Both wait for the same runs and print the same table."""
    children = [
        subprocess.Popen(
            command(*WALK, "--json"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        for _ in range(2)
    ]
    documents = [json.loads(child.communicate(timeout=120)[0]) for child in children]
    assert documents[0] == documents[1]
    assert len(catalogue.directories(workspace)) == 4
