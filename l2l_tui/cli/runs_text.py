"""Runs as a person reads them: lists, verdicts, measurements."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from l2l_tui import language
from l2l_tui.cli.output import Cell, paint, table
from l2l_tui.language import tr, trn
from l2l_tui.runs.model import Run, State
from l2l_tui.states import state_word, verdict_word
from l2l_tui.text import duration, number, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from l2l_tui.experiments.claims import Judgement
    from l2l_tui.runs.compare import Comparison
    from l2l_tui.runs.metrics import Series
    from l2l_tui.runs.sweep.groups import Sweep

_STATE_STYLE = {"finished": "good", "failed": "bad", "interrupted": "bad", "running": "strong"}
_VERDICT_STYLE = {"holds": "good", "fails": "bad", "inconclusive": "middle"}


def listing(lines: Sequence[Run | Sweep]) -> Iterator[str]:
    """Runs and sweeps, one a line."""
    if not lines:
        yield tr("no runs; `l2l-tui run EXPERIMENT` makes one")
        return
    headers = [tr("run"), tr("state"), tr("progress"), tr("time")]
    headers += [tr("preset"), tr("seed"), tr("milestone"), tr("claims")]
    points = [one.request.point if isinstance(one, Run) else "" for one in lines]
    rows = [_row(one) if isinstance(one, Run) else _sweep_row(one) for one in lines]
    if any(points):
        headers.insert(1, tr("setting"))
        rows = [(row[0], point, *row[1:]) for row, point in zip(rows, points, strict=True)]
    yield from table(rows, headers, whole={0})


def whole(run: Run, pictures: Sequence[Path]) -> Iterator[str]:
    """Everything about one run, and where the pictures are that it left."""
    request = run.request
    yield from result(run)
    if pictures:
        yield ""
        yield tr("Pictures")
        yield from (f"  {plain(str(path))}" for path in pictures)
    yield ""
    yield tr("Settings")
    yield from table([(f"  {name}", _value(value)) for name, value in request.settings.items()])
    about = {
        tr("preset"): request.preset,
        tr("seed"): str(request.seed),
        tr("serves"): request.milestone or tr("no milestone"),
    }
    if request.sweep is not None:
        about[tr("sweep")] = request.sweep
    if run.job is not None:
        about[tr("cluster's job")] = run.job
    if run.result is not None:
        about |= {name: str(value) for name, value in run.result.environment.items()}
        spent = run.result.cpu_s.items()
        about |= {tr("CPU-seconds of {part}", part=part): f"{cpu_s:.1f}" for part, cpu_s in spent}
    yield ""
    yield tr("About")
    yield from table([(f"  {name}", value) for name, value in about.items()])


def result(run: Run) -> Iterator[str]:
    """How a run ended, or where it stands."""
    state = paint(state_word(run.state), _STATE_STYLE.get(run.state, ""))
    yield f"{plain(run.id)}: {state}, {_progress(run)}, {duration(run.elapsed_s)}"
    if run.result is None:
        return
    if run.result.error is not None:
        yield f"{plain(run.result.error.type)}: {plain(run.result.error.message)}"
    if run.result.figures:
        yield ""
        yield tr("Figures")
        rows = [(f"  {name}", _figure(value)) for name, value in _in_order(run).items()]
        yield from table(rows)
        yield from _remarks(run.request.experiment, run.result.figures)
    if run.result.claims:
        yield ""
        yield tr("Claims")
        yield from claims(run.result.claims, run)


def claims(judgements: Sequence[Judgement], run: Run | None = None) -> Iterator[str]:
    """Verdicts with our figure beside the paper's, and why each is what it is.

    Args:
        judgements: The verdicts.
        run: The run that they are of, from whose figures they are explained in any language.
    """
    rows = [
        (
            f"  {one.id}",
            Cell(verdict_word(one.verdict), _VERDICT_STYLE.get(one.verdict, "")),
            _ours(one),
            tr(one.paper),
        )
        for one in judgements
    ]
    headers = (f"  {tr('claim')}", tr("verdict"), tr("ours"), tr("where the paper says it"))
    yield from table(rows, headers)
    yield ""
    for one in judgements:
        yield f"  {plain(one.id)}: {plain(tr(one.statement))}"
        yield f"    {plain(_why(one, run))}"


def _why(one: Judgement, run: Run | None) -> str:
    """Return why a verdict is what it is; as the run wrote it where the catalogue is silent."""
    from l2l_tui import experiments

    if language.current() == "en" or run is None or run.result is None:
        return one.detail
    name = run.request.experiment
    declared = experiments.get(name).claims if name in experiments.names() else ()
    claim = next((each for each in declared if each.id == one.id), None)
    if claim is None:
        return one.detail
    try:
        why = claim.why(one.ours, run.result.seeds, run.request.settings)
    except (KeyError, IndexError):  # settings or figures that the run does not have
        return one.detail
    return why.told(tr) if str(why) == one.detail else one.detail


def measurements(series: Mapping[str, Series]) -> Iterator[str]:
    """Each measurement's first, least and last value."""
    if not series:
        yield tr("nothing measured yet")
        return
    rows = []
    for name, one in series.items():
        finite = [value for value in one.values if math.isfinite(value)]
        least = _figure(min(finite)) if finite else "-"
        first, last = _figure(one.values[0]), _figure(one.values[-1])
        rows.append((name, str(len(one.values)), str(one.steps[-1]), first, least, last))
    headers = (tr("name"), tr("points"), tr("last step"), tr("first"), tr("least"), tr("last"))
    yield from table(rows, headers)


