"""How fast the engines are, beside what anybody would write in PyTorch, and JAX.

    python -m tests.benchmarks.bench_engines

One thread, CPU time of this process, engines in turn in each round; a ratio is the median
over rounds of the plain version's time to the engine's, a share of the peak is best against
best. A truncation is timed whole: the optimizees' losses and gradients, the LSTM forward and
backward, and clipping. All begin with the same phi, and their losses and gradients are compared
first.

W1 is 128 ten-dimensional quadratics, W2 one 784-20-10 perceptron on minibatches of 128
(random pictures); 20 inner steps. Then time and memory against coordinates and unroll
length, and what the kernels' compilation costs. Ends with 1 if the fast engine is less than
3.0 (W1) or 2.8 (W2) times the plain version, or below half the peak of matrix products on
W1, or PyTorch's less than 1.3 times, or if anything grows faster than linearly.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")  # before JAX is loaded

import torch
from torch import Tensor

from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM
from l2l_tui.lab.fast_network import FastNetwork
from l2l_tui.lab.first_order import FirstOrderEngine, MakeNetwork
from l2l_tui.lab.fused_network import FusedNetwork
from l2l_tui.lab.multilayer import MLPSampler
from l2l_tui.lab.optimizees import Optimizee, QuadraticSampler
from l2l_tui.lab.randomness import generator
from tests.benchmarks.plain_engine import PlainOptimizer

RULE = CoordinatewiseLSTM()
UNROLL = 20
CLIP = 1.0
ROUNDS = {"W1": 41, "W2": 9}
NETWORKS: dict[str, MakeNetwork] = {"pytorch": FusedNetwork, "fast": FastNetwork}
"""Both of ours."""
FLOP = 29_200
"""Of a coordinate and step: products with the weights, one forward and two backward."""
GEMM = 1024
"""Rows and columns of the matrices whose product gives the peak."""
LEAST = {("W1", "fast"): 3.0, ("W2", "fast"): 2.8, ("W1", "pytorch"): 1.3, ("W2", "pytorch"): 1.3}
"""How many times the plain version's speed is wanted."""
LEAST_SHARE = {"W1": 0.5}
"""Of the peak."""
MOST_GROWTH = 1.5
"""Of the cost of a coordinate and step, from the smallest size to the largest."""

Truncation = Callable[[], tuple[Tensor, float]]
"""Does one whole truncation; returns losses and the gradient's norm before clipping."""


@dataclass(frozen=True)
class Workload:
    """Problems and where they start."""

    name: str
    """``W1`` or ``W2``."""
    optimizee: Optimizee
    """The problems."""
    params: Tensor
    """(problems, coordinates)."""


def workloads() -> Iterator[Workload]:
    """Draw W1 and W2."""
    optimizee, params = QuadraticSampler(128)(generator(0, "W1"))
    yield Workload("W1", optimizee, params)
    source = generator(0, "W2")
    pictures = torch.rand(4096, 784, generator=source)
    classes = torch.randint(10, (4096,), generator=source)
    sampler = MLPSampler(pictures, classes, (20,), 10, problems=1, inner_steps=UNROLL)
    perceptron, params = sampler(source)
    yield Workload("W2", perceptron, params)


def contestants(work: Workload, phi: Tensor) -> dict[str, Truncation]:
    """Return a truncation of each engine, by name."""
    plain = PlainOptimizer(RULE)
    plain.load(phi)
    found: dict[str, Truncation] = {
        "plain": lambda: plain.truncation(work.optimizee, work.params, UNROLL, CLIP),
        **{name: ours(network, work, phi) for name, network in NETWORKS.items()},
    }
    if find_spec("jax") is not None:
        from tests.benchmarks.jax_engine import JaxEngine

        engine = JaxEngine(RULE, work.optimizee, work.params, UNROLL, CLIP)
        found["jax"] = lambda: engine.run(phi)[:2]
    return found


def ours(network: MakeNetwork, work: Workload, phi: Tensor) -> Truncation:
    """Return a truncation of our engine with one of its networks."""
    engine = FirstOrderEngine(RULE, network)
    state, weights = RULE.init(work.params), torch.ones(UNROLL)

    def truncation() -> tuple[Tensor, float]:
        unrolled = engine.unroll(phi, work.optimizee, work.params, state, weights)
        norm = float(unrolled.phi_grads.norm())
        unrolled.phi_grads.mul_(min(1.0, CLIP / norm))
        return unrolled.losses, norm

    return truncation


def cpu_seconds(call: Callable[[], object]) -> float:
    """Return the CPU time of one call."""
    start = time.process_time()
    call()
    return time.process_time() - start


