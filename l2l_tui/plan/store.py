"""Plan files: read with every fault said, written so that nothing is ever lost.

A plan belongs to the person who wrote it. So a save changes the spans that an edit names and
nothing else; it happens under a lock, on what stands on disk at that moment; the file is
replaced at one instant; the version before is kept aside; and a file that could not be read
whole is never written over.
"""

from __future__ import annotations

import hashlib
import tomllib
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from l2l_tui import files
from l2l_tui.errors import L2LError, RequestError
from l2l_tui.plan import check
from l2l_tui.plan.model import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from l2l_tui.plan.edits import Edit

KEPT_VERSIONS = 20
"""How many earlier versions of a plan are kept aside."""

_LOCK_TIMEOUT_S = 20.0
_BOM = "\ufeff"


def load(path: Path) -> Plan:
    """Return the plan in a file, with all its faults; bad content never raises.

    Raises:
        RequestError: There is no such file, or it may not be read.
    """
    return parse(path, _read(path))


def parse(path: Path, content: bytes) -> Plan:
    """Return the plan in a file's content, with all its faults."""
    faults = []
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        from l2l_tui.plan.lines import bytes_fault

        faults.append(bytes_fault(error, path))
        text = content.decode("utf-8", errors="replace")
    digest, text = hashlib.sha256(content).hexdigest(), text.removeprefix(_BOM)
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        from l2l_tui.plan.lines import syntax_fault

        refusal = error if isinstance(error, ValueError) else ValueError("nested too deeply")
        return Plan(path, digest, faults=(*faults, syntax_fault(refusal, text, path)))
    reading = check.read(document)
    if reading.findings:
        from l2l_tui.plan.lines import locate

        faults.extend(locate(reading.findings, text, path))
    return Plan(
        path=path,
        digest=digest,
        title=reading.title,
        language=reading.language,
        first_meeting=reading.first_meeting,
        meets_every_days=reading.meets_every_days,
        tracks=reading.tracks,
        milestones=reading.milestones,
        meetings=reading.meetings,
        results=reading.results,
        faults=tuple(faults),
    )


def save(path: Path, *edits: Edit) -> Plan:
    """Apply edits to the plan as it stands on disk now, and return the new plan.

    Edits that change nothing leave the file untouched.

    Raises:
        RequestError: The file has faults, or an edit would give it one.
        ConflictError: A field was changed on disk since the editor saw it.
        L2LError: The disk is full or read-only, or somebody holds the lock.
    """
    from l2l_tui.plan.document import Document
    from l2l_tui.plan.edits import coalesced

    with _locked(path):
        content = _read(path)
        _refuse_faults(parse(path, content), f"{path.name} has faults and was not touched")
        text = content.decode("utf-8")
        document = Document(text.removeprefix(_BOM))
        for edit in coalesced(edits):
            edit.apply(document)
        marked = _BOM + document.text if text.startswith(_BOM) else document.text
        return _put(path, content, marked.encode("utf-8", errors="replace"))


def create(path: Path, text: str) -> Plan:
    """Write a new plan.

    Raises:
        RequestError: The file exists already, or the text has faults.
        L2LError: The disk is full or read-only.
    """
    content = text.encode("utf-8", errors="replace")
    plan = parse(path, content)
    _refuse_faults(plan, f"{path.name} was not written, for it would have faults")
    with files.explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path):
        if path.exists():
            raise RequestError(f"{path} exists already; nothing was written")
        files.replace(path, content)
    return plan


def versions(path: Path) -> list[Path]:
    """Return the versions of a plan that are kept aside, oldest first."""
    return sorted(_history(path).glob("*.toml"))


def restore(path: Path, version: Path) -> Plan:
    """Bring back an earlier version; what stands now is kept aside first.

    Raises:
        RequestError: One of the two is not there.
        L2LError: The disk is full or read-only, or somebody holds the lock.
    """
    with _locked(path):
        files.replace(path.resolve(), _keep(path, _read(path), _read(version)))
        return load(path)


def _put(path: Path, before: bytes, after: bytes) -> Plan:
    if after == before:
        return parse(path, before)
    plan = parse(path, after)
    _refuse_faults(plan, f"{path.name} was not touched, for this would give it faults")
    files.replace(path.resolve(), _keep(path, before, after))
    return plan


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise RequestError(f"there is no file {path}") from error
    except OSError as error:
        raise RequestError(f"cannot read {path}: {error.strerror}") from error


def _refuse_faults(plan: Plan, why: str) -> None:
    if plan.faults:
        listed = "".join(f"\n  {fault}" for fault in plan.faults)
        raise RequestError(f"{why}:{listed}")


def _history(path: Path) -> Path:
    """Return where a plan's earlier versions are; one place, however many links lead to it."""
    target = path.resolve()
    return target.parent / ".history" / target.stem


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    folder = _history(path)
    lock = folder.with_name(f"{folder.name}.lock")
    with files.explained(lock):
        lock.parent.mkdir(exist_ok=True)
        held = FileLock(lock, timeout=_LOCK_TIMEOUT_S)
        try:
            held.acquire()
        except Timeout as error:
            raise L2LError(f"somebody else is writing {path}; try again in a moment") from error
    try:
        yield
    finally:
        held.release()


def _keep(path: Path, before: bytes, after: bytes) -> bytes:
    """Set the version before aside, forget the oldest, and return the version after."""
    folder = _history(path)
    with files.explained(folder):
        folder.mkdir(exist_ok=True)
        kept = versions(path)
        number = int(kept[-1].name[:6]) + 1 if kept else 1
        moment = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
        aside = folder / f"{number:06}-{moment}.toml"
        files.replace(aside, before, durable=False)
        aside.chmod(path.stat().st_mode & 0o777)
        for old in kept[: max(0, len(kept) + 1 - KEPT_VERSIONS)]:
            old.unlink(missing_ok=True)
    return after
