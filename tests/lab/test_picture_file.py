"""Pictures that a person gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from l2l_tui.lab.data import picture_file
from l2l_tui.lab.data.store import DataError


def made(path: Path, size: tuple[int, int] = (40, 20)) -> str:
    """Write a picture, red with a blue right half; return its path."""
    picture = Image.new("RGB", size, (255, 0, 0))
    picture.paste((0, 0, 255), (size[0] // 2, 0, size[0], size[1]))
    picture.save(path)
    return str(path)


@pytest.mark.parametrize("name", ["one.png", "one.bmp", "one.webp"])
def test_the_middle_of_a_picture_is_read_at_the_size_asked_for(tmp_path: Path, name: str) -> None:
    """Red on the left, blue on the right, between 0 and 1."""
    picture = picture_file.read(made(tmp_path / name), 8)
    assert picture.shape == (3, 8, 8)
    assert picture[:, 4, 1].tolist() == pytest.approx([1.0, 0.0, 0.0], abs=0.02)
    assert picture[:, 4, 6].tolist() == pytest.approx([0.0, 0.0, 1.0], abs=0.02)


def test_a_grey_picture_with_transparency_is_one_of_three_colours(tmp_path: Path) -> None:
    """Whatever its mode."""
    Image.new("LA", (9, 9), (128, 255)).save(tmp_path / "grey.png")
    picture = picture_file.read(str(tmp_path / "grey.png"), 4)
    assert picture.shape == (3, 4, 4)
    assert float(picture.std()) == 0.0


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    """With what to look at."""
    with pytest.raises(DataError, match=r"nowhere\.png does not exist; is its name spelt right"):
        picture_file.check(str(tmp_path / "nowhere.png"))


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    """Naming the file and not an object in memory."""
    path = tmp_path / "notes.png"
    path.write_text("no picture")
    with pytest.raises(DataError, match=r"notes\.png cannot be used as a picture: no format") as no:
        picture_file.check(str(path))
    assert "BytesIO" not in str(no.value)


def test_a_picture_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    """Its beginning is one; reading it whole shows that it is not."""
    path = Path(made(tmp_path / "cut.bmp", (64, 64)))
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(DataError, match=r"cut\.bmp cannot be used as a picture"):
        picture_file.read(str(path), 8)


def test_a_folder_is_no_picture(tmp_path: Path) -> None:
    """It is said what it is."""
    from l2l_tui.files import BrokenFileError

    with pytest.raises(BrokenFileError, match="a folder"):
        picture_file.check(str(tmp_path))


def test_a_picture_that_would_fill_the_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pillow's warning is an error here."""
    path = made(tmp_path / "large.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 500)
    with pytest.raises(DataError, match=r"large\.png cannot be used"):
        picture_file.check(path)
