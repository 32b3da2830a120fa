"""Plan files: read with every fault said, written so that nothing is ever lost.

A plan belongs to the person who wrote it. So a save changes the spans that an edit names and
nothing else; it happens under a lock, on what stands on disk at that moment; the file is
replaced at one instant; the versions before are kept aside, to walk back and forth in; and a
file that could not be read whole is never written over.
"""

from __future__ import annotations

import hashlib
import tomllib
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from l2l_tui import files
from l2l_tui.errors import ConflictError, L2LError, RequestError
from l2l_tui.language import tr
from l2l_tui.plan import check
from l2l_tui.plan.history import KEPT_VERSIONS as KEPT_VERSIONS
from l2l_tui.plan.history import History, Timeline, Version
from l2l_tui.plan.labels import label
from l2l_tui.plan.model import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from l2l_tui.plan.document import Document
    from l2l_tui.plan.edits import Edit
    from l2l_tui.plan.mend import Mended
    from l2l_tui.plan.model import Fault
    from l2l_tui.plan.table import Finding

_LOCK_TIMEOUT_S = 20.0
_BOM = "\ufeff"


def load(path: Path) -> Plan:
    """Return the plan in a file, with all its faults; bad content never raises.

    Raises:
        RequestError: There is no such file, or it may not be read.
    """
    return parse(path, bytes_of(path))


def parse(path: Path, content: bytes) -> Plan:
    """Return the plan in a file's content, with all its faults."""
    return _parse(path, content)[0]


def _parse(path: Path, content: bytes) -> tuple[Plan, dict[str, Any]]:
    """Return the plan and the TOML values that it was read from."""
    faults = []
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        from l2l_tui.plan.lines import bytes_fault

        faults.append(bytes_fault(error, path))
        text = content.decode("utf-8", errors="replace")
    digest, text = hashlib.sha256(content).hexdigest(), text.removeprefix(_BOM)
    mended = None
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        from l2l_tui.plan.mend import mend

        refusal = error if isinstance(error, ValueError) else ValueError("nested too deeply")
        mended = mend(text, refusal)
        text, document = mended.text, mended.document
        if mended.refusal is not None:
            return Plan(path, digest, faults=(*faults, *_refused(mended, path))), {}
    reading = check.read(document)
    findings = reading.findings
    if mended is not None:
        from l2l_tui.plan.mend import joined

        findings = joined(mended, findings)
    slips = [finding for finding in findings if finding.only_warns]
    wrong = [finding for finding in findings if not finding.only_warns]
    all_faults = (*faults, *_located(wrong, text, path, document))
    warnings = _located(slips, text, path, document)
    return plan_of(reading, path, digest, faults=all_faults, warnings=warnings), document


def plan_of(
    reading: check.Reading,
    path: Path,
    digest: str,
    *,
    faults: tuple[Fault, ...] = (),
    warnings: tuple[Fault, ...] = (),
) -> Plan:
    """Return a reading as the plan of a file whose bytes have this digest."""
    return Plan(
        path=path,
        digest=digest,
        title=reading.title,
        language=reading.language,
        interface=reading.interface,
        first_meeting=reading.first_meeting,
        meets_every_days=reading.meets_every_days,
        skipped_meetings=reading.skipped_meetings,
        tracks=reading.tracks,
        milestones=reading.milestones,
        meetings=reading.meetings,
        results=reading.results,
        recurring=reading.recurring,
        faults=faults,
        warnings=warnings,
    )


def _refused(mended: Mended, path: Path) -> tuple[Fault, ...]:
    """Return the values that could be named, and what makes the text no TOML even so."""
    from l2l_tui.plan.lines import locate, syntax_fault

    faults = locate(mended.findings, mended.text, path)
    if mended.refusal is None:
        return faults
    return (*faults, syntax_fault(mended.refusal, mended.text, path))


def _located(
    findings: Sequence[Finding], text: str, path: Path, document: dict[str, Any]
) -> tuple[Fault, ...]:
    if not findings:
        return ()
    from l2l_tui.plan.lines import locate

    return locate(findings, text, path, document)


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
        content = bytes_of(path)
        before, data = _parse(path, content)
        _refuse_faults(before, tr("{name} has faults and was not touched", name=path.name))
        text = content.decode("utf-8")
        document = Document(text.removeprefix(_BOM), data)
        for edit in coalesced(edits):
            _apply(edit, document)
        marked = _BOM + document.text if text.startswith(_BOM) else document.text
        return _put(path, content, before, marked.encode("utf-8", errors="replace"))


def _apply(edit: Edit, document: Document) -> None:
    try:
        edit.apply(document)
    except ConflictError as error:
        error.edit = edit
        raise


def create(path: Path, text: str) -> Plan:
    """Write a new plan.

    Raises:
        RequestError: The file exists already, or the text has faults.
        L2LError: The disk is full or read-only.
    """
    content = text.encode("utf-8", errors="replace")
    plan = parse(path, content)
    why = tr("{name} was not written, for it would have faults", name=path.name)
    _refuse_faults(plan, why)
    with files.explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path):
        if path.exists():
            raise RequestError(tr("{path} exists already; nothing was written", path=path))
        files.replace(path, content)
        _remember(path, content)
    return plan


def keep(path: Path) -> None:
    """Keep what stands on disk as a version, if nobody did: someone may write over it outside.

    Raises:
        RequestError: There is no such file.
        L2LError: The disk is full or read-only, or somebody holds the lock.
    """
    with _locked(path):
        _remember(path, bytes_of(path))


