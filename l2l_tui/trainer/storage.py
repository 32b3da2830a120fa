"""When the run directory itself cannot be written: the run is not at fault and can go on later."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from l2l_tui import files
from l2l_tui.errors import L2LError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class StorageError(L2LError):
    """A file of the run could not be written; what stood there before still stands."""


@contextlib.contextmanager
def stored(path: Path) -> Iterator[None]:
    """Tell a refusal to write `path` from the procedure's own mistakes.

    Raises:
        StorageError: The disk is full, read-only or gone.
    """
    try:
        with files.explained(path):
            yield
    except L2LError as error:
        raise StorageError(str(error)) from error
