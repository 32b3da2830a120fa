"""The ranks of one run on this machine, started and watched by torchrun's agent.

It gives the first sign of life, for its torch takes long to load where others use the cores
too; then the run is the first rank's, and it only says which ranks ended before their time,
whereupon the agent ends all others.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import tempfile
from typing import TYPE_CHECKING

from l2l_tui.errors import L2LError, RequestError
from l2l_tui.runs import files, process
from l2l_tui.runs.cluster import JOB_VARIABLE
from l2l_tui.runs.model import RunStatus, State
from l2l_tui.runs.state import now
from l2l_tui.trainer import log
from l2l_tui.trainer.child import LOCK_PATIENCE_S
from l2l_tui.trainer.storage import stored

if TYPE_CHECKING:
    from torch.distributed.elastic.multiprocessing.errors import ProcessFailure

    from l2l_tui.runs.directory import RunDirectory

_LOOPBACK = {"linux": "lo", "darwin": "lo0"}


def launch(directory: RunDirectory, ranks: int) -> int:
    """Start a run's ranks and wait for their end.

    Returns:
        The process's exit code: 0 all went well; 2 another trainer has the run in hand; else
        that of the rank that ended first.
    """
    from filelock import FileLock, Timeout

    try:
        with FileLock(directory.lock, timeout=LOCK_PATIENCE_S):
            if files.read_result(directory) is not None:
                return 0
            _show_life(directory)
    except Timeout:
        sys.stderr.write(f"{directory.id}: another trainer has this run in hand\n")
        return RequestError.exit_code
    except (L2LError, OSError) as error:
        sys.stderr.write(f"{directory.id}: {error}\n")
        return RequestError.exit_code
    return _watched(directory, ranks)


def _show_life(directory: RunDirectory) -> None:
    """Write a first status, which holds until the first rank writes its own.

    Raises:
        StorageError: It cannot be written.
    """
    previous, me = files.read_status(directory), process.me()
    status = RunStatus(
        state=State.RUNNING,
        step=0 if previous is None else previous.step,
        steps=0 if previous is None else previous.steps,
        elapsed_s=0.0 if previous is None else previous.elapsed_s,
        heartbeat=now(),
        started=now() if previous is None else previous.started,
        host=me.host,
        pid=me.pid,
        pid_started=me.started,
        note="starting its ranks",
        job=os.environ.get(JOB_VARIABLE, ""),
    )
    with stored(directory.status):
        files.write_status(directory, status)


def _watched(directory: RunDirectory, ranks: int) -> int:
    """Start the ranks; return the exit code once all have ended."""
    from torch.distributed.elastic.multiprocessing import DefaultLogsSpecs, SignalException
    from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
    from torch.distributed.launcher.api import LaunchConfig, elastic_launch

    logging.getLogger("torch.distributed").setLevel(logging.CRITICAL)  # we say it in our words
    if sys.platform in _LOOPBACK:
        os.environ.setdefault("GLOO_SOCKET_IFNAME", _LOOPBACK[sys.platform])
    with tempfile.TemporaryDirectory(prefix="l2l-tui-ranks-") as folder:
        config = LaunchConfig(
            min_nodes=1,
            max_nodes=1,
            nproc_per_node=ranks,
            run_id=directory.id,
            rdzv_backend="c10d",
            rdzv_endpoint="localhost:0",
            local_addr="localhost",
            max_restarts=0,
            logs_specs=DefaultLogsSpecs(log_dir=folder),
        )
        begin = elastic_launch(config, sys.executable)
        try:
            begin("-P", "-m", "l2l_tui.trainer", str(directory.path))
        except ChildFailedError as error:
            rank, failure = error.get_first_failure()
            return _told(rank, failure)
        except SignalException:
            return L2LError.exit_code  # the ranks were told, and the first one has said the rest
    return 0


def _told(rank: int, failure: ProcessFailure) -> int:
    """Say by which signal a rank ended, if it was one; else it has said why itself."""
    if failure.exitcode >= 0:
        return failure.exitcode
    name = signal.Signals(-failure.exitcode).name
    log.say(f"rank {rank} (process {failure.pid}) was ended by {name}; this run can be resumed")
    return L2LError.exit_code
