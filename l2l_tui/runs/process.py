"""Whether a process is the one that we know, not another that got its number later."""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells one process from every other."""

    host: str
    """The machine's name."""
    pid: int
    """The process id."""
    started: float
    """When it began: on Linux seconds since boot, elsewhere seconds since 1970."""


@cache
def host() -> str:
    """Return this machine's name."""
    return platform.node()


def me() -> Identity:
    """Return this process's identity."""
    return Identity(host(), os.getpid(), started(os.getpid()) or 0.0)


def started(pid: int) -> float | None:
    """Return when a process of this machine began; None if there is none that runs.

    A dead process whose parent has not taken note yet (a zombie) does not run.
    """
    if pid <= 0:
        return None
    if Path("/proc/self/stat").exists():
        return _started_linux(pid)
    return _started_ps(pid)


def is_alive(identity: Identity) -> bool:
    """Return whether that very process still runs; only for processes of this host."""
    return started(identity.pid) == identity.started


def _started_linux(pid: int) -> float | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    # The program's name, in brackets, may itself hold blanks and brackets.
    fields = stat[stat.rindex(b")") + 2 :].split()
    if fields[0] in {b"Z", b"X", b"x"}:
        return None
    return int(fields[19]) / os.sysconf("SC_CLK_TCK")


def _started_ps(pid: int) -> float | None:
    from datetime import datetime

    command = ["ps", "-o", "stat=,lstart=", "-p", str(pid)]
    done = subprocess.run(  # noqa: S603 (fixed words and a number)
        command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"}
    )
    stat, _, when = done.stdout.strip().partition(" ")
    if not when or stat.startswith("Z"):
        return None
    return datetime.strptime(" ".join(when.split()), "%a %b %d %H:%M:%S %Y").timestamp()  # noqa: DTZ007 (ps speaks local time)
