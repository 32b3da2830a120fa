"""How long it takes to list ten thousand finished runs, beside reading every file of theirs.

    python -m tests.benchmarks.bench_many_runs [--runs 10000]

Makes a workspace of so many runs, each as a trainer leaves it, and measures `runs --json` as a
process of its own: cold (no index yet), and warm; what it takes to read all runs whole, which
is what listing them took without the index; and the time to the app's first picture with the
runs and without any. Ends with 1 unless warm takes at most 1 s and 150 MB, cold at most 5 s of
CPU, and the first picture comes within 50 ms of that without runs.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple

from l2l_tui import experiments
from l2l_tui.experiments.claims import Judgement, Ours, Verdict
from l2l_tui.runs import catalogue, files, index
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import Request, RunResult, RunStatus, State
from l2l_tui.workspace import Workspace
from tests.benchmarks.bench_first_paint import OURS, TITLE, _milestone, time_to_paint

WARM_S, WARM_BYTES, COLD_S, PAINT_MS = 1.0, 150_000_000, 5.0, 50.0
ROUNDS, PAINTS = 5, 9
RIVALS = ("sgd", "momentum", "nag", "rmsprop", "adam")
FIGURES = {
    f"{measure}_{name}": 0.1234567890123 * (1 + number)
    for number, measure in enumerate(("final", "sum", "median_final", "at_200", "inner_lr"))
    for name in (*RIVALS, "learned")
}


class Took(NamedTuple):
    """What a command took."""

    wall_s: float
    """Seconds on the wall."""
    cpu_s: float
    """CPU-seconds."""
    peak_bytes: int
    """Most memory it had at once."""


def write_run(workspace: Workspace, number: int) -> RunDirectory:
    """Write one run of the central experiment as a trainer leaves it."""
    began = datetime(2026, 1, 7, 12, tzinfo=UTC) + timedelta(minutes=number)
    name = f"{began:%Y-%m-%d-%H%M}-l2l-quadratic-{number:05}"
    directory = RunDirectory(workspace.runs / name)
    directory.path.mkdir(parents=True)
    experiment = experiments.get("l2l-quadratic")
    settings = experiment.configure("quick").values()
    files.write_request(
        directory,
        Request(name, "l2l-quadratic", "quick", number, settings, began, 1, "m0", "many"),
    )
    status = RunStatus(State.RUNNING, 340, 340, 16.5, began, began, "host", 4321, 77.5, "done")
    files.write_status(directory, status)
    claims = tuple(
        Judgement(
            one.id, one.statement, Verdict.HOLDS, Ours(0.5, 0.1, 3), one.reference, one.reads * 3
        )
        for one in experiment.claims
    )
    result = RunResult(State.FINISHED, began, began, 16.5, FIGURES, (FIGURES,) * 3, claims)
    files.write_result(directory, replace(result, environment={"python": "3.11", "threads": 1}))
    line = json.dumps({"name": "loss/learned", "step": 1, "value": 0.5})
    directory.metrics.write_text(f"{line}\n" * 100)
    directory.log.write_text("12:00:00 finished\n")
    return directory


def make_workspace(root: Path, runs: int) -> Workspace:
    """Write a plan and so many runs."""
    (root / "plans").mkdir(parents=True)
    head = '[plan]\ntitle = "Many"\nlanguage = "en"\nfirst_meeting = 2026-01-07\n\n'
    tracks = '[[track]]\nid = "t0"\ntitle = "TRACK"\n\n'
    text = head + tracks + "".join(_milestone(number) for number in range(100))
    (root / "plans" / "many.toml").write_text(text, encoding="utf-8")
    workspace = Workspace(root)
    if runs:
        first = write_run(workspace, 0)
    for number in range(1, runs):
        _write_like(first, workspace, number)
    return workspace


def _write_like(first: RunDirectory, workspace: Workspace, number: int) -> None:
    """Write another run's files; to format ten thousand anew takes minutes."""
    began = datetime(2026, 1, 7, 12, tzinfo=UTC) + timedelta(minutes=number)
    made = workspace.runs / f"{began:%Y-%m-%d-%H%M}-l2l-quadratic-{number:05}"
    made.mkdir()
    for path in (first.status, first.result):
        (made / path.name).write_bytes(path.read_bytes())
    for path in (first.metrics, first.log):  # no list reads these
        os.link(path, made / path.name)
    request = first.request.read_text().replace("seed = 0", f"seed = {number}")
    created = f"created = {began:%Y-%m-%d %H:%M:%S}+00:00"
    lines = (created if one.startswith("created") else one for one in request.splitlines())
    RunDirectory(made).request.write_text("\n".join(lines) + "\n")


def listed(workspace: Workspace) -> Took:
    """Return what `runs --json` takes in a process of its own."""
    command = [sys.executable, "-c", OURS, "runs", "--json", "--workspace", str(workspace.root)]
    began = time.monotonic()
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(command, stdout=out)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        wall_s = time.monotonic() - began
        out.seek(0)
        count = len(json.load(out))
    assert (child.returncode, count) == (0, sum(1 for _ in workspace.runs.glob("2*")))
    return Took(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def read_whole(workspace: Workspace) -> float:
    """Return the CPU-seconds that reading every run whole takes."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    for directory in catalogue.directories(workspace):
        catalogue.load(directory)
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Run the benchmark and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        workspace = make_workspace(Path(folder) / "many", runs)
        empty = make_workspace(Path(folder) / "none", 0)
        time.sleep(index.SETTLED_S)  # as long as files are new, nothing is kept of them
        cold = listed(workspace)
        kept = (workspace.runs / index.NAME).stat().st_size
        rounds = [listed(workspace) for _ in range(ROUNDS)]
        warm = Took(*(median(one) for one in zip(*rounds, strict=True)))
        whole_s = read_whole(workspace)
        paints: dict[Path, list[float]] = {empty.root: [], workspace.root: []}
        for _ in range(PAINTS):
            for root, took in paints.items():
                took.append(time_to_paint(["-c", OURS, "--workspace", str(root)], TITLE)[0])
    bare_ms, ours_ms = (median(took) * 1000 for took in paints.values())
    print(f"{runs} finished runs; an index of {kept / 1e6:.1f} MB")
    print(f"every run read whole {whole_s:6.2f} s of CPU")
    for name, took in (("cold", cold), ("warm", warm)):
        print(
            f"runs --json, {name}    {took.wall_s:6.2f} s, {took.cpu_s:.2f} s of CPU "
            f"({whole_s / took.cpu_s:.0f} times faster), {took.peak_bytes / 1e6:.0f} MB"
        )
    print(f"first picture        {ours_ms:6.0f} ms, without runs {bare_ms:.0f} ms")
    fine = (
        warm.cpu_s <= WARM_S
        and warm.peak_bytes <= WARM_BYTES
        and cold.cpu_s <= COLD_S
        and ours_ms - bare_ms <= PAINT_MS
    )
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
