"""What loading and saving a plan of 1,000 milestones costs, beside bare `tomllib.loads`.

    python -m tests.benchmarks.bench_plan

Each figure is CPU time of this process, the least of several rounds, taken in turn with the
bare parser's. Then whole processes, by the clock, in turn: Python that starts and does nothing,
Python that loads the file with tomllib, and ``l2l-tui plan --json`` on it. Ends with 1 if a save
costs more than 300 ms, or the command more than 250 ms over Python's own start.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median

from l2l_tui.plan import store
from l2l_tui.plan.edits import AddMilestone, Edit, SetDue, SetStatus, SetText
from l2l_tui.plan.model import Milestone, Status
from tests.plan.test_speed import plan_text

ROUNDS = 9
ALLOWED_SAVE_MS = 300
ALLOWED_COMMAND_MS = 250
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


def processes_ms(path: Path) -> dict[str, float]:
    """Return the median time by the clock of whole processes, taken in turn."""
    load = "import sys, tomllib; tomllib.load(open(sys.argv[1], 'rb'))"
    root = str(path.parent.parent)
    commands = {
        "python": ["-c", "pass"],
        "python, tomllib": ["-c", load, str(path)],
        "l2l-tui plan --json": ["-m", "l2l_tui", "--workspace", root, "plan", "--json"],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, words in commands.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)
            times[name].append(1000 * (time.perf_counter() - start))
    return {name: median(found) for name, found in times.items()}


def main() -> int:
    """Measure, print and judge."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plans" / "many.toml"
        path.parent.mkdir()
        path.write_text(plan_text(), encoding="utf-8")
        figures = measure(path)
        processes = processes_ms(path)
    bare = figures["tomllib.loads"]
    for name, figure in figures.items():
        print(f"{name:22} {figure:7.1f} ms  {figure / bare:5.2f} x tomllib.loads")
    slowest = max(figure for name, figure in figures.items() if name.startswith("save"))
    print(f"slowest save {slowest:.0f} ms, allowed {ALLOWED_SAVE_MS} ms")
    start, loaded, command = processes.values()
    for name, figure in processes.items():
        print(f"{name:22} {figure:7.1f} ms by the clock")
    print(
        f"plan --json costs {command - start:.0f} ms over Python's start, "
        f"allowed {ALLOWED_COMMAND_MS} ms; {(command - start) / (loaded - start):.2f} x tomllib's"
    )
    return int(slowest > ALLOWED_SAVE_MS or command - start > ALLOWED_COMMAND_MS)


if __name__ == "__main__":
    sys.exit(main())
