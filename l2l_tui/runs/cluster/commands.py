"""Slurm's own commands, asked with a time limit: a cluster may be silent for hours."""

from __future__ import annotations

import os
import shutil
import subprocess

from l2l_tui.errors import L2LError, RequestError
from l2l_tui.language import tr

PATIENCE_S = 10.0
"""How long a command may take."""


class ClusterError(L2LError):
    """A command of Slurm's refused, or did not answer; what it said is in the message."""


class NoClusterError(RequestError):
    """Slurm's commands are not on this machine."""


class RefusedError(RequestError):
    """Slurm does not take a job; its own words are in the message."""


def is_here() -> bool:
    """Return whether this machine can hand jobs to a cluster."""
    return all(shutil.which(name) for name in ("sbatch", "srun", "squeue", "scancel"))


def need() -> None:
    """Make sure that this machine can hand jobs to a cluster.

    Raises:
        NoClusterError: It cannot.
    """
    if not is_here():
        raise NoClusterError(
            tr(
                "there is no Slurm on this machine: sbatch and squeue are not found; "
                "log in where they are, or run it here without a cluster"
            )
        )


def ask(*words: str, patience_s: float = PATIENCE_S) -> str:
    """Return what one of Slurm's commands prints.

    Args:
        words: The command and its arguments.
        patience_s: How long it may take.

    Raises:
        NoClusterError: The command is not here.
        ClusterError: It refused, or did not answer in time.
    """
    try:
        done = subprocess.run(  # noqa: S603 (our own words, whichever Slurm the user has)
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=patience_s,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
        )
    except FileNotFoundError as error:
        said = tr("there is no Slurm on this machine: {command} is not found", command=words[0])
        raise NoClusterError(said) from error
    except subprocess.TimeoutExpired as error:
        said = tr(
            "the cluster does not answer: {command} was silent for {seconds} s",
            command=words[0],
            seconds=f"{patience_s:g}",
        )
        raise ClusterError(said) from error
    except OSError as error:
        raise ClusterError(f"{words[0]}: {error.strerror or error}") from error
    if done.returncode:
        raise ClusterError(f"{words[0]}: {gist(done.stderr) or done.returncode}")
    return done.stdout


def gist(said: str) -> str:
    """Return what a command of Slurm's said in one line, without its own name in front."""
    lines = [line.split("error: ", 1)[-1].strip() for line in said.splitlines()]
    return "; ".join(dict.fromkeys(line for line in lines if line))
