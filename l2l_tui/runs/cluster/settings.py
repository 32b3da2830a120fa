"""What a job asks of the cluster: the ``[cluster]`` table of the workspace's settings file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from l2l_tui.errors import RequestError, nearest
from l2l_tui.language import tr
from l2l_tui.workspace import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from l2l_tui.workspace import Workspace

TABLE = "cluster"
"""The table's name."""

OURS = {
    "array": "sweep",
    "chdir": "",
    "cpus-per-task": "",
    "error": "",
    "export": "",
    "gpus-per-node": "gpus",
    "job-name": "",
    "mem": "memory_gb",
    "nodes": "",
    "ntasks": "",
    "ntasks-per-node": "",
    "open-mode": "",
    "output": "",
    "partition": "partition",
    "requeue": "",
    "no-requeue": "",
    "signal": "warning_s",
    "time": "time_min",
}
"""Options of sbatch that are not to be given as such, and the key that says the same."""

_OPTION = re.compile(r"[a-z][a-z0-9-]*")
_HEADER = re.compile(r"\s*\[\s*([A-Za-z0-9_.\"' -]+?)\s*\]")


@dataclass(frozen=True, slots=True)
class ClusterSettings:
    """What every job asks for; a key that is left out asks for the cluster's own default."""

    partition: str = ""
    """The partition; the cluster's default if empty."""
    time_min: int = 60
    """Minutes that a job may take; a longer run goes on in the next turn."""
    memory_gb: float = 0.0
    """Gigabytes a node; the cluster's default if 0."""
    gpus: int = 0
    """GPUs a node."""
    warning_s: int = 90
    """Seconds before its end that a job is told, to leave in good order."""
    delay_s: float = 60.0
    """Seconds until everybody sees what was written to the shared file system."""
    options: Mapping[str, str | int | bool] = field(default_factory=dict)
    """More options of sbatch, by their long names."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a key may hold."""

    types: tuple[type, ...]
    low: float
    high: float

    def holds(self, value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, self.types):
            return False
        return isinstance(value, str) or self.low <= float(value) <= self.high  # type: ignore[arg-type]

    @property
    def said(self) -> str:
        if str in self.types:
            return tr("text in quotes")
        word = tr("a number") if float in self.types else tr("a whole number")
        return tr("{kind} from {low} to {high}", kind=word, low=self.low, high=f"{self.high:g}")


_KINDS = {
    "partition": _Kind((str,), 0, 0),
    "time_min": _Kind((int,), 1, 525_600),
    "memory_gb": _Kind((int, float), 0, 100_000),
    "gpus": _Kind((int,), 0, 1_000),
    "warning_s": _Kind((int,), 5, 3_600),
    "delay_s": _Kind((int, float), 0, 3_600),
}


def read(workspace: Workspace) -> ClusterSettings:
    """Return what the settings file asks of the cluster.

    Raises:
        BrokenFileError: The file is not TOML.
        RequestError: Something in the table is wrong; the message lists all of it.
    """
    table = read_settings(workspace).get(TABLE, {})
    faults = list(_faults(table))
    if faults:
        lines = _lines(workspace.settings)
        where = workspace.settings
        told = (f"{where}:{lines.get(key, lines.get('', 1))}: {said}" for key, said in faults)
        raise RequestError("\n".join(told))
    assert isinstance(table, Mapping)
    given: dict[str, Any] = dict(table)
    return ClusterSettings(**given)


def _faults(table: object) -> Iterator[tuple[str, str]]:
    """Yield everything that is wrong: the key, and what is to be said."""
    if not isinstance(table, Mapping):
        said = _said(TABLE, table, tr("a table, as in [cluster]"))
        yield "", tr("{key}: found {found}, expected {expected}", **said)
        return
    known = [one.name for one in fields(ClusterSettings)]
    for key, value in table.items():
        name = f"{TABLE}.{key}"
        if key not in known:
            yield key, _unknown(key, known)
        elif key == "options":
            yield from _option_faults(value)
        elif not _KINDS[key].holds(value):
            said = _said(name, value, _KINDS[key].said)
            yield key, tr("{key}: found {found}, expected {expected}", **said)


def _option_faults(options: object) -> Iterator[tuple[str, str]]:
    if not isinstance(options, Mapping):
        said = _said(f"{TABLE}.options", options, tr("a table, as in [cluster.options]"))
        yield "options", tr("{key}: found {found}, expected {expected}", **said)
        return
    for key, value in options.items():
        place, name = f"options.{key}", f"{TABLE}.options.{key}"
        if key in OURS:
            yield place, _not_here(key)
        elif not _OPTION.fullmatch(key):
            said = _said(name, key, tr("the long name of an option of sbatch, without its dashes"))
            yield place, tr("{key}: found {found}, expected {expected}", **said)
        elif not isinstance(value, (str, int)) or value is False or "\n" in str(value):
            said = _said(name, value, tr("text in quotes, a whole number or true"))
            yield place, tr("{key}: found {found}, expected {expected}", **said)


def _unknown(key: str, known: list[str]) -> str:
    said = {"key": f"{TABLE}.{key}", "choices": ", ".join(known)}
    meant = nearest(key, known)
    if meant is None:
        return tr("{key} is no key of this table; there is {choices}", **said)
    return tr("{key} is no key of this table; did you mean {meant!r}?", meant=meant, **said)


def _not_here(option: str) -> str:
    said = {"key": f"{TABLE}.options.{option}"}
    if instead := OURS[option]:
        if instead not in _KINDS:
            return tr("{key} is what `l2l-tui {verb}` sees to; leave it out", verb=instead, **said)
        return tr("{key} is not given here; say {instead} in [cluster]", instead=instead, **said)
    return tr("{key} is what l2l-tui itself sees to; leave it out", **said)


def _said(key: str, found: object, expected: str) -> dict[str, object]:
    return {"key": key, "found": f"{found!r}"[:80], "expected": expected}


def _lines(path: Path) -> dict[str, int]:
    """Return the line of each key of the table, that of its header under the empty key."""
    found: dict[str, int] = {}
    place = None
    for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
        if header := _HEADER.match(line):
            inside = header[1].replace(" ", "")
            place = {TABLE: "", f"{TABLE}.options": "options."}.get(inside)
            if place is not None:
                found.setdefault(place.rstrip("."), number)
        elif place is not None and "=" in line:
            found.setdefault(place + line.partition("=")[0].strip().strip("\"'"), number)
        elif line.partition("=")[0].strip() == TABLE:
            found.setdefault("", number)
    return found
