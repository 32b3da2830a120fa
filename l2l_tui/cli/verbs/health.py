"""``init`` and ``doctor``: a workspace made, and looked after."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from l2l_tui.cli import output
from l2l_tui.cli.days import parse_day, today
from l2l_tui.cli.parser import add_verb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from l2l_tui.cli.parser import Command, Verbs
    from l2l_tui.workspace import Workspace

_LEAST_FREE_BYTES = 500 * 2**20
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_TORCH = (
    "import torch, sys; "
    "print(torch.__version__, 'with', torch.get_num_threads(), 'threads;', "
    "'CUDA' if torch.cuda.is_available() else 'no CUDA')"
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at."""

    name: str
    """What was looked at."""
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
        about="Fill a workspace with the embedded plan, its dates shifted to your first meeting.",
        example="l2l-tui init --workspace ~/study --first-meeting 2026-12-02",
    )
    parser.add_argument(
        "--first-meeting", default="today", metavar="DATE", help="its day (today unless told)"
    )
    add_verb(
        verbs,
        "doctor",
        doctor,
        about="Look at versions, threads, data sets and the workspace; exit code 1 if any is ill.",
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
                        output.Cell("ok", "good") if one.ok else output.Cell("ill", "bad"),
                        one.name,
                        one.detail,
                    )
                    for one in checks
                ]
            )
        )
    return 0 if all(one.ok for one in checks) else 1


def _checks(workspace: Workspace) -> Iterator[Check]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Check("python", sys.version_info >= (3, 11), f"{version} at {sys.executable}")
    yield from _packages()
    yield _torch()
    yield _cores()
    yield _data_sets()
    yield _writable(workspace)
    yield _disk(workspace)
    yield from _plans(workspace)
    yield _runs(workspace)
    yield _terminal()


def _packages() -> Iterator[Check]:
    """Look at what the core install requires, as its own metadata say."""
    from importlib import metadata

    required = [each for each in metadata.requires("l2l-tui") or () if "extra ==" not in each]
    for name in (found.group() for each in required if (found := _NAME.match(each))):
        try:
            yield Check(name, True, metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Check(name, False, f"not installed; `{sys.executable} -m pip install {name}`")


def _torch() -> Check:
    """Import torch in a child, so that this process stays light."""
    import subprocess

    command = [sys.executable, "-P", "-c", _TORCH]
    try:
        done = subprocess.run(  # noqa: S603 (our own interpreter and words)
            command, capture_output=True, text=True, timeout=120, check=False
        )
    except subprocess.TimeoutExpired:
        return Check("torch imports", False, "not within two minutes; is the disk slow or full?")
    if done.returncode == 0:
        return Check("torch imports", True, done.stdout.strip())
    last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
    return Check("torch imports", False, f"{last}; reinstall torch")


def _cores() -> Check:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    limits = [f"{name}={os.environ[name]}" for name in ("OMP_NUM_THREADS",) if name in os.environ]
    return Check("cores", True, ", ".join([f"{usable} usable of {os.cpu_count()}", *limits]))


def _data_sets() -> Check:
    from importlib.util import find_spec

    digits = "digits (embedded in scikit-learn)" if find_spec("sklearn") else "no digits"
    folder = os.environ.get("L2L_TUI_DATA")
    if not folder:
        return Check("data sets", True, f"{digits}; L2L_TUI_DATA names no folder with more")
    path = Path(folder).expanduser()
    if not path.is_dir():
        return Check("data sets", False, f"{digits}; L2L_TUI_DATA={folder} is no folder; mend it")
    names = ", ".join(sorted(one.name for one in path.iterdir() if not one.name.startswith(".")))
    return Check("data sets", True, f"{digits}; in {path}: {names or 'nothing'}")


def _writable(workspace: Workspace) -> Check:
    place = _nearest_folder(workspace.root)
    if not os.access(place, os.W_OK | os.X_OK):
        advice = "change its permissions or choose another with --workspace"
        return Check("workspace", False, f"{workspace.root}: {place} is not writable; {advice}")
    state = "" if workspace.root.is_dir() else " (made when first needed)"
    return Check("workspace", True, f"{workspace.root}{state}")


def _disk(workspace: Workspace) -> Check:
    from shutil import disk_usage

    free = disk_usage(_nearest_folder(workspace.root)).free
    said = f"{free / 2**30:.1f} GiB free"
    return Check(
        "disk",
        free >= _LEAST_FREE_BYTES,
        said if free >= _LEAST_FREE_BYTES else f"{said}; make room",
    )


def _plans(workspace: Workspace) -> Iterator[Check]:
    from l2l_tui.plan import store

    files = workspace.plan_files()
    if not files:
        yield Check("plans", True, "none yet; `l2l-tui init` or the app's first start makes one")
    for path in files:
        faults = store.load(path).faults
        if faults:
            detail = f"{len(faults)} faults, the first: {faults[0]}; `l2l-tui plan check {path}`"
            yield Check(f"plan {path.stem}", False, detail)
        else:
            yield Check(f"plan {path.stem}", True, "nothing is wrong")


def _runs(workspace: Workspace) -> Check:
    from l2l_tui.runs import catalogue

    broken = catalogue.broken_runs(workspace)
    if broken:
        return Check("runs", False, "; ".join(broken))
    return Check("runs", True, f"{len(catalogue.all_runs(workspace))} readable")


def _terminal() -> Check:
    encoding = (sys.stdout.encoding or "ascii").lower()
    term = os.environ.get("TERM", "")
    colour = "no colour" if os.environ.get("NO_COLOR") else os.environ.get("COLORTERM", "colour")
    detail = f"TERM={term or 'not set'}, {colour}, {encoding}"
    if not sys.stdout.isatty():
        return Check("terminal", True, f"{detail}; this is no terminal, verbs work all the same")
    if term in {"", "dumb"}:
        return Check(
            "terminal", False, f"{detail}; the app needs a real one, e.g. TERM=xterm-256color"
        )
    if "utf" not in encoding:
        return Check("terminal", False, f"{detail}; the app draws with UTF-8: set LANG=C.UTF-8")
    return Check("terminal", True, detail)


def _nearest_folder(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.is_dir())