def race(work: Workload, phi: Tensor) -> bool:
    """Compare the engines on one workload; return whether what is wanted was reached."""
    engines = contestants(work, phi)
    agree(engines)
    left, right, product = torch.randn(3, GEMM, GEMM).unbind()
    times: dict[str, list[float]] = {name: [] for name in (*engines, "gemm")}
    for _ in range(ROUNDS[work.name]):
        for name, truncation in engines.items():
            times[name].append(cpu_seconds(truncation))
        times["gemm"] += [cpu_seconds(lambda: torch.mm(left, right, out=product)) for _ in range(3)]
    coordinates = work.params.numel()
    flop = FLOP * coordinates * UNROLL
    peak = 2 * GEMM**3 / min(times.pop("gemm"))
    print(f"\n{work.name}: {coordinates} coordinates, {UNROLL} inner steps")
    print(f"  torch.mm of {GEMM} x {GEMM}, at its best: {peak / 1e9:.0f} GFLOP/s")
    well = True
    for name, spent in times.items():
        ratio = median(base / one for base, one in zip(times["plain"], spent, strict=True))
        share = flop / min(spent) / peak
        print(
            f"  {name:8} {UNROLL / median(spent):8.1f} inner steps per CPU-second, "
            f"{ratio:5.2f} x plain, {flop / min(spent) / 1e9:6.1f} GFLOP/s at its best, "
            f"{share:.2f} of the peak"
        )
        if ratio < LEAST.get((work.name, name), 0):
            print(f"    too slow: {LEAST[work.name, name]} x plain are wanted")
            well = False
        if name == "fast" and share < LEAST_SHARE.get(work.name, 0):
            print(f"    too slow: {LEAST_SHARE[work.name]} of the peak are wanted")
            well = False
    if "jax" not in engines:
        print("  jax      skipped: it is not installed")
    return well


def agree(engines: dict[str, Truncation]) -> None:
    """Make sure that all engines compute the same."""
    losses, norm = engines["plain"]()
    for truncation in engines.values():
        other_losses, other_norm = truncation()
        torch.testing.assert_close(other_losses, losses, rtol=1e-3, atol=1e-5)
        torch.testing.assert_close(torch.tensor(other_norm), torch.tensor(norm), rtol=1e-3, atol=0)


@dataclass(frozen=True)
class Size:
    """How much one truncation is."""

    coordinates: int
    """Of all problems together."""
    steps: int
    """The unroll's length."""

    def passes(self, network: MakeNetwork) -> Callable[[], object]:
        """Return what goes through a new network, forward and backward."""
        source = generator(0, "size")
        phi, features = RULE.draw(source), torch.randn(2, self.coordinates, generator=source)
        grads = torch.randn(self.steps, self.coordinates, generator=source)
        state = RULE.init(grads[0])
        made = network(RULE, self.steps, self.coordinates, torch.float32)

        def run() -> None:
            made.load(phi, state)
            for step in range(self.steps):
                made.forward(step, features)
            made.backward(grads)

        return run


BY_COORDINATES = [Size(coordinates, UNROLL) for coordinates in (1024, 8192, 65536)]
BY_STEPS = [Size(4096, steps) for steps in (5, 20, 80)]


def growth(name: str, sizes: list[Size]) -> bool:
    """Print what sizes cost; return whether a coordinate and step costs the same in all."""
    times: dict[Size, list[float]] = {size: [] for size in sizes}
    for _ in range(5):  # in turn, so that a busy moment meets all of them
        for size in sizes:
            run = size.passes(NETWORKS[name])
            run()
            repeats = max(1, 2**18 // (size.coordinates * size.steps))
            times[size].append(min(cpu_seconds(run) for _ in range(repeats)))
    print(f"\n{name}:  coordinates  steps    CPU ms  ns per coordinate and step   peak MiB  bytes")
    costs = []
    for size, spent in times.items():
        values = size.coordinates * size.steps
        memory = peak_bytes(name, size)
        costs.append((min(spent) / values, memory / values))
        print(
            f"  {size.coordinates:16} {size.steps:6} {1e3 * min(spent):9.1f} "
            f"{1e9 * min(spent) / values:16.0f} {memory / 2**20:21.1f} {memory / values:6.0f}"
        )
    grown = [last / first for first, last in zip(costs[0], costs[-1], strict=True)]
    print(f"  from the first to the last: time x {grown[0]:.2f}, memory x {grown[1]:.2f}")
    return max(grown) <= MOST_GROWTH


def peak_bytes(name: str, size: Size) -> int:
    """Return how much a fresh process grows while it goes through a network once (Linux)."""
    words = ["--memory", name, str(size.coordinates), str(size.steps)]
    command = [sys.executable, "-m", "tests.benchmarks.bench_engines", *words]
    return int(subprocess.run(command, capture_output=True, check=True).stdout)


def show_memory(name: str, coordinates: str, steps: str) -> None:
    """Print it, in that process."""
    torch.set_num_threads(1)
    Size(16, 1).passes(NETWORKS[name])()  # what is loaded on the first call is no buffer
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forgets the peak so far
    before = resident_bytes()
    Size(int(coordinates), int(steps)).passes(NETWORKS[name])()
    print(resident_bytes() - before)


def resident_bytes() -> int:
    """Return the most bytes of this process that were in memory at a time."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def compilation() -> None:
    """Print what a process pays for the kernels, the first time and from the cache."""
    program = (
        "import time; start = time.process_time(); import numba; loaded = time.process_time(); "
        "from l2l_tui.lab import fast_support; assert fast_support.look().kernels; "
        "print(loaded - start, time.process_time() - loaded)"
    )
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "NUMBA_CACHE_DIR": folder}
        print()
        for name in ("first", "cached"):
            done = subprocess.run(
                [sys.executable, "-c", program],
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            )
            numba, kernels = map(float, done.stdout.split())
            print(f"kernels, {name}: {kernels:.2f} CPU s, after {numba:.2f} s of importing Numba")


def main() -> int:
    """Measure, print and judge."""
    torch.set_num_threads(1)
    phi = RULE.draw(generator(0, "phi"))
    well = [race(work, phi) for work in workloads()]
    compilation()
    for name in NETWORKS:
        well += [growth(name, sizes) for sizes in (BY_COORDINATES, BY_STEPS)]
    return int(not all(well))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--memory"]:
        show_memory(*sys.argv[2:])
    else:
        sys.exit(main())
