"""Seconds of work, over all resumes, pauses left out."""

from __future__ import annotations

import time


class Stopwatch:
    """Counts while it runs; stands still at first.

    Args:
        elapsed_s: What earlier trainers worked.
    """

    def __init__(self, elapsed_s: float) -> None:
        self._before = elapsed_s
        self._since: float | None = None

    @property
    def elapsed_s(self) -> float:
        """Seconds of work so far."""
        since = self._since
        return self._before if since is None else self._before + time.monotonic() - since

    def go(self) -> None:
        """Count from now on."""
        if self._since is None:
            self._since = time.monotonic()

    def halt(self) -> None:
        """Count no more until `go`."""
        elapsed = self.elapsed_s
        # In this order another thread sees too little for an instant, never twice as much.
        self._since, self._before = None, elapsed
