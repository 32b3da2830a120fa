"""The leaves: messages, text in terminal cells, files replaced at one instant."""

from __future__ import annotations

import math
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from l2l_tui import errors, extras, files, text


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    """A person who mistypes learns the right spelling."""
    error = errors.UnknownNameError("experiment", "l2l-quadratc", ["l2l-quadratic", "vit"])
    assert str(error) == "no experiment is called 'l2l-quadratc'; did you mean 'l2l-quadratic'?"
    assert error.exit_code == 2


def test_an_unknown_name_like_nothing_is_answered_with_what_there_is() -> None:
    """Where nothing is near, the choices are listed."""
    assert "there is vit" in str(errors.UnknownNameError("experiment", "xyz", ["vit"]))
    assert "there is none yet" in str(errors.UnknownNameError("run", "xyz", []))


@given(st.text())
def test_plain_text_holds_nothing_that_a_terminal_obeys(given_text: str) -> None:
    """No control character, direction override or lone surrogate is left."""
    left = {unicodedata.category(character) for character in text.plain(given_text)}
    assert not left & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(text.plain(given_text)) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068")


@given(st.text() | st.text("a學\u200d👩 "), st.integers(0, 60))
@example("\u200d", 1)
@example("\u200d\u200d⺀0", 2)
@example("\u200d\u200d\U0001f469\U0001f600", 3)
def test_fitted_text_takes_exactly_its_cells(given_text: str, cells: int) -> None:
    """Columns align whatever the script."""
    assert text.width(text.fit(text.plain(given_text), cells)) == cells


def test_fitted_chinese_is_cut_between_characters() -> None:
    """A double-width character is never halved, and the cut is marked."""
    assert text.fit("學習如何學習", 6) == "學習… "


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(7.6, "8 s"), (125, "2 min 05 s"), (11_400, "3 h 10 min"), (-3, "0 s"), (59.7, "1 min 00 s")],
)
def test_a_duration_reads_as_a_person_says_it(seconds: float, said: str) -> None:
    """Units are named and small ones left out where they do not matter."""
    assert text.duration(seconds) == said


@pytest.mark.parametrize("seconds", [math.inf, -math.inf, math.nan])
def test_a_duration_that_is_none_is_a_question_mark(seconds: float) -> None:
    """A damaged file's figure is shown, not stumbled over."""
    assert text.duration(seconds) == "?"


def test_toml_is_read_as_values(tmp_path: Path) -> None:
    """In UTF-8; what is not there is said as the system says it."""
    path = tmp_path / "status.toml"
    with pytest.raises(FileNotFoundError):
        files.read_toml(path)
    path.write_text('title = "學習"', encoding="utf-8")
    assert files.read_toml(path) == {"title": "學習"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"a = 1\nb = ?\n", "line 2"),
        (b"\xff\xfe", "utf-8"),
        (b"a=" + b"[" * 100_000, "nested too deeply"),
        (b"a=" + b"{b=" * 100_000, "nested too deeply"),
        (b"a=" + b"1" * 5000, "too many digits"),
    ],
    ids=["no value", "no UTF-8", "arrays", "tables", "digits"],
)
def test_toml_that_is_none_is_one_clear_error(tmp_path: Path, content: bytes, reason: str) -> None:
    """It names the file and the reason, and the line where there is one."""
    path = tmp_path / "status.toml"
    path.write_bytes(content)
    with pytest.raises(files.BrokenFileError, match=r"status\.toml is not TOML") as caught:
        files.read_toml(path)
    assert reason in str(caught.value)
    assert len(str(caught.value)) < 300


def test_a_folder_in_a_files_place_is_said(tmp_path: Path) -> None:
    """Whatever the system refuses becomes the same kind of error."""
    with pytest.raises(files.BrokenFileError, match="is a folder, not a file"):
        files.read_toml(tmp_path)


def test_a_replaced_file_is_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    """The temporary file is gone after a replacement."""
    path = tmp_path / "plan.toml"
    files.replace(path, "學習")
    files.replace(path, b"2")
    assert path.read_bytes() == b"2"
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_keeps_the_old_file_and_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk costs nothing that was there."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "plan.toml"
    files.replace(path, "old")
    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(errors.L2LError, match=r"plan\.toml.*No space left.*make room"):
        files.replace(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_library_is_named_with_the_extra_that_brings_it() -> None:
    """The message is a command to copy."""
    with pytest.raises(errors.RequestError, match=r"a calendar needs no_such.*'l2l-tui\[documents"):
        extras.require("documents", "a calendar", "json", "no_such")
