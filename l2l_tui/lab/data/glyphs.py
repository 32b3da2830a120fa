"""Glyphs: characters of the DejaVu fonts, embedded (rendered by `tests/house/glyphs.py`).

A class is a character, a drawer one of twelve fonts (at least eight have it), an alphabet a
Unicode block. The ink is cropped and scaled to 20 of 28 pixels, its proportions kept. Latin and
symbols are to train on, Greek and Lao to validate on, Cyrillic, Armenian and Georgian to test
on; a character that looks like an earlier one, of any part, is no class.

The sheet has a row of 20-pixel cells for each class and a column for each font; a cell that is
black all over is a font without the character. The card beside it names the characters, the
fonts and their licence.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

INK = 20
"""Pixels of the ink's longer side, and of a cell."""
LEVELS = 16
"""Grey levels of the sheet."""
SHEET = Path(__file__).with_name("embedded") / "glyphs.png"
CARD = SHEET.with_suffix(".toml")


@dataclass(frozen=True)
class Alphabet:
    """One Unicode block."""

    name: str
    """The block's name."""
    part: str
    """``train``, ``validation`` or ``test``."""
    characters: str
    """Its classes."""
    pictures: NDArray[np.uint8]
    """(classes, fonts, 20, 20), ink 255 on 0; all 0 where a font lacks the character."""


def read() -> tuple[Alphabet, ...]:
    """Return every alphabet, in the order of the code points."""
    import tomllib

    import numpy as np
    from PIL import Image

    card = tomllib.loads(CARD.read_text(encoding="utf-8"))
    with Image.open(SHEET) as sheet:
        levels = np.asarray(sheet, dtype=np.uint8)
    fonts = levels.shape[1] // INK
    cells = levels.reshape(-1, INK, fonts, INK).transpose(0, 2, 1, 3)
    shades = cells * np.uint8(255 // (LEVELS - 1))
    found, begin = [], 0
    for one in card["alphabet"]:
        end = begin + len(one["characters"])
        found.append(Alphabet(one["name"], one["part"], one["characters"], shades[begin:end]))
        begin = end
    return tuple(found)
