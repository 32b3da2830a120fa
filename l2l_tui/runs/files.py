"""A run's small TOML files as values and back.

A missing or broken status is None: it is a heartbeat, and the next one mends it. A broken
request or result is said to be broken, with file and key.
"""

from __future__ import annotations

import contextlib
import math
from typing import TYPE_CHECKING, Any

from l2l_tui import files
from l2l_tui.experiments.claims import Judgement, Ours, Verdict
from l2l_tui.files import BrokenFileError
from l2l_tui.language import tr
from l2l_tui.runs import abridged
from l2l_tui.runs.model import Request, RunError, RunResult, RunStatus
from l2l_tui.runs.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from l2l_tui.runs.directory import RunDirectory


def read_request(directory: RunDirectory) -> Request:
    """Return what was asked for.

    Raises:
        BrokenFileError: There is no request, or it is not one.
    """
    return _request(directory, _load(directory.request))


def read_brief_request(directory: RunDirectory) -> Request:
    """Return what was asked for, as a rule without the settings.

    Raises:
        BrokenFileError: There is no request, or it is not one.
    """
    return _request(directory, _load(directory.request, abridged.request))


def _request(directory: RunDirectory, table: Table | None) -> Request:
    if table is None:
        said = tr(
            "{folder} is not a run: it has no {file}",
            folder=directory.path,
            file=directory.request.name,
        )
        raise BrokenFileError(said)
    return Request(
        run=directory.id,
        experiment=table.text("experiment"),
        preset=table.text("preset"),
        seed=table.integer("seed"),
        settings={} if abridged.MARK in table else table.values("settings"),
        created=table.moment("created"),
        threads=table.integer("threads"),
        ranks=table.integer("ranks") if "ranks" in table else 1,
        milestone=table.text("milestone") if "milestone" in table else None,
        plan=table.text("plan") if "plan" in table else None,
        sweep=table.text("sweep") if "sweep" in table else None,
        swept=table.values("swept") if "swept" in table else {},
    )


def write_request(directory: RunDirectory, request: Request) -> None:
    """Write what is asked for; done once, by whoever launches."""
    content = {
        "experiment": request.experiment,
        "preset": request.preset,
        "seed": request.seed,
        "created": request.created,
        "threads": request.threads,
        "ranks": None if request.ranks == 1 else request.ranks,
        "milestone": request.milestone,
        "plan": request.plan,
        "sweep": request.sweep,
        "swept": dict(request.swept) or None,
        "settings": dict(request.settings),
    }
    _save(directory.request, content, durable=True)


def read_status(directory: RunDirectory) -> RunStatus | None:
    """Return the last heartbeat; None if there is none or it cannot be read."""
    # On a shared file system the file may be replaced between its opening and its reading.
    for _ in range(2):
        with contextlib.suppress(BrokenFileError):
            table = _load(directory.status)
            return None if table is None else _status(table)
    return None


def write_status(directory: RunDirectory, status: RunStatus) -> None:
    """Replace the heartbeat; it need not survive a power cut."""
    content = {
        "state": status.state.value,
        "step": status.step,
        "steps": status.steps,
        "elapsed_s": status.elapsed_s,
        "heartbeat": status.heartbeat,
        "started": status.started,
        "host": status.host,
        "pid": status.pid,
        "pid_started": status.pid_started,
        "note": status.note,
        "job": status.job or None,
    }
    _save(directory.status, content, durable=False)


def read_result(directory: RunDirectory) -> RunResult | None:
    """Return how the run ended; None if it has not.

    Raises:
        BrokenFileError: The file is not a result.
    """
    table = _load(directory.result)
    return None if table is None else _result(table)


