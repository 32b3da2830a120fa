"""The runs of a week as a report tells them, grouped by experiment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from l2l_tui import experiments
from l2l_tui.errors import L2LError
from l2l_tui.experiments.claims import Verdict
from l2l_tui.experiments.sentence import Sentence
from l2l_tui.report.compared import Compared, compared
from l2l_tui.report.svg import Curve, Picture
from l2l_tui.report.swept import tabulate
from l2l_tui.runs import catalogue, metrics
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import State
from l2l_tui.runs.sweep import groups

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from l2l_tui.experiments.base import Experiment
    from l2l_tui.experiments.claims import Claim, Judgement, Ours
    from l2l_tui.experiments.settings import Value
    from l2l_tui.plan.model import Plan, Result
    from l2l_tui.report.drawing import Drawn
    from l2l_tui.report.swept import Swept
    from l2l_tui.runs.metrics import Series
    from l2l_tui.runs.model import Run
    from l2l_tui.runs.sweep.groups import Sweep
    from l2l_tui.workspace import Workspace


@dataclass(frozen=True)
class ClaimReport:
    """What one run says of one claim."""

    id: str
    """The claim's id."""
    verdict: Verdict
    """What the run says of it."""
    ours: Ours | None
    """Our figure; None where only the plan remembers the run."""
    paper: str
    """Where the paper says it, and what it says there."""
    detail: Sentence
    """Why the verdict is what it is."""
    reads: str = ""
    """What our figure is; empty where the catalogue no longer has the claim."""


@dataclass(frozen=True)
class Changed:
    """A setting that differs from the preset's."""

    name: str
    """The setting."""
    preset: Value | None
    """The preset's value; None where the catalogue no longer has it."""
    used: Value
    """The run's value."""


@dataclass(frozen=True)
class RunReport:
    """One run of the week."""

    run: str
    """Its id."""
    state: State
    """Where it stands."""
    on: date | None
    """The day it ended."""
    preset: str = ""
    """Its preset; empty where only the plan remembers it."""
    seed: int = 0
    """Its seed."""
    elapsed_s: float = 0.0
    """Seconds of work."""
    step: int = 0
    """Steps done."""
    steps: int = 0
    """Steps in all."""
    changed: tuple[Changed, ...] = ()
    """Settings that differ from the preset's."""
    claims: tuple[ClaimReport, ...] = ()
    """The verdicts."""
    figures: Mapping[str, float] | None = None
    """Its figures."""
    picture: Picture | None = None
    """Its most telling curves."""
    compared: Compared | None = None
    """What it compares, if it does."""
    error: str = ""
    """Why it failed."""
    meanings: Mapping[str, str] = field(default_factory=dict)
    """What each figure is, of those that the experiment explains."""
    remarks: tuple[Sentence, ...] = ()
    """What a reader of the figures must not overlook."""
    gone: bool = False
    """Whether its directory is gone, so that only the plan remembers it."""
    earlier: bool = False
    """Whether it is not of these days and told because somebody named it."""

    @property
    def drawn(self) -> Drawn | None:
        """What is drawn of it."""
        return self.compared or self.picture


@dataclass(frozen=True)
class SweepReport:
    """One sweep of the week, which stands for all its runs."""

    name: str
    """Its name."""
    preset: str
    """Its preset."""
    counts: Mapping[State, int]
    """How many of its points stand where."""
    seeds: int
    """How many seeds there are."""
    elapsed_s: float
    """Seconds of work of all its runs."""
    changed: tuple[Changed, ...]
    """Settings that all its runs share and that differ from the preset's."""
    table: Swept
    """What it came to."""
    verdicts: tuple[Verdict, ...]
    """The verdicts of all its points."""
    earlier: bool = False
    """Whether it is not of these days and told because somebody named it."""


