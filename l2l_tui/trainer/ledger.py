"""CPU-seconds by what they were spent on, over all resumes.

Figures are the same to the last bit after a kill, times never are: so procedures say what their
work was for (`Progress.part`), and times are kept here, beside figures and not among them. Work
that a kill took away is counted where it is done again, and only there.
"""

from __future__ import annotations

import time
from collections.abc import Mapping


class Ledger:
    """Adds up the CPU time of this process, all its threads together.

    Args:
        cpu_s: What earlier trainers had spent by the checkpoint that the run goes on from.
    """

    def __init__(self, cpu_s: Mapping[str, float]) -> None:
        self._cpu_s = dict(cpu_s)
        self._since = time.process_time()

    @property
    def cpu_s(self) -> dict[str, float]:
        """CPU-seconds by part, to the last one that was noted."""
        return dict(self._cpu_s)

    def note(self, part: str) -> None:
        """Put the time since the last call down to a part; to none if it has no name."""
        now = time.process_time()
        if part:
            self._cpu_s[part] = self._cpu_s.get(part, 0.0) + now - self._since
        self._since = now
