"""The plan that comes with the package, and how an empty workspace is filled with it."""

from __future__ import annotations

import os
import re
import shlex
import tomllib
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from l2l_tui.errors import L2LError, RequestError
from l2l_tui.language import tr
from l2l_tui.plan import store
from l2l_tui.plan.history import History
from l2l_tui.plan.layout import scan

if TYPE_CHECKING:
    from l2l_tui.plan.model import Plan
    from l2l_tui.workspace import Workspace

NAME = "learning-to-learn.toml"
"""The file's name."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def embedded_text() -> str:
    """Return the plan's TOML text.

    A wheel holds the plan in the package, a checkout in the folder beside it.

    Raises:
        L2LError: The installation lacks it.
    """
    package = files("l2l_tui")
    checkout = Path(str(package)).parent
    for place in (package / "plans" / NAME, checkout / "plans" / NAME):
        if place.is_file():
            return place.read_text(encoding="utf-8")
    said = tr("{package} lacks {file}; install l2l-tui anew", package=package, file=f"plans/{NAME}")
    raise L2LError(said)


def unshifted() -> Plan:
    """Return the plan as it comes, with the dates of its author's term."""
    return store.parse(Path(NAME), embedded_text().encode())


def fill(workspace: Workspace, first_meeting: date) -> Path:
    """Write the embedded plan into a workspace, its first meeting on the given day.

    Returns:
        The plan's file.

    Raises:
        RequestError: The workspace has this plan already, or the day is out of reason.
        L2LError: The disk is full or read-only.
    """
    text = embedded_text()
    written = tomllib.loads(text)["plan"]["first_meeting"]
    try:
        moved = shifted(text, first_meeting - written)
    except OverflowError as error:
        said = tr("a first meeting on {day} is too far from today", day=first_meeting)
        raise RequestError(said) from error
    store.create(workspace.plans / NAME, moved)
    return workspace.plans / NAME


def first_plan(workspace: Workspace, today: date) -> Path:
    """Fill a new workspace, and say what became of the plan of one that is not new.

    Returns:
        The plan's file.

    Raises:
        RequestError: Runs or earlier versions lie there: a plan vanished, and must not be
            replaced by another without a word. Or something else stands in a plan's place.
    """
    workspace.refuse_odd()
    try:
        _refuse_remains(workspace)
        return fill(workspace, today)
    except RequestError:
        filled = workspace.plans / NAME
        if filled.is_file():  # by another command, since we found the workspace empty
            return filled
        raise


def _refuse_remains(workspace: Workspace) -> None:
    lost = _lost(workspace)
    if lost is not None:
        path, version = lost
        said = tr(
            "there is no plan in {folder}, but {plan!r} was; its earlier versions lie in "
            "{versions}; bring the last one back with\n  {command}\n"
            "or make a fresh plan with `l2l-tui init`",
            folder=workspace.plans,
            plan=path.stem,
            versions=version.parent,
            command=_copy(version, path),
        )
        raise RequestError(said)
    if _has_entries(workspace.runs):
        said = tr(
            "there is no plan in {folder}, though {runs} holds runs; "
            "put the plan back, or make a fresh one with `l2l-tui init`",
            folder=workspace.plans,
            runs=workspace.runs,
        )
        raise RequestError(said)


def _lost(workspace: Workspace) -> tuple[Path, Path] | None:
    """Return where a plan stood and the version of it that stood last; the newest of several."""
    found = []
    for folder in (workspace.plans / ".history").glob("*/"):
        path = workspace.plans / f"{folder.name}.toml"
        kept = History(path).read()
        if kept.at >= 0:
            found.append((path, folder / kept.versions[kept.at].file))
    return max(found, key=lambda each: each[1].stat().st_mtime, default=None)


def _has_entries(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def _copy(version: Path, path: Path) -> str:
    if os.name == "nt":
        return f'copy "{version}" "{path}"'
    return f"cp {shlex.quote(str(version))} {shlex.quote(str(path))}"


def shifted(text: str, delta: timedelta) -> str:
    """Return a TOML text with every date in it moved; comments and strings stay as they are."""
    parts, done = [], 0
    for place in scan(text).places.values():
        literal = text[place.value : place.end]
        if not place.header and _DATE.fullmatch(literal):
            parts += [text[done : place.value], str(date.fromisoformat(literal) + delta)]
            done = place.end
    return "".join(parts) + text[done:]
