"""Pictures of a run as files."""

from __future__ import annotations

import io
import math
from pathlib import Path

import pytest
import torch
from PIL import Image

from l2l_tui.runs import catalogue
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.trainer import pictures
from l2l_tui.trainer.storage import StorageError


def test_a_picture_comes_back_with_its_colours_in_their_places() -> None:
    """Channels are red, green, blue; height comes before width."""
    picture = torch.zeros(3, 2, 4)
    picture[0, 0, 3], picture[1, 1, 0], picture[2] = 1.0, 0.5, 0.2
    shown = Image.open(io.BytesIO(pictures.png(picture)))
    assert (shown.size, shown.mode) == ((4, 2), "RGB")
    assert shown.getpixel((3, 0)) == (255, 0, 51)
    assert shown.getpixel((0, 1)) == (0, 128, 51)


def test_what_no_screen_can_show_is_cut_off() -> None:
    """Below black, above white, and what a diverged run leaves."""
    picture = torch.tensor([-3.0, 7.0, math.nan, math.inf]).expand(3, 1, 4)
    shown = Image.open(io.BytesIO(pictures.png(picture)))
    assert [shown.getpixel((x, 0)) for x in range(4)] == [(0,) * 3, (255,) * 3, (0,) * 3, (0,) * 3]


def test_pictures_are_found_by_name_and_those_in_the_making_are_not(tmp_path: Path) -> None:
    """Saved twice they stand there once, as after a kill between them and the result."""
    directory = RunDirectory(tmp_path)
    assert catalogue.pictures(directory) == []
    made = {"style": torch.rand(3, 4, 4), "content": torch.rand(3, 4, 4)}
    pictures.save(directory, made)
    pictures.save(directory, made)
    (directory.pictures / ".style.png.1.ab.tmp").touch()
    assert [path.name for path in catalogue.pictures(directory)] == ["content.png", "style.png"]


def test_a_folder_that_cannot_be_made_is_the_disks_fault(tmp_path: Path) -> None:
    """So that the run counts as interrupted and can go on, not as failed."""
    directory = RunDirectory(tmp_path / "gone")
    with pytest.raises(StorageError, match="pictures"):
        pictures.save(directory, {"one": torch.zeros(3, 1, 1)})
