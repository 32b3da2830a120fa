"""How fast episodes are drawn, beside one at a time in a loop and beside a training step.

    python -m tests.benchmarks.bench_episodes

One thread, CPU time of this process, in turn in each round; figures are medians over rounds.
A batch of two training episodes (20 ways, 1 shot, 3 queries) is what a training step of
`matching-networks` takes, on the glyphs with jitter. The loop draws an episode as anybody would
write it: a permutation of the classes, one of each class's pictures, and a map for each picture.
Ends with 1 if a batch costs more than a tenth of a training step with 32 filters, or if the loop
is less than three times as slow.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import median

import torch
from torch import Tensor

from l2l_tui.lab.data import characters
from l2l_tui.lab.data.characters import Characters
from l2l_tui.lab.few_shot.embedding import Conv4
from l2l_tui.lab.few_shot.episodes import Jitter, Sampler, Shape
from l2l_tui.lab.few_shot.learners import Trained
from l2l_tui.lab.few_shot.matching import MatchingNetwork
from l2l_tui.lab.few_shot.study import TrainingEpisodes

SHAPE = Shape(n_way=20, k_shot=1, n_query=3)
BATCH = 2
FILTERS = 32
ROUNDS = 15
MOST_SHARE = 0.1
"""Of a training step's time."""
LEAST_TIMES = 3.0
"""How many times the loop's speed is wanted."""


def looped(known: Characters, jitter: Jitter, source: torch.Generator) -> Tensor:
    """Draw one episode class by class and picture by picture: (n_way, k_shot + n_query, ...)."""
    count = SHAPE.k_shot + SHAPE.n_query
    rows = []
    for one in torch.randperm(len(known), generator=source)[: SHAPE.n_way].tolist():
        first, drawers = int(known.first[one]), int(known.drawers[one])
        chosen = torch.randperm(drawers, generator=source)[:count].tolist()
        pictures = [known.pictures[first + drawer].float() / 255 for drawer in chosen]
        rows.append(torch.cat([jitter(picture.unsqueeze(0), source) for picture in pictures]))
    return torch.stack(rows)


def cpu_s(work: Callable[[], object]) -> float:
    """Return the CPU-seconds that some work takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> int:
    """Print the figures; return 1 if any is not what is wanted."""
    torch.set_num_threads(1)
    known, jitter = characters.load("glyphs").train, Jitter()
    sampler, source = Sampler(known, SHAPE, jitter), torch.Generator().manual_seed(0)
    network = MatchingNetwork(Conv4(FILTERS, source), 20.0)
    learner = Trained(network, TrainingEpisodes(sampler, BATCH, 0, 0), 1000, 0.001)
    ours, loop, step = [], [], []
    for index in range(ROUNDS + 2):
        ours.append(cpu_s(lambda: sampler.draw(source, BATCH)))
        loop.append(cpu_s(lambda: [looped(known, jitter, source) for _ in range(BATCH)]))
        step.append(cpu_s(lambda at=index: learner.step(at)))
    batch_s, loop_s, step_s = (median(times[2:]) for times in (ours, loop, step))
    share, times = batch_s / step_s, loop_s / batch_s
    print(f"episodes per CPU-second: {BATCH / batch_s:.0f}, in a loop {BATCH / loop_s:.0f}")
    print(f"times the loop: {times:.1f} (wanted {LEAST_TIMES})")
    print(f"share of a training step: {share:.3f} (wanted at most {MOST_SHARE})")
    return int(share > MOST_SHARE or times < LEAST_TIMES)


if __name__ == "__main__":
    sys.exit(main())
