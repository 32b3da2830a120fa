"""All runs of a workspace."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from l2l_tui.errors import RequestError, UnknownNameError
from l2l_tui.files import BrokenFileError
from l2l_tui.language import tr
from l2l_tui.runs import state
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.index import Index

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from l2l_tui.runs.model import Run
    from l2l_tui.workspace import Workspace


def load(directory: RunDirectory) -> Run:
    """Return one run as it stands on disk.

    Raises:
        BrokenFileError: The directory is no run, or its request or result is broken.
    """
    return state.observe(directory)


def pictures(directory: RunDirectory) -> list[Path]:
    """Return the pictures that a run left, by name; none where it left none."""
    try:
        found = list(directory.pictures.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    # Hidden ones are pictures in the making, of which a kill can leave some.
    return sorted(path for path in found if path == directory.picture(path.stem))


class Listing(NamedTuple):
    """All runs of a workspace, as a list needs them."""

    runs: list[Run]
    """Every run that can be read, newest first; in brief those that are over."""
    broken: list[str]
    """A message for each directory in ``runs/`` that cannot be read as a run."""


def listing(workspace: Workspace) -> Listing:
    """Return every run in brief, each that is over read once and never again.

    Raises:
        RequestError: The workspace, or its ``runs``, is no folder.
    """
    index = Index(workspace)
    runs, broken = [], []
    found = directories(workspace)
    for directory in found:
        try:
            runs.append(index.look(directory))
        except BrokenFileError as error:
            broken.append(str(error))
    index.close({directory.id for directory in found})
    runs.sort(key=lambda run: (run.request.created, run.id), reverse=True)
    return Listing(runs, broken)


def completed(workspace: Workspace, runs: Iterable[Run]) -> list[Run]:
    """Return runs of a list with everything that is known of them.

    A run that vanished meanwhile, or cannot be read now, is left out.
    """
    whole = []
    for run in runs:
        with suppress(BrokenFileError):
            whole.append(run if run.whole else load(RunDirectory(workspace.runs / run.id)))
    return whole


def directories(workspace: Workspace) -> list[RunDirectory]:
    """Return every directory in ``runs/``, by name; hidden ones are runs in the making.

    Raises:
        RequestError: The workspace, or its ``runs``, is no folder.
    """
    return [RunDirectory(workspace.runs / entry.name) for entry in entries(workspace)]


def entries(workspace: Workspace) -> list[os.DirEntry[str]]:
    """Return the entries of ``runs/`` that may be runs, by name.

    Raises:
        RequestError: The workspace, or its ``runs``, is no folder.
    """
    try:
        with os.scandir(workspace.runs) as found:
            kept = [entry for entry in found if _is_run(entry)]
    except FileNotFoundError:
        return []
    except NotADirectoryError as error:
        workspace.check()
        said = tr("{folder} is no folder, so no runs can be in it", folder=workspace.runs)
        raise RequestError(said) from error
    return sorted(kept, key=lambda entry: entry.name)


def matches(names: Collection[str], text: str) -> list[str]:
    """Return the name that a text is, or else the names that begin with it or end in it."""
    if text in names:
        return [text]
    return [name for name in names if text and (name.startswith(text) or name.endswith(text))]


def find(workspace: Workspace, text: str) -> RunDirectory:
    """Return the run whose id is, begins with or ends in `text`.

    Raises:
        UnknownNameError: There is none.
        RequestError: There are several.
    """
    known = {directory.id: directory for directory in directories(workspace)}
    found = matches(known, text)
    if len(found) == 1:
        return known[found[0]]
    if found:
        said = tr(
            "several runs match {text!r}: {runs}; say more of it",
            text=text,
            runs=", ".join(found[:8]),
        )
        raise RequestError(said)
    raise UnknownNameError("run", text, sorted(known, reverse=True))


def _is_run(entry: os.DirEntry[str]) -> bool:
    return not entry.name.startswith(".") and entry.is_dir()
