"""Two ranks against one on the same batch, and what so many more would come to.

    python -m tests.benchmarks.bench_ranks [--quick] [--seconds 60]

Outer steps a second of one rank of one thread, then of two ranks of one thread each, on two
cores: `l2l-mlp`'s training on 784-20-10 (8 problems a batch) and MAML's on Conv-4 (32 episodes, as
in arXiv:1703.03400, appendix A.1). Ranks are processes under torchrun's agent that meet in gloo
on loopback, as those of a run. The machine must have nothing else to do: both cores are needed.

Then, from what was measured on one rank, the efficiency to be expected of 8, 64 and 512: every
rank keeps its share, so that the batch grows with the ranks (weak scaling).

    efficiency(N) = T(1) / (T(N) + A(N) + B(N))

T(N) is an outer step of one rank that draws a batch of N shares and works on its own share,
measured (what all ranks draw alike is what does not scale); A(N) is one all-reduce of the V bytes
of the meta-gradient by rings, 2 (N - 1) (latency + V / N / bandwidth); B(N) the word at a safe
point, a tree there and back, 2 ceil(log2 N) latency. No rank waits for a slower one: what runs
on nodes that others use will fall short of it.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from l2l_tui import experiments
from l2l_tui.lab.ranks import Ranks
from l2l_tui.trainer.place import told
from l2l_tui.trainer.team import Group, Team, Word

Step = Callable[[], object]

NETWORKS = {
    "Ethernet, 1 Gbit/s": (50e-6, 0.95 * 1e9 / 8),
    "InfiniBand EDR": (10e-6, 0.25 * 100e9 / 8),
}
"""Seconds from one rank to the next, and bytes a second, through TCP, which gloo speaks.

