"""A sweep of many short runs while trainers, the queue's owner, the command and the app are killed.

    python -m tests.benchmarks.soak_sweep [--runs 200] [--seed 0]

First the sweep undisturbed, then again in another workspace, with a SIGKILL to somebody at
random about every two seconds: a trainer, the queue's owner, the command that waits for the
sweep, or an app that looks on in a terminal. Command and app are started again when they are
dead. In the end every point must have exactly one run, finished and with the figures of the
undisturbed sweep to the last bit, and the plan exactly one result of each. Ends with 1 unless
all of it holds.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from l2l_tui.plan import store
from l2l_tui.runs import catalogue, files
from l2l_tui.runs.queue import owner
from l2l_tui.workspace import Workspace
from tests.benchmarks.terminal import Terminal

EVERY_S = 2.0
"""Between two kills, on average."""
WHO = ("trainer", "owner", "command", "app")
"""Whom the kills must have met."""
SHORT = {
    "outer_steps": 20,
    "meta_seeds": 1,
    "horizon": 20,
    "validate_every": 5,
    "tuning_problems": 8,
    "held_out_problems": 8,
    "inner_lr_count": 2,
}
"""Makes a run a second's work."""
VALUES = (0.003, 0.01)
PLAN = """\
[plan]
title = "Soak"
first_meeting = 2026-01-07

[[track]]
id = "paper"
title = "Paper"

[[milestone]]
id = "l2l"
track = "paper"
title = "Learning to learn"
"""

Figures = dict[tuple[str, int], dict[str, float]]
"""By setting and seed."""


def main() -> int:
    """Run both sweeps and compare them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0, help="of the kills")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        calm, rough = (_workspace(Path(folder) / name) for name in ("calm", "rough"))
        began = time.monotonic()
        if _start(calm, asked.runs).wait() != 0:
            raise SystemExit("the undisturbed sweep did not end well")
        print(f"undisturbed: {asked.runs} runs in {time.monotonic() - began:.0f} s")
        began = time.monotonic()
        killed = _disturbed(rough, asked.runs, random.Random(asked.seed))
        told = ", ".join(f"{n} x {who}" for who, n in sorted(killed.items()))
        print(f"disturbed: in {time.monotonic() - began:.0f} s; killed: {told}")
        faults = _faults(calm, rough, asked.runs)
        faults += [f"no {who} was killed" for who in WHO if not killed[who]]
    print(
        "\n".join(faults) or f"every one of {asked.runs} runs finished once, figures as undisturbed"
    )
    return 1 if faults else 0


def _workspace(root: Path) -> Workspace:
    workspace = Workspace(root)
    workspace.plans.mkdir(parents=True)
    (workspace.plans / "term.toml").write_text(PLAN)
    return workspace


def _start(workspace: Workspace, runs: int) -> subprocess.Popen[bytes]:
    """Start the command, which makes what is missing and waits for all of it."""
    chosen = [word for name, value in SHORT.items() for word in ("--set", f"{name}={value}")]
    over = ["--over", "outer_lr=" + ",".join(map(str, VALUES))]
    seeds = ["--seeds", str(runs // len(VALUES))]
    command = [sys.executable, "-m", "l2l_tui", "sweep", "l2l-quadratic", *over, *seeds, *chosen]
    return subprocess.Popen(
        [*command, "--workspace", str(workspace.root)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _disturbed(workspace: Workspace, runs: int, chance: random.Random) -> Counter[str]:
    """See the sweep to its end through the kills; return who was killed how often."""
    killed: Counter[str] = Counter()
    command = _start(workspace, runs)
    while True:
        with Terminal(["-m", "l2l_tui", "--workspace", str(workspace.root)]) as app:
            for _ in range(chance.randint(5, 15)):
                until = time.monotonic() + chance.uniform(0.5, 1.5) * EVERY_S
                app.wait(lambda _seen, until=until: time.monotonic() > until)  # type: ignore[misc]
                code = command.poll()
                if code == 0:
                    return killed
                if code is not None:
                    command = _start(workspace, runs)
                victims = _victims(workspace, command.pid)
                if len(victims) == 1:
                    continue  # all is done but the command's last words
                who = chance.choice(sorted(victims))
                os.kill(chance.choice(victims[who]), signal.SIGKILL)
                killed[who] += 1
        killed["app"] += 1


def _victims(workspace: Workspace, command: int) -> dict[str, list[int]]:
    """Return who lives, by what they are; the command always does."""
    found: dict[str, list[int]] = {"command": [command]}
    for folder in Path("/proc").iterdir():
        try:
            words = (folder / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if owner.__name__ in words and str(workspace.root) in words:
            found.setdefault("owner", []).append(int(folder.name))
        elif "l2l_tui.trainer" in words and any(str(workspace.root) in word for word in words):
            found.setdefault("trainer", []).append(int(folder.name))
    return found


def _faults(calm: Workspace, rough: Workspace, runs: int) -> list[str]:
    """Return what is not as it must be."""
    said = []
    for name, workspace in (("undisturbed", calm), ("disturbed", rough)):
        listed = catalogue.directories(workspace)
        if len(listed) != runs:
            said.append(f"{name}: {len(listed)} run directories")
        if owner.is_there(workspace) or list(workspace.runs.glob(".queue.json")):
            said.append(f"{name}: something is left in the queue")
    expected, found = _figures(calm), _figures(rough)
    said += [f"{key}: no result" for key in expected.keys() - found.keys()]
    said += [f"{key}: other figures" for key, one in found.items() if one != expected.get(key)]
    subprocess.run(
        [sys.executable, "-m", "l2l_tui", "runs", "--workspace", str(rough.root)],
        stdout=subprocess.DEVNULL,
        check=True,
    )
    plan = store.load(rough.plans / "term.toml")
    results = Counter(result.run for result in plan.results)
    if len(results) != runs or set(results.values()) != {1}:
        said.append(
            f"disturbed: the plan has {sum(results.values())} results of {len(results)} runs"
        )
    return said


def _figures(workspace: Workspace) -> Figures:
    found: Figures = {}
    for directory in catalogue.directories(workspace):
        result = files.read_result(directory)
        if result is None:
            continue
        request = files.read_request(directory)
        key = (str(request.settings["outer_lr"]), request.seed)
        if key in found:
            raise SystemExit(f"{directory.path}: {key} ran twice")
        found[key] = dict(result.figures)
    return found


if __name__ == "__main__":
    sys.exit(main())
