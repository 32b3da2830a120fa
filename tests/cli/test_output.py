"""What is printed: JSON that any reader takes, tables that align."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l2l_tui.cli import output
from l2l_tui.runs.model import State
from l2l_tui.text import width


def test_values_become_what_json_has() -> None:
    """Dates in ISO 8601, not-finite numbers as null, names as text."""
    value = {
        "a": (math.nan, math.inf, 1.5, True, None),
        "b": date(2021, 7, 28),
        "c": datetime(2021, 7, 28, 12, 30, tzinfo=UTC),
        "d": State.FINISHED,
        "e": Path("/x/學習"),
    }
    assert output.to_json(value) == {
        "a": [None, None, 1.5, True, None],
        "b": "2021-07-28",
        "c": "2021-07-28T12:30:00+00:00",
        "d": "finished",
        "e": "/x/學習",
    }


def test_what_json_does_not_have_is_a_fault_of_ours() -> None:
    """Nothing is turned into text by accident."""
    with pytest.raises(TypeError, match="object"):
        output.to_json(object())


def test_chinese_stays_readable_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    """No escapes where letters will do."""
    output.show_json(["學習"])
    text = capsys.readouterr().out
    assert "學習" in text
    assert json.loads(text) == ["學習"]


@given(st.lists(st.lists(st.text(max_size=8), min_size=3, max_size=3), min_size=1, max_size=5))
def test_columns_align_whatever_stands_in_them(rows: list[list[str]]) -> None:
    """Each column begins at the same cell in every line."""
    lines = output.table([[*row, "end"] for row in rows])
    assert all(line.endswith("end") for line in lines)
    assert len({width(line) for line in lines}) == 1
    assert len(lines) == len(rows)


def test_no_colour_goes_into_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor where a person asked for none."""
    assert output.paint("late", "bad") == "late"
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert output.paint("late", "bad") == "\x1b[31mlate\x1b[0m"
    monkeypatch.setenv("NO_COLOR", "1")
    assert output.paint("late", "bad") == "late"


def test_what_one_must_type_is_never_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other columns give way, the widest first."""
    monkeypatch.setattr(output, "_columns", lambda: 60)
    name, title = "prototypical-networks-for-few", "Prototypical Networks for Few-shot Learning"
    (line,) = output.table([("todo", name, title)], whole=(1,))
    assert name in line
    assert len(line) <= 60
    assert line.endswith("…")
