"""`LearnedOptimizer` in other people's training loops, beside Adam.

    python -m tests.benchmarks.bench_library [--markdown] [--weights NAME] [--steps N] [--seeds N]

Every case of `tests.library.cases` is a network and data that the weights were not trained
on; first come those at which nobody looked before the weights were final. For each: the mean
loss on all training data after 100 steps, over five seeds that decide initial params and
minibatches; beside Adam at its default rate, and Adam at the rate of a grid of eleven that is
best for this very case, on as many seeds of its own. Then what a step costs: CPU time of this
process, the least of several rounds, taken in turn. Ends with 1 if the learned optimizer is
below Adam at its default rate on fewer than three of four cases, or a step costs more than
0.6 microseconds a coordinate.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache, partial
from statistics import mean, stdev

import torch
from torch import nn

from l2l_tui import LearnedOptimizer
from l2l_tui.lab.data import pictures
from l2l_tui.library import DEFAULT
from tests.library.cases import BATCH, BLIND, CASES, STEPS, Case, MakeOptimizer

SEEDS = 5
FIRST_TUNING_SEED = 100
RATES = tuple(10 ** (-4 + step * 3 / 8) for step in range(11))
SHARE = 0.75
ALLOWED_US = 0.6
ROUNDS = 15


@dataclass(frozen=True)
class Row:
    """What was found on a case."""

    case: Case
    """The case."""
    ours: list[float]
    """The learned optimizer's loss, of each seed."""
    adam: list[float]
    """Adam's at its default rate."""
    tuned: list[float]
    """Adam's at the rate that was tuned."""
    rate: float
    """That rate."""

    @property
    def ahead(self) -> bool:
        """Whether the learned optimizer is below Adam at its default rate."""
        return mean(self.ours) < mean(self.adam)

    def cells(self) -> tuple[str, ...]:
        """Return what stands in the table."""
        best = " (ahead)" if mean(self.ours) < mean(self.tuned) else ""
        return (
            self.case.what,
            _told(self.ours),
            _told(self.adam),
            f"{mean(self.ours) / mean(self.adam):.2g}",
            f"{_told(self.tuned)} at {self.rate:.2g}{best}",
        )


HEAD = ("network and data", "learned", "Adam at 0.001", "ratio", "Adam at its best rate")


def measure(case: Case, weights: str, steps: int, seeds: int) -> Row:
    """Run all optimizers on a case."""
    case = replace(case, data=cache(case.data))
    tuning, judging = range(FIRST_TUNING_SEED, FIRST_TUNING_SEED + seeds), range(seeds)
    found = {rate: mean(_losses(case, partial(_adam, lr=rate), tuning, steps)) for rate in RATES}
    rate = min(RATES, key=lambda rate: (math.isnan(found[rate]), found[rate]))
    learned = partial(_learned, weights=weights)
    return Row(
        case,
        _losses(case, learned, judging, steps),
        _losses(case, partial(_adam, lr=1e-3), judging, steps),
        _losses(case, partial(_adam, lr=rate), judging, steps),
        rate,
    )


def _losses(case: Case, make: MakeOptimizer, seeds: Iterable[int], steps: int) -> list[float]:
    return [case.after(make, seed, steps) for seed in seeds]


def _adam(params: Iterable[nn.Parameter], lr: float) -> torch.optim.Optimizer:
    return torch.optim.Adam(params, lr=lr)


def _learned(params: Iterable[nn.Parameter], weights: str) -> torch.optim.Optimizer:
    return LearnedOptimizer(params, weights=weights)


def _told(losses: list[float]) -> str:
    return f"{mean(losses):.2g} ± {stdev(losses):.1g}" if len(losses) > 1 else f"{losses[0]:.2g}"


def step_costs(weights: str) -> tuple[int, dict[str, float]]:
    """Return a perceptron's number of coordinates, and milliseconds of a step's parts."""
    networks = {name: _network() for name in ("learned", "adam")}
    optimizers = {
        "learned": LearnedOptimizer(networks["learned"].parameters(), weights=weights),
        "adam": torch.optim.Adam(networks["adam"].parameters()),
    }
    x, y = torch.randn(BATCH, 784), torch.randint(10, (BATCH,))

    def gradients() -> None:
        for network in networks.values():
            network.zero_grad()
            nn.functional.cross_entropy(network(x), y).backward()

    work: dict[str, Callable[[], object]] = {"gradients": gradients}
    work |= {name: optimizer.step for name, optimizer in optimizers.items()}
    least = dict.fromkeys(work, math.inf)
    for _ in range(ROUNDS):
        for name, call in work.items():
            start = time.process_time()
            call()
            least[name] = min(least[name], 1000 * (time.process_time() - start))
    least["gradients"] /= len(networks)
    return sum(param.numel() for param in networks["adam"].parameters()), least


def _network() -> nn.Module:
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))


def _line(cells: tuple[str, ...], markdown: bool) -> str:
    if markdown:
        return f"| {' | '.join(cells)} |"
    what, *rest = cells
    widths = (18, 18, 8, 0)
    return f"{what:78}" + "".join(
        f"{cell:{width}}" for cell, width in zip(rest, widths, strict=True)
    )


def main() -> int:
    """Measure, print and judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--weights", default=DEFAULT)
    given = parser.parse_args()
    torch.set_num_threads(1)
    print(f"{given.weights}: mean loss on all data after {given.steps} steps, {given.seeds} seeds")
    print(_line(HEAD, given.markdown))
    if given.markdown:
        print(_line(("---",) * len(HEAD), given.markdown))
    rows = []
    for case in (*BLIND, *CASES):
        if case.needs and pictures.look(case.needs) is None:
            print(f"left out: {case.what}", file=sys.stderr)
            continue
        rows.append(measure(case, given.weights, given.steps, given.seeds))
        print(_line(rows[-1].cells(), given.markdown), flush=True)
    ahead = sum(row.ahead for row in rows)
    print(f"below Adam at its default rate on {ahead} of {len(rows)} cases, wanted {SHARE:.0%}")
    coordinates, costs = step_costs(given.weights)
    each = 1000 * costs["learned"] / coordinates
    print(
        f"a step of {coordinates:,} coordinates: learned {costs['learned']:.1f} ms, "
        f"Adam {costs['adam']:.2f} ms ({costs['learned'] / costs['adam']:.0f} x), its gradients "
        f"{costs['gradients']:.1f} ms; {each:.2f} us a coordinate, allowed {ALLOWED_US}"
    )
    return int(ahead < SHARE * len(rows) or each > ALLOWED_US)


if __name__ == "__main__":
    sys.exit(main())
