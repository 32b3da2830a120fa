"""Data sets fetched into the user's cache, their checksums compared before a file gets its name.

A thread of its own fetches, so that whoever asked sees how far it is, and can give up between
two looks; what was fetched by halves is then gone again.
"""

from __future__ import annotations

import tarfile
import threading
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, TypeVar

from l2l_tui import extras, files
from l2l_tui.lab.data import store
from l2l_tui.lab.data.store import DataError
from l2l_tui.language import tr

if TYPE_CHECKING:
    from l2l_tui.lab.data.store import Layout, Remote

Loaded = TypeVar("Loaded")

_PATIENCE_S = 15
"""How long a server may say nothing."""
_LOOK_S = 0.5
_CHUNK_BYTES = 2**16
_TELLING = 10
"""Percent between two notes."""
_ARCHIVE = ".tar.gz"


class _GivenUpError(Exception):
    """Nobody waits for the file any more."""


class _Meter:
    """Counts what comes in; it is what pooch takes for a progress bar."""

    def __init__(self) -> None:
        self.total, self.done = 0, 0
        self._given_up = threading.Event()

    def update(self, size_bytes: int) -> None:
        """Count a chunk."""
        self.done += size_bytes
        self.look()

    def reset(self) -> None:
        """Begin again."""
        self.done = 0

    def close(self) -> None:
        """Nothing is open."""

    def give_up(self) -> None:
        """Let the thread stop at its next chunk."""
        self._given_up.set()

    def look(self) -> None:
        """Stop the thread if nobody waits for it."""
        if self._given_up.is_set():
            raise _GivenUpError

    @property
    def percent(self) -> int:
        """How much has come, rounded down to what is worth a note."""
        return 0 if not self.total else min(self.done, self.total) * 100 // self.total


def awaited(steps: Generator[str, None, Loaded]) -> Loaded:
    """Return what a loading ends with, whatever it says on the way."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            loaded: Loaded = end.value
            return loaded


def fetch(layout: Layout) -> Generator[str, None, Path]:
    """Fetch a data set into the cache; what is there already is left as it is.

    Yields:
        About twice a second a line that tells how far it is; mostly nothing new, an empty one.

    Returns:
        The data set's folder.

    Raises:
        RequestError: pooch is not installed; the message names the extra.
        DataError: A file cannot be had, or cannot be kept.
    """
    extras.require("data", tr("fetching a data set"), "pooch")
    folder = store.cache() / layout.folder
    for remote in layout.remotes:
        if remote.file.endswith(_ARCHIVE) or not (folder / remote.file).exists():
            yield from _watched(layout, remote, folder)
    return folder


def _watched(layout: Layout, remote: Remote, folder: Path) -> Iterator[str]:
    """Have one file fetched, and tell how far it is."""
    meter = _Meter()
    with ThreadPoolExecutor(1, thread_name_prefix="fetch") as pool:
        job = pool.submit(_bring, layout, remote, folder, meter)
        try:
            yield from _notes(job, meter, remote)
        finally:
            meter.give_up()
        job.result()


def _notes(job: Future[None], meter: _Meter, remote: Remote) -> Iterator[str]:
    size = max(1, round(remote.size_bytes / 1e6))
    yield tr("fetching {file}, {size} MB", file=remote.file, size=size)
    told = 0
    while not wait((job,), _LOOK_S).done:
        percent = meter.percent // _TELLING * _TELLING
        if percent == told:
            yield ""
            continue
        told = percent
        yield tr("{file}: {percent} % of {size} MB", file=remote.file, percent=percent, size=size)


def _bring(layout: Layout, remote: Remote, folder: Path, meter: _Meter) -> None:
    """Fetch one file; an archive is unpacked and removed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = _from_any(remote, folder, meter)
        if path.name.endswith(_ARCHIVE):
            _unpack(layout, path, meter)
            path.unlink()
    except OSError as error:
        said = tr(
            "{folder} cannot be written: {reason}; make room there or change its permissions, or "
            "put the files of {name} into a folder that {variable} names",
            folder=folder,
            reason=error.strerror or type(error).__name__,
            name=layout.name,
            variable=store.VARIABLE,
        )
        raise DataError(said) from error


