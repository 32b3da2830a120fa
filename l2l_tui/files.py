"""Whole files: replaced at one instant, so that a reader sees the old one or the new one.

And read as TOML, whatever stands in them.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from l2l_tui.errors import L2LError, RequestError
from l2l_tui.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


LARGEST_BYTES = 200_000_000
"""Nobody wrote a larger text; it would fill the memory."""


class BrokenFileError(RequestError):
    """A file is not what it should be; the message names the file and what is wrong in it."""


def replace(path: Path, content: bytes | str, *, durable: bool = True) -> None:
    """Write a file by way of a temporary one in the same folder.

    A file that is there already keeps its permissions.

    Args:
        path: The file; its folder must exist.
        content: All of it; text is written as UTF-8.
        durable: Whether it must survive a power cut (fsync of file and folder).

    Raises:
        L2LError: The disk is full or read-only, or the folder is missing or forbidden.
    """
    data = content.encode() if isinstance(content, str) else content
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}.tmp")
    with explained(path):
        try:
            _write(temporary, data, durable)
            with contextlib.suppress(FileNotFoundError):
                temporary.chmod(path.stat().st_mode & 0o7777)
            temporary.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        if durable:
            _sync_folder(path.parent)


def read_whole(path: Path) -> bytes:
    """Return a file's bytes; what is no file, and what would never end, is not begun.

    Raises:
        OSError: There is no such file, or it may not be read.
        BrokenFileError: It is a folder, a pipe or a device, or it is far too large.
    """
    held = path.stat()
    if not stat.S_ISREG(held.st_mode):
        raise BrokenFileError(tr("{path} is {what}, not a file", path=path, what=what_is(path)))
    if held.st_size > LARGEST_BYTES:
        size, most = held.st_size // 1_000_000, LARGEST_BYTES // 1_000_000
        raise BrokenFileError(
            tr("{path} is too large: {size} MB, at most {most} MB", path=path, size=size, most=most)
        )
    return path.read_bytes()


def what_is(path: Path) -> str:
    """Return in words what stands in a file's place."""
    if path.is_dir():
        return tr("a folder")
    if path.is_symlink() and not path.exists():
        return tr("a link that leads nowhere")
    if path.is_fifo() or path.is_socket():
        return tr("a pipe")
    return tr("a file") if path.is_file() else tr("a device")


def read_toml(path: Path, abridge: Callable[[str], str] | None = None) -> dict[str, Any]:
    """Return what a TOML file says, or one clear error for all that can be wrong with it.

    Args:
        path: The file.
        abridge: Takes out of its text what need not be read.

    Raises:
        FileNotFoundError: There is no such file.
        BrokenFileError: It cannot be read, is no UTF-8 or no TOML, is nested too deeply, or
            holds a number that is too long.
    """
    import tomllib

    try:
        text = read_whole(path).decode()
        return tomllib.loads(text if abridge is None else abridge(text))
    except (FileNotFoundError, BrokenFileError):
        raise
    except OSError as error:
        reason = error.strerror or error
        said = tr("{path} cannot be read: {reason}", path=path, reason=reason)
        raise BrokenFileError(said) from error
    except RecursionError as error:
        said = tr("{path} is not TOML: it is nested too deeply", path=path)
        raise BrokenFileError(said) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        said = tr("{path} is not TOML: {reason}", path=path, reason=error)
        raise BrokenFileError(said) from error
    except ValueError as error:  # Python's own limit, with advice that only programmers can follow
        said = tr("{path} is not TOML: a number has too many digits", path=path)
        raise BrokenFileError(said) from error


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn the operating system's refusals while writing `path` into a message."""
    try:
        yield
    except OSError as error:
        said = tr(
            "cannot write {path}: {reason}; {advice}",
            path=path,
            reason=error.strerror or type(error).__name__,
            advice=_advice(error.errno or 0),
        )
        raise L2LError(said) from error


def _advice(code: int) -> str:
    """Return what to do where the operating system refuses to write."""
    forbidden = tr("you may not write there; change its permissions or choose another place")
    return {
        errno.ENOSPC: tr("make room on the disk, then try again"),
        errno.EDQUOT: tr("your quota is used up; make room, then try again"),
        errno.EROFS: tr("the disk is read-only; choose another place with --workspace"),
        errno.EACCES: forbidden,
        errno.EPERM: forbidden,
        errno.ENOENT: tr("its folder is missing; make it, then try again"),
    }.get(code, tr("try again, or choose another place with --workspace"))


def _write(path: Path, data: bytes, durable: bool) -> None:
    with path.open("wb") as file:
        file.write(data)
        if durable:
            file.flush()
            os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
