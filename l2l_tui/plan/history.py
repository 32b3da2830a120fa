"""The versions of one plan: kept aside, walked back and forth, across restarts.

``plans/.history/<name>/`` holds each version as a file of its own and ``journal.toml``, which
says in which order they stood and what led to each. Where in that order the plan stands is
derived from the plan's own bytes: so a writer killed between two files, and a change made in an
editor outside, do no harm. What an editor wrote becomes a version before it is written over.
"""

from __future__ import annotations

import hashlib
import os
import tomllib
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from l2l_tui import files
from l2l_tui.errors import RequestError
from l2l_tui.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

KEPT_VERSIONS = 100
"""How many versions are kept aside, beside the one that stands: an evening of edits."""

FEWEST_VERSIONS = 20
"""How many of them are kept of a huge plan, whose versions would fill the disk."""

_ROOM_BYTES = 50_000_000

_JOURNAL = "journal.toml"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a plan's text."""

    file: str
    """The name of the file that keeps it."""
    digest: str
    """SHA-256 of its bytes."""
    label: str = ""
    """What led to it from the version before, in words; empty where nobody knows. They are
    in the language of that moment, and nothing reads them but people."""
    moment: str = ""
    """When it was kept, ISO 8601."""
    outside: bool = False
    """Whether it was written by another program."""
    runs: tuple[str, ...] = ()
    """The runs whose results came with it."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The versions in their order, and which of them stands."""

    versions: tuple[Version, ...] = ()
    """Oldest first."""
    at: int = -1
    """The index of the one that stands; -1 where none does."""

    @property
    def undo_label(self) -> str | None:
        """What `undo` would take back; None where there is nothing to."""
        return self.versions[self.at].label or tr("an edit") if self.at > 0 else None

    @property
    def redo_label(self) -> str | None:
        """What `redo` would do again; None where there is nothing to."""
        ahead = self.versions[self.at + 1 :]
        return ahead[0].label or tr("an edit") if ahead else None

    @property
    def undone_runs(self) -> frozenset[str]:
        """The runs whose results were taken back and can come again by `redo`."""
        return frozenset(run for version in self.versions[self.at + 1 :] for run in version.runs)

    def standing(self, digest: str) -> Timeline | None:
        """Return this timeline at the version of a digest, the nearest of several; or None."""
        same = [at for at, version in enumerate(self.versions) if version.digest == digest]
        if not same:
            return None
        return replace(self, at=min(same, key=lambda at: (abs(at - self.at), at)))

    def then(self, version: Version, kept: int = KEPT_VERSIONS) -> Timeline:
        """Return the timeline with a version behind the one that stands; what lay ahead goes.

        Args:
            version: The version that stands from now on.
            kept: How many before it stay.
        """
        versions = (*self.versions[: self.at + 1], version)[-kept - 1 :]
        return Timeline(versions, len(versions) - 1)


class History:
    """The folder of one plan's versions; whoever writes holds the plan's lock.

    Args:
        path: The plan; however many links lead to it, its history is one.
    """

    def __init__(self, path: Path) -> None:
        # Not `resolve`: it raises where links lead round in a circle.
        self._plan = Path(os.path.realpath(path))
        self.folder = self._plan.parent / ".history" / self._plan.stem

    def read(self) -> Timeline:
        """Return the timeline as the journal says it; without one, all versions that lie here."""
        try:
            journal = tomllib.loads((self.folder / _JOURNAL).read_text(encoding="utf-8"))
            listed = [_version(table) for table in journal["version"]]
            there = tuple(each for each in listed if (self.folder / each.file).is_file())
            at = int(journal["at"]) - (len(listed) - len(there))
            return Timeline(there, min(max(at, -1), len(there) - 1))
        except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
            found = tuple(self._found(file) for file in sorted(self.folder.glob("[0-9]*.toml")))
            return Timeline(found, len(found) - 1)

    def add(self, timeline: Timeline, content: bytes, version: Version) -> Timeline:
        """Keep a version's bytes and return the timeline with it; the journal is not written."""
        last = max((_number(each.file) for each in timeline.versions), default=0)
        stamp = datetime.now().astimezone()
        name = f"{last + 1:06}-{stamp.strftime('%Y-%m-%d-%H%M%S')}.toml"
        with files.explained(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            files.replace(self.folder / name, content, durable=False)
            (self.folder / name).chmod(self._plan.stat().st_mode & 0o777)
        moment = stamp.isoformat(timespec="seconds")
        kept = max(FEWEST_VERSIONS, min(KEPT_VERSIONS, _ROOM_BYTES // max(1, len(content))))
        return timeline.then(replace(version, file=name, moment=moment), kept)

    def write(self, timeline: Timeline) -> None:
        """Write the journal, and forget the versions that it does not name."""
        import tomli_w

        journal = {"at": timeline.at, "version": [asdict(each) for each in timeline.versions]}
        with files.explained(self.folder):
            files.replace(self.folder / _JOURNAL, tomli_w.dumps(journal), durable=False)
            (self.folder / _JOURNAL).chmod(self._plan.stat().st_mode & 0o777)
            named = {version.file for version in timeline.versions}
            for file in self.folder.glob("[0-9]*.toml"):
                if file.name not in named:
                    file.unlink(missing_ok=True)

    def content(self, version: Version) -> bytes:
        """Return a version's bytes.

        Raises:
            RequestError: They may not be read.
        """
        try:
            return (self.folder / version.file).read_bytes()
        except OSError as error:
            where = self.folder / version.file
            said = tr("cannot read {path}: {reason}", path=where, reason=error.strerror or error)
            raise RequestError(said) from error

    def others(self, timeline: Timeline) -> Sequence[Path]:
        """Return the files of all versions but the one that stands, oldest first."""
        kept = (each for at, each in enumerate(timeline.versions) if at != timeline.at)
        return [self.folder / version.file for version in kept]

    def _found(self, file: Path) -> Version:
        return Version(file.name, hashlib.sha256(file.read_bytes()).hexdigest())


def _version(table: dict[str, object]) -> Version:
    runs = table["runs"]
    if not isinstance(runs, list):
        raise TypeError("runs are an array")
    return Version(
        file=Path(str(table["file"])).name,
        digest=str(table["digest"]),
        label=str(table["label"]),
        moment=str(table["moment"]),
        outside=bool(table["outside"]),
        runs=tuple(map(str, runs)),
    )


def _number(name: str) -> int:
    return int(name[:6]) if name[:6].isdecimal() else 0
