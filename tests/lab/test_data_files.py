"""Files of data sets that are missing, torn or wrong: the message says which, and what to do."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import torch

from l2l_tui.lab.data import cifar10, pictures, store
from l2l_tui.lab.data.store import DataError
from tests.lab import filed

IMAGES, LABELS = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that ``L2L_TUI_DATA`` names, with both data sets in it."""
    monkeypatch.setattr(store, "cache", lambda: tmp_path / "cache")
    filed.write(tmp_path / "given" / "mnist", filed.mnist())
    filed.write(tmp_path / "given" / "cifar-10-batches-bin", filed.cifar10())
    monkeypatch.setenv(store.VARIABLE, str(tmp_path / "given"))
    return tmp_path / "given"


def test_pictures_are_in_the_order_and_place_of_their_bytes(place: Path) -> None:
    """Row by row; in CIFAR-10 plane by plane, and one file after the other."""
    small = pictures.load("mnist")
    assert small.train.y.tolist() == [*range(10), *range(10)]
    third = filed.pixels(0, 784)[2 * 784 :]
    assert float(small.train.x[2, 0, 1, 5]) == pytest.approx(third[28 + 5] / 255)
    photographs = pictures.load("cifar10")
    assert photographs.train.x.shape == (5 * filed.PICTURES, 3, 32, 32)
    record = (place / "cifar-10-batches-bin" / "data_batch_2.bin").read_bytes()[3073:]
    green = photographs.train.x[filed.PICTURES + 1, 1, 4, 7]
    assert float(green) == pytest.approx(record[1 + 1024 + 4 * 32 + 7] / 255)
    assert int(photographs.train.y[filed.PICTURES + 1]) == record[0]


@pytest.mark.usefixtures("place")
def test_the_same_files_are_read_once() -> None:
    """Experiments ask as often as they like."""
    assert pictures.load("mnist") is pictures.load("mnist")


def test_the_cache_is_looked_into_after_the_folder_that_was_named(
    place: Path, tmp_path: Path
) -> None:
    """A data set that the named folder has by halves is taken from the cache, whole."""
    (place / "mnist" / LABELS).unlink()
    filed.write(tmp_path / "cache" / "mnist", filed.mnist())
    found = pictures.look("mnist")
    assert found == pictures.Found(tmp_path / "cache" / "mnist", filed.PICTURES, filed.PICTURES)
    assert pictures.load("mnist").train.y.bincount().tolist() == [2] * 10


