"""Where the files of data sets are: the folder that ``L2L_TUI_DATA`` names, then the user's cache.

Both are laid out alike: one folder a data set, named and filled as its authors do. Looking needs
no torch and no numpy, so that `doctor` can; nothing here opens a connection.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from l2l_tui.errors import RequestError
from l2l_tui.language import tr

VARIABLE = "L2L_TUI_DATA"
"""The environment's word for the folder of data sets."""


class DataError(RequestError):
    """A data set is missing or is not what it should be; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Remote:
    """A file that can be fetched."""

    file: str
    """What it is called."""
    mirrors: tuple[str, ...]
    """The addresses of folders that have it, each with a slash at its end; the best first."""
    size_bytes: int
    """How long it is."""
    sha256: str
    """Its checksum."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Which files a data set has, and where they can be had."""

    name: str
    """What the data set is called."""
    folder: str
    """Its folder's name, in every place where data sets are."""
    needed: tuple[str, ...]
    """Files that must all be there."""
    some_of: tuple[str, ...]
    """Files of which one at least must be there; none if all are needed."""
    remotes: tuple[Remote, ...]
    """What is fetched for it."""
    instead: str = "digits"
    """The data set of the same kind that is embedded."""

    def missing(self, place: Path) -> tuple[str, ...]:
        """Return the files that a place lacks.

        Raises:
            DataError: The place cannot be looked into.
        """
        folder = place / self.folder
        lacking = tuple(file for file in self.needed if not _is_there(folder / file))
        if self.some_of and not any(_is_there(folder / file) for file in self.some_of):
            return (*lacking, self.some_of[0])
        return lacking


def named() -> Path | None:
    """Return the folder that ``L2L_TUI_DATA`` names, whole even where it is named from here."""
    given = os.environ.get(VARIABLE)
    return Path(given).expanduser().absolute() if given else None


def cache() -> Path:
    """Return the place where fetched data sets are kept; it need not exist."""
    from platformdirs import user_cache_path

    return user_cache_path("l2l-tui") / "data"


def places() -> tuple[Path, ...]:
    """Return the places to look in, in this order.

    Raises:
        DataError: ``L2L_TUI_DATA`` names no folder.
    """
    folder = named()
    if folder is None:
        return (cache(),)
    if not folder.is_dir():
        said = tr(
            "{variable}={folder} is no folder; let it name the one with the data sets, or unset it",
            variable=VARIABLE,
            folder=folder,
        )
        raise DataError(said)
    return (folder, cache())


def find(layout: Layout) -> Path | None:
    """Return the data set's folder in the first place that has it whole; None if none has.

    Raises:
        DataError: ``L2L_TUI_DATA`` names no folder, or a place cannot be looked into.
    """
    whole = (place for place in places() if not layout.missing(place))
    place = next(whole, None)
    return None if place is None else place / layout.folder


def missing(layout: Layout) -> DataError:
    """Return the error of a data set that is nowhere: what is missing where, and what to do."""
    gaps = [
        tr(
            "{files} missing in {folder}",
            files=", ".join(layout.missing(place)),
            folder=place / layout.folder,
        )
        for place in places()
    ]
    said = tr(
        "the data set {name} is not there: {gaps}; {advice}",
        name=layout.name,
        gaps="; ".join(gaps),
        advice=advice(layout),
    )
    return DataError(said)


def advice(layout: Layout) -> str:
    """Return how to get a data set."""
    return tr(
        "fetch it with `--set download=true` ({size} MB, with the extra `data`), put its files "
        "into {folder} of a folder that {variable} names, or take {instead}, which are "
        "always there",
        size=sum(remote.size_bytes for remote in layout.remotes) // 1_000_000,
        folder=f"{layout.folder}{os.sep}",
        variable=VARIABLE,
        instead=layout.instead,
    )


def broken(path: Path, wrong: str) -> DataError:
    """Return the error of a file that is not what it should be.

    Args:
        path: The file.
        wrong: What was found and what was expected.
    """
    said = tr(
        "{path} {wrong}; put the original there, or remove it and fetch it again with "
        "`--set download=true`",
        path=path,
        wrong=wrong,
    )
    return DataError(said)


def unreadable(path: Path, error: OSError) -> DataError:
    """Return the error of a file that the operating system does not give."""
    said = tr(
        "{path} cannot be read: {reason}; change its permissions, or name another folder with "
        "{variable}",
        path=path,
        reason=error.strerror or type(error).__name__,
        variable=VARIABLE,
    )
    return DataError(said)


def _is_there(path: Path) -> bool:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise unreadable(path, error) from error
    return True