def _from_any(remote: Remote, folder: Path, meter: _Meter) -> Path:
    """Fetch a file from the first mirror that gives it whole.

    Raises:
        DataError: None does; the message says why, mirror by mirror.
        OSError: It cannot be kept.
    """
    failures = []
    for mirror in remote.mirrors:
        reason = _from_one(mirror, remote, folder, meter)
        if reason is None:
            return folder / remote.file
        failures.append(tr("{mirror}: {reason}", mirror=mirror, reason=reason))
    said = tr(
        "{file} cannot be fetched ({failures}); look at the connection and try again, or put the "
        "file into {folder} of a folder that {variable} names",
        file=remote.file,
        failures="; ".join(failures),
        folder=folder.name,
        variable=store.VARIABLE,
    )
    raise DataError(said)


def _from_one(mirror: str, remote: Remote, folder: Path, meter: _Meter) -> str | None:
    """Fetch a file from one mirror; return why it cannot be had, None if it is there."""
    import pooch
    from requests.exceptions import RequestException

    # It tells every file and checksum on standard error; the notes say what matters.
    pooch.get_logger().setLevel("WARNING")
    downloader = pooch.HTTPDownloader(
        progressbar=meter, chunk_size=_CHUNK_BYTES, timeout=_PATIENCE_S
    )
    try:
        pooch.retrieve(
            mirror + remote.file,
            known_hash=f"sha256:{remote.sha256}",
            fname=remote.file,
            path=folder,
            downloader=downloader,
        )
    except RequestException as error:  # itself an OSError: before those of the disk
        return _why(error)
    except ValueError:  # all that pooch says of a checksum that differs
        return tr("what came is not the file, its checksum differs")
    return None


def _why(error: Exception) -> str:
    from requests import exceptions

    if isinstance(error, exceptions.HTTPError) and error.response is not None:
        return tr("the server answered {code}", code=error.response.status_code)
    if isinstance(error, exceptions.Timeout):
        return tr("no answer within {patience} seconds", patience=_PATIENCE_S)
    if isinstance(error, exceptions.ChunkedEncodingError):
        return tr("the connection broke off")
    if isinstance(error, exceptions.ConnectionError):
        return tr("no connection, or it broke off")
    return type(error).__name__


def _unpack(layout: Layout, archive: Path, meter: _Meter) -> None:
    """Write the data set's files beside the archive, each at one instant.

    Those that must be there come last: a data set that was unpacked by halves is not whole.
    Names inside the archive choose nothing but which of our own files is written.

    Raises:
        DataError: It is no archive, or lacks a file.
    """
    last: dict[str, bytes] = {}
    written = set()
    try:
        for name, content in _members(archive):
            meter.look()
            if name in layout.needed:
                last[name] = content
            elif name in layout.some_of:
                files.replace(archive.with_name(name), content)
                written.add(name)
    except (tarfile.TarError, EOFError) as error:
        wrong = tr("cannot be unpacked ({reason})", reason=error)
        raise store.broken(archive, wrong) from error
    lacking = {*layout.needed, *layout.some_of} - {*last, *written}
    if lacking:
        raise store.broken(archive, tr("lacks {files}", files=", ".join(sorted(lacking))))
    for name, content in last.items():
        files.replace(archive.with_name(name), content)


def _members(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the plain files of an archive: the last part of each one's name, and its content."""
    with tarfile.open(archive, "r:gz") as tar:
        for member in tar:
            file = tar.extractfile(member) if member.isfile() else None
            if file is not None:
                yield PurePosixPath(member.name).name, file.read()
