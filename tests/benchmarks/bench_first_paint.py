"""How long `l2l-tui` takes to its first picture, beside a bare Textual app.

    python -m tests.benchmarks.bench_first_paint

Both are started in turn in a pseudo-terminal of 160x48; what counts is the time from exec to
the first output with text of the app in it. The plan has 1,000 milestones, beside 200 runs.
Ends with 1 if ours takes more than 200 ms longer, or if it loads torch, numpy or matplotlib.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from l2l_tui import evidence
from l2l_tui.experiments.claims import Judgement, Ours, Verdict
from l2l_tui.runs import files
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import Request, RunResult, RunStatus, State
from l2l_tui.workspace import Workspace
from tests.benchmarks.terminal import Terminal

MILESTONES, RUNS, ROUNDS = 1000, 200, 9
ALLOWED_MS = 200
TITLE = "Milestone number 0"
HEAVY = ("torch", "numpy", "matplotlib")

BARE = """
from textual.app import App
from textual.widgets import Static

class Bare(App):
    def compose(self):
        yield Static("Milestone number 0")

Bare().run()
"""

OURS = "import sys; from l2l_tui.cli import main; sys.exit(main(sys.argv[1:]))"

MODULES = """
import asyncio, sys
from pathlib import Path
from l2l_tui.plan import store
from l2l_tui.tui.study import StudyApp
from l2l_tui.workspace import Workspace

async def main():
    workspace = Workspace(Path(sys.argv[1]))
    app = StudyApp(workspace, store.load(workspace.plan_file()))
    async with app.run_test(size=(160, 48)) as pilot:
        while not app.book.loaded:
            await pilot.pause()

asyncio.run(main())
print([name for name in ("torch", "numpy", "matplotlib") if name in sys.modules])
"""


def make_workspace(root: Path) -> None:
    """Write a plan of 1,000 milestones and 200 finished runs.

    Of four runs one serves a milestone and is collected already, one serves a milestone and is
    new to the plan, one serves none, and one has failed.
    """
    (root / "plans").mkdir()
    tracks = "".join(f'[[track]]\nid = "t{n}"\ntitle = "TRACK {n}"\n\n' for n in range(10))
    head = '[plan]\ntitle = "Many"\nlanguage = "en"\nfirst_meeting = 2026-01-07\n\n'
    body = "".join(_milestone(n) for n in range(MILESTONES))
    (root / "plans" / "many.toml").write_text(head + tracks + body, encoding="utf-8")
    workspace = Workspace(root)
    for number in range(0, RUNS, 4):
        _write_run(root, number, f"m{number}")
    evidence.collect(workspace)
    for number in range(0, RUNS, 4):
        _write_run(root, number + 1, f"m{number}")
        _write_run(root, number + 2, None)
        _write_run(root, number + 3, f"m{number}", State.FAILED)


def _milestone(number: int) -> str:
    due = datetime(2026, 1, 7, tzinfo=UTC) + timedelta(days=number)
    return (
        f'[[milestone]]\nid = "m{number}"\ntrack = "t{number // 100}"\n'
        f'title = "Milestone number {number}"\ndue = {due:%Y-%m-%d}\nstatus = "todo"\n'
        f'links = ["arXiv:1606.04474"]\nexperiments = ["l2l-quadratic"]\n'
        f'notes = """\nWhat to read for number {number}.\n"""\n\n'
    )


def _write_run(
    root: Path, number: int, milestone: str | None, ended: State = State.FINISHED
) -> None:
    """Write one run that is over as a trainer leaves it."""
    began = datetime(2026, 1, 7, 12, tzinfo=UTC) + timedelta(minutes=number)
    directory = RunDirectory(root / "runs" / f"{began:%Y-%m-%d-%H%M}-l2l-quadratic-{number:04}")
    directory.path.mkdir(parents=True)
    plan = None if milestone is None else "many"
    settings: dict[str, bool | int | float | str] = {"outer_steps": 9}
    request = Request(
        directory.id, "l2l-quadratic", "quick", number, settings, began, 1, milestone, plan
    )
    status = RunStatus(State.RUNNING, 9, 9, 9.0, began, began, "host", 1, 0.0)
    claim = Judgement("beats", "It beats them.", Verdict.HOLDS, Ours(0.5, 0.0, 1), "0.6", "")
    files.write_request(directory, request)
    files.write_status(directory, status)
    result = RunResult(ended, began, began, 9.0, figures={"final_ratio": 0.5}, claims=(claim,))
    files.write_result(directory, result)
    lines = [{"name": "loss/learned", "step": step, "value": 1 / (step + 1)} for step in range(200)]
    directory.metrics.write_text("".join(json.dumps(line) + "\n" for line in lines))


def time_to_paint(arguments: list[str], text: str) -> tuple[float, float]:
    """Return the seconds from exec to the first output that holds `text`, and those of CPU."""
    with Terminal(arguments) as terminal:
        elapsed = terminal.wait_for(text) - terminal.began
    return elapsed, terminal.cpu_s


def heavy_modules(root: Path) -> list[str]:
    """Return which heavy modules the app has loaded after its first picture."""
    ran = subprocess.run(
        [sys.executable, "-c", MODULES, str(root)], capture_output=True, text=True, check=True
    )
    return [name for name in HEAVY if f"'{name}'" in ran.stdout]


def main() -> int:
    """Run the benchmark and return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "whole"
        root.mkdir()
        make_workspace(root)
        ours, bare = [], []
        for number in range(ROUNDS):
            # What the app collects must be new each time.
            fresh = shutil.copytree(root, Path(folder) / str(number))
            bare.append(time_to_paint(["-c", BARE], TITLE))
            ours.append(time_to_paint(["-c", OURS, "--workspace", str(fresh)], TITLE))
        loaded = heavy_modules(root)
    bare_ms, bare_cpu = (median(one) * 1000 for one in zip(*bare, strict=True))
    ours_ms, ours_cpu = (median(one) * 1000 for one in zip(*ours, strict=True))
    difference = ours_ms - bare_ms
    print(f"medians of {ROUNDS}; {MILESTONES} milestones, {RUNS} runs of every kind")
    print(f"bare Textual app   {bare_ms:6.0f} ms, of CPU {bare_cpu:6.0f} ms")
    print(f"l2l-tui            {ours_ms:6.0f} ms, of CPU {ours_cpu:6.0f} ms")
    print(f"difference         {difference:6.0f} ms  (at most {ALLOWED_MS})")
    print(f"heavy modules      {', '.join(loaded) or 'none'}")
    return 1 if difference > ALLOWED_MS or loaded else 0


if __name__ == "__main__":
    sys.exit(main())
