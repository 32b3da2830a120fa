"""What ``squeue`` lists, asked rarely: one call for all jobs, kept for a few seconds.

A cluster that does not answer says nothing of a job: `UNKNOWN` is not `GONE`.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from l2l_tui.runs.cluster import commands
from l2l_tui.runs.cluster.commands import ClusterError, NoClusterError

if TYPE_CHECKING:
    from l2l_tui.runs.cluster.ticket import Ticket

KEPT_S = 5.0
"""How long an answer counts."""
SILENT_S = 30.0
"""How long a cluster that did not answer is left alone."""

_WAITING = {
    "CONFIGURING",
    "PENDING",
    "REQUEUED",
    "REQUEUE_FED",
    "REQUEUE_HOLD",
    "RESV_DEL_HOLD",
    "SPECIAL_EXIT",
}
_OVER = {
    "BOOT_FAIL",
    "CANCELLED",
    "COMPLETED",
    "DEADLINE",
    "FAILED",
    "NODE_FAIL",
    "OUT_OF_MEMORY",
    "PREEMPTED",
    "REVOKED",
    "TIMEOUT",
}


class Standing(StrEnum):
    """Where a job is."""

    WAITING = "waiting"
    """In the queue, before its first turn or between two."""
    AT_WORK = "at work"
    """On its nodes, or about to leave them."""
    GONE = "gone"
    """The cluster answers, and does not list it."""
    UNKNOWN = "unknown"
    """The cluster does not answer."""
    NOWHERE = "nowhere"
    """There is no cluster to ask on this machine."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A job that the queue lists."""

    job: str
    """Its id, with its place in an array as in ``7_3``."""
    name: str
    """Its name."""
    standing: Standing
    """Where it is."""


class Queue:
    """The queue as this process last saw it. Safe to use from several threads."""

    def __init__(self) -> None:
        self._asking, self._lock = threading.Lock(), threading.Lock()
        self._listed: dict[str, Listed] | None = None
        self._without = Standing.UNKNOWN
        self._good_until = 0.0
        self._users: set[int] = set()
        self._seen: dict[str, datetime] = {}

    def standing(self, ticket: Ticket, *, patient: bool = True) -> Standing:
        """Return where a job is.

        Args:
            ticket: The job.
            patient: Wait for the cluster's answer; else another thread asks, and what is known
                so far is returned.
        """
        self._look(ticket, patient=patient)
        with self._lock:
            if self._listed is None:
                return self._without
            found = self._find(ticket)
        return Standing.GONE if found is None else found.standing

    def job(self, ticket: Ticket) -> str:
        """Return a job's id, also that of a ticket that does not have it; empty if not listed."""
        if ticket.job:
            return ticket.job
        self._look(ticket, patient=True)
        with self._lock:
            found = self._find(ticket)
        return "" if found is None else found.job

    def seen(self, ticket: Ticket) -> datetime | None:
        """Return when this process last saw a job listed."""
        return self._seen.get(_key(ticket))

    def forget(self) -> None:
        """Ask anew the next time: something was changed."""
        self._good_until = 0.0

    def _look(self, ticket: Ticket, *, patient: bool) -> None:
        with self._lock:
            known = ticket.user in self._users
            self._users.add(ticket.user)
            if known and time.monotonic() < self._good_until:
                return
        if patient:
            with self._asking:
                if not known or time.monotonic() >= self._good_until:
                    self._ask()
        elif self._asking.acquire(blocking=False):
            threading.Thread(target=self._ask_aside, name="squeue", daemon=True).start()

    def _ask_aside(self) -> None:
        try:
            self._ask()
        finally:
            self._asking.release()

    def _ask(self) -> None:
        users = ",".join(map(str, sorted(self._users)))
        listed, without = None, Standing.UNKNOWN
        try:
            said = commands.ask(
                "squeue", "--noheader", "--array", f"--user={users}", "--format=%i|%T|%j"
            )
            listed = _read(said)
        except NoClusterError:
            without = Standing.NOWHERE
        except ClusterError:
            pass
        at = datetime.now().astimezone()
        with self._lock:
            self._listed, self._without = listed, without
            kept_s = SILENT_S if listed is None else KEPT_S
            self._good_until = time.monotonic() + kept_s
            for one in (listed or {}).values():
                self._seen[one.job] = self._seen[_name_key(one)] = at

    def _find(self, ticket: Ticket) -> Listed | None:
        listed = self._listed or {}
        if ticket.job:
            return listed.get(ticket.job)
        same = (one for one in listed.values() if _name_key(one) == _key(ticket))
        return next(same, None)


def _read(said: str) -> dict[str, Listed]:
    found = {}
    for line in said.splitlines():
        job, _, rest = line.strip().partition("|")
        word, _, name = rest.partition("|")
        if job and word not in _OVER:
            standing = Standing.WAITING if word in _WAITING else Standing.AT_WORK
            found[job] = Listed(job, name, standing)
    return found


def _key(ticket: Ticket) -> str:
    return ticket.job or f"{ticket.name} {ticket.index}"


def _name_key(one: Listed) -> str:
    _, _, index = one.job.partition("_")
    return f"{one.name} {index if index.isdecimal() else -1}"


def cancel(ticket: Ticket) -> None:
    """Take a job out of the queue, or off its nodes; one that is gone is no trouble.

    Raises:
        ClusterError: The cluster does not answer.
    """
    job = QUEUE.job(ticket)
    if not job:
        return
    try:
        commands.ask("scancel", job)
    except ClusterError as error:
        if "Invalid job id" not in str(error):
            raise
    finally:
        QUEUE.forget()


QUEUE = Queue()
"""What this process knows of the queue."""
