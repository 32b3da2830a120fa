"""Runs as a trainer leaves them, made without one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from l2l_tui.experiments.claims import Judgement, Ours, Verdict
from l2l_tui.lab.measurement import Measurement
from l2l_tui.runs import files, metrics, process
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import Request, RunError, RunResult, RunStatus, State
from l2l_tui.workspace import Workspace

FIGURES = {
    "final_ratio": 0.55,
    "final_learned": 0.14,
    "sum_learned": 70.0,
    "final_adam": 0.33,
    "sum_adam": 103.0,
    "worst": math.inf,
}
CLAIM = Judgement(
    id="beats-tuned-baselines",
    statement="It is lower | than all others.",
    verdict=Verdict.HOLDS,
    ours=Ours(0.55, 0.02, 3),
    paper="Figure 4",
    detail="the ratio 0.55 ± 0.02 (3 meta-seeds), to be below 1",
)


def make_run(
    workspace: Workspace,
    run: str = "2026-11-20-1200-l2l-quadratic-aaaa",
    *,
    experiment: str = "l2l-quadratic",
    milestone: str | None = "l2l",
    plan: str | None = "learning-to-learn",
    state: State = State.FINISHED,
    ended: datetime | None = None,
    seed: int = 0,
    settings: Mapping[str, bool | int | float | str] | None = None,
    figures: Mapping[str, float] | None = None,
    seeds: Sequence[Mapping[str, float]] | None = None,
    judged: Judgement = CLAIM,
    sweep: str | None = None,
    swept: Mapping[str, bool | int | float | str] | None = None,
) -> RunDirectory:
    """Make a run's directory with everything in it that the state calls for."""
    directory = RunDirectory(workspace.runs / run)
    directory.path.mkdir(parents=True)
    at = ended or datetime.now().astimezone()
    request = Request(
        run=run,
        experiment=experiment,
        preset="quick",
        seed=seed,
        settings={
            **({"outer_steps": 60, "hidden": 20} if settings is None else settings),
            **(swept or {}),
        },
        created=at - timedelta(minutes=5),
        milestone=milestone,
        plan=plan,
        sweep=sweep,
        swept=swept or {},
    )
    files.write_request(directory, request)
    files.write_status(directory, _status(state, at))
    measured = [
        Measurement(f"loss/{name}", step, value)
        for name, last in (("learned", 0.14), ("adam", math.nan))
        for step, value in enumerate((9.0, 3.0, 1.0, last))
    ]
    directory.metrics.write_bytes(b"".join(map(metrics.encode, measured)))
    if state in {State.FINISHED, State.FAILED}:
        result = _result(state, at, FIGURES if figures is None else figures)
        if state is State.FINISHED:
            result = replace(result, seeds=tuple(seeds or result.seeds), claims=(judged,))
        files.write_result(directory, result)
    return directory


def _status(state: State, at: datetime) -> RunStatus:
    """A heartbeat: of this very process where the run is to be alive, of no process else."""
    me = process.me()
    return RunStatus(
        state=State.RUNNING if state is State.INTERRUPTED else state,
        step=40,
        steps=100,
        elapsed_s=12.5,
        heartbeat=at,
        started=at - timedelta(minutes=4),
        host=me.host,
        pid=me.pid,
        pid_started=me.started if state.alive else -1.0,
        note="outer step 40",
    )


def _result(state: State, at: datetime, figures: Mapping[str, float]) -> RunResult:
    failed = state is State.FAILED
    return RunResult(
        state=state,
        started=at - timedelta(minutes=4),
        ended=at,
        elapsed_s=28.0,
        figures={} if failed else figures,
        seeds=() if failed else (figures,),
        claims=() if failed else (CLAIM,),
        environment={"python": "3.11", "threads": 1},
        error=RunError("ValueError", "no [/] such | thing", "Traceback ...") if failed else None,
    )
