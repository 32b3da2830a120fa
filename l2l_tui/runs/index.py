"""What lists say of the runs that are over, each read once.

``runs/.index.json`` holds a row for each of them: the stamps of its small files, and what they
said. It is a copy and nothing more. A row counts only while every stamp is what the directory
shows; without the file, or with one that is broken or of another version, the directories are
read as if there had never been one. Several programs may write it, each a whole file at one
instant; what one of them did not know yet is read again by the next.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from l2l_tui import __version__, files
from l2l_tui.errors import L2LError
from l2l_tui.runs import files as run_files
from l2l_tui.runs import packed, state

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from l2l_tui.runs.directory import RunDirectory
    from l2l_tui.runs.model import Run
    from l2l_tui.workspace import Workspace

NAME = ".index.json"
"""The file's name, in ``runs``."""
WORTH_WRITING = 50
"""As many runs must have been read for the file to be written anew; fewer are read faster."""
SETTLED_S = 5.0
"""A file may be changed twice within one tick of its clock. As long as it is younger than this,
its stamp proves nothing."""
_FORMAT = [1, __version__, packed.SHAPE]

Stamps = list[int]
"""Inode, size, times of change in ns of request, status and result, in a row."""


class Index:
    """Reads the runs of a workspace in brief.

    Args:
        workspace: Where they are.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._path = workspace.runs / NAME
        self._rows = _load(self._path)
        self._read: dict[str, Any] = {}

    def look(
        self,
        directory: RunDirectory,
        observe: Callable[[RunDirectory], Run] = state.observe,
    ) -> Run:
        """Return a run as it stands: in brief if it is over, else whole.

        Args:
            directory: The run.
            observe: Reads a run that is not over.

        Raises:
            BrokenFileError: The directory is no run, or its request or result is broken.
        """
        stamps = stamps_of(directory)
        row = self._rows.get(directory.id)
        if row is not None and row[0] == stamps and (run := _unpacked(row)) is not None:
            return run
        self._rows.pop(directory.id, None)
        run = _read(directory, observe)
        if run.result is not None and _are_settled(stamps):
            self._read[directory.id] = [stamps, packed.pack(run)]
        return run

    def close(self, present: Collection[str]) -> None:
        """Write the file anew if that is worth it, and let go of the rows.

        Args:
            present: The ids of all runs that there are.
        """
        if len(self._read) >= WORTH_WRITING:
            rows = {run: row for run, row in self._rows.items() if run in present} | self._read
            text = json.dumps({"format": _FORMAT, "runs": rows}, separators=(",", ":"))
            # Where nothing can be written, the next reader reads as slowly as this one.
            with suppress(L2LError):
                files.replace(self._path, text, durable=False)
        self._rows, self._read = {}, {}


def _load(path: Path) -> dict[str, Any]:
    """Return the file's rows; none at any doubt."""
    try:
        content = json.loads(files.read_whole(path))
    except (OSError, ValueError, RecursionError, L2LError):
        return {}
    if not isinstance(content, dict) or content.get("format") != _FORMAT:
        return {}
    rows = content.get("runs")
    if not isinstance(rows, dict):
        return {}
    pairs = (isinstance(row, list) and len(row) == len(("stamps", "run")) for row in rows.values())
    return rows if all(pairs) else {}


def _unpacked(row: list[Any]) -> Run | None:
    try:
        return packed.unpack(row[1])
    except (TypeError, ValueError, LookupError, AttributeError):
        return None


def _read(directory: RunDirectory, observe: Callable[[RunDirectory], Run]) -> Run:
    try:
        result = run_files.read_brief_result(directory)
        if result is None:
            return observe(directory)
        request = run_files.read_brief_request(directory)
    except files.BrokenFileError:
        # Whoever reads everything knows best what is wrong.
        return observe(directory)
    return packed.in_brief(request, run_files.read_status(directory), result)


def stamps_of(directory: RunDirectory) -> Stamps:
    """Return what tells that request, status and result are the ones that were read."""
    stamps: Stamps = []
    for path in (directory.request, directory.status, directory.result):
        try:
            stat = os.stat(path)  # noqa: PTH116 (three for every run; Path.stat costs more)
        except OSError:
            stamps += (0, 0, 0, 0)
        else:
            stamps += (stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
    return stamps


def _are_settled(stamps: Stamps) -> bool:
    latest_ns = max(max(stamps[at + 2 : at + 4]) for at in range(0, len(stamps), 4))
    return time.time_ns() - latest_ns > SETTLED_S * 1e9
