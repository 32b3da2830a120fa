"""A new run: its directory, and the detached child process that does the work."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

from l2l_tui.errors import L2LError, RequestError
from l2l_tui.files import explained
from l2l_tui.lab.data import store
from l2l_tui.language import tr
from l2l_tui.runs import files, purpose, sharing, state
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import Request

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from l2l_tui.experiments.base import Experiment
    from l2l_tui.workspace import Workspace

_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
_RANK_VARIABLES = ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")
_UNLESS_TOLD = {
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": str(2**31 - 1),
    "OMP_WAIT_POLICY": "passive",
}


def prepare(
    workspace: Workspace,
    experiment: Experiment,
    *,
    preset: str = "quick",
    seed: int = 0,
    changes: Mapping[str, object] | None = None,
    milestone: str | None = None,
    plan: str | None = None,
    threads: int | None = None,
    ranks: int = 1,
    sweep: str | None = None,
    swept: Sequence[str] = (),
) -> RunDirectory:
    """Make the directory of a new run; nothing runs yet.

    Args:
        workspace: Where it is made.
        experiment: What is to run.
        preset: The settings to start from.
        seed: The seed of every generator.
        changes: Settings that differ from the preset's.
        milestone: The milestone that it serves; by default the first that lists the
            experiment, else the one that the experiment declares, if the plan has it.
        plan: The name of that milestone's plan; by default the only plan.
        threads: Threads for torch, of each rank; by default the experiment's own where it runs
            alone, and one where ranks share the work.
        ranks: Processes that share the work.
        sweep: The sweep that it belongs to.
        swept: The settings that differ within that sweep.

    Raises:
        RequestError: An unknown preset, setting, milestone or plan, a bad value, or a number
            of ranks that cannot share the work.
        L2LError: The directory cannot be made.
    """
    settings = experiment.configure(preset, changes)
    if threads is None:
        threads = experiment.threads if ranks == 1 else 1
    if threads < 1 or not 0 <= seed < 2**63:
        said = tr(
            "threads = {threads}, seed = {seed}: threads must be at least 1, seed from 0 to 2^63-1",
            threads=threads,
            seed=seed,
        )
        raise RequestError(said)
    sharing.check(experiment, settings, ranks)
    serves = purpose.choose(workspace, experiment, milestone, plan)
    created, values = state.now(), settings.values()
    directory = RunDirectory(workspace.runs / _new_id(experiment.name, created))
    request = Request(
        run=directory.id,
        experiment=experiment.name,
        preset=preset,
        seed=seed,
        settings=values,
        created=created,
        threads=threads,
        ranks=ranks,
        milestone=None if serves is None else serves.milestone,
        plan=None if serves is None else serves.plan,
        sweep=sweep,
        swept={name: values[name] for name in swept},
    )
    return _appear(directory, request)


def start(directory: RunDirectory) -> int:
    """Start the run's trainer at once and return its process id.

    The trainer has a session of its own, so it outlives this process and its terminal.

    Raises:
        L2LError: The log cannot be written.
    """
    return start_with(directory, data_folder())


def data_folder() -> str | None:
    """Return the folder of data sets that this process's environment names, for a trainer's."""
    folder = store.named()
    return None if folder is None else str(folder)


def start_with(directory: RunDirectory, data: str | None) -> int:
    """Start the run's trainer, which looks for data sets in a given folder.

    Args:
        directory: The run.
        data: The folder; None where nobody named one.

    Returns:
        The trainer's process id.

    Raises:
        L2LError: The log cannot be written.
    """
    place = RunDirectory(directory.path.absolute())
    environment = _environment(place, data)
    return detach(_command(place), log=place.log, cwd=place.path, env=environment)


def trainer(
    directory: RunDirectory, variables: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a trainer as a child of this process, its output at the end of the run's log.

    Args:
        directory: The run.
        variables: What its environment has beside this process's own.

    Raises:
        L2LError: The log cannot be written.
    """
    place = RunDirectory(directory.path.absolute())
    environment = {**_environment(place, data_folder()), **(variables or {})}
    return _popen(_command(place), place.log, place.path, environment, detached=False)


def detach(
    command: list[str], *, log: Path, cwd: Path, env: Mapping[str, str] | None = None
) -> int:
    """Start a process that outlives this one and its terminal; return its process id.

    Args:
        command: Our own interpreter and a module of ours.
        log: Takes what it prints, at its end.
        cwd: The folder that it works in.
        env: Its environment; None for ours.

    Raises:
        L2LError: The log cannot be written.
    """
    child = _popen(command, log, cwd, env, detached=True)
    # Somebody must take note of its end, or it stays in the process table.
    threading.Thread(target=child.wait, name=f"wait for {child.pid}", daemon=True).start()
    return child.pid


def discard(directory: RunDirectory) -> None:
    """Remove the directory of a run that nobody took in hand."""
    if not directory.status.exists() and not directory.log.exists():
        shutil.rmtree(directory.path, ignore_errors=True)


def _popen(
    command: list[str], log: Path, cwd: Path, env: Mapping[str, str] | None, *, detached: bool
) -> subprocess.Popen[bytes]:
    with explained(log), log.open("ab") as out:
        return subprocess.Popen(  # noqa: S603 (our own interpreter and module)
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            cwd=cwd,
            env=env,
            start_new_session=detached,
        )


def _command(directory: RunDirectory) -> list[str]:
    # -P: a student's own torch.py or random.py in the current folder must not be imported.
    return [sys.executable, "-P", "-m", "l2l_tui.trainer", str(directory.path)]


def _environment(directory: RunDirectory, folder: str | None) -> dict[str, str]:
    """Return the trainer's environment; it works in another folder than whoever named a path.

    glibc is told to keep memory that is free. Given back to the kernel, it comes again page by
    page at every step: convolutions took twice as long. Threads of a run sleep while they wait
    for each other; by waiting awake they take the cores from whatever else is at work, and then
    from each other. A person's own word goes first.
    """
    threads = str(files.read_request(directory).threads)
    data = {} if folder is None else {store.VARIABLE: folder}
    # What made this process a rank of something is not about the ranks of this run.
    not_given = {store.VARIABLE, *_RANK_VARIABLES}
    given = {name: value for name, value in os.environ.items() if name not in not_given}
    return {**_UNLESS_TOLD, **given, **dict.fromkeys(_THREAD_VARIABLES, threads), **data}


def _new_id(experiment: str, created: datetime) -> str:
    tail = "".join(secrets.choice(_BASE32) for _ in range(4))
    return f"{created:%Y-%m-%d-%H%M}-{experiment}-{tail}"


def _appear(directory: RunDirectory, request: Request) -> RunDirectory:
    """Make the directory under a hidden name, then show it whole."""
    runs: Path = directory.path.parent
    hidden = RunDirectory(runs / f".{directory.id}.{os.getpid()}")
    try:
        with explained(directory.path):
            hidden.path.mkdir(parents=True)
            files.write_request(hidden, request)
            hidden.path.rename(directory.path)
    except L2LError:
        shutil.rmtree(hidden.path, ignore_errors=True)  # on a full disk it would stay for ever
        raise
    return directory