@dataclass(frozen=True)
class ExperimentReport:
    """One experiment's runs of the week."""

    name: str
    """What a person types."""
    title: str
    """What it shows, in a line; empty where the catalogue no longer has it."""
    paper: str
    """Where it comes from."""
    claims: tuple[Claim, ...]
    """What it tests."""
    runs: tuple[RunReport, ...]
    """Its runs, oldest first; of a sweep's those alone that somebody named."""
    sweeps: tuple[SweepReport, ...] = ()
    """Its sweeps, oldest first."""


def gather(
    workspace: Workspace, plan: Plan, since: date, until: date, written: Iterable[str] = ()
) -> tuple[ExperimentReport, ...]:
    """Return what was run from `since` to `until`, both days included, and what is named.

    Runs that another plan asked for are left out, unless they are named; results whose run
    directory is gone are told as the plan remembers them.

    Args:
        workspace: Where the runs are.
        plan: The plan.
        since: The first day.
        until: The last one.
        written: What people wrote; whatever run stands in it by its id is told, of any day.
    """
    text = "\n".join(written)
    found = catalogue.listing(workspace).runs
    kept = {run.id for run in found}
    told: dict[str, list[RunReport]] = {}
    for result in plan.results:
        of_these_days = result.on is not None and since <= result.on <= until
        if result.run not in kept and (of_these_days or named(text, result.run)):
            report = replace(_remembered(result), earlier=not of_these_days)
            told.setdefault(result.experiment, []).append(report)
    days = {run.id for run in found if _belongs(run, plan) and since <= last_sign(run) <= until}
    telling = [
        run
        for run in reversed(found)
        if (run.id in days and run.request.sweep is None) or named(text, run.id)
    ]
    for run in catalogue.completed(workspace, telling):
        report = replace(_report(workspace, run), earlier=run.id not in days)
        told.setdefault(run.request.experiment, []).append(report)
    swept: dict[str, list[SweepReport]] = {}
    for sweep in reversed(groups.group(found).values()):
        of_these_days = any(run.id in days for run in sweep.runs)
        if of_these_days or named(text, sweep.name):
            reported = replace(_sweep(workspace, sweep), earlier=not of_these_days)
            swept.setdefault(sweep.points[0].request.experiment, []).append(reported)
    return tuple(
        _grouped(name, told.get(name, []), swept.get(name, []))
        for name in sorted(told.keys() | swept.keys())
    )


def _sweep(workspace: Workspace, sweep: Sweep) -> SweepReport:
    points = catalogue.completed(workspace, sweep.points) or list(sweep.points)
    first = points[0]
    entry = _entry(first.request.experiment)
    return SweepReport(
        name=sweep.name,
        preset=first.request.preset,
        counts=sweep.counts,
        seeds=sweep.seeds,
        elapsed_s=sweep.elapsed_s,
        changed=tuple(one for one in _changed(first, entry) if one.name not in first.request.swept),
        table=tabulate(points, entry),
        verdicts=tuple(one.verdict for run in points if run.result for one in run.result.claims),
    )


def named(text: str, run: str) -> bool:
    """Whether a run stands in a text by its id, and not by a longer one."""
    return run in text and bool(re.search(rf"(?<![\w-]){re.escape(run)}(?![\w-])", text))


def _belongs(run: Run, plan: Plan) -> bool:
    return run.state is not State.QUEUED and run.request.plan in {None, plan.name}


def last_sign(run: Run) -> date:
    """Return the day on which a run ended, or was last at work."""
    if run.result is not None:
        return run.result.ended.astimezone().date()
    sign = run.request.created if run.status is None else run.status.heartbeat
    return sign.astimezone().date()


def _grouped(name: str, reports: list[RunReport], sweeps: list[SweepReport]) -> ExperimentReport:
    entry = _entry(name)
    return ExperimentReport(
        name=name,
        title=entry.title if entry else "",
        paper=entry.paper if entry else "",
        claims=entry.claims if entry else (),
        runs=tuple(reports),
        sweeps=tuple(sweeps),
    )


