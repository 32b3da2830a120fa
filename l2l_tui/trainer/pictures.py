"""Pictures of a run: each becomes a PNG file, whole or not there."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from l2l_tui import files
from l2l_tui.trainer.storage import stored

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    from l2l_tui.runs.directory import RunDirectory


def save(directory: RunDirectory, pictures: Mapping[str, Tensor]) -> None:
    """Write every picture into the run's folder of pictures.

    Args:
        directory: The run.
        pictures: (3, height, width) by name, black 0 and white 1.

    Raises:
        StorageError: One cannot be written; the run can be resumed and then ends the same.
    """
    with stored(directory.pictures):
        directory.pictures.mkdir(exist_ok=True)
    for name, picture in pictures.items():
        path = directory.picture(name)
        with stored(path):
            files.replace(path, png(picture))


def png(picture: Tensor) -> bytes:
    """Return a picture (3, height, width) as a PNG file; what lies outside 0 to 1 is cut off.

    What is not finite becomes black, for a diverged picture must not end a run.
    """
    from PIL import Image

    shown = picture.detach().cpu().float().nan_to_num(nan=0.0, posinf=0.0, neginf=0.0)
    bytes_ = shown.clamp(0, 1).mul(255).round().byte().permute(1, 2, 0).contiguous()
    content = io.BytesIO()
    Image.fromarray(bytes_.numpy()).save(content, format="PNG")
    return content.getvalue()
