"""What loading and saving a plan of 1,000 milestones costs, beside bare `tomllib.loads`.

    python -m tests.benchmarks.bench_plan

Each figure is CPU time of this process, the least of several rounds, taken in turn with the
bare parser's. Ends with 1 if a save costs more than 300 ms.
"""

from __future__ import annotations

import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

from l2l_tui.plan import store
from l2l_tui.plan.edits import AddMilestone, Edit, SetDue, SetStatus, SetText
from l2l_tui.plan.model import Milestone, Status
from tests.plan.test_speed import plan_text

ROUNDS = 9
ALLOWED_SAVE_MS = 300
DAY = date(2021, 7, 20)


def edits(number: int) -> dict[str, Edit]:
    """Return one edit of each kind, which changes something in every round."""
    return {
        "save a text": SetText("m500", "notes", f"note {number}"),
        "save a status": SetStatus("m500", Status.DONE if number % 2 else Status.DOING, DAY),
        "save a date": SetDue("m999", date(2021, 9, number % 28 + 1), DAY),
        "save a new milestone": AddMilestone(Milestone(f"new-{number}", "paper", "New")),
    }


def cpu_ms(work: Callable[[], object]) -> float:
    """Return the CPU time of one call."""
    start = time.process_time()
    work()
    return 1000 * (time.process_time() - start)


def measure(path: Path) -> dict[str, float]:
    """Return the least CPU time of each kind of work, in milliseconds."""
    least: dict[str, float] = {}
    for number in range(1, ROUNDS + 1):
        text = path.read_text(encoding="utf-8")
        work: dict[str, Callable[[], object]] = {
            "tomllib.loads": lambda text=text: tomllib.loads(text),
            "load": lambda: store.load(path),
            **{
                name: lambda edit=edit: store.save(path, edit)
                for name, edit in edits(number).items()
            },
            "undo": lambda: store.undo(path),
        }
        for name, call in work.items():
            least[name] = min(cpu_ms(call), least.get(name, float("inf")))
    return least


def main() -> int:
    """Measure, print and judge."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "many.toml"
        path.write_text(plan_text(), encoding="utf-8")
        figures = measure(path)
    bare = figures["tomllib.loads"]
    for name, figure in figures.items():
        print(f"{name:22} {figure:7.1f} ms  {figure / bare:5.2f} x tomllib.loads")
    slowest = max(figure for name, figure in figures.items() if name.startswith("save"))
    print(f"slowest save {slowest:.0f} ms, allowed {ALLOWED_SAVE_MS} ms")
    return int(slowest > ALLOWED_SAVE_MS)


if __name__ == "__main__":
    sys.exit(main())
