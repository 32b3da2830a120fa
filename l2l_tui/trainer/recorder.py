"""The one writer of ``metrics.jsonl``.

Each safe point's measurements reach the system at once, so a killed trainer loses none that
it made. A new trainer cuts a torn last line, and does not write again what already stands.
"""

from __future__ import annotations

import contextlib
import os
from collections import deque
from typing import TYPE_CHECKING

from l2l_tui.runs import metrics
from l2l_tui.trainer.storage import stored

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from l2l_tui.lab.measurement import Measurement


def recorded(path: Path) -> int:
    """Return how many measurements a file holds."""
    try:
        return len(_whole_lines(path.read_bytes()))
    except FileNotFoundError:
        return 0


class Recorder:
    """Appends measurements.

    Args:
        path: The file; made if missing.
        measured: How many measurements came before the state that is gone on from. What
            stands after them was made by a trainer that got further before it was lost; the
            same measurements come again and are checked against it, not written.

    Raises:
        StorageError: The file cannot be written.
    """

    def __init__(self, path: Path, measured: int) -> None:
        self._path = path
        with stored(path):
            self._file = path.open("r+b" if path.exists() else "w+b", buffering=0)
            lines = _whole_lines(self._file.readall())
            self._file.truncate(sum(map(len, lines)))
        self.diverged = False
        """Whether something other than before was measured the second time."""
        self.measured = measured
        """How many measurements came before the next one."""
        self._ahead = deque(lines[measured:])
        self._position = sum(map(len, lines[:measured]))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()

    def add(self, measurements: Iterable[Measurement]) -> None:
        """Record measurements, or find them recorded.

        Raises:
            StorageError: They cannot be written; the file ends with the last whole line before.
        """
        new = bytearray()
        for line in map(metrics.encode, measurements):
            self.measured += 1
            if self._ahead and self._ahead[0] == line:
                self._position += len(self._ahead.popleft())
                continue
            if self._ahead:
                self._cut()
            new += line
        self._write(bytes(new))

    def sync(self) -> None:
        """Make sure that what is recorded outlives a power cut.

        Raises:
            StorageError: The disk refuses.
        """
        with stored(self._path):
            os.fsync(self._file.fileno())

    def _cut(self) -> None:
        """Give up what the earlier trainer recorded from here on: this one measures otherwise."""
        self.diverged = True
        self._ahead.clear()
        with stored(self._path):
            self._file.truncate(self._position)

    def _write(self, data: bytes) -> None:
        if not data:
            return
        with stored(self._path):
            try:
                self._file.seek(self._position)
                done = 0
                while done < len(data):
                    done += self._file.write(data[done:]) or 0
            except OSError:
                with contextlib.suppress(OSError):
                    self._file.truncate(self._position)
                raise
        self._position += len(data)


def _whole_lines(content: bytes) -> list[bytes]:
    return [line + b"\n" for line in content.split(b"\n")[:-1]]