def comparison(runs: Sequence[str], both: Comparison) -> Iterator[str]:
    """Runs as columns: settings that differ, then figures."""
    letters = [f"[{n}]" for n in range(1, len(runs) + 1)]
    for letter, run in zip(letters, runs, strict=True):
        yield f"{letter} {plain(run)}"
    for title, block in (
        (tr("Settings that differ"), both.settings_differ),
        (tr("Figures"), both.figures),
    ):
        yield ""
        yield title if block else tr("{title}: none", title=title)
        rows = [(f"  {name}", *(_value(of.get(run)) for run in runs)) for name, of in block.items()]
        if rows:
            yield from table(rows, ("", *letters))


def what_to_do(run: Run) -> str:
    """Say how to go on with a run that did not finish."""
    match run.state.value:
        case "failed":
            return tr("{run} failed; `l2l-tui show {run}` and its log.txt say why", run=run.id)
        case "stopped":
            return tr("{run} was stopped; `l2l-tui resume {run}` takes it up again", run=run.id)
        case _:
            return tr(
                "{run} was interrupted: its trainer is gone without a result; "
                "`l2l-tui resume {run}` takes it up again, and its log.txt may say why",
                run=run.id,
            )


def _in_order(run: Run) -> dict[str, float]:
    """Return the figures that the claims rest on, then the others, sorted."""
    figures = run.result.figures if run.result else {}
    decisive = _decisive(run.request.experiment, figures)
    return {name: figures[name] for name in (*decisive, *sorted(figures.keys() - decisive.keys()))}


def _remarks(experiment: str, figures: Mapping[str, float]) -> Iterator[str]:
    from l2l_tui import experiments

    if experiment in experiments.names():
        for said in experiments.get(experiment).remarks(figures):
            yield f"  {plain(said.told(tr))}"


def _decisive(experiment: str, figures: Mapping[str, float]) -> dict[str, None]:
    """Return the names that the experiment's claims read, in that order."""
    from l2l_tui import experiments
    from l2l_tui.experiments.claims import read_by

    known = experiment in experiments.names()
    return dict.fromkeys(read_by(experiments.get(experiment).claims, figures) if known else ())


def _row(run: Run) -> tuple[str | Cell, ...]:
    held = [one.verdict for one in run.result.claims] if run.result else []
    verdicts = ""
    if held:
        holding = sum(one == "holds" for one in held)
        verdicts = tr("{n} of {all} hold", n=holding, all=len(held))
    return (
        run.id,
        Cell(state_word(run.state), _STATE_STYLE.get(run.state, "")),
        _progress(run),
        duration(run.elapsed_s),
        run.request.preset,
        str(run.request.seed),
        run.request.milestone or "",
        verdicts,
    )


def _sweep_row(sweep: Sweep) -> tuple[str | Cell, ...]:
    counts, request = sweep.counts, sweep.points[0].request
    return (
        sweep.name,
        Cell(state_word(sweep.state), _STATE_STYLE.get(sweep.state, "")),
        tr("{n} of {all} runs", n=counts.get(State.FINISHED, 0), all=len(sweep.points)),
        duration(sweep.elapsed_s),
        request.preset,
        trn("{n} seed", "{n} seeds", sweep.seeds),
        request.milestone or "",
        "",
    )


def _progress(run: Run) -> str:
    status = run.status
    if run.place is not None:
        return tr("place {n}", n=run.place)
    if status and status.steps:
        return tr("{step} of {steps}", step=status.step, steps=status.steps)
    return tr("0 steps")


def _ours(one: Judgement) -> str:
    seeds = trn("{n} meta-seed", "{n} meta-seeds", one.ours.seeds)
    if one.ours.seeds > 1:
        return f"{_figure(one.ours.mean)} ± {number(one.ours.spread)} ({seeds})"
    return f"{_figure(one.ours.mean)} ({seeds})"


def _figure(value: float) -> str:
    return number(value) if math.isfinite(value) else tr("not finite")


def _value(value: object) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return str(value).lower()
        case float():
            return _figure(value)
        case _:
            return str(value)
