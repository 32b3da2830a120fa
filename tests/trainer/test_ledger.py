"""CPU-seconds by part: added up, kept with the checkpoint, written beside the figures."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import tomli_w

from l2l_tui.runs import files
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.trainer import checkpoint, ledger
from l2l_tui.trainer.checkpoint import Checkpoint, Mark
from l2l_tui.trainer.ledger import Ledger


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the CPU time that has passed, to be changed by the test."""
    passed = [100.0]
    monkeypatch.setattr(time, "process_time", lambda: passed[0])
    assert ledger.time is time
    return passed


def test_time_is_put_down_to_what_it_was_for(clock: list[float]) -> None:
    """Parts come again and again; what has no name is nobody's."""
    kept = Ledger({})
    for until, part in ((103.0, "training a"), (104.5, ""), (106.5, "judging a")):
        clock[0] = until
        kept.note(part)
    clock[0] = 107.0
    kept.note("training a")
    assert kept.cpu_s == {"training a": 3.5, "judging a": 2.0}


def test_a_resumed_run_goes_on_from_its_checkpoint(tmp_path: Path, clock: list[float]) -> None:
    """What was spent by then is known again; work after it is counted where it is done again."""
    kept = Ledger({"training a": 1.25})
    path = tmp_path / "checkpoint.safetensors"
    checkpoint.save(path, Checkpoint(Mark(3, 7, 2.0, kept.cpu_s), {}))
    clock[0] += 50
    kept.note("training a")
    mark = checkpoint.peek(path)
    assert mark is not None
    resumed = Ledger(mark.cpu_s)
    clock[0] += 1
    resumed.note("training a")
    assert resumed.cpu_s == {"training a": 2.25}


def test_a_checkpoint_from_before_there_were_ledgers_is_taken_up(tmp_path: Path) -> None:
    """It has spent nothing that is known."""
    path = tmp_path / "checkpoint.safetensors"
    header = json.dumps({"step": 3, "measured": 7, "elapsed_s": 2.0})
    checkpoint._write(path, {}, {"mark": header, "state": "{}"})
    assert checkpoint.peek(path) == Mark(3, 7, 2.0, {})


def test_a_result_from_before_there_were_ledgers_is_read(tmp_path: Path) -> None:
    """And one with a ledger keeps it."""
    directory = RunDirectory(tmp_path)
    content = {
        "state": "finished",
        "started": datetime(2026, 11, 25, 8, tzinfo=UTC),
        "ended": datetime(2026, 11, 25, 9, tzinfo=UTC),
        "elapsed_s": 60.0,
        "figures": {},
        "environment": {},
        "seeds": [],
        "claims": [],
    }
    for spent in ({}, {"training a": 1.5}):
        written = content | ({"cpu_s": spent} if spent else {})
        directory.result.write_text(tomli_w.dumps(written), encoding="utf-8")
        result = files.read_result(directory)
        assert result is not None
        assert result.cpu_s == spent