Of 1,538 bytes of an Ethernet frame with its gap 1,460 are TCP's payload (IEEE 802.3). EDR has 100
Gbit/s (NVIDIA's manual of ConnectX-4, section 1.2), of which a quarter is counted for TCP on top
of it, an assumption. 10 us between nodes of one site are reported with InfiniBand in "Investigation
into MPI all-reduce performance in a distributed cluster" (2021); 50 us on Ethernet are assumed.
"""

MANY = (8, 64, 512)
PICTURES = 60_000
"""As many as MNIST has to fit; a problem is given a sixth, as many as are held back there."""


@dataclass(frozen=True)
class Case:
    """One training."""

    name: str
    """What it is called."""
    batch: int
    """Problems or episodes of two ranks together."""
    make: Callable[[int, Ranks], tuple[Step, int]]
    """Makes its outer step for a batch and a rank, and says how many numbers are all-reduced."""


class Pretended(Ranks):
    """One rank that works on its share as if the others were there."""

    def __init__(self, size: int) -> None:
        self.size = size


def perceptrons(problems: int, ranks: Ranks) -> tuple[Step, int]:
    """Return an outer step of the perceptrons of arXiv:1606.04474, section 3.2."""
    from l2l_tui.experiments.comparing import learner, lstm
    from l2l_tui.lab.first_order import engine_for
    from l2l_tui.lab.meta_training import MetaTraining
    from l2l_tui.lab.multilayer import MLPSampler
    from l2l_tui.lab.randomness import generator

    settings: Any = experiments.get("l2l-mlp").configure("quick", {})
    draws = generator(0, "pictures")
    x = torch.rand(PICTURES, 784, generator=draws)
    y = torch.randint(10, (PICTURES,), generator=draws)
    sampler = MLPSampler(x, y, (20,), 10, problems, 2 * settings.horizon, known=PICTURES // 6)
    rule = lstm(settings)
    made = learner(settings, rule, sampler, sampler, engine=engine_for(rule))
    sources = (generator(0, "phi"), generator(0, "train"))
    training = MetaTraining(
        made.engine, rule, sampler, made.schedule, made.step_weights, sources, ranks
    )
    return training.step, rule.size + settings.unroll_length


def episodes(count: int, ranks: Ranks) -> tuple[Step, int]:
    """Return an outer step of MAML with Conv-4 on the glyphs (arXiv:1703.03400, section 5.2)."""
    from l2l_tui.experiments.maml_episodes import _protocol
    from l2l_tui.lab.maml.episode_study import EpisodeStudy

    settings: Any = experiments.get("maml-episodes").configure(
        "quick", {"meta_seeds": 1, "outer_steps": 10**6}
    )
    protocol = replace(_protocol(settings), episodes=count)
    work = EpisodeStudy(protocol, 0, ranks).run()
    size = protocol.learner.inner.network.draw(torch.Generator()).numel()
    return lambda: next(work), size + count // ranks.size


CASES = (
    Case("l2l-mlp, 784-20-10", 8, perceptrons),
    Case("MAML, Conv-4", 32, episodes),
)


def timed(step: Step, seconds: float, team: Team) -> float:
    """Return the outer steps a second of all ranks, over about so many seconds."""
    step()  # buffers are made, kernels are compiled
    begin, done = time.perf_counter(), 0
    while True:
        step()
        done += 1
        over = time.perf_counter() - begin > seconds
        if team.agree(Word.STOP if over else Word.GO) is Word.STOP:
            return done / (time.perf_counter() - begin)


def rank(seconds: float, found: Path) -> None:
    """Measure as one of the ranks that torchrun has started, or as the only one."""
    torch.set_num_threads(1)
    size = int(os.environ.get("WORLD_SIZE", "1"))
    place = told(os.environ, size) if size > 1 else None
    team = Team() if place is None else Group(place)
    measured = {}
    for case in CASES:
        step, _ = case.make(case.batch, team)
        measured[case.name] = timed(step, seconds, team)
    if team.rank == 0:
        found.write_text(json.dumps(measured))
    team.leave()


def measured(ranks: int, seconds: float) -> dict[str, float]:
    """Return every case's outer steps a second by so many ranks of one thread."""
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "found.json"
        begin = ["-m", "tests.benchmarks.bench_ranks", "--rank", str(found)]
        torchrun = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={ranks}"]
        command = [sys.executable, *(torchrun if ranks > 1 else []), *begin]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"}
        subprocess.run([*command, "--seconds", str(seconds)], env=environment, check=True)
        return dict(json.loads(found.read_text()))


def expected(case: Case, many: tuple[int, ...], seconds: float) -> None:
    """Print the efficiency of many ranks."""
    per_rank = case.batch // 2
    torch.set_num_threads(1)
    times = {}
    for ranks in (1, *many):
        step, numbers = case.make(per_rank * ranks, Pretended(ranks))
        times[ranks] = 1 / timed(step, seconds, Team())
    size_bytes = 4 * numbers
    print(f"\n{case.name}: {per_rank} a rank, {size_bytes / 1e3:.0f} kB all-reduced")
    print(f"  {'ranks':>5} {'step':>9}" + "".join(f"  {name:>24}" for name in NETWORKS))
    for ranks in many:
        shares = []
        for latency, bandwidth in NETWORKS.values():
            reduced = 2 * (ranks - 1) * (latency + size_bytes / ranks / bandwidth)
            word = 2 * math.ceil(math.log2(ranks)) * latency
            shares.append(times[1] / (times[ranks] + reduced + word))
        told = "".join(f"  {one:24.2f}" for one in shares)
        print(f"  {ranks:5} {1e3 * times[ranks]:6.0f} ms{told}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=30.0, help="of each measurement")
    parser.add_argument("--quick", action="store_true", help="only see that it works")
    parser.add_argument("--rank", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    seconds = 0.2 if args.quick else args.seconds
    if args.rank is not None:
        rank(seconds, args.rank)
        return
    # One, two, two, one: what the machine does beside is noticed, and slow drifts cancel.
    runs = [(ranks, measured(ranks, seconds)) for ranks in (1, 2, 2, 1)]
    print(f"{'outer steps a second':24} {'1 rank':>15} {'2 ranks':>15} {'ratio':>6}")
    for case in CASES:
        by = {n: [found[case.name] for ranks, found in runs if ranks == n] for n in (1, 2)}
        told = "".join(f" {', '.join(f'{one:.2f}' for one in by[n]):>15}" for n in (1, 2))
        print(f"{case.name:24}{told} {sum(by[2]) / sum(by[1]):6.2f}")
    for case in CASES:
        expected(case, MANY[:1] if args.quick else MANY, seconds)


if __name__ == "__main__":
    main()
