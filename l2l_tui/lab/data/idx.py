"""IDX, the format of MNIST's files: a magic number, the size of each axis, then the bytes.

Four bytes 0, 0, the type (8: unsigned bytes) and how many axes; then four bytes an axis, the
most significant first. The files are packed with gzip, as their authors give them out.
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from l2l_tui.lab.data.store import broken, unreadable
from l2l_tui.language import tr

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_UNSIGNED_BYTES = 8
_MOST = 1_000_000
"""No file that we know has more entries; a header of nonsense must not fill the memory."""


def size(path: Path, entry: tuple[int, ...]) -> int:
    """Return how many entries a file's header tells of; the rest is not read.

    Args:
        path: The file.
        entry: The axes of one entry; none for a label.

    Raises:
        DataError: The file cannot be read, or is no such file.
    """
    with _opened(path) as file:
        return _header(path, file, entry)


def read(path: Path, entry: tuple[int, ...]) -> NDArray[np.uint8]:
    """Return a file's entries (entries, *entry).

    Args:
        path: The file.
        entry: The axes of one entry; none for a label.

    Raises:
        DataError: The file cannot be read, or is no such file, or is not as long as it says.
    """
    import numpy as np

    with _opened(path) as file:
        count = _header(path, file, entry)
        length = count * math.prod(entry)
        # One byte more than there should be: it reaches the end, where gzip's checksum is.
        content = file.read(length + 1)
    if len(content) != length:
        found = len(content) if len(content) < length else tr("more")
        wrong = tr(
            "holds {found} bytes after its header, expected {expected}",
            found=found,
            expected=length,
        )
        raise broken(path, wrong)
    return np.frombuffer(content, np.uint8).reshape(count, *entry)


def _header(path: Path, file: gzip.GzipFile, entry: tuple[int, ...]) -> int:
    """Read the magic number and the axes; return how many entries there are."""
    expected = bytes((0, 0, _UNSIGNED_BYTES, 1 + len(entry)))
    head = file.read(4 + 4 * (1 + len(entry)))
    magic, axes = head[:4], head[4:]
    if magic != expected:
        wrong = tr(
            "is no IDX file of this kind: it begins with {found}, expected {expected}",
            found=magic.hex(" ") or tr("nothing"),
            expected=expected.hex(" "),
        )
        raise broken(path, wrong)
    if len(axes) != 4 * (1 + len(entry)):
        raise broken(path, tr("is cut short: it ends in its header"))
    count, *found = struct.unpack(f">{1 + len(entry)}I", axes)
    if tuple(found) != entry:
        wrong = tr(
            "holds pictures of {found}, expected {expected}",
            found="x".join(map(str, found)),
            expected="x".join(map(str, entry)),
        )
        raise broken(path, wrong)
    if not 0 < count <= _MOST:
        wrong = tr("tells of {found} entries, expected 1 to {most}", found=count, most=_MOST)
        raise broken(path, wrong)
    return int(count)


@contextmanager
def _opened(path: Path) -> Iterator[gzip.GzipFile]:
    """Open a packed file; whatever is wrong with the packing is one of our errors."""
    try:
        with gzip.open(path, "rb") as file:
            yield file
    except EOFError as error:
        raise broken(path, tr("is cut short: its packed bytes end too early")) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise broken(path, tr("cannot be unpacked ({reason})", reason=error)) from error
    except OSError as error:
        raise unreadable(path, error) from error
