"""Finished runs become evidence: results in the plan, under the milestones that they serve.

A milestone is marked done by a person, who has looked; only one with ``done_when = "claims"``
becomes done here, as soon as its claims hold.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from l2l_tui import files
from l2l_tui.errors import L2LError
from l2l_tui.files import BrokenFileError
from l2l_tui.language import tr
from l2l_tui.plan import store
from l2l_tui.plan.model import Result
from l2l_tui.plan.verdicts import due_by_claims
from l2l_tui.runs import catalogue
from l2l_tui.runs.files import read_request, read_result
from l2l_tui.runs.model import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from l2l_tui.plan.model import Plan
    from l2l_tui.runs.directory import RunDirectory
    from l2l_tui.workspace import Workspace

_LOCK_TIMEOUT_S = 20.0


def collect(
    workspace: Workspace, *, read: Plan | None = None, patience_s: float = _LOCK_TIMEOUT_S
) -> tuple[Result, ...]:
    """Write every finished run that serves a milestone into its plan, once.

    Milestones whose claims decide become done with it, in the same save. Left out are plans
    with faults, plans without that milestone, runs that failed, runs that cannot be read, and
    results that were undone and can still be redone. With nothing new it writes nothing.

    Args:
        workspace: Where plans and runs are.
        read: A plan of it that was read just now, which need not be read again.
        patience_s: How long to wait while somebody else collects.

    Returns:
        What this very call collected; another process that collects at the same time gets
        the rest.

    Raises:
        L2LError: A plan cannot be written; the runs are collected the next time.
    """
    if not _pending(workspace, read):
        return ()
    with _alone(workspace, patience_s):
        # Looked at again: somebody else may have collected while we waited.
        pending = _pending(workspace)
        for path, results in pending.items():
            _save(path, results)
    return tuple(result for results in pending.values() for result in results)


def _save(path: Path, results: list[Result]) -> None:
    from l2l_tui.plan.edits import AddResult, FinishMet

    store.save(path, *(AddResult(result) for result in results), FinishMet())


def _pending(workspace: Workspace, read: Plan | None = None) -> dict[Path, list[Result]]:
    """Return what each plan does not have yet; a plan to finish by claims may lack nothing."""
    directories = catalogue.directories(workspace)
    if not directories:
        return {}
    plans = _plans(workspace, read)
    known = {result.run for plan in plans.values() for result in plan.results}
    new = (one for one in directories if one.id not in known and _may_be_evidence(one))
    found = [one for directory in new if (one := _evidence(directory, plans)) is not None]
    pending: dict[Path, list[Result]] = {}
    for _ended, path, result in sorted(found, key=lambda one: one[0]):
        pending.setdefault(path, []).append(result)
    wanted = {path: left for path, results in pending.items() if (left := _wanted(path, results))}
    to_finish = (plan.path for plan in plans.values() if _is_to_finish(plan))
    return {**{path: [] for path in to_finish}, **wanted}


def _may_be_evidence(directory: RunDirectory) -> bool:
    """Tell most runs that are none by a look at bytes; to parse 200 files would take longer.

    Nothing is lost: only programs write these files, and they spell so.
    """
    try:
        serves = b"milestone" in directory.request.read_bytes()
        return serves and b'"finished"' in directory.result.read_bytes()
    except OSError:
        return False


def _wanted(path: Path, results: list[Result]) -> list[Result]:
    """Leave out what a person has just undone: collected at once, it could not be undone."""
    undone = store.undone_runs(path)
    return [result for result in results if result.run not in undone]


def _is_to_finish(plan: Plan) -> bool:
    """Whether claims decide now, as when a person has just written ``done_when`` by hand.

    What a person has undone waits for the next edit.
    """
    return bool(due_by_claims(plan)) and store.timeline(plan.path).redo_label is None


def _plans(workspace: Workspace, read: Plan | None) -> dict[str, Plan]:
    """Return the plans without faults, by name."""
    plans = (
        read if read is not None and read.path == path else store.load(path)
        for path in workspace.plan_files()
    )
    return {plan.name: plan for plan in plans if not plan.faults}


def _evidence(
    directory: RunDirectory, plans: Mapping[str, Plan]
) -> tuple[datetime, Path, Result] | None:
    """Return when a run ended, the plan that it serves, and the result that belongs there."""
    try:
        request = read_request(directory)
        plan = plans.get(request.plan or "")
        if plan is None or request.milestone not in {each.id for each in plan.milestones}:
            return None
        result = read_result(directory)
    except BrokenFileError:
        return None
    if result is None or result.state is not State.FINISHED:
        return None
    evidence = Result(
        run=directory.id,
        milestone=request.milestone or "",
        experiment=request.experiment,
        on=result.ended.astimezone().date(),
        claims={claim.id: claim.verdict.value for claim in result.claims},
        figures=dict(result.figures),
        # One over seeds alone tries nothing: its runs are the preset's.
        sweep=(request.sweep or "") if request.swept else "",
    )
    return result.ended.astimezone(), plan.path, evidence


@contextmanager
def _alone(workspace: Workspace, patience_s: float) -> Iterator[None]:
    """Let one process at a time collect."""
    from filelock import FileLock, Timeout

    path = workspace.runs / ".evidence.lock"
    with files.explained(path):
        lock = FileLock(path, timeout=patience_s)
        try:
            lock.acquire()
        except Timeout as error:
            said = tr("somebody else is collecting results; try again in a moment")
            raise L2LError(said) from error
    try:
        yield
    finally:
        lock.release()