def undo(path: Path) -> Plan:
    """Bring back the version before the one that stands, byte for byte.

    `timeline` tells beforehand what will be taken back, and afterwards what was. A change made
    in an editor outside is one step like any other.

    Raises:
        RequestError: Nothing was changed that could be taken back.
        L2LError: The disk is full or read-only, or somebody holds the lock.
    """
    return _walk(path, -1, tr("nothing was changed in {name}", name=path.name))


def redo(path: Path) -> Plan:
    """Bring back the version that was undone last, byte for byte.

    Raises:
        RequestError: Nothing was undone since the last change.
        L2LError: The disk is full or read-only, or somebody holds the lock.
    """
    return _walk(path, 1, tr("nothing was undone in {name} since the last change", name=path.name))


def timeline(path: Path) -> Timeline:
    """Return the plan's versions and where it stands among them; nothing is written.

    A change made outside that nobody kept yet stands there too, though without a file.
    """
    content, history = bytes_of(path), History(path)
    digest = hashlib.sha256(content).hexdigest()
    kept = history.read()
    return kept.standing(digest) or kept.then(_found(path, content, history, kept))


def undone_runs(path: Path) -> frozenset[str]:
    """Return the runs whose results a person took back and may yet bring again by `redo`."""
    kept = History(path).read()
    digest = hashlib.sha256(bytes_of(path)).hexdigest()
    # A step that was cut short leaves the journal elsewhere; then nobody undid anything.
    stands = kept.at >= 0 and kept.versions[kept.at].digest == digest
    return kept.undone_runs if stands else frozenset()


def versions(path: Path) -> list[Path]:
    """Return the versions of a plan that are kept aside, oldest first."""
    history = History(path)
    kept = history.read()
    digest = hashlib.sha256(bytes_of(path)).hexdigest()
    return list(history.others(kept.standing(digest) or replace(kept, at=-1)))


def restore(path: Path, version: Path) -> Plan:
    """Bring back an earlier version; what stands now is kept aside first.

    Raises:
        RequestError: One of the two is not there.
        L2LError: The disk is full or read-only, or somebody holds the lock.
    """
    with _locked(path):
        content, wanted = bytes_of(path), bytes_of(version)
        if content != wanted:
            plan = parse(path, wanted)
            back = Version(
                "", plan.digest, tr("back to the version {version}", version=version.stem)
            )
            _step(path, content, wanted, back)
        return parse(path, wanted)


def _walk(path: Path, way: int, nothing: str) -> Plan:
    with _locked(path):
        history, content = History(path), bytes_of(path)
        kept = _present(path, content, history)
        at = kept.at + way
        if not 0 <= at < len(kept.versions):
            raise RequestError(nothing)
        wanted = history.content(kept.versions[at])
        history.write(replace(kept, at=at))
        files.replace(path.resolve(), wanted)
        return parse(path, wanted)


def _put(path: Path, content: bytes, before: Plan, wanted: bytes) -> Plan:
    if wanted == content:
        return before
    plan = parse(path, wanted)
    why = tr("{name} was not touched, for this would give it faults", name=path.name)
    _refuse_faults(plan, why)
    known = {result.run for result in before.results}
    runs = tuple(result.run for result in plan.results if result.run not in known)
    _step(path, content, wanted, Version("", plan.digest, label(before, plan), runs=runs))
    return plan


def _step(path: Path, content: bytes, wanted: bytes, version: Version) -> None:
    """Keep both versions, then replace the plan: at no moment is one of them nowhere."""
    history = History(path)
    history.write(history.add(_present(path, content, history), wanted, version))
    files.replace(path.resolve(), wanted)


def _remember(path: Path, content: bytes) -> None:
    history = History(path)
    kept = history.read()
    present = _present(path, content, history)
    if present != kept:
        history.write(present)


def _present(path: Path, content: bytes, history: History) -> Timeline:
    """Return the timeline with what stands on disk in it, kept if nobody did yet."""
    kept = history.read()
    standing = kept.standing(hashlib.sha256(content).hexdigest())
    return standing or history.add(kept, content, _found(path, content, history, kept))


def _found(path: Path, content: bytes, history: History, kept: Timeline) -> Version:
    """Return what another program wrote, or a plan that has no history yet, as a version."""
    plan = parse(path, content)
    if kept.at < 0:
        return Version("", plan.digest)
    before = parse(path, history.content(kept.versions[kept.at]))
    said = tr("what broke the plan") if plan.faults else label(before, plan)
    return Version("", plan.digest, said, outside=True)


def bytes_of(path: Path) -> bytes:
    """Return a plan file's bytes.

    Raises:
        RequestError: There is no such file, or it may not be read.
    """
    try:
        return files.read_whole(path)
    except FileNotFoundError as error:
        raise RequestError(tr("there is no file {path}", path=path)) from error
    except OSError as error:
        raise RequestError(
            tr("cannot read {path}: {reason}", path=path, reason=error.strerror)
        ) from error


def _refuse_faults(plan: Plan, why: str) -> None:
    if plan.faults:
        listed = "".join(f"\n  {fault}" for fault in plan.faults)
        raise RequestError(f"{why}:{listed}")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    folder = History(path).folder
    lock = folder.with_name(f"{folder.name}.lock")
    with files.explained(lock):
        lock.parent.mkdir(exist_ok=True)
        held = FileLock(lock, timeout=_LOCK_TIMEOUT_S)
        try:
            held.acquire()
        except Timeout as error:
            raise L2LError(
                tr("somebody else is writing {path}; try again in a moment", path=path)
            ) from error
    try:
        yield
    finally:
        held.release()
