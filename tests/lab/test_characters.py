"""Characters: the embedded glyphs, and Omniglot's archives whole, missing, torn or wrong."""

from __future__ import annotations

import io
import os
import re
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from l2l_tui.errors import UnknownNameError
from l2l_tui.lab.data import characters, omniglot, store
from l2l_tui.lab.data.characters import Characters, CharacterSet
from l2l_tui.lab.data.store import DataError

needs_files = pytest.mark.skipif(
    not os.environ.get(store.VARIABLE), reason=f"{store.VARIABLE} names no folder of data sets"
)
FULL = ("images_background.zip", "images_evaluation.zip")
SMALL = ("images_background_small1.zip", "images_background_small2.zip")


def parts(loaded: CharacterSet) -> tuple[Characters, Characters, Characters]:
    """Return the three parts."""
    return loaded.train, loaded.validation, loaded.test


def of_class(part: Characters, one: int) -> torch.Tensor:
    """Return a class's pictures (drawers, 28, 28)."""
    begin, count = int(part.first[one]), int(part.drawers[one])
    return part.pictures[begin : begin + count, 0]


@pytest.mark.parametrize("name", ["glyphs", pytest.param("omniglot", marks=needs_files)])
def test_train_validation_and_test_share_no_alphabet_and_no_picture(name: str) -> None:
    """And every table is whole: classes one after the other, each of one alphabet."""
    loaded = characters.load(name)
    alphabets = [name for part in parts(loaded) for name in part.alphabets]
    assert len(set(alphabets)) == len(alphabets)
    seen: set[bytes] = set()
    for part in parts(loaded):
        assert part.pictures.shape[1:] == (1, characters.SIDE, characters.SIDE)
        assert part.pictures.dtype == torch.uint8
        assert int(part.drawers.sum()) == len(part.pictures)
        assert torch.equal(part.first[1:], part.drawers.cumsum(0)[:-1])
        assert torch.unique(part.alphabet).tolist() == list(range(len(part.alphabets)))
        own = {picture.numpy().tobytes() for picture in part.pictures}
        assert not own & seen
        seen |= own


def test_the_glyphs_are_as_many_and_as_large_as_they_tell() -> None:
    """At least eight fonts a class, the ink's longer side 20 of 28 pixels in the middle."""
    loaded = characters.load("glyphs")
    assert [len(part) for part in parts(loaded)] == [1259, 172, 249]
    assert "Cyrillic" in loaded.test.alphabets
    for part in parts(loaded):
        assert 8 <= int(part.drawers.min()) <= int(part.drawers.max()) <= 12
        ink = part.pictures[:, 0] > 0
        assert not ink[:, :4].any()
        assert not ink[:, :, 24:].any()
        longer = torch.maximum(ink.any(1).sum(1), ink.any(2).sum(1))
        assert longer.double().mean() > 19.5


def test_no_glyph_of_the_test_looks_like_one_of_the_training() -> None:
    """The mean pictures' cosine is below 0.95, as the sheet was made."""
    loaded = characters.load("glyphs")
    means = []
    for part in parts(loaded):
        sums = torch.stack([of_class(part, one).double().mean(0) for one in range(len(part))])
        means.append(torch.nn.functional.normalize(sums.flatten(1), dim=1))
    train, validation, test = means
    assert float((test @ train.t()).max()) < 0.955
    assert float((validation @ train.t()).max()) < 0.955
    assert float((test @ validation.t()).max()) < 0.955


