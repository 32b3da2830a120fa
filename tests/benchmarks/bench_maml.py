"""How fast outer steps of MAML are on a batch of tasks, beside a loop, higher and TorchOpt.

    python -m tests.benchmarks.bench_maml

One thread, CPU time of this process, all in turn in each round; a ratio is the median over
rounds of the loop's time to the other's. An outer step is the second-order meta-gradient of one
batch with one inner step; losses and gradients of all are compared first. `higher` and
`torchopt` are measured where they are installed, and named where not.

Sinusoids are the paper's (25 functions, 10 points, 40-40 units); Conv-4 has 32 filters and 16
episodes of 5 ways and 1 shot, with halving by stride as on Omniglot, and by pooling. `three
seeds` is what an experiment does: as many meta-seeds side by side, counted as one outer step
each. Episodes per second of the sampler come last. Ends with 1 if ours is less than 8 times the
loop on sinusoids, or less than 1.8 times on Conv-4 with strides.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import torch
from torch import Tensor

from l2l_tui.lab.data import characters
from l2l_tui.lab.few_shot.episodes import Jitter, Shape
from l2l_tui.lab.few_shot.episodes import Sampler as EpisodeSampler
from l2l_tui.lab.maml.conv4 import Conv4
from l2l_tui.lab.maml.episode_tasks import tasks as tasks_of
from l2l_tui.lab.maml.inner_loop import InnerLoop, cross_entropy, squared_error
from l2l_tui.lab.maml.meta_gradients import MAML
from l2l_tui.lab.maml.perceptron import Perceptron
from l2l_tui.lab.maml.sinusoids import Sampler
from l2l_tui.lab.maml.tasks import Tasks, joined
from l2l_tui.lab.randomness import generator
from tests.benchmarks import maml_rivals

SEEDS = 3
ROUNDS = 9
LEAST = {"sinusoids": 8.0, "Conv-4, strides": 1.8}
"""How many times the loop's speed is wanted."""

Step = Callable[[], tuple[Tensor, Tensor]]
"""Gives the mean loss and the gradient, laid out as our params."""


@dataclass(frozen=True)
class Workload:
    """What one outer step is of."""

    name: str
    """As it is printed."""
    inner: InnerLoop
    """The network, its loss and the inner step."""
    tasks: Tasks
    """The batch."""
    repeats: int
    """Outer steps in a round, so that a round is no shorter than the clock is good for."""


def workloads() -> list[Workload]:
    """Draw functions and episodes."""
    source = generator(0, "bench")
    sinusoids = Sampler(10, 10).draw([source], 25).tasks
    episodes = tasks_of(_episodes().draw(source, 16))
    return [
        Workload(
            "sinusoids", InnerLoop(Perceptron((1, 40, 40, 1)), squared_error, 0.01), sinusoids, 5
        ),
        *(
            Workload(name, InnerLoop(Conv4(32, 5, pooling), cross_entropy, 0.4), episodes, 1)
            for name, pooling in (("Conv-4, strides", False), ("Conv-4, pooling", True))
        ),
    ]


def _episodes() -> EpisodeSampler:
    return EpisodeSampler(characters.load("glyphs").train, Shape(5, 1, 1), Jitter())


def contestants(work: Workload) -> dict[str, tuple[Step, int] | None]:
    """Return each one's outer step, and for how many it counts; None is not installed."""
    network = work.inner.network
    initial = network.draw(generator(0, "initial"))
    initial = initial + 0.05 * torch.randn(len(initial), generator=generator(0, "around"))

    def ours(seeds: int) -> Step:
        learner, several = MAML(work.inner, 1), joined([work.tasks] * seeds)

        def step() -> tuple[Tensor, Tensor]:
            losses, grads = learner.meta_gradient(initial.expand(seeds, -1), several)
            return losses[0].mean(), grads[0]

        return step

    def theirs(gradient: maml_rivals.Gradient) -> Step:
        module = maml_rivals.module_of(network, initial)

        def step() -> tuple[Tensor, Tensor]:
            loss, grads = gradient(module, work.inner, work.tasks)
            return loss, maml_rivals.flat(network, grads)

        return step

    others = maml_rivals.rivals().items()
    return {
        **{name: None if one is None else (theirs(one), 1) for name, one in others},
        "ours": (ours(1), 1),
        "three seeds": (ours(SEEDS), SEEDS),
    }


def race(work: Workload) -> bool:
    """Compare all on one workload; return whether what is wanted was reached."""
    found = contestants(work)
    steps = {name: step for name, step in found.items() if step is not None}
    agree(work, {name: step for name, (step, _) in steps.items()})
    times: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(ROUNDS):
        for name, (step, counts) in steps.items():
            begin = time.process_time()
            for _ in range(work.repeats):
                step()
            times[name].append((time.process_time() - begin) / work.repeats / counts)
    print(f"\n{work.name}: {len(work.tasks)} tasks, {work.inner.network.size} params")
    ratios = {}
    for name, spent in times.items():
        ratios[name] = median(a / b for a, b in zip(times["loop"], spent, strict=True))
        print(
            f"  {name:12} {1 / median(spent):8.1f} outer steps per CPU-second, "
            f"{ratios[name]:6.2f} x loop"
        )
    for name in found.keys() - steps.keys():
        print(f"  {name:12} skipped: it is not installed")
    if ratios["ours"] < LEAST.get(work.name, 0):
        print(f"    too slow: {LEAST[work.name]} x loop are wanted")
        return False
    return True


def agree(work: Workload, steps: dict[str, Step]) -> None:
    """Make sure that all compute the same, to what single precision leaves of it."""
    loss, grads = steps["loop"]()
    for name, step in steps.items():
        other_loss, other_grads = step()
        torch.testing.assert_close(other_loss, loss, rtol=1e-3, atol=1e-5)
        apart = float((other_grads - grads).norm() / grads.norm())
        assert apart < 1e-2, f"{work.name}: {name} is {apart:.2g} of the gradient's norm away"


def sampler() -> None:
    """Print how fast episodes are drawn."""
    drawn, source, spent = _episodes(), generator(0, "sampler"), []
    for _ in range(ROUNDS):
        begin = time.process_time()
        drawn.draw(source, 32)
        spent.append((time.process_time() - begin) / 32)
    print(f"\nsampler: {1 / median(spent):.0f} jittered episodes (5-way, 1 + 1) per CPU-second")


def main() -> int:
    """Measure, print and judge."""
    torch.set_num_threads(1)
    well = [race(work) for work in workloads()]
    sampler()
    return int(not all(well))


if __name__ == "__main__":
    sys.exit(main())
