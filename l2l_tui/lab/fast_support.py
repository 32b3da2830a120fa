"""Which network goes through the LSTM on this machine: Numba's kernels, and if not, why.

Numba compiles the kernels to the machine's own code on the first call: a few seconds, then
kept in a cache. Where it does not work, PyTorch does the same more slowly. Numba is loaded
when somebody asks, and torch never, so that `doctor` can ask. ``NUMBA_DISABLE_JIT=1`` in
the environment is the way to have PyTorch all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import ModuleType


@dataclass(frozen=True, slots=True)
class Support:
    """What was found."""

    kernels: ModuleType | None = None
    """`fast_kernels`, compiled; None where they do not work."""
    version: str = ""
    """Numba's."""
    kept: str = ""
    """The folder of the cache; empty where none can be written: each process compiles anew."""
    fault: str = ""
    """What is in the way, if they do not work."""


@cache
def look() -> Support:
    """Import and compile the kernels, once in a process."""
    try:
        import numba
    except ImportError as error:
        return Support(fault=_told(error))
    if numba.config.DISABLE_JIT:
        return Support(version=numba.__version__, fault="NUMBA_DISABLE_JIT is set")
    try:
        from l2l_tui.lab import fast_kernels

        fast_kernels.compile_all()
    except Exception as error:  # noqa: BLE001 (no fault of a compiler's may stop a run)
        return Support(version=numba.__version__, fault=_told(error))
    return Support(fast_kernels, numba.__version__, fast_kernels.kept_in())


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0]
