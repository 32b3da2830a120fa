"""A text in an editor of the person's own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from textual.app import App

from l2l_tui.tui import outside
from tests.tui.script import notices


def written(tmp_path: Path, body: str) -> list[str]:
    """Return an editor that is a few lines of Python; its file is ``path``."""
    script = tmp_path / "my editor.py"
    head = "import sys, pathlib\npath = pathlib.Path(sys.argv[-1])\n"
    script.write_text(head + body, encoding="utf-8")
    return [sys.executable, str(script)]


class Lent(App[None]):
    """An app whose terminal can be lent."""

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """Lend nothing: the tests have no terminal."""
        yield


@pytest.mark.parametrize(
    "text", ["", "a", "a\n", "a\n\n", "\n", "第一\r\nsecond", "  x  ", "\ufeffa", "é\n\ttab"]
)
def test_an_untouched_text_comes_back_exactly(tmp_path: Path, text: str) -> None:
    """Whatever its end and its letters are."""
    assert outside.edited(written(tmp_path, ""), text) == text


@pytest.mark.parametrize(
    ("before", "left", "after"),
    [
        ("", "new\n", "new"),
        ("old", "new\n", "new"),
        ("old", "new", "new"),
        ("old", "new\n\n", "new\n"),
        ("old\n", "new\n", "new\n"),
        ("old\n", "new", "new"),
        ("old", "", ""),
    ],
)
def test_the_newline_that_editors_add_is_taken_away(
    tmp_path: Path, before: str, left: str, after: str
) -> None:
    """One newline at the end is the editor's where the text had none."""
    command = written(tmp_path, f"path.write_bytes({left.encode()!r})\n")
    assert outside.edited(command, before) == after


def test_the_file_ends_with_a_newline_and_has_the_suffix(tmp_path: Path) -> None:
    """Editors know the language by the suffix, and complain of no newline."""
    body = (
        "kept = path.read_text(encoding='utf-8') + '|' + path.suffix\npath.write_text(kept + '\\n')"
    )
    assert outside.edited(written(tmp_path, body), "a", ".rst") == "a\n|.rst"


def test_a_failed_editor_says_where_the_changed_text_is(tmp_path: Path) -> None:
    """What was typed is not lost with the editor."""
    command = written(tmp_path, "path.write_text('precious')\nsys.exit(3)\n")
    with pytest.raises(outside.EditorError, match="error 3") as caught:
        outside.edited(command, "a")
    kept = Path(str(caught.value).split(" is in ")[1].removesuffix("."))
    assert kept.read_text(encoding="utf-8") == "precious"


def test_a_failed_editor_that_changed_nothing_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with `:cq` in vi."""
    monkeypatch.setattr(outside.tempfile, "tempdir", str(tmp_path / "aside"))
    (tmp_path / "aside").mkdir()
    with pytest.raises(outside.EditorError, match="nothing was taken"):
        outside.edited(written(tmp_path, "sys.exit(1)\n"), "a")
    assert not list((tmp_path / "aside").iterdir())


def test_bytes_that_are_no_text_stay_in_their_file(tmp_path: Path) -> None:
    """The message names the file."""
    with pytest.raises(outside.EditorError, match=r"not UTF-8; it is in .*text\.md"):
        outside.edited(written(tmp_path, r"path.write_bytes(b'\xff\xfe')"), "a")


def test_visual_comes_before_editor_and_may_have_options() -> None:
    """As everywhere else."""
    assert outside.editor({"VISUAL": f"{sys.executable} -x 'a b'", "EDITOR": "ed"}) == [
        sys.executable,
        "-x",
        "a b",
    ]


def test_without_a_variable_what_is_there_is_taken(tmp_path: Path) -> None:
    """Nano is left more easily than vi."""
    for name in ("vi", "nano"):
        (tmp_path / name).write_text("#!/bin/sh\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    assert outside.editor({"PATH": str(tmp_path)}) == ["nano"]


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"PATH": "/nowhere"}, "no editor here"),
        ({"EDITOR": "no-such-editor -w"}, r"\$EDITOR names no-such-editor -w"),
        ({"VISUAL": "vi 'open"}, r"\$VISUAL is no command"),
    ],
)
def test_no_editor_is_said(environ: dict[str, str], said: str) -> None:
    """Which variable is wrong, and how."""
    with pytest.raises(outside.EditorError, match=said):
        outside.editor(environ)


async def test_the_app_lends_its_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text comes back from the editor."""
    command = written(tmp_path, "path.write_text(path.read_text() + 'more')")
    monkeypatch.setenv("VISUAL", f"{command[0]} '{command[1]}'")
    app = Lent()
    async with app.run_test():
        assert outside.edit_outside(app, "text") == "text\nmore"


async def test_a_terminal_that_cannot_be_lent_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a browser."""
    monkeypatch.setenv("VISUAL", sys.executable)
    app = App[None]()
    async with app.run_test() as pilot:
        assert outside.edit_outside(app, "text") is None
        await pilot.pause()
        assert "cannot be lent" in notices(app)[0]


async def test_a_missing_editor_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the edge of the screen, and no text comes back."""
    monkeypatch.setenv("VISUAL", "no-such-editor")
    app = Lent()
    async with app.run_test() as pilot:
        assert outside.edit_outside(app, "text") is None
        await pilot.pause()
        assert "not here" in notices(app)[0]
