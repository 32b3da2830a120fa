"""Two writers, killed at random moments: no edit that was confirmed is lost."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from l2l_tui.plan import store
from l2l_tui.plan.edits import AddProblem
from tests.plan.conftest import SMALL
from tests.plan.test_history import DAY

ROUNDS = int(os.environ.get("L2L_TUI_KILLS", "20"))
"""How many rounds; L2L_TUI_KILLS=200 for a long look."""

_WRITER = """\
import datetime, pathlib, sys
from l2l_tui.plan import edits, store
path, name = pathlib.Path(sys.argv[1]), sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
for number in range(1000):
    text = f"{name} {number}"
    store.save(path, edits.AddProblem(datetime.date(2021, 7, 14), text))
    print(text, flush=True)
"""


def _writer(path: Path, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(path), name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _write_and_kill(path: Path, chance: random.Random) -> set[str]:
    """Let two writers write, kill each at a moment of its own; return what they confirmed."""
    writers = [_writer(path, name) for name in ("a", "b")]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdin is not None
        assert writer.stdout.readline() == "ready\n"
        writer.stdin.write("go\n")
        writer.stdin.flush()
    start = time.monotonic()
    moments = sorted((chance.uniform(0.0, 0.3), index) for index in range(2))
    for moment, index in moments:
        while time.monotonic() - start < moment:
            time.sleep(0.001)
        writers[index].kill()
    confirmed: set[str] = set()
    for writer in writers:
        lines = writer.communicate(timeout=30)[0].split("\n")
        confirmed |= set(lines[:-1])
    return confirmed


@pytest.mark.slow
def test_no_confirmed_edit_is_lost_to_a_kill(write: Callable[[str | bytes], Path]) -> None:
    """The plan is whole, the other writer goes on, and every version can be walked back to."""
    seed, total = random.randrange(2**32), 0
    chance = random.Random(seed)
    for number in range(ROUNDS):
        path = write(SMALL)
        confirmed = _write_and_kill(path, chance)
        total += len(confirmed)
        plan = store.load(path)
        assert plan.faults == (), (seed, number)
        texts = {problem.text for meeting in plan.meetings for problem in meeting.problems}
        assert confirmed <= texts, (seed, number, confirmed - texts)
        whole = path.read_bytes()
        store.save(path, AddProblem(DAY, "afterwards"))
        store.undo(path)
        assert path.read_bytes() == whole, (seed, number)
        while store.timeline(path).undo_label:
            assert store.undo(path).faults == (), (seed, number)
    assert total, "every writer was killed before it confirmed anything"
