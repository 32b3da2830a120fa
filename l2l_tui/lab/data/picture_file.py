"""A picture that a person gives: read with Pillow, or refused in one clear message.

Looking whether it is one needs no torch, so that settings can be checked where they are typed.
"""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from l2l_tui import files
from l2l_tui.lab.data.store import DataError
from l2l_tui.language import tr

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor


def absolute(text: str) -> str:
    """Return a path that means the same in any folder; ``~`` is the person's own."""
    return str(Path(text).expanduser().absolute())


def check(path: str) -> None:
    """Look whether a file is a picture; only its beginning is decoded.

    Raises:
        DataError: It is missing, unreadable or no picture.
    """
    _open(path, _content(path))


def digest(path: str) -> str:
    """Return what stands for the file's content.

    Raises:
        DataError: It is missing or unreadable.
    """
    import hashlib

    return hashlib.sha256(_content(path)).hexdigest()


def read(path: str, side: int) -> Tensor:
    """Return a picture's middle square, brought to a size: (3, side, side), between 0 and 1.

    Raises:
        DataError: It is missing, unreadable, no picture, or cut short.
    """
    import numpy as np
    import torch
    from PIL import ImageOps

    opened = _open(path, _content(path))
    try:
        upright = ImageOps.exif_transpose(opened) or opened
        square = ImageOps.fit(upright.convert("RGB"), (side, side))
    except (OSError, SyntaxError, ValueError) as error:
        raise _no_picture(path, error) from error
    pixels = np.asarray(square, dtype="float32") / 255
    return torch.from_numpy(pixels).permute(2, 0, 1).contiguous()


def _content(path: str) -> bytes:
    try:
        return files.read_whole(Path(path))
    except FileNotFoundError as error:
        said = tr("the picture {path} does not exist; is its name spelt right?", path=path)
        raise DataError(said) from error
    except OSError as error:
        reason = error.strerror or error
        said = tr("the picture {path} cannot be read: {reason}", path=path, reason=reason)
        raise DataError(said) from error


def _open(path: str, content: bytes) -> Image:
    from PIL import Image

    try:
        with warnings.catch_warnings():
            # Pillow warns of a picture that would fill the memory; it is refused here.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return Image.open(io.BytesIO(content))
    except (
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise _no_picture(path, error) from error


def _no_picture(path: str, error: Exception) -> DataError:
    from PIL import UnidentifiedImageError

    # Pillow's own words name an object in memory where it knows no format.
    unknown = isinstance(error, UnidentifiedImageError)
    reason = tr("no format that is known") if unknown else error
    said = tr(
        "{path} cannot be used as a picture: {reason}; give a PNG or JPEG file",
        path=path,
        reason=reason,
    )
    return DataError(said)