@needs_files
def test_the_minimal_omniglot_is_itself() -> None:
    """Its published counts: 136 and 156 characters of twenty drawers, Greek and Latin in both."""
    folder = Path(os.environ[store.VARIABLE]) / "omniglot"
    minimal = omniglot.LAYOUTS[1]
    found = omniglot.read(folder, minimal)
    by_part = {
        part: {one.name: len(one.classes) for one in found if one.part == part}
        for part in characters.PARTS
    }
    assert by_part == {
        "train": {"Balinese": 24, "Greek": 24, "Korean": 40, "Latin": 26},
        "validation": {"Early Aramaic": 22},
        "test": {"Japanese (katakana)": 47, "Sanskrit": 42, "Tagalog": 17},
    }
    assert omniglot.count(folder, minimal) == (136, 106)
    assert {len(drawn) for one in found for drawn in one.classes} == {20}


def test_in_training_a_turned_character_is_another(place: Path) -> None:
    """Four classes a character, each a quarter turn on; to be judged by they are as drawn."""
    del place
    loaded = characters.load("omniglot")
    assert loaded.name == "omniglot-minimal"
    assert [len(part) for part in parts(loaded)] == [4 * 2, 1, 1]
    first, turned = of_class(loaded.train, 0), of_class(loaded.train, 1)
    assert torch.equal(torch.rot90(first, 1, (1, 2)), turned)
    assert float(first.double().mean()) < 128 < int(first.max())


def test_the_full_set_is_preferred_wherever_it_is(place: Path, tmp_path: Path) -> None:
    """Even where the named folder has the minimal sets only."""
    assert characters.look() == characters.Found(place, 3, 1)
    archives(tmp_path / "cache" / "omniglot", FULL, {"A": 1, "B": 1, "C": 1}, {"D": 2})
    assert characters.look() == characters.Found(tmp_path / "cache" / "omniglot", 3, 2)
    assert characters.load("omniglot").name == "omniglot"


def test_an_alphabet_of_both_sides_is_left_out_of_the_test(place: Path) -> None:
    """And where nothing is left, that is told."""
    archives(place, SMALL, {"A": 1, "B": 1}, {"B": 3, "C": 2})
    assert characters.load("omniglot").test.alphabets == ("C",)
    archives(place, SMALL, {"A": 1, "B": 2}, {"B": 3})
    assert f"has no alphabet that {SMALL[0]} lacks" in refused()


def test_what_is_missing_is_told_with_every_way_to_get_it(place: Path) -> None:
    """The full set's files, its size, and what can be taken instead."""
    (place / SMALL[1]).unlink()
    said = refused()
    assert f"{FULL[0]}, {FULL[1]} missing in {place}" in said
    for way in ("`--set download=true` (15 MB, with the extra `data`)", "L2L_TUI_DATA", "glyphs"):
        assert way in said


def test_an_unknown_set_of_characters_is_answered_with_the_nearest() -> None:
    """Before anything is looked for."""
    with pytest.raises(UnknownNameError, match="did you mean 'omniglot'"):
        characters.load("omniglott")


def picture(seed: int, side: int = 105) -> bytes:
    """Return a drawing: a white page with a black stroke somewhere."""
    page = np.full((side, side), 255, np.uint8)
    begin = 5 + seed % 40
    page[begin : begin + 12, 10:60] = 0
    return png(page)


def png(page: NDArray[np.uint8]) -> bytes:
    """Return a page as a file."""
    content = io.BytesIO()
    Image.fromarray(page).convert("1").save(content, format="PNG")
    return content.getvalue()


