"""The form for a run: here or on a cluster, and what a cluster refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Select, Static

from l2l_tui import experiments, extras
from l2l_tui.runs import catalogue, launch, steer
from l2l_tui.runs.cluster import commands, submit, ticket
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import State
from l2l_tui.tui.screens.launch import LaunchScreen
from l2l_tui.tui.study import StudyApp
from l2l_tui.tui.widgets.field import FieldBox
from l2l_tui.workspace import Workspace
from tests.tui.script import notices, opened, settled, until, write_run

Orders = list[tuple[str, str]]


@pytest.fixture
def sbatch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the script that stands for ``sbatch``, among Slurm's other commands."""
    pytest.importorskip("submitit")
    folder = tmp_path / "bin"
    folder.mkdir()
    said = {"sinfo": "echo study", "sbatch": "echo Submitted batch job 42"}
    for name in ("sbatch", "sinfo", "squeue", "srun", "scancel"):
        script = folder / name
        script.write_text(f"#!/bin/sh\n{said.get(name, '')}\n")
        script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setattr(commands, "is_here", lambda: True)
    return folder / "sbatch"


def _boxes(app: StudyApp) -> dict[str, FieldBox]:
    """Return the form's fields."""
    assert isinstance(app.screen, LaunchScreen)
    return app.screen.boxes


async def _open(app: StudyApp, pilot: Pilot[None]) -> None:
    await pilot.press("r")
    await until(pilot, lambda: isinstance(app.screen, LaunchScreen))
    await settled(pilot)


async def _choose_slurm(app: StudyApp, pilot: Pilot[None]) -> None:
    """Open the form and choose the cluster."""
    await _open(app, pilot)
    await until(pilot, lambda: "place" in _boxes(app))
    _boxes(app)["place"].query_one(Select).value = "slurm"
    await settled(pilot)


def _said(app: StudyApp) -> str:
    return "\n".join(notices(app))


def _refusal(app: StudyApp) -> str:
    return str(app.screen.query_one("#refusal", Static).content)


@pytest.mark.parametrize("lacking", ["Slurm", "submitit"])
async def test_without_a_cluster_nobody_is_asked_where(
    workspace: Workspace, orders: Orders, monkeypatch: pytest.MonkeyPatch, lacking: str
) -> None:
    """Neither Slurm's commands alone are one, nor what hands jobs over."""
    monkeypatch.setattr(commands, "is_here", lambda: lacking != "Slurm")
    monkeypatch.setattr(extras, "absent", lambda *names: names if lacking != "Slurm" else ())
    async with opened(workspace) as (app, pilot):
        await _open(app, pilot)
        await until(
            pilot,
            lambda: all(one.is_finished for one in app.workers if one.group == "cluster"),
        )
        await settled(pilot)
        assert list(_boxes(app))[:4] == ["experiment", "preset", "seed", "setting:outer_steps"]
        await pilot.press("ctrl+s")
        await until(pilot, lambda: orders)
        await until(pilot, lambda: app.screen is app.main)


async def test_a_run_goes_to_the_cluster(
    workspace: Workspace, orders: Orders, sbatch: Path
) -> None:
    """As its job; another experiment's form still knows the choice."""
    assert sbatch.exists()
    async with opened(workspace) as (app, pilot):
        await _choose_slurm(app, pilot)
        assert list(_boxes(app))[:4] == ["experiment", "preset", "seed", "place"]
        _boxes(app)["experiment"].query_one(Select).value = "logistic-regression"
        await until(pilot, lambda: "setting:tolerance" in _boxes(app))
        await settled(pilot)
        assert _boxes(app)["place"].value == "slurm"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen is app.main)
        await settled(pilot)
        assert "is job 42 of the cluster" in _said(app)
    (directory,) = catalogue.directories(workspace)
    held = ticket.read(directory)
    assert held is not None
    assert held.job == "42"
    assert orders == []


@pytest.mark.parametrize(
    ("table", "answer", "said"),
    [
        ('partition = "nope"', "", "no partition is called 'nope'"),
        ("time_min = 0\ncores = 2", "", "cluster.cores is no key of this table"),
        ("", "echo 'sbatch: error: Invalid account' >&2; exit 1", "does not take it"),
        ("", None, "there is no Slurm on this machine"),
    ],
)
async def test_a_refusal_stays_in_the_form_and_leaves_nothing(
    workspace: Workspace,
    orders: Orders,
    sbatch: Path,
    monkeypatch: pytest.MonkeyPatch,
    table: str,
    answer: str | None,
    said: str,
) -> None:
    """With all that was typed; here it can run all the same."""
    workspace.settings.write_text(f"[cluster]\n{table}\n", encoding="utf-8")
    async with opened(workspace) as (app, pilot):
        await _choose_slurm(app, pilot)
        _boxes(app)["setting:outer_steps"].query_one(Input).value = "7"
        if answer:
            sbatch.write_text(f"#!/bin/sh\n{answer}\n")
        elif answer is None:
            monkeypatch.setattr(commands, "is_here", lambda: False)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: said in _refusal(app))
        assert catalogue.directories(workspace) == []
        assert [one for one in workspace.runs.glob(f"{submit.PAPERS}/*") if one.is_dir()] == []
        assert _boxes(app)["setting:outer_steps"].value == "7"
        _boxes(app)["place"].query_one(Select).value = "local"
        await settled(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: orders)
        await until(pilot, lambda: app.screen is app.main)
    (run,) = catalogue.listing(workspace).runs
    assert run.request.settings["outer_steps"] == 7


