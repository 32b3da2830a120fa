"""Every kind of thing that may not exist has a name that can be translated."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import l2l_tui
from l2l_tui import errors, language


def _named() -> Iterator[tuple[str, ast.expr]]:
    """Yield where an `UnknownNameError` is made, and what it says is not there."""
    for file in Path(l2l_tui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "UnknownNameError":
                yield f"{file.name}:{node.lineno}", node.args[0]


def test_no_unknown_name_is_of_an_unknown_kind() -> None:
    """What is written where it is raised stands in the table, without an f-string."""
    written = {where: kind.value for where, kind in _named() if isinstance(kind, ast.Constant)}
    assert {where: kind for where, kind in written.items() if kind not in errors.KINDS} == {}
    assert [where for where, kind in _named() if isinstance(kind, ast.JoinedStr)] == []
    assert set(errors.KINDS) - {"verb", "section"} <= set(written.values())


def test_a_kind_is_filled_in_after_it_is_translated() -> None:
    """Braces in a person's own words are no braces of ours."""
    error = errors.UnknownNameError("problem of {day}", "{0!x}", ["{why}"], day="{day}")
    assert str(error) == "no problem of {day} is called '{0!x}'; there is {why}"
    assert error.kind == "problem of {day}"


def test_the_sentence_is_the_other_languages() -> None:
    """The name stands in it as it was given."""
    language.use("zh-TW")
    assert "l2l-quadratc" in str(errors.UnknownNameError("experiment", "l2l-quadratc", []))
