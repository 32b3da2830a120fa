"""The one writer of ``metrics.jsonl``."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from l2l_tui.lab.measurement import Measurement
from l2l_tui.runs import metrics
from l2l_tui.trainer.recorder import Recorder, recorded
from l2l_tui.trainer.storage import StorageError

MADE = [Measurement("loss", step, step / 3) for step in range(1, 9)]
WHOLE = b"".join(map(metrics.encode, MADE))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the measurements go."""
    return tmp_path / "metrics.jsonl"


def test_measurements_reach_the_file_at_once(path: Path) -> None:
    """What was added can be read before anything is closed."""
    with Recorder(path, 0) as recorder:
        recorder.add(MADE[:3])
        assert path.read_bytes() == b"".join(map(metrics.encode, MADE[:3]))
        recorder.add([])
        recorder.add(MADE[3:])
        recorder.sync()
        assert recorder.measured == len(MADE)
    assert path.read_bytes() == WHOLE
    assert recorded(path) == len(MADE)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cut=st.integers(0, len(WHOLE)), behind=st.integers(0, 8), each=st.integers(1, 4))
def test_a_file_cut_anywhere_ends_as_if_undisturbed(
    path: Path, cut: int, behind: int, each: int
) -> None:
    """Killed anywhere and resumed from any checkpoint before, the file ends the same."""
    path.write_bytes(WHOLE[:cut])
    kept = max(0, recorded(path) - behind)
    with Recorder(path, kept) as recorder:
        assert path.read_bytes() == WHOLE[: WHOLE.rfind(b"\n", 0, cut) + 1]
        for start in range(kept, len(MADE), each):
            recorder.add(MADE[start : start + each])
    assert path.read_bytes() == WHOLE
    assert not recorder.diverged


def test_what_comes_out_otherwise_replaces_what_stood_there(path: Path) -> None:
    """Another machine may measure otherwise: the file then says what this one measured."""
    path.write_bytes(WHOLE)
    other = [MADE[3], Measurement("loss", 5, 0.5), MADE[5]]
    with Recorder(path, 3) as recorder:
        recorder.add(other)
        assert recorder.diverged
    assert path.read_bytes() == b"".join(map(metrics.encode, [*MADE[:3], *other]))


def test_a_full_disk_leaves_whole_lines(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a write fails half way, nothing of it stays, and what stood before does."""
    with Recorder(path, 0) as recorder:
        recorder.add(MADE[:2])
        monkeypatch.setattr(recorder, "_file", FullDisk(recorder._file, room=20))
        with pytest.raises(StorageError, match="make room on the disk"):
            recorder.add(MADE[2:])
    assert path.read_bytes() == b"".join(map(metrics.encode, MADE[:2]))


def test_a_disk_that_takes_pieces_gets_them_all(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A short write is no failure."""
    with Recorder(path, 0) as recorder:
        monkeypatch.setattr(recorder, "_file", FullDisk(recorder._file, room=10**6, piece=7))
        recorder.add(MADE)
    assert path.read_bytes() == WHOLE


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A missing folder is a matter of storage, not of the procedure."""
    with pytest.raises(StorageError, match="its folder is missing"):
        Recorder(tmp_path / "gone" / "metrics.jsonl", 0)
    assert recorded(tmp_path / "gone" / "metrics.jsonl") == 0


class FullDisk:
    """A raw file that takes so many bytes more, in pieces, then says that the disk is full."""

    def __init__(self, file: Any, *, room: int, piece: int = 10**6) -> None:
        self._file, self._room, self._piece = file, room, piece

    def write(self, data: bytes) -> int:
        """Write what there is room for."""
        if self._room == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        done: int = self._file.write(data[: min(self._room, self._piece)])
        self._room -= done
        return done

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)
