"""A program in a pseudo-terminal: keys go in, what it paints comes out, and when."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from types import TracebackType

COLUMNS, LINES = 160, 48
PATIENCE_S = 30.0

_ANSWERS = {b"\x1b[?2026$p": b"\x1b[?2026;2$y"}
"""What a modern terminal answers: it shows each picture whole, and says when one ends."""

END_OF_PICTURE = b"\x1b[?2026l"
"""What Textual writes behind each picture in such a terminal."""


class Terminal:
    """Runs Python with some arguments in a terminal of 160x48.

    Args:
        arguments: Behind the interpreter.
        environment: Beside this process's own.
    """

    def __init__(self, arguments: list[str], environment: dict[str, str] | None = None) -> None:
        self._leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        colours = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        self.began = time.perf_counter()
        """When it was started."""
        self._child = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=follower,
            stdout=follower,
            stderr=follower,
            env={**os.environ, **colours, **(environment or {})},
            start_new_session=True,
        )
        os.close(follower)
        self.cpu_s = 0.0
        """The seconds of processor time that it took; known in the end."""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.killpg(self._child.pid, signal.SIGKILL)
        _, status, used = os.wait4(self._child.pid, 0)
        self._child.returncode = os.waitstatus_to_exitcode(status)
        self.cpu_s = used.ru_utime + used.ru_stime
        os.close(self._leader)

    def press(self, keys: bytes) -> None:
        """Type."""
        os.write(self._leader, keys)

    def wait_for(self, text: str | bytes) -> float:
        """Return when the output held `text` for the first time from now on.

        Raises:
            SystemExit: It did not come.
        """
        wanted = text.encode() if isinstance(text, str) else text
        return self.wait(lambda seen: wanted in seen)

    def wait(self, enough: Callable[[bytes], bool]) -> float:
        """Return when the output from now on was enough.

        Raises:
            SystemExit: It never was.
        """
        seen, start = b"", time.perf_counter()
        while time.perf_counter() - start < PATIENCE_S:
            seen += self._read(0.1)
            if enough(seen):
                return time.perf_counter()
        raise SystemExit(
            f"not seen in {PATIENCE_S:.0f} s:\n{seen.decode(errors='replace')[-2000:]}"
        )

    def settle(self, quiet_s: float = 0.5) -> None:
        """Wait until nothing was painted for a while."""
        while self._read(quiet_s):
            pass

    def _read(self, patience_s: float) -> bytes:
        if not select.select([self._leader], [], [], patience_s)[0]:
            return b""
        try:
            found = os.read(self._leader, 1 << 16)
        except OSError as error:
            raise SystemExit("the program ended") from error
        for asked, answer in _ANSWERS.items():
            if asked in found:
                os.write(self._leader, answer)
        return found
