"""``init`` and ``doctor``: a workspace made, and looked after."""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from l2l_tui.cli import output
from l2l_tui.cli.days import parse_day, today
from l2l_tui.cli.parser import add_verb
from l2l_tui.language import tr, trn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from l2l_tui.cli.parser import Command, Verbs
    from l2l_tui.workspace import Workspace

_LEAST_FREE_BYTES = 500 * 2**20
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_TORCH = (
    "import torch, sys; "
    "print(torch.__version__, 'with', torch.get_num_threads(), 'threads;', "
    "'CUDA' if torch.cuda.is_available() else 'no CUDA')"
)
_ENGINE = (
    "import json; from l2l_tui.lab import fast_support; found = fast_support.look(); "
    "print(json.dumps([found.kernels is not None, found.version, found.kept, found.fault]))"
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at."""

    name: str
    """What was looked at; the same word in every language, for scripts."""
    ok: bool
    """Whether it will do."""
    detail: str
    """What was found, and what to do if it will not do."""


def add(verbs: Verbs) -> None:
    """Add the verbs."""
    parser = add_verb(
        verbs,
        "init",
        init,
        usage="[--first-meeting DATE]",
        about=tr(
            "Fill a workspace with the embedded plan, its dates shifted to your first meeting."
        ),
        example="l2l-tui init --workspace ~/study --first-meeting 2026-12-02",
    )
    day = tr("its day (today unless told)")
    parser.add_argument("--first-meeting", default="today", metavar="DATE", help=day)
    add_verb(
        verbs,
        "doctor",
        doctor,
        about=tr(
            "Look at versions, threads, data sets and the workspace; exit code 1 if any is ill."
        ),
        example="l2l-tui doctor",
    )


def init(command: Command) -> int:
    """Fill a workspace."""
    from l2l_tui.plan import embedded

    first = parse_day(command.args.first_meeting, today())
    workspace = command.workspace
    path = embedded.fill(workspace, first)
    if command.json:
        output.show_json({"workspace": workspace.root, "plan": path})
    else:
        output.show([str(path)])
    return 0


def doctor(command: Command) -> int:
    """Print a list of checks."""
    checks = list(_checks(command.workspace))
    if command.json:
        document = [{"name": one.name, "ok": one.ok, "detail": one.detail} for one in checks]
        output.show_json({"checks": document})
    else:
        output.show(
            output.table(
                [
                    (
                        output.Cell(tr("ok"), "good") if one.ok else output.Cell(tr("ill"), "bad"),
                        _called(one.name),
                        one.detail,
                    )
                    for one in checks
                ]
            )
        )
    return 0 if all(one.ok for one in checks) else 1


def _called(name: str) -> str:
    """Return what a person reads for a check's name; packages keep theirs."""
    if name.startswith("plan "):
        return tr("plan {name}", name=name.removeprefix("plan "))
    if name.startswith("data set "):
        return tr("data set {name}", name=name.removeprefix("data set "))
    ours = {
        "torch imports": tr("torch imports"),
        "engine": tr("engine"),
        "cores": tr("cores"),
        "data sets": tr("data sets"),
        "workspace": tr("workspace"),
        "disk": tr("disk"),
        "plans": tr("plans"),
        "runs": tr("runs"),
        "cluster": tr("cluster"),
        "terminal": tr("terminal"),
    }
    return ours.get(name, name)


def _checks(workspace: Workspace) -> Iterator[Check]:
    version = ".".join(map(str, sys.version_info[:3]))
    at = tr("{version} at {place}", version=version, place=sys.executable)
    yield Check("python", sys.version_info >= (3, 11), at)
    yield from _packages()
    yield _torch()
    yield _engine()
    yield _cores()
    yield (data_sets := _data_sets())
    if data_sets.ok:
        yield from _filed_data_sets()
    yield _writable(workspace)
    yield _disk(workspace)
    yield from _plans(workspace)
    yield _runs(workspace)
    yield _cluster(workspace)
    yield _terminal()


def _packages() -> Iterator[Check]:
    """Look at what the core install requires, as its own metadata say."""
    from importlib import metadata

    # What has a condition is an extra's, or Numba, of which `engine` tells.
    required = [each for each in metadata.requires("l2l-tui") or () if ";" not in each]
    for name in (found.group() for each in required if (found := _NAME.match(each))):
        try:
            yield Check(name, True, metadata.version(name))
        except metadata.PackageNotFoundError:
            advice = tr(
                "not installed; `{python} -m pip install {package}`",
                python=sys.executable,
                package=name,
            )
            yield Check(name, False, advice)


def _torch() -> Check:
    return _in_child(
        "torch imports", _TORCH, lambda reason: tr("{reason}; reinstall torch", reason=reason)
    )


def _engine() -> Check:
    """Compile the lab's kernels, or take them from their cache, as a run does."""
    found = _in_child(
        "engine",
        _ENGINE,
        lambda reason: tr("{reason}; NUMBA_DISABLE_JIT=1 has PyTorch do it", reason=reason),
    )
    if not found.ok:
        return found
    fast, version, kept, fault = json.loads(found.detail)
    if not fast:
        meant = find_spec("numba") is None or bool(os.environ.get("NUMBA_DISABLE_JIT"))
        return Check("engine", meant, tr("PyTorch, the slower one; {reason}", reason=fault))
    if not kept:
        said = tr(
            "Numba {version}; no cache can be written, so each run compiles for seconds: "
            "let NUMBA_CACHE_DIR name a folder",
            version=version,
        )
        return Check("engine", True, said)
    said = tr("Numba {version}, its kernels kept in {folder}", version=version, folder=kept)
    return Check("engine", True, said)


def _in_child(name: str, program: str, advised: Callable[[str], str]) -> Check:
    """Run a program in a child, so that this process stays light; its output is the detail."""
    import subprocess

    command = [sys.executable, "-P", "-c", program]
    try:
        done = subprocess.run(  # noqa: S603 (our own interpreter and words)
            command, capture_output=True, text=True, timeout=120, check=False
        )
    except subprocess.TimeoutExpired:
        slow = tr("not within two minutes; is the disk slow or full?")
        return Check(name, False, slow)
    if done.returncode == 0:
        return Check(name, True, done.stdout.strip())
    code = tr("exit code {code}", code=done.returncode)
    last = (done.stderr.strip().splitlines() or [code])[-1]
    return Check(name, False, advised(last))


def _cores() -> Check:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    limits = [f"{name}={os.environ[name]}" for name in ("OMP_NUM_THREADS",) if name in os.environ]
    said = tr("{usable} usable of {all}", usable=usable, all=os.cpu_count())
    return Check("cores", True, ", ".join([said, *limits]))


def _data_sets() -> Check:
    found = find_spec("sklearn") is not None
    digits = tr("digits (embedded in scikit-learn)") if found else tr("no digits")
    folder = os.environ.get("L2L_TUI_DATA")
    if not folder:
        said = tr("{digits}; L2L_TUI_DATA names no folder with more", digits=digits)
        return Check("data sets", True, said)
    path = Path(folder).expanduser()
    if not path.is_dir():
        said = tr(
            "{digits}; L2L_TUI_DATA={folder} is no folder; mend it", digits=digits, folder=folder
        )
        return Check("data sets", False, said)
    names = ", ".join(sorted(one.name for one in path.iterdir() if not one.name.startswith(".")))
    said = tr(
        "{digits}; in {folder}: {names}", digits=digits, folder=path, names=names or tr("nothing")
    )
    return Check("data sets", True, said)


def _filed_data_sets() -> Iterator[Check]:
    """Look for those that come in files; one that is nowhere is no illness."""
    from l2l_tui.lab.data import pictures
    from l2l_tui.lab.data.store import DataError

    for name in pictures.FILED:
        called = f"data set {name}"
        try:
            found = pictures.look(name)
        except DataError as error:
            yield Check(called, False, str(error))
            continue
        if found is None:
            said = tr("not there; {advice}", advice=pictures.how_to_get(name))
        else:
            said = tr(
                "{train} pictures to fit and {test} to judge by, in {folder}",
                train=found.train,
                test=found.test,
                folder=found.folder,
            )
        yield Check(called, True, said)
    yield _omniglot()


def _omniglot() -> Check:
    """Look for the characters that come in files."""
    from l2l_tui.lab.data import characters
    from l2l_tui.lab.data.store import DataError

    called = "data set omniglot"
    try:
        found = characters.look()
    except DataError as error:
        return Check(called, False, str(error))
    if found is None:
        return Check(called, True, tr("not there; {advice}", advice=characters.how_to_get()))
    said = tr(
        "{train} characters to train on and {test} to test on, in {folder}",
        train=found.train,
        test=found.test,
        folder=found.folder,
    )
    return Check(called, True, said)


def _writable(workspace: Workspace) -> Check:
    root, place = workspace.root, _nearest_folder(workspace.root)
    if not os.access(place, os.W_OK | os.X_OK):
        said = tr(
            "{root}: {folder} is not writable; "
            "change its permissions or choose another with --workspace",
            root=root,
            folder=place,
        )
        return Check("workspace", False, said)
    made = root.is_dir()
    return Check(
        "workspace", True, str(root) if made else tr("{root} (made when first needed)", root=root)
    )


def _disk(workspace: Workspace) -> Check:
    from shutil import disk_usage

    free = disk_usage(_nearest_folder(workspace.root)).free
    size = f"{free / 2**30:.1f}"
    if free >= _LEAST_FREE_BYTES:
        return Check("disk", True, tr("{size} GiB free", size=size))
    return Check("disk", False, tr("{size} GiB free; make room", size=size))


def _plans(workspace: Workspace) -> Iterator[Check]:
    from l2l_tui.plan import store

    files = workspace.plan_files()
    if not files:
        said = tr("none yet; `l2l-tui init` or the app's first start makes one")
        yield Check("plans", True, said)
    for path in files:
        faults = store.load(path).faults
        if faults:
            detail = trn(
                "{n} fault: {first}; `l2l-tui plan check {plan}`",
                "{n} faults, the first: {first}; `l2l-tui plan check {plan}`",
                len(faults),
                first=faults[0],
                plan=path,
            )
            yield Check(f"plan {path.stem}", False, detail)
        else:
            yield Check(f"plan {path.stem}", True, tr("nothing is wrong"))


def _runs(workspace: Workspace) -> Check:
    from l2l_tui.runs import catalogue

    found = catalogue.listing(workspace)
    if found.broken:
        return Check("runs", False, "; ".join(found.broken))
    return Check("runs", True, trn("{n} readable", "{n} readable", len(found.runs)))


def _cluster(workspace: Workspace) -> Check:
    """Look whether runs can be handed to a cluster.

    None is no illness, unless the settings ask something of one.
    """
    from l2l_tui.errors import L2LError
    from l2l_tui.runs.cluster import commands, settings, submit

    try:
        meant = settings.read(workspace) != settings.ClusterSettings()
    except L2LError as error:
        return Check("cluster", False, str(error))
    try:
        if not commands.is_here() and not meant:
            return Check("cluster", True, tr("no Slurm on this machine; runs go on here"))
        asked = submit.check(workspace)
        version = commands.ask("sinfo", "--version").strip()
        said = commands.ask("sinfo", "--noheader", "--format=%R: %D (%T)")
    except L2LError as error:
        return Check("cluster", not meant, tr("not usable: {reason}", reason=error))
    nodes = ", ".join(line.strip() for line in said.splitlines() if line.strip())
    chosen = asked.partition or tr("its default partition")
    detail = tr(
        "{version}; runs go to {partition}; nodes by partition: {nodes}",
        version=version,
        partition=chosen,
        nodes=nodes or tr("none"),
    )
    return Check("cluster", True, detail)


def _terminal() -> Check:
    encoding = (sys.stdout.encoding or "ascii").lower()
    term = os.environ.get("TERM", "")
    colour = os.environ.get("COLORTERM", tr("colour"))
    colour = tr("no colour") if os.environ.get("NO_COLOR") else colour
    detail = f"TERM={term or tr('not set')}, {colour}, {encoding}"
    if not sys.stdout.isatty():
        said = tr("{terminal}; this is no terminal, verbs work all the same", terminal=detail)
        return Check("terminal", True, said)
    if term in {"", "dumb"}:
        said = tr("{terminal}; the app needs a real one, e.g. TERM=xterm-256color", terminal=detail)
        return Check("terminal", False, said)
    if "utf" not in encoding:
        said = tr("{terminal}; the app draws with UTF-8: set LANG=C.UTF-8", terminal=detail)
        return Check("terminal", False, said)
    return Check("terminal", True, detail)


def _nearest_folder(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.is_dir())