def read_brief_result(directory: RunDirectory) -> RunResult | None:
    """Return how the run ended, as a rule without figures and each claim with its verdict alone.

    Raises:
        BrokenFileError: The file is not a result.
    """
    table = _load(directory.result, abridged.result)
    if table is None or abridged.MARK not in table:
        return None if table is None else _result(table)
    for seed in table.tables("seeds") if "seeds" in table else ():
        seed.all_numbers()
    return RunResult(
        state=table.state("state"),
        started=table.moment("started"),
        ended=table.moment("ended"),
        elapsed_s=table.number("elapsed_s"),
        claims=tuple(_bare(claim) for claim in table.tables("claims")),
        error=_error(table.table("error")) if "error" in table else None,
    )


def _bare(claim: Table) -> Judgement:
    if "statement" in claim:  # on a line of its own in the head, where nothing is cut
        _judgement(claim)
    return bare_judgement(claim.text("id"), claim.word("verdict", Verdict))


def bare_judgement(claim: str, verdict: Verdict) -> Judgement:
    """Return a judgement of which no more than the verdict is known."""
    return Judgement(claim, "", verdict, Ours(math.nan, math.nan, 0), "", "")


def _result(table: Table) -> RunResult:
    return RunResult(
        state=table.state("state"),
        started=table.moment("started"),
        ended=table.moment("ended"),
        elapsed_s=table.number("elapsed_s"),
        figures=table.numbers("figures"),
        seeds=tuple(seed.all_numbers() for seed in table.tables("seeds")),
        claims=tuple(_judgement(claim) for claim in table.tables("claims")),
        environment=table.facts("environment"),
        cpu_s=table.numbers("cpu_s") if "cpu_s" in table else {},
        error=_error(table.table("error")) if "error" in table else None,
    )


def write_result(directory: RunDirectory, result: RunResult) -> None:
    """Write how the run ended; done once, by the trainer, as its last act."""
    content = {
        "state": result.state.value,
        "started": result.started,
        "ended": result.ended,
        "elapsed_s": result.elapsed_s,
        "error": None if result.error is None else _fields(result.error),
        "figures": dict(result.figures),
        "environment": dict(result.environment),
        "cpu_s": dict(result.cpu_s),
        "seeds": [dict(seed) for seed in result.seeds],
        "claims": [
            {**_fields(claim), "verdict": claim.verdict.value, "ours": _fields(claim.ours)}
            for claim in result.claims
        ],
    }
    _save(directory.result, content, durable=True)


def _status(table: Table) -> RunStatus:
    return RunStatus(
        state=table.state("state"),
        step=table.integer("step"),
        steps=table.integer("steps"),
        elapsed_s=table.number("elapsed_s"),
        heartbeat=table.moment("heartbeat"),
        started=table.moment("started"),
        host=table.text("host"),
        pid=table.integer("pid"),
        pid_started=table.number("pid_started"),
        note=table.text("note"),
        job=table.text("job") if "job" in table else "",
    )


def _judgement(table: Table) -> Judgement:
    ours = table.table("ours")
    return Judgement(
        id=table.text("id"),
        statement=table.text("statement"),
        verdict=table.word("verdict", Verdict),
        ours=Ours(ours.number("mean"), ours.number("spread"), ours.integer("seeds")),
        paper=table.text("paper"),
        detail=table.text("detail"),
    )


def _error(table: Table) -> RunError:
    return RunError(table.text("type"), table.text("message"), table.text("traceback"))


def _fields(value: object) -> dict[str, Any]:
    names: tuple[str, ...] = getattr(value, "__slots__", ())
    return {name: getattr(value, name) for name in names}


def _load(path: Path, abridge: Callable[[str], str] | None = None) -> Table | None:
    try:
        return Table(path, files.read_toml(path, abridge))
    except FileNotFoundError:
        return None


def _save(path: Path, content: dict[str, Any], *, durable: bool) -> None:
    import tomli_w

    given = {key: value for key, value in content.items() if value is not None}
    # A file name that is no UTF-8 can stand in an error's message as a lone surrogate.
    text = tomli_w.dumps(given).encode("utf-8", "replace")
    files.replace(path, text, durable=durable)
