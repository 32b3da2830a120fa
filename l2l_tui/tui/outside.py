"""Programs outside: the person's own editor for a text, the browser for an address.

The editor is the one that the person likes best: ``$VISUAL``, ``$EDITOR``, or what there is.

The app gives the terminal away until the editor ends. A text comes back exactly as it was left,
but for one thing: editors end a file with a newline, so one is put behind a text that has none,
and one is taken away again. A text that ends with a newline keeps it. Whatever cannot be taken
back (the editor failed, the bytes are not UTF-8) is left where it lies, and the place is named.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import SuspendNotSupported

from l2l_tui.errors import L2LError
from l2l_tui.language import tr

if TYPE_CHECKING:
    from types import FrameType

    from textual.app import App

FALLBACKS = ("nano", "vim", "vi", "notepad")
"""What is tried where nobody says which editor; the easiest to leave comes first."""


_BROWSE = "import sys, webbrowser; sys.exit(not webbrowser.open(sys.argv[1]))"

_PATIENCE_S = 20.0
"""Seconds to wait for a browser that does not return."""


class EditorError(L2LError):
    """There is no editor, or it did not do its work."""


def edit_outside(app: App[Any], text: str, suffix: str = ".md") -> str | None:
    """Return a text as the person left it in an editor of their own.

    Blocks the app until the editor ends, and says at the edge of the screen what went wrong.

    Args:
        app: The app, which gives the terminal away meanwhile.
        text: What stands there at first.
        suffix: The file's, by which editors know the language.

    Returns:
        The text, changed or not; None if there was no editing.
    """
    try:
        command = editor(os.environ)
        with app.suspend():
            return edited(command, text, suffix)
    except SuspendNotSupported:
        said = tr("This terminal cannot be lent to an editor.")
        app.notify(said, severity="warning", timeout=8, markup=False)
    except (EditorError, OSError) as error:
        app.notify(str(error), severity="error", timeout=15, markup=False)
    return None


def editor(environ: Mapping[str, str]) -> list[str]:
    """Return the command that starts the editor, without the file.

    Args:
        environ: The environment: ``VISUAL`` before ``EDITOR``.

    Raises:
        EditorError: The one that is asked for is not there, or there is none.
    """
    path = environ.get("PATH")
    for variable in ("VISUAL", "EDITOR"):
        if asked := environ.get(variable, "").strip():
            return _asked(variable, asked, path)
    for name in FALLBACKS:
        if shutil.which(name, path=path):
            return [name]
    raise EditorError(tr("There is no editor here; $EDITOR names one."))


def edited(command: Sequence[str], text: str, suffix: str = ".md") -> str:
    """Return a text as an editor left it.

    Args:
        command: The command that starts it.
        text: What stands there at first.
        suffix: The file's.

    Raises:
        EditorError: The editor failed, or what it left is no text.
    """
    folder = Path(tempfile.mkdtemp(prefix="l2l-tui-"))
    file = folder / f"text{suffix}"
    closed = not text or text.endswith("\n")
    before = (text if closed else f"{text}\n").encode()
    file.write_bytes(before)
    with _deaf():
        code = subprocess.call([*command, str(file)])  # noqa: S603 (as the person asked)
    try:
        after = file.read_bytes()
    except OSError as error:
        said = tr("The editor left no file: {reason}.", reason=error.strerror)
        raise EditorError(said) from error
    if code:
        if after == before:
            shutil.rmtree(folder, ignore_errors=True)
        raise EditorError(_failed(command[0], code, file if after != before else None))
    try:
        found = after.decode("utf-8-sig" if not text.startswith("\ufeff") else "utf-8")
    except UnicodeDecodeError as error:
        said = tr("What the editor left is not UTF-8; it is in {file}.", file=file)
        raise EditorError(said) from error
    shutil.rmtree(folder, ignore_errors=True)
    return found if text.endswith("\n") else found.removesuffix("\n")


def browse(address: str) -> bool:
    """Open a web address in the browser; return whether one took it.

    It is opened by a process of its own that says nothing: browsers talk into the terminal.
    """
    environ = {name: value for name, value in os.environ.items() if name != "TERM"}
    try:
        done = subprocess.run(  # noqa: S603 (our own interpreter; the address is one argument)
            [sys.executable, "-c", _BROWSE, address],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environ,  # without a terminal's name no browser of the terminal is chosen
            timeout=_PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True  # it is open, and whoever started it waits for its end
    return done.returncode == 0


def _asked(variable: str, asked: str, path: str | None) -> list[str]:
    """Return the command that a variable says."""
    try:
        command = shlex.split(asked)
    except ValueError as error:
        said = tr("${variable} is no command: {command}.", variable=variable, command=asked)
        raise EditorError(said) from error
    if not command or shutil.which(command[0], path=path) is None:
        said = tr(
            "${variable} names {command}, which is not here.", variable=variable, command=asked
        )
        raise EditorError(said)
    return command


def _failed(name: str, code: int, left: Path | None) -> str:
    """Say that the editor ended with an error, and where the text is if it was changed."""
    if left is None:
        return tr("{editor} ended with error {code}; nothing was taken.", editor=name, code=code)
    return tr(
        "{editor} ended with error {code}; nothing was taken. What it left is in {file}.",
        editor=name,
        code=code,
        file=left,
    )


@contextmanager
def _deaf() -> Iterator[None]:
    """Leave ctrl+c to the editor: the terminal sends it to both."""

    def pass_over(_number: int, _frame: FrameType | None) -> None:
        """Do nothing; unlike an ignored signal, the editor does not inherit this."""

    before = signal.signal(signal.SIGINT, pass_over)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
