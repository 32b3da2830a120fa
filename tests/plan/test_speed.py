"""A plan of a thousand milestones costs little more than reading its TOML."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable
from pathlib import Path

from l2l_tui.plan import store
from tests.plan.conftest import SMALL


def plan_text() -> str:
    """Return a plan of 1,000 milestones."""
    head = SMALL[: SMALL.index("# PAPER")]
    return head + "\n".join(
        f'[[milestone]]\nid = "m{number}"\ntrack = "paper"\ntitle = "Milestone {number} 學習"\n'
        f'due = 2021-08-{number % 28 + 1:02}\nstatus = "todo"  # todo, doing, done, dropped\n'
        f'links = ["arXiv:1606.{number:05}"]\nneeds = []\nexperiments = ["l2l-quadratic"]\n'
        'notes = """\nSome notes.\nMore."""\nhistory = [{ on = 2021-07-20, status = "doing" }]\n'
        for number in range(1000)
    )


def _fastest_ms(work: Callable[[], object]) -> float:
    times = []
    for _ in range(5):
        start = time.process_time()
        work()
        times.append(1000 * (time.process_time() - start))
    return min(times)


def test_checking_costs_less_than_parsing(tmp_path: Path) -> None:
    """All checks of 1,000 milestones together take less time than tomllib alone."""
    text = plan_text()
    content, path = text.encode(), tmp_path / "big.toml"
    assert store.parse(path, content).faults == ()
    parsing = _fastest_ms(lambda: tomllib.loads(text))
    loading = _fastest_ms(lambda: store.parse(path, content))
    assert loading < 2 * parsing, f"{loading:.0f} ms against tomllib's {parsing:.0f} ms"
