"""The run's log is this process's standard output."""

from __future__ import annotations

import contextlib
from datetime import datetime


def say(text: str) -> None:
    """Write a line with the time; a log that cannot be written is no reason to end a run."""
    with contextlib.suppress(OSError):
        print(f"{datetime.now().astimezone():%H:%M:%S} {text}", flush=True)  # noqa: T201
