"""Runs as a person reads them: lists, verdicts, measurements."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from l2l_tui.cli.output import Cell, paint, table
from l2l_tui.text import duration, number, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from l2l_tui.experiments.claims import Judgement
    from l2l_tui.runs.compare import Comparison
    from l2l_tui.runs.metrics import Series
    from l2l_tui.runs.model import Run

_STATE_STYLE = {"finished": "good", "failed": "bad", "interrupted": "bad", "running": "strong"}
_VERDICT_STYLE = {"holds": "good", "fails": "bad", "inconclusive": "middle"}


def listing(runs: Sequence[Run]) -> Iterator[str]:
    """All runs, one a line."""
    if not runs:
        yield "no runs; `l2l-tui run EXPERIMENT` makes one"
        return
    headers = ("run", "state", "progress", "time", "preset", "seed", "milestone", "claims")
    yield from table([_row(run) for run in runs], headers)


def whole(run: Run) -> Iterator[str]:
    """Everything about one run."""
    request = run.request
    yield from result(run)
    yield ""
    yield "Settings"
    yield from table([(f"  {name}", _value(value)) for name, value in request.settings.items()])
    about = [("  preset", request.preset), ("  seed", str(request.seed))]
    about.append(("  serves", request.milestone or "no milestone"))
    if run.result is not None:
        about += [(f"  {name}", str(value)) for name, value in run.result.environment.items()]
    yield ""
    yield "About"
    yield from table(dict(about).items())  # type: ignore[arg-type]


def result(run: Run) -> Iterator[str]:
    """How a run ended, or where it stands."""
    state = paint(run.state.value, _STATE_STYLE.get(run.state, ""))
    yield f"{plain(run.id)}: {state}, {_progress(run)}, {duration(run.elapsed_s)}"
    if run.result is None:
        return
    if run.result.error is not None:
        yield f"{plain(run.result.error.type)}: {plain(run.result.error.message)}"
    if run.result.figures:
        yield ""
        yield "Figures"
        rows = [(f"  {name}", _figure(value)) for name, value in _in_order(run).items()]
        yield from table(rows)
        yield from _remarks(run.request.experiment, run.result.figures)
    if run.result.claims:
        yield ""
        yield "Claims"
        yield from claims(run.result.claims)


def claims(judgements: Sequence[Judgement]) -> Iterator[str]:
    """Verdicts with our figure beside the paper's."""
    rows = [
        (
            f"  {one.id}",
            Cell(one.verdict.value, _VERDICT_STYLE.get(one.verdict, "")),
            _ours(one),
            one.paper,
        )
        for one in judgements
    ]
    yield from table(rows, ("  claim", "verdict", "ours", "where the paper says it"))
    yield ""
    for one in judgements:
        yield f"  {plain(one.id)}: {plain(one.statement)}"
        yield f"    {plain(one.detail)}"


def measurements(series: Mapping[str, Series]) -> Iterator[str]:
    """Each measurement's first, least and last value."""
    if not series:
        yield "nothing measured yet"
        return
    rows = []
    for name, one in series.items():
        finite = [value for value in one.values if math.isfinite(value)]
        least = _figure(min(finite)) if finite else "-"
        first, last = _figure(one.values[0]), _figure(one.values[-1])
        rows.append((name, str(len(one.values)), str(one.steps[-1]), first, least, last))
    yield from table(rows, ("name", "points", "last step", "first", "least", "last"))


def comparison(runs: Sequence[str], both: Comparison) -> Iterator[str]:
    """Runs as columns: settings that differ, then figures."""
    letters = [f"[{n}]" for n in range(1, len(runs) + 1)]
    for letter, run in zip(letters, runs, strict=True):
        yield f"{letter} {plain(run)}"
    for title, block in (("Settings that differ", both.settings_differ), ("Figures", both.figures)):
        yield ""
        yield title if block else f"{title}: none"
        rows = [(f"  {name}", *(_value(of.get(run)) for run in runs)) for name, of in block.items()]
        if rows:
            yield from table(rows, ("", *letters))


def what_to_do(run: Run) -> str:
    """Say how to go on with a run that did not finish."""
    match run.state.value:
        case "failed":
            return f"{run.id} failed; `l2l-tui show {run.id}` and its log.txt say why"
        case "stopped":
            return f"{run.id} was stopped; `l2l-tui resume {run.id}` takes it up again"
        case _:
            return (
                f"{run.id} was interrupted: its trainer is gone without a result; "
                f"`l2l-tui resume {run.id}` takes it up again, and its log.txt may say why"
            )


def _in_order(run: Run) -> dict[str, float]:
    """Return the figures that the claims rest on, then the others, sorted."""
    figures = run.result.figures if run.result else {}
    decisive = _decisive(run.request.experiment, figures)
    return {name: figures[name] for name in (*decisive, *sorted(figures.keys() - decisive.keys()))}


def _remarks(experiment: str, figures: Mapping[str, float]) -> Iterator[str]:
    from l2l_tui import experiments
    from l2l_tui.language import tr

    if experiment in experiments.names():
        for said in experiments.get(experiment).remarks(figures):
            yield f"  {plain(said.told(tr))}"


def _decisive(experiment: str, figures: Mapping[str, float]) -> dict[str, None]:
    """Return the names that the experiment's claims read, in that order."""
    from l2l_tui import experiments

    watched = _Watched(figures)
    if experiment in experiments.names():
        for claim in experiments.get(experiment).claims:
            claim.measure(watched)
    return {name: None for name in watched.read if name in figures}


class _Watched(dict[str, float]):
    """Figures that remember which of them were read."""

    def __init__(self, figures: Mapping[str, float]) -> None:
        super().__init__(figures)
        self.read: dict[str, None] = {}

    def __getitem__(self, name: str) -> float:
        self.read[name] = None
        # An older run may lack what the claims of today read.
        return self.get(name, math.nan)


def _row(run: Run) -> tuple[str | Cell, ...]:
    held = [one.verdict for one in run.result.claims] if run.result else []
    verdicts = f"{held.count('holds')} of {len(held)} hold" if held else ""  # type: ignore[arg-type]
    return (
        run.id,
        Cell(run.state.value, _STATE_STYLE.get(run.state, "")),
        _progress(run),
        duration(run.elapsed_s),
        run.request.preset,
        str(run.request.seed),
        run.request.milestone or "",
        verdicts,
    )


def _progress(run: Run) -> str:
    status = run.status
    return f"{status.step} of {status.steps}" if status and status.steps else "0 steps"


def _ours(one: Judgement) -> str:
    if one.ours.seeds > 1:
        return f"{_figure(one.ours.mean)} ± {number(one.ours.spread)} ({one.ours.seeds} meta-seeds)"
    return f"{_figure(one.ours.mean)} (1 meta-seed)"


def _figure(value: float) -> str:
    return number(value) if math.isfinite(value) else "not finite"


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
