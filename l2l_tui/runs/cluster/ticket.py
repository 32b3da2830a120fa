"""``cluster.toml``: which job has a run in hand; written by whoever submits it, before and after.

Before, so that a submitter that dies in between leaves a name by which the job is found.
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

from l2l_tui import files
from l2l_tui.files import BrokenFileError
from l2l_tui.runs.table import Table

if TYPE_CHECKING:
    from datetime import datetime

    from l2l_tui.runs.directory import RunDirectory


def me() -> int:
    """Return the number of the user that this process belongs to."""
    return os.getuid() if hasattr(os, "getuid") else 0


@dataclass(frozen=True, slots=True)
class Ticket:
    """A job, as whoever submitted it knows it."""

    name: str
    """The job's name, which no other job has."""
    submitted: datetime
    """When it was submitted."""
    job: str = ""
    """Slurm's id of it; empty until Slurm has said."""
    index: int = -1
    """Its place in a job array; -1 for a job of its own."""
    delay_s: float = 60.0
    """Seconds until everybody sees what was written to the shared file system."""
    nodes: int = 1
    """Nodes that it is spread over."""
    user: int = field(default_factory=me)
    """The number of the user whose job it is."""


def read(directory: RunDirectory) -> Ticket | None:
    """Return a run's ticket; None if it was never submitted, or the ticket cannot be read."""
    try:
        table = Table(directory.cluster, files.read_toml(directory.cluster))
        return Ticket(
            name=table.text("name"),
            submitted=table.moment("submitted"),
            job=table.text("job"),
            index=table.integer("index"),
            delay_s=table.number("delay_s"),
            nodes=table.integer("nodes") if "nodes" in table else 1,
            user=table.integer("user"),
        )
    except (FileNotFoundError, BrokenFileError):
        return None


def write(directory: RunDirectory, ticket: Ticket) -> None:
    """Replace a run's ticket.

    Raises:
        L2LError: It cannot be written.
    """
    import tomli_w

    files.replace(directory.cluster, tomli_w.dumps(asdict(ticket)))


def with_job(ticket: Ticket, job: str) -> Ticket:
    """Return the ticket of a job that Slurm has given an id."""
    return replace(ticket, job=job)


def restore(directory: RunDirectory, before: Ticket | None) -> None:
    """Put back what stood there before a submission that was refused."""
    if before is None:
        directory.cluster.unlink(missing_ok=True)
    else:
        write(directory, before)
