"""What a job does on its node: start the run's trainer, and put the job back where it must leave.

Submitit stores a `Task` and calls it there. Of Slurm's two ways to ask for a machine back, it
sees to the user signal (before the time limit, and before a preemption where the cluster is set
so); the termination signal is seen to here.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from l2l_tui.runs import launch
from l2l_tui.runs.cluster import JOB_VARIABLE, LEFT, commands
from l2l_tui.runs.cluster.commands import ClusterError
from l2l_tui.runs.directory import RunDirectory

if TYPE_CHECKING:
    from submitit.core.utils import DelayedSubmission

_LEAVING_S = 20.0
_ASK_EVERY_S = 5.0
_PORTS = (10_000, 30_000)
"""Below those that systems give away by themselves."""
_TOLD = {-signal.SIGTERM, -getattr(signal, "SIGUSR2", signal.SIGTERM)}

_children: list[subprocess.Popen[bytes]] = []
"""This process's trainer; no part of what is stored."""


@dataclass(frozen=True, slots=True)
class Task:
    """The work of one run directory."""

    path: str
    """The directory."""

    def __call__(self) -> None:
        """Run the trainer to its end, and end as it did.

        Raises:
            SystemExit: The trainer did not end well, or the machine was asked back.
        """
        directory, job = RunDirectory(Path(self.path)), job_id()
        child = launch.trainer(directory, {JOB_VARIABLE: job, **meeting_place()})
        _children.append(child)
        code = child.wait()
        if code == LEFT or code in _TOLD:
            if os.environ.get("SLURM_PROCID", "0") == "0":
                _put_back(job)
        elif code < 0:
            _say(f"the trainer was ended by signal {-code}: cancelled, or too little memory?")
        if code:
            sys.exit(code if code > 0 else 128 - code)

    def checkpoint(self) -> DelayedSubmission:
        """Let the trainer keep its state, for submitit is about to put the job back."""
        from submitit.core.utils import DelayedSubmission

        for child in _children:
            child.terminate()
            try:
                child.wait(timeout=_LEAVING_S)
            except subprocess.TimeoutExpired:
                continue  # in a long step; what it kept last will do
        return DelayedSubmission(self)


def job_id() -> str:
    """Return the id of the job that this process belongs to, as the queue lists it."""
    place = os.environ.get("SLURM_ARRAY_TASK_ID")
    if place is not None:
        return f"{os.environ['SLURM_ARRAY_JOB_ID']}_{place}"
    return os.environ["SLURM_JOB_ID"]


def meeting_place() -> dict[str, str]:
    """Return where the ranks of a run meet, if this task is one of several.

    The first of them listens on the node where the job's script runs, the first one as well. Two
    jobs on it have ids of their own, which make the ports differ.
    """
    if os.environ.get("SLURM_STEP_NUM_TASKS", "1") == "1":
        return {}
    port = _PORTS[0] + int(os.environ["SLURM_JOB_ID"]) % (_PORTS[1] - _PORTS[0])
    return {"MASTER_ADDR": os.environ["SLURM_LAUNCH_NODE_IPADDR"], "MASTER_PORT": str(port)}


def _put_back(job: str) -> None:
    """Put a job back into the queue if it still counts as running.

    A job that ends by itself in the time that a preemption grants it is over to Slurm. Where it
    was cancelled, or put back already, Slurm has another word for it than ``RUNNING``.
    """
    while True:
        try:
            if commands.ask("squeue", "--noheader", f"--jobs={job}", "--format=%T").strip() == (
                "RUNNING"
            ):
                commands.ask("scontrol", "requeue", job)
        except ClusterError:
            time.sleep(_ASK_EVERY_S)  # it may be starting again; else it ends this process
        else:
            return


def _say(text: str) -> None:
    """Write to the run's log, where this process's own output ends."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
