"""Workspaces and run directories written by hand, and the app opened on them."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from textual.app import App
from textual.pilot import Pilot

from l2l_tui import language
from l2l_tui.experiments.claims import Judgement, Ours, Verdict
from l2l_tui.plan import store
from l2l_tui.runs import files, process
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import Request, RunError, RunResult, RunStatus, State
from l2l_tui.tui.study import StudyApp
from l2l_tui.workspace import Workspace

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
"""When every test takes place: a Wednesday."""

PLAN = """\
[plan]
title = "Learning to learn"
language = "en"
first_meeting = 2026-02-18
meets_every_days = 7

[[track]]
id = "paper"
title = "PAPER"

[[track]]
id = "torch"
title = "TORCH"

# a hand-made comment
[[milestone]]
id = "l2l"
track = "paper"
title = "Learning to learn by gradient descent by gradient descent"
due = 2026-03-11
status = "doing"
experiments = ["l2l-quadratic"]

[[milestone]]
id = "maml"
track = "paper"
title = "MAML: Model-Agnostic Meta-Learning"
due = 2026-03-01
status = "todo"
links = ["arXiv:1703.03400"]

[[milestone]]
id = "survey"
track = "paper"
title = "小樣本學習綜述 survey"
due = 2026-03-25
status = "todo"
needs = ["maml"]

[[milestone]]
id = "logistic"
track = "torch"
title = "Logistic regression"
due = 2026-02-25
status = "done"
experiments = ["logistic-regression"]

[[milestone]]
id = "resnet"
track = "torch"
title = "Residual networks"
status = "dropped"

[[meeting]]
date = 2026-02-18

[[meeting.problem]]
text = "Why does batch norm differ in eval mode?"

[[meeting]]
date = 2026-03-04
paper = "Read *section 3*."

[[meeting.problem]]
text = "顯示卡記憶體不夠"

[[result]]
run = "2026-02-24-1000-logistic-regression-aaaa"
milestone = "logistic"
experiment = "logistic-regression"
on = 2026-02-24
claims = { "same-optimum" = "holds" }
figures = { accuracy = 0.96 }
"""


def make_workspace(root: Path, plan: str = PLAN) -> Workspace:
    """Write a plan into a new workspace."""
    workspace = Workspace(root)
    workspace.plans.mkdir(parents=True)
    (workspace.plans / "study.toml").write_text(plan, encoding="utf-8")
    return workspace


def falling(count: int, start: float = 10.0) -> list[float]:
    """Return a curve that falls as losses do."""
    return [start * math.exp(-5 * step / count) + 0.1 for step in range(count)]


def write_run(
    workspace: Workspace,
    name: str,
    *,
    state: State = State.FINISHED,
    experiment: str = "l2l-quadratic",
    seed: int = 0,
    age_min: int = 60,
    step: int = 71,
    curves: Mapping[str, Sequence[float]] | None = None,
    log: str = "12:00:01 outer step 10, validation 0.9 (best)\n",
    error: RunError | None = None,
    settings: Mapping[str, str | int] | None = None,
    milestone: str | None = "l2l",
    sweep: str | None = None,
    swept: Mapping[str, str | int] | None = None,
) -> RunDirectory:
    """Write a run directory as a trainer leaves it; a running one is this very process."""
    directory = RunDirectory(workspace.runs / name)
    directory.path.mkdir(parents=True)
    created = NOW - timedelta(minutes=age_min)
    values = {**({"outer_steps": 100} if settings is None else settings), **(swept or {})}
    files.write_request(
        directory,
        Request(
            name,
            experiment,
            "quick",
            seed,
            values,
            created,
            milestone=milestone,
            plan="study",
            sweep=sweep,
            swept=swept or {},
        ),
    )
    me = process.me()
    living = state in {State.RUNNING, State.PAUSED}
    pid, began = (me.pid, me.started) if living else (0, 0.0)
    said = State.RUNNING if state in {State.FINISHED, State.FAILED, State.INTERRUPTED} else state
    status = RunStatus(said, step, 100, 30.0, created, created, me.host, pid, began, "at work")
    if state is not State.QUEUED:
        files.write_status(directory, status)
    if state in {State.FINISHED, State.FAILED}:
        files.write_result(directory, _result(created, error))
    series = (
        curves if curves is not None else {"loss/sgd": falling(40), "loss/learned": falling(40, 5)}
    )
    add_measurements(directory, series)
    directory.log.write_text(log, encoding="utf-8")
    return directory


def _result(created: datetime, error: RunError | None) -> RunResult:
    """Return the result of a run that finished or failed."""
    if error is not None:
        return RunResult(State.FAILED, created, created, 30.0, error=error)
    ours = Ours(0.31, 0.02, 3)
    claims = (
        Judgement("beats-tuned-baselines", "It beats them.", Verdict.HOLDS, ours, "0.6", "It is."),
        Judgement("still-ahead-at-200", "It stays ahead.", Verdict.HOLDS, ours, "yes", "It is."),
    )
    figures = {"final_ratio": 0.31, "sum_ratio": 0.4}
    return RunResult(State.FINISHED, created, created, 30.0, figures=figures, claims=claims)


def add_measurements(
    directory: RunDirectory, curves: Mapping[str, Sequence[float]], first: int = 0
) -> None:
    """Append measurements to a run, as its trainer does."""
    lines = [
        json.dumps({"name": name, "step": step, "value": value})
        for name, values in curves.items()
        for step, value in enumerate(values, first)
    ]
    with directory.metrics.open("a", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in lines))


@asynccontextmanager
async def opened(
    workspace: Workspace, size: tuple[int, int] = (160, 48), spoken: str | None = None
) -> AsyncIterator[tuple[StudyApp, Pilot[None]]]:
    """Open the app on a workspace, in a language, and wait until it has seen the runs."""
    language.use(spoken or language.current())
    plan = store.load(workspace.plan_file())
    app = StudyApp(workspace, plan, clock=lambda: NOW, spoken=spoken)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.book.loaded and app.main.trainer is not None)
        await settled(pilot)
        yield app, pilot


async def until(
    pilot: Pilot[None], condition: Callable[[], object], patience_s: float = 20.0
) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("it did not come about in time")
        await pilot.pause()
        await asyncio.sleep(0.01)


async def settled(pilot: Pilot[None]) -> None:
    """Wait until every job is done and every message handled."""
    app = pilot.app
    await until(
        pilot,
        lambda: not [job for job in app.workers if job.group == "jobs" and not job.is_finished],
    )
    for _ in range(3):
        await pilot.pause()


def lines_of(app: App[None]) -> list[str]:
    """Return what the terminal shows, line by line."""
    return [strip.text for strip in app.screen._compositor.render_strips()]


def text_of(app: App[None]) -> str:
    """Return what the terminal shows."""
    return "\n".join(lines_of(app))


def notices(app: App[None]) -> list[str]:
    """Return what was notified, oldest first."""
    return [notice.message for notice in app._notifications]


async def type_text(pilot: Pilot[None], text: Iterable[str]) -> None:
    """Type some plain letters."""
    for letter in text:
        await pilot.press("space" if letter == " " else letter)
