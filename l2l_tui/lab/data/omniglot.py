"""Omniglot: characters of fifty alphabets, each drawn by twenty people (Lake et al., 2015).

Read from the authors' own archives, `images_background.zip` (30 alphabets, to train on) and
`images_evaluation.zip` (20 alphabets, to test on), or from their two minimal sets of five
alphabets each, `images_background_small1.zip` and `images_background_small2.zip`. The minimal
sets share two alphabets, Greek and Latin; an alphabet that the training side has is left out of
the test side. Every fifth alphabet of the training side is for validation.

A picture of 105x105 pixels becomes one of 28x28, ink 255 on 0.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from l2l_tui.lab.data.store import Layout, Remote, broken, unreadable
from l2l_tui.language import tr

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SIDE = 28
"""Height and width of a picture as it is returned."""
_DRAWN = 105
"""Height and width of a picture in the archives."""
_MOST = 100_000
"""No archive that we know has more pictures."""
_MOST_BYTES = 100_000
"""No picture that we know is longer; one that is must not fill the memory."""
_EVERY = 5
"""Of so many alphabets of the training side, the second is for validation."""

_MIRRORS = (
    "https://github.com/brendenlake/omniglot/raw/master/python/",
    "https://raw.githubusercontent.com/brendenlake/omniglot/master/python/",
)
_FULL = (
    Remote(
        "images_background.zip",
        _MIRRORS,
        9_464_212,
        "ad41ab679c8b5d90b271ef46be6987cc81211774a695c29dcc5367b2b26ee640",
    ),
    Remote(
        "images_evaluation.zip",
        _MIRRORS,
        6_462_886,
        "1f61a8f3366785b057fc117d9228e78a16e3d976c8953b2a10fcc74cf0609cee",
    ),
)
_MINIMAL = (
    Remote(
        "images_background_small1.zip",
        _MIRRORS,
        1_319_022,
        "f38eb80f801274ac2b4dff5b24289016bfaba4a7d5bb50deebf27104ad6cb8a4",
    ),
    Remote(
        "images_background_small2.zip",
        _MIRRORS,
        1_580_917,
        "3ccaa407515a8778e5d0861875af38b17e418f301ad5bb3b5a6b65d901a41c7f",
    ),
)


def _layout(name: str, remotes: tuple[Remote, ...]) -> Layout:
    return Layout(
        name=name,
        folder="omniglot",
        needed=tuple(remote.file for remote in remotes),
        some_of=(),
        remotes=remotes,
        instead="glyphs",
    )


LAYOUTS = (_layout("omniglot", _FULL), _layout("omniglot-minimal", _MINIMAL))
"""Both editions, the one to prefer first: the archive to train on, then that to test on."""

_ENTRY = re.compile(r"[^/]+/(?P<alphabet>[^/]+)/(?P<character>character\d+)/(?P<drawn>[^/]+)\.png")


@dataclass(frozen=True)
class Alphabet:
    """One alphabet."""

    name: str
    """As its folder is called, without underscores."""
    part: str
    """``train``, ``validation`` or ``test``."""
    classes: tuple[NDArray[np.uint8], ...]
    """Each character's pictures (drawers, 28, 28), ink 255 on 0."""


def count(folder: Path, layout: Layout) -> tuple[int, int]:
    """Return how many characters there are to train on and to test on, as the archives list.

    Raises:
        DataError: An archive cannot be read, or is not what it should be.
    """
    train, test = (_listed(folder / file) for file in layout.needed)
    seen = sum(len(characters) for characters in train.values())
    unseen = sum(len(found) for alphabet, found in test.items() if alphabet not in train)
    return seen, unseen