def test_without_a_named_folder_the_cache_alone_is_looked_into(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable is not needed."""
    monkeypatch.delenv(store.VARIABLE)
    assert pictures.look("cifar10") is None
    (tmp_path / "cache").symlink_to(place)
    assert pictures.look("cifar10") == pictures.Found(
        tmp_path / "cache" / "cifar-10-batches-bin", 5 * filed.PICTURES, filed.PICTURES
    )


def test_what_is_missing_is_told_place_by_place(place: Path, tmp_path: Path) -> None:
    """With every way to get it."""
    (place / "mnist" / LABELS).unlink()
    (place / "mnist" / IMAGES).unlink()
    said = refused("mnist")
    assert f"{IMAGES}, {LABELS} missing in {place / 'mnist'};" in said
    assert f"missing in {tmp_path / 'cache' / 'mnist'};" in said
    for way in ("`--set download=true` (11 MB, with the extra `data`)", "L2L_TUI_DATA", "digits"):
        assert way in said


def test_one_file_to_fit_and_the_one_to_judge_by_are_enough_of_cifar10(place: Path) -> None:
    """Any of the five; without all of them, the first is named as missing."""
    folder = place / "cifar-10-batches-bin"
    for number in (1, 2, 4, 5):
        (folder / f"data_batch_{number}.bin").unlink()
    assert len(pictures.load("cifar10").train.y) == filed.PICTURES
    (folder / "data_batch_3.bin").unlink()
    assert f"data_batch_1.bin missing in {folder}" in refused("cifar10")
    filed.write(folder, {"data_batch_3.bin": filed.records(3)})
    (folder / "test_batch.bin").unlink()
    assert f"test_batch.bin missing in {folder}" in refused("cifar10")


def test_a_variable_that_names_no_folder_is_told(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rather than passed over: whoever set it meant it. The digits need no folder."""
    monkeypatch.setenv(store.VARIABLE, str(place / "mnist" / IMAGES))
    said = refused("mnist")
    assert said.startswith(f"L2L_TUI_DATA={place / 'mnist' / IMAGES} is no folder; ")
    assert pictures.load("digits").classes == 10


_WHOLE = filed.mnist()
_UNPACKED = gzip.decompress(_WHOLE[IMAGES])
_FAULTS = {
    "torn": (IMAGES, _WHOLE[IMAGES][:-900], "is cut short: its packed bytes end too early"),
    "empty": (IMAGES, b"", "begins with nothing, expected 00 00 08 03"),
    "not packed": (IMAGES, _UNPACKED, "cannot be unpacked (Not a gzipped file (b'\\x00\\x00'))"),
    "a page": (LABELS, b"<html>not found</html>", "cannot be unpacked (Not a gzipped file"),
    "a flipped bit": (IMAGES, _WHOLE[IMAGES][:-8] + b"\0" * 8, "cannot be unpacked (CRC check"),
    "labels for pictures": (
        IMAGES,
        _WHOLE[LABELS],
        "begins with 00 00 08 01, expected 00 00 08 03",
    ),
    "torn header": (IMAGES, gzip.compress(_UNPACKED[:9]), "cut short: it ends in its header"),
    "other size": (IMAGES, filed.idx(bytes(9), 1, 3, 3), "pictures of 3x3, expected 28x28"),
    "none": (IMAGES, filed.idx(b"", 0, 28, 28), "tells of 0 entries, expected 1 to 1000000"),
    "nonsense": (LABELS, filed.idx(b"", 2**32 - 1), "tells of 4294967295 entries"),
    "too short": (IMAGES, gzip.compress(_UNPACKED[:-84]), "15596 bytes after its header, expected"),
    "too long": (LABELS, filed.idx(bytes(21), 20), "more bytes after its header, expected 20"),
    "a label too few": (
        LABELS,
        filed.idx(bytes(19), 19),
        f"19 labels, expected 20, as many as {IMAGES} has pictures",
    ),
    "a label too high": (LABELS, filed.idx(bytes([11] * 20), 20), "the label 11, expected 0 to 9"),
}


@pytest.mark.parametrize("fault", _FAULTS)
def test_a_wrong_file_of_mnist_is_named_with_what_was_expected(place: Path, fault: str) -> None:
    """Whatever is wrong in it."""
    file, content, wrong = _FAULTS[fault]
    filed.write(place / "mnist", {file: content})
    said = refused("mnist")
    assert said.startswith(f"{place / 'mnist' / file} ")
    assert wrong in said
    assert said.endswith("remove it and fetch it again with `--set download=true`")


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (filed.records(0)[:-1], "61459 bytes, expected whole records of 3073 bytes"),
        (b"", "0 bytes, expected whole records of 3073 bytes"),
        (filed.records(0) + b"\x0a" * 3073, "the label 10 (record 20), expected 0 to 9"),
    ],
    ids=["torn", "empty", "label"],
)
def test_a_wrong_file_of_cifar10_is_named_with_what_was_expected(
    place: Path, content: bytes, wrong: str
) -> None:
    """Its size, or a label."""
    folder = place / "cifar-10-batches-bin"
    filed.write(folder, {"data_batch_4.bin": content})
    said = refused("cifar10")
    assert said.startswith(f"{folder / 'data_batch_4.bin'} ")
    assert wrong in said


@pytest.mark.usefixtures("place")
def test_a_file_that_fills_the_memory_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk's image under a batch's name."""
    monkeypatch.setattr(cifar10, "_MOST_BYTES", 3073)
    assert "1 to 1 of them" in refused("cifar10")


@pytest.mark.parametrize("name", ["mnist", "cifar10"])
def test_a_folder_in_a_files_place_is_told(place: Path, name: str) -> None:
    """The operating system's reason, with the path."""
    file = {"mnist": f"mnist/{IMAGES}", "cifar10": "cifar-10-batches-bin/test_batch.bin"}[name]
    (place / file).unlink()
    (place / file).mkdir()
    assert str(place / file) in refused(name)


def test_a_file_that_may_not_be_read_is_told(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to do; refused here, because a superuser may read everything."""

    def refuse(path: Path, *_: object, **__: object) -> object:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(gzip, "open", refuse)
    said = refused("mnist")
    assert said.startswith(f"{place / 'mnist' / IMAGES} cannot be read: Permission denied; ")
    monkeypatch.setattr(Path, "stat", refuse)
    monkeypatch.setattr(Path, "is_dir", lambda _: True)
    assert "cannot be read: Permission denied; change its permissions" in refused("cifar10")


@pytest.mark.usefixtures("place")
def test_labels_of_two_files_do_not_run_into_one_another() -> None:
    """What is to be judged by comes from its own files."""
    small = pictures.load("mnist")
    assert small.test.y.tolist() == [*range(9, -1, -1)] * 2
    assert not torch.equal(small.train.x, small.test.x)


def refused(name: str) -> str:
    """Return why a data set cannot be loaded."""
    with pytest.raises(DataError) as caught:
        pictures.load(name)
    assert caught.value.exit_code == 2
    return str(caught.value)