def archive(alphabets: dict[str, int], change: dict[str, bytes] | None = None) -> bytes:
    """Return an archive of alphabets with so many characters of two drawings each."""
    entries = {
        f"images/{alphabet}/character{one + 1:02}/{one:04}_{drawer:02}.png": picture(
            7 * one + drawer
        )
        for alphabet, count in alphabets.items()
        for one in range(count)
        for drawer in (1, 2)
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        for name, entry in (entries | (change or {})).items():
            made.writestr(name, entry)
    return content.getvalue()


def endless() -> bytes:
    """Return a small file that says it is a picture of 60,000 pixels either way."""
    whole = png(np.full((1, 1), 255, np.uint8))
    header = b"IHDR" + struct.pack(">II", 60_000, 60_000) + whole[24:29]
    return whole[:12] + header + struct.pack(">I", zlib.crc32(header)) + whole[33:]


def archives(
    folder: Path, files: tuple[str, str], train: dict[str, int], test: dict[str, int]
) -> None:
    """Write both archives of an edition, and forget what was read before."""
    folder.mkdir(parents=True, exist_ok=True)
    for file, alphabets in zip(files, (train, test), strict=True):
        (folder / file).write_bytes(archive(alphabets))
    characters._omniglot.cache_clear()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with small archives under the minimal sets' names."""
    monkeypatch.setattr(store, "cache", lambda: tmp_path / "cache")
    monkeypatch.setenv(store.VARIABLE, str(tmp_path / "given"))
    folder = tmp_path / "given" / "omniglot"
    archives(folder, SMALL, {"A": 1, "B": 1, "C": 1}, {"A": 1, "D": 1})
    return folder


_ENTRY = "images/A/character01/0000_01.png"
_FAULTS = {
    "torn": (archive({"A": 2})[:-700], "is cut short, or no zip archive (File is not a zip file)"),
    "empty": (b"", "no zip archive"),
    "a page": (b"<html>not found</html>", "no zip archive"),
    "a flipped bit": (
        archive({"A": 1}).replace(b"IDAT", b"IDAX", 1),
        "is cut short, or no zip archive (Bad CRC-32 for file 'images/A/character01/0000_01.png')",
    ),
    "an unknown compression": (
        # The method stands ten bytes into an entry of the table at the archive's end.
        re.sub(rb"(?<=PK\x01\x02.{6})\x00", b"\x05", archive({"A": 1}), flags=re.DOTALL),
        f"holds {_ENTRY}, which cannot be read (That compression method is not supported)",
    ),
    "other archive": (archive({}, {"readme.txt": b"x"}), "holds 0 pictures named ALPHABET/"),
    "other size": (
        archive({"A": 1}, {_ENTRY: picture(0, 28)}),
        f"holds {_ENTRY} of 28x28 pixels, expected 105x105",
    ),
    "no picture": (archive({"A": 1}, {_ENTRY: b"words"}), f"holds {_ENTRY}, which is no picture"),
    "a torn picture": (
        archive({"A": 1}, {_ENTRY: picture(0)[:-60]}),
        f"holds {_ENTRY}, which is no picture",
    ),
    "an endless picture": (
        archive({"A": 1}, {_ENTRY: endless()}),
        f"holds {_ENTRY}, which is no picture (Image size (3600000000 pixels) exceeds limit",
    ),
    "a huge picture": (
        archive({"A": 1}, {_ENTRY: bytes(100_001)}),
        f"holds {_ENTRY} of 100001 bytes, expected at most 100000",
    ),
}


@pytest.mark.parametrize("fault", _FAULTS)
def test_a_wrong_archive_is_named_with_what_was_expected(place: Path, fault: str) -> None:
    """Whatever is wrong in it."""
    content, wrong = _FAULTS[fault]
    (place / SMALL[0]).write_bytes(content)
    said = refused()
    assert said.startswith(f"{place / SMALL[0]} ")
    assert wrong in said
    assert said.endswith("remove it and fetch it again with `--set download=true`")


def test_a_folder_in_an_archives_place_is_told(place: Path) -> None:
    """The operating system's reason, with the path."""
    (place / SMALL[0]).unlink()
    (place / SMALL[0]).mkdir()
    assert f"{place / SMALL[0]} cannot be read: Is a directory" in refused()
    with pytest.raises(DataError, match="cannot be read: Is a directory"):
        characters.look()


def refused() -> str:
    """Return why Omniglot cannot be loaded."""
    characters._omniglot.cache_clear()
    with pytest.raises(DataError) as caught:
        characters.load("omniglot")
    assert caught.value.exit_code == 2
    return str(caught.value)