def read(folder: Path, layout: Layout) -> tuple[Alphabet, ...]:
    """Return every alphabet: those of the training side, then those that it lacks.

    Raises:
        DataError: An archive cannot be read, or is not what it should be.
    """
    training, testing = (folder / file for file in layout.needed)
    seen = _read(training, frozenset())
    validation = set(sorted(seen)[1::_EVERY])
    found = [
        Alphabet(name, "validation" if name in validation else "train", classes)
        for name, classes in seen.items()
    ]
    unseen = _read(testing, frozenset(seen))
    if not unseen:
        wrong = tr("has no alphabet that {file} lacks", file=training.name)
        raise broken(testing, wrong)
    return (*found, *(Alphabet(name, "test", classes) for name, classes in unseen.items()))


_Listed = dict[str, dict[str, list[zipfile.ZipInfo]]]
"""Alphabet, character, drawings."""


def _listed(path: Path) -> _Listed:
    """Return what an archive lists; its pictures are not read."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _sorted(path, archive)
    except zipfile.BadZipFile as error:
        raise _torn(path, error) from error
    except OSError as error:
        raise unreadable(path, error) from error


def _sorted(path: Path, archive: zipfile.ZipFile) -> _Listed:
    """Return an archive's pictures by alphabet and character, all in alphabetical order."""
    found: _Listed = {}
    for info in sorted(archive.infolist(), key=lambda info: info.filename):
        named = _ENTRY.fullmatch(info.filename)
        if named is not None:
            alphabet = found.setdefault(named["alphabet"].replace("_", " "), {})
            alphabet.setdefault(named["character"], []).append(info)
    pictures = sum(len(drawn) for characters in found.values() for drawn in characters.values())
    if not 0 < pictures <= _MOST:
        wrong = tr(
            "holds {found} pictures named ALPHABET/character01/NAME.png, expected 1 to {most}",
            found=pictures,
            most=_MOST,
        )
        raise broken(path, wrong)
    return found


def _read(path: Path, known: frozenset[str]) -> dict[str, tuple[NDArray[np.uint8], ...]]:
    """Return the classes of an archive's alphabets, but for those that are known."""
    import numpy as np

    try:
        with zipfile.ZipFile(path) as archive:
            return {
                alphabet: tuple(
                    np.stack([_picture(path, archive, info) for info in drawn])
                    for drawn in characters.values()
                )
                for alphabet, characters in _sorted(path, archive).items()
                if alphabet not in known
            }
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise _torn(path, error) from error
    except OSError as error:
        raise unreadable(path, error) from error


def _torn(path: Path, error: Exception) -> Exception:
    return broken(path, tr("is cut short, or no zip archive ({reason})", reason=error))


def _picture(path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> NDArray[np.uint8]:
    """Return one picture (28, 28), ink 255 on 0."""
    import numpy as np
    from PIL import Image

    if info.file_size > _MOST_BYTES:
        wrong = tr(
            "holds {name} of {found} bytes, expected at most {most}",
            name=info.filename,
            found=info.file_size,
            most=_MOST_BYTES,
        )
        raise broken(path, wrong)
    try:
        content = archive.read(info)
    except RuntimeError as error:
        # A password, or a compression that is unknown: what a flipped bit looks like too.
        wrong = tr(
            "holds {name}, which cannot be read ({reason})", name=info.filename, reason=error
        )
        raise broken(path, wrong) from error
    try:
        with Image.open(io.BytesIO(content), formats=("PNG",)) as drawn:
            size = drawn.size
            grey = drawn.convert("L") if size == (_DRAWN, _DRAWN) else None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        wrong = tr("holds {name}, which is no picture ({reason})", name=info.filename, reason=error)
        raise broken(path, wrong) from error
    if grey is None:
        wrong = tr(
            "holds {name} of {found} pixels, expected {expected}",
            name=info.filename,
            found="x".join(map(str, size)),
            expected=f"{_DRAWN}x{_DRAWN}",
        )
        raise broken(path, wrong)
    small = grey.resize((SIDE, SIDE), Image.Resampling.BOX)
    return 255 - np.asarray(small)
