"""The whole lines that a growing file gained since the last look, by byte offset."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Grown:
    """What one look found."""

    lines: bytes = b""
    """New whole lines, each with its line break; a torn last line waits for the next look."""
    fresh: bool = False
    """Whether the file was cut or replaced, so that what came before counts no more."""


class Tail:
    """A place in a file that moves on with each `read`.

    Args:
        path: The file; it may come later, and it may vanish.
        last: Give no more than about this many bytes from the end; None for all.
    """

    def __init__(self, path: Path, last: int | None = None) -> None:
        self._path, self._last = path, last
        self._inode, self._offset, self._size = 0, 0, 0

    def read(self) -> Grown:
        """Return what the file gained."""
        try:
            stat = os.stat(self._path)  # noqa: PTH116 (polled for every run; Path.stat costs more)
        except FileNotFoundError:
            return self._forget()
        if stat.st_ino == self._inode and stat.st_size == self._size:
            return Grown()
        gone = self._inode != 0 and (stat.st_ino != self._inode or stat.st_size < self._offset)
        if gone:
            self._offset = 0
        self._inode, self._size = stat.st_ino, stat.st_size
        return Grown(self._read_lines(), gone)

    def _forget(self) -> Grown:
        known = self._inode != 0
        self._inode, self._offset, self._size = 0, 0, 0
        return Grown(fresh=known)

    def _read_lines(self) -> bytes:
        with self._path.open("rb") as file:
            jump = self._last is not None and self._size - self._offset > self._last
            if jump:
                assert self._last is not None
                self._offset = self._size - self._last
            file.seek(self._offset)
            content = file.read()
        self._offset += content.rfind(b"\n") + 1
        whole = content[: content.rfind(b"\n") + 1]
        # A jump lands somewhere inside a line.
        return whole[whole.find(b"\n") + 1 :] if jump else whole
