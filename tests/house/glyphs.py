"""The glyphs that the package ships: `python -m tests.house.glyphs` renders them anew.

It needs matplotlib, for the DejaVu fonts that come with it. A class is a character that at
least eight of twelve fonts have, a drawer is a font, an alphabet is a Unicode block. Classes
that look like an earlier one are dropped: those whose mean picture has a cosine of at least
0.95 with an earlier class's. What is left is one sheet, `glyphs.png`, and a card beside it.
"""

from __future__ import annotations

import hashlib
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from l2l_tui.lab.data import glyphs

FONTS = tuple(
    f"DejaVu{family}{style}"
    for family, slanted in (("Sans", "Oblique"), ("SansMono", "Oblique"), ("Serif", "Italic"))
    for style in ("", "-Bold", f"-{slanted}", f"-Bold{slanted}")
)
"""The twelve drawers."""
LEAST_FONTS = 8
LOOK_ALIKE = 0.95

BLOCKS: Mapping[str, tuple[tuple[int, int, str], ...]] = {
    "train": (
        (0x0000, 0x007F, "Basic Latin"),
        (0x0080, 0x00FF, "Latin-1 Supplement"),
        (0x0100, 0x017F, "Latin Extended-A"),
        (0x0180, 0x024F, "Latin Extended-B"),
        (0x0250, 0x02AF, "IPA Extensions"),
        (0x02B0, 0x02FF, "Spacing Modifier Letters"),
        (0x1D00, 0x1D7F, "Phonetic Extensions"),
        (0x1D80, 0x1DBF, "Phonetic Extensions Supplement"),
        (0x1E00, 0x1EFF, "Latin Extended Additional"),
        (0x2000, 0x206F, "General Punctuation"),
        (0x2070, 0x209F, "Superscripts and Subscripts"),
        (0x20A0, 0x20CF, "Currency Symbols"),
        (0x2100, 0x214F, "Letterlike Symbols"),
        (0x2150, 0x218F, "Number Forms"),
        (0x2190, 0x21FF, "Arrows"),
        (0x2200, 0x22FF, "Mathematical Operators"),
        (0x2300, 0x23FF, "Miscellaneous Technical"),
        (0x25A0, 0x25FF, "Geometric Shapes"),
        (0x2600, 0x26FF, "Miscellaneous Symbols"),
        (0x27C0, 0x27EF, "Miscellaneous Mathematical Symbols-A"),
        (0x27F0, 0x27FF, "Supplemental Arrows-A"),
        (0x2900, 0x297F, "Supplemental Arrows-B"),
        (0x2A00, 0x2AFF, "Supplemental Mathematical Operators"),
        (0x2B00, 0x2BFF, "Miscellaneous Symbols and Arrows"),
        (0x2C60, 0x2C7F, "Latin Extended-C"),
        (0x2E00, 0x2E7F, "Supplemental Punctuation"),
        (0xA700, 0xA71F, "Modifier Tone Letters"),
        (0xA720, 0xA7FF, "Latin Extended-D"),
        (0xFB00, 0xFB4F, "Alphabetic Presentation Forms"),
    ),
    "validation": (
        (0x0370, 0x03FF, "Greek and Coptic"),
        (0x0E80, 0x0EFF, "Lao"),
        (0x1F00, 0x1FFF, "Greek Extended"),
    ),
    "test": (
        (0x0400, 0x04FF, "Cyrillic"),
        (0x0500, 0x052F, "Cyrillic Supplement"),
        (0x0530, 0x058F, "Armenian"),
        (0x10A0, 0x10FF, "Georgian"),
        (0x2D00, 0x2D2F, "Georgian Supplement"),
        (0xA640, 0xA69F, "Cyrillic Extended-B"),
    ),
}
"""The Unicode blocks of each part: first and last code point, name."""

_POINTS = 96
_CANVAS = 4 * _POINTS
_SHOWN = "LNPS"
"""Letters, numbers, punctuation, symbols; combining marks and spaces are no characters to see."""


@dataclass(frozen=True)
class Rendered:
    """One alphabet."""

    name: str
    """The block's."""
    part: str
    """``train``, ``validation`` or ``test``."""
    characters: str
    """Its classes."""
    cells: NDArray[np.uint8]
    """(classes, fonts, 20, 20), `glyphs.LEVELS` levels; all 0 where a font lacks a character."""


def folder() -> Path:
    """Return where matplotlib keeps its fonts."""
    import matplotlib as mpl

    return Path(mpl.get_data_path()) / "fonts" / "ttf"


def checksums() -> dict[str, str]:
    """Return each font file's SHA-256."""
    return {
        font: hashlib.sha256((folder() / f"{font}.ttf").read_bytes()).hexdigest() for font in FONTS
    }


