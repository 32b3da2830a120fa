"""The sheet of glyphs in the package is what the fonts give."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from l2l_tui.lab.data import glyphs


def test_the_sheet_is_what_the_fonts_give() -> None:
    """Every alphabet's first characters, rendered anew, to what versions of FreeType differ by."""
    pytest.importorskip("matplotlib", reason="its fonts are what the glyphs are rendered from")
    from tests.house import glyphs as house

    card = tomllib.loads(glyphs.CARD.read_text(encoding="utf-8"))
    if house.checksums() != card["fonts"]:
        pytest.skip("the fonts of this matplotlib are not those of the sheet")
    for alphabet in glyphs.read():
        anew = house.render(alphabet.characters[:3])
        assert np.array_equal(anew.any((2, 3)), alphabet.pictures[:3].any((2, 3)))
        differ = np.abs(anew.astype(int) - alphabet.pictures[:3])
        assert differ.max() <= 40
        assert differ.mean() < 3


def test_the_card_names_fonts_and_licence() -> None:
    """And the licence lies beside it."""
    card = tomllib.loads(glyphs.CARD.read_text(encoding="utf-8"))
    assert len(card["fonts"]) == 12
    licence = glyphs.CARD.with_name("LICENSE_DEJAVU").read_text(encoding="utf-8")
    assert "Bitstream" in licence
    assert "LICENSE_DEJAVU" in card["licence"]
    assert glyphs.SHEET.stat().st_size < 1_500_000