def _report(workspace: Workspace, run: Run) -> RunReport:
    entry, result = _entry(run.request.experiment), run.result
    figures = result.figures if result else {}
    return RunReport(
        run=run.id,
        state=run.state,
        on=result.ended.astimezone().date() if result else None,
        preset=run.request.preset,
        seed=run.request.seed,
        elapsed_s=run.elapsed_s,
        step=run.status.step if run.status else 0,
        steps=run.status.steps if run.status else 0,
        changed=_changed(run, entry),
        claims=tuple(_claim(one, run, entry) for one in result.claims) if result else (),
        figures=result.figures if result else None,
        meanings=_meanings(figures, entry),
        remarks=entry.remarks(figures) if entry else (),
        compared=compared(entry.table, figures, result.cpu_s) if entry and result else None,
        picture=_picture(metrics.read(RunDirectory(workspace.runs / run.id)), entry),
        error=f"{result.error.type}: {result.error.message}" if result and result.error else "",
    )


def _meanings(figures: Mapping[str, float], entry: Experiment | None) -> Mapping[str, str]:
    said = {name: entry.meaning(name) for name in figures} if entry else {}
    return {name: meaning for name, meaning in said.items() if meaning}


def _claim(judgement: Judgement, run: Run, entry: Experiment | None) -> ClaimReport:
    claims = {claim.id: claim for claim in entry.claims} if entry else {}
    claim = claims.get(judgement.id)
    return ClaimReport(
        id=judgement.id,
        verdict=judgement.verdict,
        ours=judgement.ours,
        paper=judgement.paper,
        detail=_why(judgement, run, claim),
        reads=claim.reads if claim else "",
    )


def _why(judgement: Judgement, run: Run, claim: Claim | None) -> Sentence:
    """Return what stands against our figure; what the run wrote where the catalogue says otherwise.

    A run writes English; what the catalogue would write of it now can be said in any language.
    """
    written = Sentence(judgement.detail)
    if claim is None or run.result is None:
        return written
    known = (judgement.ours, run.result.seeds, run.request.settings)
    try:
        same = str(claim.why(*known)) == judgement.detail
        return claim.against(*known) if same else written
    except (KeyError, IndexError):  # settings or figures that the run does not have
        return written


def _remembered(result: Result) -> RunReport:
    entry = _entry(result.experiment)
    references = {claim.id: claim.reference for claim in entry.claims} if entry else {}
    verdicts = {verdict.value: verdict for verdict in Verdict}
    return RunReport(
        run=result.run,
        state=State.FINISHED,
        on=result.on,
        claims=tuple(
            ClaimReport(id_, verdicts[word], None, references.get(id_, ""), Sentence(""))
            for id_, word in result.claims.items()
            if word in verdicts
        ),
        figures=result.figures,
        meanings=_meanings(result.figures, entry),
        remarks=entry.remarks(result.figures) if entry else (),
        compared=compared(entry.table, result.figures, {}) if entry else None,
        gone=True,
    )


def _changed(run: Run, entry: Experiment | None) -> tuple[Changed, ...]:
    try:
        usual = entry.configure(run.request.preset).values() if entry else {}
    except L2LError:  # the catalogue has changed since
        usual = {}
    return tuple(
        Changed(name, usual.get(name), value)
        for name, value in run.request.settings.items()
        if usual.get(name) != value
    )


def _picture(series: Mapping[str, Series], entry: Experiment | None) -> Picture | None:
    """Return the first of the experiment's charts that has measurements."""
    for chart in entry.charts if entry else ():
        curves = tuple(
            Curve(name.partition("/")[2] or name, one.steps, one.values)
            for name, one in series.items()
            if name.partition("/")[0] == chart.family
        )
        if curves:
            return Picture(chart.title, chart.x, chart.y, chart.log, curves)
    return None


def _entry(name: str) -> Experiment | None:
    try:
        return experiments.get(name)
    except L2LError:
        return None