async def test_a_refusal_is_said_though_the_form_is_gone(
    workspace: Workspace, orders: Orders, sbatch: Path, tmp_path: Path
) -> None:
    """A cluster may take its time; who leaves meanwhile loses nothing and is not asked."""
    go = tmp_path / "go"
    wait = f"for n in $(seq 200); do [ -e {go} ] && break; sleep 0.05; done"
    sbatch.write_text(f"#!/bin/sh\n{wait}\nexit 1\n")
    async with opened(workspace) as (app, pilot):
        await _choose_slurm(app, pilot)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: _refusal(app) == "Handing it over…")
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, LaunchScreen))
        assert app.screen is app.main
        go.touch()
        await until(pilot, lambda: "Slurm does not take it" in _said(app))
    assert catalogue.directories(workspace) == []
    assert orders == []


async def test_what_a_cluster_may_have_taken_is_kept(
    workspace: Workspace, orders: Orders, sbatch: Path
) -> None:
    """It did not answer; the form does not ask to try again, the list tells."""
    sbatch.write_text("#!/bin/sh\necho 'sbatch: error: Socket timed out' >&2; exit 1\n")
    async with opened(workspace) as (app, pilot):
        await _choose_slurm(app, pilot)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen is app.main)
        await settled(pilot)
        (directory,) = catalogue.directories(workspace)
        wanted = (
            f"Slurm did not answer (Socket timed out); it may have taken {directory.id}: "
            "the list of runs will tell"
        )
        assert [
            (one.message, one.severity)
            for one in app._notifications
            if "Socket timed out" in one.message
        ] == [(wanted, "warning")]
    assert orders == []


async def test_a_resumed_run_that_a_cluster_may_have_taken_is_no_error(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is it said to be anything yet."""

    def fall_silent(_: RunDirectory) -> State:
        raise submit.UncertainError("no answer")

    monkeypatch.setattr(steer, "resume", fall_silent)
    write_run(workspace, "2026-03-04-1130-l2l-quadratic-gone", state=State.INTERRUPTED)
    async with opened(workspace) as (app, pilot):
        await pilot.press("space")
        await until(pilot, lambda: app._notifications)
        assert [(one.message, one.severity) for one in app._notifications] == [
            ("no answer", "warning")
        ]


@pytest.mark.parametrize(
    ("box", "chosen"), [("experiment", "logistic-regression"), ("preset", "paper")]
)
async def test_what_is_asked_for_right_after_a_choice_goes_with_it(
    workspace: Workspace, orders: Orders, box: str, chosen: str
) -> None:
    """The other settings are not on the screen yet: the run is asked for once they are."""
    async with opened(workspace) as (app, pilot):
        await _open(app, pilot)
        _boxes(app)[box].query_one(Select).value = chosen
        assert isinstance(app.screen, LaunchScreen)
        app.screen.action_save()
        await until(pilot, lambda: app.screen is app.main)
        await settled(pilot)
        assert "fault" not in _said(app)
    assert len(orders) == 1
    (run,) = catalogue.listing(workspace).runs
    asked = run.request
    assert chosen in {asked.experiment, asked.preset}
    usual = experiments.get(asked.experiment).configure(asked.preset)
    assert asked.settings == usual.values()


async def test_settings_that_do_not_go_together_are_said_in_the_form(
    workspace: Workspace, orders: Orders
) -> None:
    """Each of them by itself is fine."""
    async with opened(workspace) as (app, pilot):
        await _open(app, pilot)
        _boxes(app)["setting:inner_lr_low"].query_one(Input).value = "0.5"
        _boxes(app)["setting:inner_lr_high"].query_one(Input).value = "0.1"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "is not below inner_lr_high" in _refusal(app))
    assert catalogue.directories(workspace) == []
    assert orders == []


async def test_after_a_fault_of_its_own_a_run_can_be_asked_for_again(
    workspace: Workspace, orders: Orders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said as such, and the form stays."""

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("ours")

    async with opened(workspace) as (app, pilot):
        await _open(app, pilot)
        with monkeypatch.context() as patched:
            patched.setattr(launch, "prepare", fail)
            await pilot.press("ctrl+s")
            await until(pilot, lambda: "ZeroDivisionError: ours" in _said(app))
        await settled(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen is app.main)
    assert len(orders) == 1