def candidates() -> Iterator[tuple[str, str, str]]:
    """Yield part, block and characters, in the order of the code points."""
    from matplotlib.ft2font import FT2Font

    known = [set(FT2Font(folder() / f"{font}.ttf").get_charmap()) for font in FONTS]
    every = ((*block, part) for part, blocks in BLOCKS.items() for block in blocks)
    for low, high, name, part in sorted(every):
        found = [
            chr(point)
            for point in range(low, high + 1)
            if sum(point in points for points in known) >= LEAST_FONTS
            and unicodedata.category(chr(point))[0] in _SHOWN
        ]
        yield part, name, "".join(found)


def render(characters: str) -> NDArray[np.uint8]:
    """Return pictures (characters, fonts, 20, 20), 0 to 255; all 0 where a font has none."""
    from matplotlib.ft2font import FT2Font

    found = np.zeros((len(characters), len(FONTS), glyphs.INK, glyphs.INK), np.uint8)
    for position, font in enumerate(FONTS):
        path = folder() / f"{font}.ttf"
        known = FT2Font(path).get_charmap()
        drawn = ImageFont.truetype(path, _POINTS, layout_engine=ImageFont.Layout.BASIC)
        for row, character in enumerate(characters):
            if ord(character) in known:
                found[row, position] = _draw(character, drawn)
    return found


def _draw(character: str, font: ImageFont.FreeTypeFont) -> NDArray[np.uint8]:
    """Return one picture (20, 20): the ink alone, its longer side 20 pixels, in the middle."""
    canvas = Image.new("L", (_CANVAS, _CANVAS))
    ImageDraw.Draw(canvas).text((_POINTS, _POINTS), character, font=font, fill=255)
    picture = np.zeros((glyphs.INK, glyphs.INK), np.uint8)
    box = canvas.getbbox()
    if box is None:
        return picture
    ink = canvas.crop(box)
    scale = glyphs.INK / max(ink.size)
    width, height = (max(1, round(side * scale)) for side in ink.size)
    top, left = (glyphs.INK - height) // 2, (glyphs.INK - width) // 2
    small = ink.resize((width, height), Image.Resampling.LANCZOS)
    picture[top : top + height, left : left + width] = np.asarray(small)
    return picture


def distinct(cells: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return which classes (classes,) have enough fonts and look like no earlier one."""
    drawn = cells.any((2, 3)).sum(1)
    means = cells.astype(np.float64).sum(1).reshape(len(cells), -1)
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    alike = means @ means.T
    kept = np.zeros(len(cells), np.bool_)
    for row in range(len(cells)):
        kept[row] = drawn[row] >= LEAST_FONTS and not (alike[row, kept] >= LOOK_ALIKE).any()
    return kept


def rendered() -> list[Rendered]:
    """Return every alphabet with the classes that are left."""
    blocks = list(candidates())
    cells = render("".join(characters for *_, characters in blocks))
    kept = distinct(cells)
    coarse = np.rint(cells / 255 * (glyphs.LEVELS - 1)).astype(np.uint8)
    found, begin = [], 0
    for part, name, characters in blocks:
        rows = [begin + row for row in range(len(characters)) if kept[begin + row]]
        left = "".join(characters[row - begin] for row in rows)
        begin += len(characters)
        if left:
            found.append(Rendered(name, part, left, coarse[rows]))
    return found


def sheet(alphabets: list[Rendered]) -> Image.Image:
    """Return all cells as one picture: a class a row, a font a column, grey levels as a palette."""
    cells = np.concatenate([alphabet.cells for alphabet in alphabets])
    rows = cells.transpose(0, 2, 1, 3).reshape(len(cells) * glyphs.INK, len(FONTS) * glyphs.INK)
    picture = Image.fromarray(rows).convert("P")
    step = 255 // (glyphs.LEVELS - 1)
    picture.putpalette([level * step for level in range(glyphs.LEVELS) for _ in range(3)])
    return picture


def card(alphabets: list[Rendered]) -> dict[str, Any]:
    """Return what a reader of the sheet must know."""
    import matplotlib as mpl

    return {
        "about": "Characters of the DejaVu fonts, a row of the sheet a class, a column a font; a "
        "cell that is black all over is a font without the character.",
        "licence": "The fonts are free to use and to share, see LICENSE_DEJAVU.",
        "made_with": f"python -m tests.house.glyphs, with the fonts of matplotlib "
        f"{mpl.__version__}",
        "fonts": checksums(),
        "alphabet": [
            {"name": one.name, "part": one.part, "characters": one.characters} for one in alphabets
        ],
    }


def main() -> int:
    """Write the sheet, its card and the fonts' licence."""
    alphabets = rendered()
    sheet(alphabets).save(glyphs.SHEET, bits=4, optimize=True)
    glyphs.CARD.write_text(tomli_w.dumps(card(alphabets)), encoding="utf-8")
    licence = (folder() / "LICENSE_DEJAVU").read_bytes()
    glyphs.CARD.with_name("LICENSE_DEJAVU").write_bytes(licence)
    classes = sum(len(one.characters) for one in alphabets)
    size = glyphs.SHEET.stat().st_size
    sys.stdout.write(f"{classes} classes in {len(alphabets)} alphabets, {size} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
